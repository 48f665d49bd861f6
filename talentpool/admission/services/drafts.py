"""A draft that survives: begun, saved step by step, its evidence uploaded.

What is typed is sealed as one text, so that an ID number never lies in the clear, and
waits on the server: another device goes on where this one stopped.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.users.models import User
from errors import DomainError
from ledger.log.services import Actor
from people.attachments.models import Attachment
from people.persons.queries import open_id_number, open_phone
from people.persons.rules import (
    is_phone,
    normalise_id_number,
    normalise_name,
    normalise_phone,
)
from people.units.models import Unit
from people.vault.services import get_vault
from talentpool.admission.models.applications import (
    Application,
    Batch,
    Claim,
)
from talentpool.admission.queries import applications as queries
from talentpool.admission.rules import applications as rules
from talentpool.admission.rules.applications import Answers
from talentpool.admission.rules.claims import VERIFIED, read_claim
from talentpool.admission.services.batches import BatchNotOpenError, is_open
from talentpool.admission.services.chronicle import log

_CONTEXT = "application.answers"


class FixedError(DomainError):
    """What was to be changed is not open for change."""

    def __init__(self) -> None:
        super().__init__(
            _("This application has been submitted and can no longer be changed.")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominator:
    """Who recommends: a unit, or an association or union by its name."""

    name: str
    unit: Unit | None = None

    @property
    def way(self) -> str:
        return rules.ASSOCIATION if self.unit is None else rules.UNIT


def start_own(
    session: Session, *, batch: Batch, user: User, actor: Actor, now: datetime
) -> Application:
    """Return the user's own application in a batch, begun now unless it was there.

    Raises:
        BatchNotOpenError: the batch does not take applications now.
    """
    known = queries.find_draft(session, batch.id, user.id)
    if known is not None:
        return known
    return _start(
        session,
        Application(way=rules.SELF, nominee_user=user),
        _known_answers(user),
        batch=batch,
        user=user,
        actor=actor,
        now=now,
    )


def start_recommendation(
    session: Session,
    *,
    batch: Batch,
    nominator: Nominator,
    user: User,
    actor: Actor,
    now: datetime,
) -> Application:
    """Begin a recommendation by an organisation; a user may have many of them.

    Raises:
        BatchNotOpenError: the batch does not take applications now.
    """
    unit = nominator.unit
    return _start(
        session,
        Application(
            way=nominator.way, nominator=nominator.name, nominator_unit=nominator.unit
        ),
        Answers(unit_uid=unit.uid if unit else ""),
        batch=batch,
        user=user,
        actor=actor,
        now=now,
    )


def _start(
    session: Session,
    application: Application,
    answers: Answers,
    *,
    batch: Batch,
    user: User,
    actor: Actor,
    now: datetime,
) -> Application:
    if not is_open(batch, now):
        raise BatchNotOpenError
    application.batch, application.submitter = batch, user
    application.state, application.round, application.step = rules.DRAFT, 0, ""
    application.verdict = application.outcome = ""
    application.level = application.pool_class = application.minute_number = ""
    application.answers_sealed = seal(answers)
    application.started_at = now
    session.add(application)
    log(session, application, "started", actor, now)
    return application


def is_owner(application: Application, user: User) -> bool:
    """Tell whether a user fills an application in: who began it, or its nominee.

    What a published result proposes has nobody who began it: its nominee completes it.
    """
    if application.submitter_id == user.id:
        return True
    return (
        application.way == rules.RESULT
        and user.person_id is not None
        and application.person_id == user.person_id
    )


def is_nominee(application: Application, user: User) -> bool:
    """Tell whether a user is whom the application is about, as far as is known."""
    if application.nominee_user_id == user.id:
        return True
    return user.person_id is not None and application.person_id == user.person_id


def answers_of(application: Application) -> Answers:
    """Return what has been typed so far."""
    if application.answers_sealed is None:
        return Answers()
    return Answers(**json.loads(get_vault().open(application.answers_sealed, _CONTEXT)))


def save_answers(
    session: Session,
    application: Application,
    *,
    values: Mapping[str, str],
    now: datetime,
) -> Answers:
    """Keep what was typed, right or wrong.

    Raises:
        FixedError: nothing of this application can be changed now.
    """
    _refuse_fixed(application)
    closed = set(closed_answers(application))
    kept = {
        name: _tidy(name, value)
        for name, value in values.items()
        if name in rules.ANSWERS and name not in closed
    }
    answers = replace(answers_of(application), **kept)
    application.answers_sealed = seal(answers)
    application.saved_at = now
    session.flush()
    return answers


def closed_answers(application: Application) -> tuple[str, ...]:
    """Return what may not be changed: who a registered person is."""
    user = application.submitter
    is_tied = application.way == rules.SELF and user is not None and user.person_id
    if application.person_id is not None or is_tied:
        return ("name", "id_number")
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimValues:
    """One claim as it is made."""

    field: str
    value: str  # "" takes the claim back
    document: str = ""
    attachment: Attachment | None = None


def save_claim(
    session: Session,
    application: Application,
    values: ClaimValues,
    *,
    actor: Actor,
    now: datetime,
) -> Claim | None:
    """Make a claim; it takes the place of the one before, and keeps its scan.

    Raises:
        FixedError: nothing of this application can be changed now.
        ValueError, KeyError: the value is not what the field holds.
    """
    _refuse_fixed(application)
    return put_claim(session, application, values, actor=actor, now=now)


def put_claim(
    session: Session,
    application: Application,
    values: ClaimValues,
    *,
    actor: Actor,
    now: datetime,
    verified: bool = False,
) -> Claim | None:
    """Put a claim in the place of the present one, whatever the state."""
    if values.value:
        read_claim(values.field, values.value)
    attachment, document = values.attachment, values.document
    for earlier in queries.list_claims(session, application.id):
        if earlier.field == values.field:
            same = earlier.value == values.value
            attachment = attachment or (earlier.attachment if same else None)
            earlier.is_current = False
    application.saved_at = now
    if not values.value:
        session.flush()
        return None
    claim = Claim(
        application=application,
        field=values.field,
        value=values.value,
        document=document,
        attachment=attachment,
        recorded_at=now,
        recorded_by=actor.name,
    )
    if verified:
        claim.state, claim.checked_at, claim.checked_by = VERIFIED, now, actor.name
    session.add(claim)
    session.flush()
    return claim


def seal(answers: Answers) -> bytes:
    """Return answers as they are stored."""
    text = json.dumps(asdict(answers), ensure_ascii=False)
    return get_vault().seal(text, _CONTEXT)


def _known_answers(user: User) -> Answers:
    """Return what an account already tells; only a tied person brings an ID number."""
    person = user.person
    if person is None:
        phone = user.username if is_phone(user.username) else ""
        return Answers(name=normalise_name(user.display_name), phone=phone)
    return Answers(
        name=person.name,
        id_number=open_id_number(person),
        phone=open_phone(person),
        unit_uid=person.unit.uid if person.unit else "",
    )


def _refuse_fixed(application: Application) -> None:
    if application.state not in rules.EDITABLE:
        raise FixedError


def _tidy(name: str, value: str) -> str:
    if name == "name":
        return normalise_name(value)
    if name == "id_number":
        return normalise_id_number(value)
    if name == "phone":
        return normalise_phone(value)
    return value.strip()
