"""What the pages of a dossier's life share."""

from collections.abc import Iterable
from datetime import datetime

from flask import Blueprint, abort
from sqlalchemy.orm import Session

from accounts.access.services import is_allowed, resolves, signed_in_user
from accounts.roles.rules import Scope
from extensions import LOCAL, db
from talentpool.dossiers import queries as dossiers
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.services.panels import Panel, panels
from talentpool.life.forms.labels import LABELS
from talentpool.life.queries import reviews as queries

bp = Blueprint("life", __name__, url_prefix="/pool")


@resolves("review")
def _review_places(session: Session, uid: str) -> Iterable[Scope] | None:
    review = queries.find_review(session, uid)
    return None if review is None else dossiers.places_of(review.craftsman)


@resolves("finding")
def _finding_places(session: Session, uid: str) -> Iterable[Scope] | None:
    finding = queries.find_finding(session, uid)
    return None if finding is None else dossiers.places_of(finding.craftsman)


def get_or_404(uid: str) -> Craftsman:
    """Return the craftsman of an address."""
    craftsman = dossiers.find_craftsman(db.session(), uid)
    if craftsman is None:
        abort(404)
    return craftsman


def own_or_404() -> Craftsman:
    """Return the dossier of whoever is signed in."""
    person_id = signed_in_user().person_id
    own = dossiers.find_by_person(db.session(), person_id) if person_id else None
    if own is None:
        abort(404)
    return own


def _panel(session: Session, craftsman: Craftsman, now: datetime) -> Panel:
    places = dossiers.places_of(craftsman)
    return "talentpool/life/_panel.html", {
        "craftsman": craftsman,
        "labels": LABELS,
        "review": queries.find_open_review(session, craftsman.id),
        "findings": queries.count_findings(session, craftsman.id),
        "is_own": signed_in_user().person_id == craftsman.person_id,
        "may_look": is_allowed("pool.view", places),
        "may_edit": is_allowed("pool.edit", places),
        "today": now.astimezone(LOCAL).date(),
    }


panels["life"] = _panel
