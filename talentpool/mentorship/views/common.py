"""What the pages of mentors and apprentices share."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import Blueprint, abort, request
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from accounts.access.services import (
    NavItem,
    allowed_scopes,
    is_allowed,
    resolves,
    signed_in_user,
)
from accounts.roles.rules import Scope
from extensions import LOCAL, db
from people.units.models import Unit
from scoring.results.services.signing import is_confirmed
from talentpool.dossiers.forms import LABELS as DOSSIER_LABELS
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.queries import find_craftsman, places_of
from talentpool.mentorship.forms.agreements import LABELS as AGREEMENT_LABELS
from talentpool.mentorship.forms.pairs import LABELS as PAIR_LABELS
from talentpool.mentorship.forms.plans import LABELS as PLAN_LABELS
from talentpool.mentorship.models import Agreement, Pair
from talentpool.mentorship.queries import pairs as queries
from talentpool.mentorship.rules.agreements import (
    APPRENTICE,
    MENTOR,
    MENTOR_UNIT,
    UNIT,
)

bp = Blueprint("mentorship", __name__, url_prefix="/pool")

NAV = (
    NavItem(
        _l("Mentorship"), "talentpool.mentorship.list_pairs", "mentorship.manage", 63
    ),
    NavItem(
        _l("Mentors and apprentices of the unit"),
        "talentpool.mentorship.list_mine",
        "mentorship.sign",
        64,
    ),
)
LABELS = {**DOSSIER_LABELS, **PAIR_LABELS, **AGREEMENT_LABELS, **PLAN_LABELS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """As what the signed-in user looks at a pair."""

    parties: tuple[str, ...]  # those one signs for
    is_officer: bool

    @property
    def may_draw(self) -> bool:
        """Tell whether they draw the agreement up and change it."""
        return self.is_officer or bool({UNIT, MENTOR_UNIT} & set(self.parties))

    @property
    def is_unit(self) -> bool:
        return bool({UNIT, MENTOR_UNIT} & set(self.parties))


@resolves("pair")
def _pair_places(session: Session, uid: str) -> Iterable[Scope] | None:
    pair = queries.find_pair(session, uid)
    return None if pair is None else places_of(pair.mentor)


def own_units() -> list[str]:
    """Return the units, by uid, whose word the signed-in user gives."""
    scopes = allowed_scopes("mentorship.sign")
    return [scope.key for scope in scopes if scope.kind == "unit"]


def standing_or_404(pair: Pair, agreement: Agreement | None) -> Standing:
    """Return as what the user looks at a pair; 404 for who has no part in it."""
    user, units = signed_in_user(), set(own_units())
    own, mentors = units_of(pair, agreement)
    parties = [
        *([MENTOR] if user.person_id == pair.mentor.person_id else ()),
        *([APPRENTICE] if user.person_id == pair.apprentice_person_id else ()),
        *([UNIT] if own is not None and own.uid in units else ()),
        *([MENTOR_UNIT] if mentors is not None and mentors.uid in units else ()),
    ]
    is_officer = is_allowed("mentorship.manage", places_of(pair.mentor))
    if not parties and not is_officer:
        abort(404)
    return Standing(parties=tuple(parties), is_officer=is_officer)


def units_of(
    pair: Pair, agreement: Agreement | None
) -> tuple[Unit | None, Unit | None]:
    """Return the apprentice's unit, and the mentor's where it is another one."""
    if agreement is not None:
        return agreement.unit, agreement.mentor_unit
    own, mentors = pair.apprentice.unit, pair.mentor.person.unit
    if own is None:
        return mentors, None
    return own, None if mentors == own else mentors


def is_password(form: FlaskForm, now: datetime) -> bool:
    """Tell whether a form holds the user's own password; count a failure."""
    session = db.session()
    return is_confirmed(
        session,
        user=signed_in_user(),
        password=form["password"].data or "",
        address=request.remote_addr or "",
        now=now,
    )


def language() -> str:
    """Return the reader's language as templates of agreements name it."""
    return "zh" if str(get_locale()).startswith("zh") else "en"


def moment() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """Return the day it is in China."""
    return moment().astimezone(LOCAL).date()


def mentor_or_404(uid: str) -> Craftsman:
    """Return the craftsman of an address."""
    craftsman = find_craftsman(db.session(), uid)
    if craftsman is None:
        abort(404)
    return craftsman


def pair_or_404(uid: str) -> Pair:
    """Return the pair of an address."""
    pair = queries.find_pair(db.session(), uid)
    if pair is None:
        abort(404)
    return pair
