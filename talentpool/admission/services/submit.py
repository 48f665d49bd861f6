"""Submitting an application, and the nominee's own word on it."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.users.models import User
from errors import DomainError
from extensions import LOCAL
from ledger.log.services import Actor
from people.codes.queries import find_occupation
from people.codes.rules import EDITION
from people.consent.rules import guardian_part
from people.consent.services import give_consent
from people.persons.models import Person
from people.persons.queries import ID_CONTEXT, find_by_id_number
from people.persons.rules import normalise_id_number
from people.units.models import Unit
from people.units.queries import find_unit
from people.units.services import register_unit
from people.vault.services import get_vault
from talentpool.admission.models.applications import Application, Batch, Reference
from talentpool.admission.queries import applications as queries
from talentpool.admission.rules import applications as rules
from talentpool.admission.rules.applications import Answers
from talentpool.admission.rules.conflicts import (
    NOMINATOR,
    NOMINEE,
    REFEREE,
    REVIEWER,
    SUBMITTER,
)
from talentpool.admission.services.assess import gaps_of, keep_verdict
from talentpool.admission.services.batches import BatchNotOpenError, is_open
from talentpool.admission.services.chronicle import Event, tell
from talentpool.admission.services.clock import start_clock
from talentpool.admission.services.drafts import answers_of, is_nominee, is_owner
from talentpool.admission.services.parties import ConflictError, require_apart
from talentpool.admission.services.snapshots import take_snapshot
from talentpool.dossiers.queries import find_by_person
from talentpool.dossiers.rules import GONE_STATES, enclosing_districts
from talentpool.dossiers.services.returns import BarredError, earliest_return
from talentpool.identity.services.entry import register_and_look

NOTICE_VERSION = "1"  # of the notice on the pool and on publication
CONSENTS = ("pool", "publication")


class StepError(DomainError):
    """The application is not where this can be done."""

    def __init__(self) -> None:
        super().__init__(
            _("The application has moved on meanwhile. Reload the page to see it.")
        )


class IncompleteError(DomainError):
    """Something is still missing; see `assess.gaps_of`."""

    def __init__(self) -> None:
        super().__init__(_("Something is still missing; see the list."))


class ConsentError(DomainError):
    """Nobody enters without agreeing to it, and to the public notice."""

    def __init__(self) -> None:
        super().__init__(_("Please agree to both notices first."))


class NomineeError(DomainError):
    """The person cannot be nominated like this."""


def submit(
    session: Session,
    application: Application,
    *,
    user: User,
    has_consented: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """Send an application in: freeze it, and start it on its way.

    Whoever applies for themselves agrees by the same step; else the nominee is asked.

    Raises:
        StepError: it is not a draft, nor returned.
        BatchNotOpenError: a first submission outside the window.
        IncompleteError: something is missing.
        ConsentError: one's own application without consent.
        NomineeError, ConflictError: the person, or the user, cannot be a party to it.
        BarredError: the person left the pool and may not come back yet.
        DomainError: what persons and units refuse (ID number, name, credit code).
    """
    lock(session, application)
    if application.state not in rules.EDITABLE:
        raise StepError
    if application.round == 0 and not is_open(application.batch, now):
        raise BatchNotOpenError
    if any(gap.blocks for gap in gaps_of(session, application, now)):
        raise IncompleteError
    is_own = application.way == rules.SELF or (
        application.way == rules.RESULT and is_nominee(application, user)
    )
    if is_own and not has_consented:
        raise ConsentError
    _fill_columns(session, application, actor, now)
    role = SUBMITTER if is_own else NOMINATOR
    if not is_own:
        require_apart(session, application, user, role)
    freeze(session, application, Event(verdict="submitted", role=role), actor, now)
    if is_own:
        person = application.person
        is_tied = person is not None and user.person_id == person.id
        # A number that was only typed is no proof: reviewers are told which it is.
        how = "account" if is_tied else "number"
        confirm(session, application, how=how, user=user, actor=actor, now=now)


def confirm(
    session: Session,
    application: Application,
    *,
    how: str,
    user: User | None,
    actor: Actor,
    now: datetime,
    document: str = "",
) -> None:
    """Note the nominee's agreement, and start the application on its way.

    Args:
        session: the caller's transaction.
        application: one that waits for it.
        how: account (tied to the person), number (by ID number) or paper.
        user: the nominee's; None where an officer saw their signature on paper.
        actor: who notes it.
        now: the server's clock.
        document: the signed paper, for `how="paper"`.
    """
    hold(session, application, rules.UNCONFIRMED)
    person = application.person
    assert person is not None  # noqa: S101 - a constraint: it was submitted
    # On the paper of a minor the guardian signs besides.
    is_minor = bool(guardian_part(person.birth_date, now.astimezone(LOCAL).date()))
    for purpose in CONSENTS:
        give_consent(
            session,
            person=person,
            purpose=purpose,
            version="paper" if how == "paper" else NOTICE_VERSION,
            guardian=document if how == "paper" and is_minor else "",
            now=now,
            actor=actor,
        )
    if user is not None:
        application.nominee_user = user
    application.state, application.step = rules.RUNNING, application.batch.steps[0]
    application.confirmed_how, application.confirmed_at = how, now
    application.confirm_document, application.reason = document, ""
    start_clock(session, application, now)
    role = REVIEWER if how == "paper" else NOMINEE
    # Whoever notes a signed paper may go on to check the application.
    event = Event(verdict="confirmed", role="" if role == REVIEWER else role)
    body = {"how": how, "document": document}
    tell(session, application, event, actor=actor, now=now, body=body)


def confirm_nomination(
    session: Session,
    application: Application,
    *,
    user: User,
    id_number: str,
    has_consented: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """Let a nominee agree: by an account tied to them, or by their ID number.

    Raises:
        ConflictError: who recommended may not agree in the nominee's name.
        NomineeError: the ID number is another's.
        ConsentError: they did not agree.
    """
    if application.submitter_id == user.id:
        raise ConflictError(["party:submitter"])
    if not has_consented:
        raise ConsentError
    how = "account"
    if not is_nominee(application, user):
        if user.person_id is not None or not _is_number(application, id_number):
            raise NomineeError(_("This nomination is not for you."))
        how = "number"
    confirm(session, application, how=how, user=user, actor=actor, now=now)


def decline(
    session: Session,
    application: Application,
    *,
    user: User,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Take an application back: its nominee at any time, its submitter as well.

    Raises:
        StepError: it is decided, or on its notice.
        NomineeError: it is not the user's.
    """
    if not (is_owner(application, user) or is_nominee(application, user)):
        raise NomineeError(_("This nomination is not for you."))
    lock(session, application)
    if not rules.is_state_step(application.state, rules.WITHDRAWN):
        raise StepError
    from_step = application.step
    application.state, application.step = rules.WITHDRAWN, ""
    application.reason, application.due_on = reason, None
    event = Event(verdict="withdrawn", reason=reason, from_step=from_step)
    tell(session, application, event, actor=actor, now=now)


def add_reference(
    session: Session,
    application: Application,
    *,
    user: User,
    text: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Add a referee's word; a referee has no other part in the application.

    Raises:
        StepError: the application is not being prepared any more.
        ConflictError: the user has another part in it.
    """
    if application.state not in {*rules.EDITABLE, rules.UNCONFIRMED}:
        raise StepError
    require_apart(session, application, user, REFEREE)
    session.add(Reference(application=application, user=user, text=text, given_at=now))
    event = Event(verdict="vouched", role=REFEREE)
    tell(session, application, event, actor=actor, now=now)


def freeze(
    session: Session,
    application: Application,
    event: Event,
    actor: Actor,
    now: datetime,
) -> None:
    """Freeze what is submitted; it waits for the nominee's word."""
    application.round += 1
    application.state, application.step = rules.UNCONFIRMED, ""
    application.confirmed_how, application.reason = "", ""
    application.submitted_at = now
    keep_verdict(session, application, now)
    snapshot = take_snapshot(session, application, now)
    body = {"snapshot": snapshot.digest}
    tell(session, application, event, actor=actor, now=now, body=body)


def hold(session: Session, application: Application, state: str) -> None:
    """Hold the row, so that two people cannot act on it at once.

    Raises:
        StepError: it is in another state.
    """
    lock(session, application)
    if application.state != state:
        raise StepError


def lock(session: Session, application: Application) -> None:
    """Hold the row of an application and read anew where it is."""
    session.flush()
    session.refresh(application, ["state", "step"], with_for_update=True)


def _is_number(application: Application, id_number: str) -> bool:
    person = application.person
    number = normalise_id_number(id_number)
    if person is None or not number:
        return False
    return get_vault().lookup(number, ID_CONTEXT) == person.id_number_hash


def _fill_columns(
    session: Session, application: Application, actor: Actor, now: datetime
) -> None:
    answers = answers_of(application)
    if application.way == rules.RESULT:
        application.post = answers.post[:80]
        return
    unit = _unit(session, answers, actor, now)
    _require_within(application, unit)
    person = _person(session, application, answers, unit, actor, now)
    require_free(session, application.batch, person, application.id)
    _require_no_bar(session, person, now)
    occupation = find_occupation(session, answers.occupation)
    if occupation is None:
        raise NomineeError(_("Choose the occupation the trade belongs to."))
    application.person, application.unit = person, unit
    application.district_code = unit.district_code
    application.occupation_edition = EDITION
    application.occupation_code = occupation.code
    application.trade, application.post = answers.trade[:80], answers.post[:80]
    application.recommendation = answers.recommendation[:1000]
    session.flush()


def require_free(
    session: Session, batch: Batch, person: Person, but: int | None = None
) -> None:
    """Refuse a second application of a person in a batch; holds the person's row.

    Raises:
        NomineeError: one is on its way already.
    """
    session.execute(
        select(Person.id).where(Person.id == person.id).with_for_update(key_share=True)
    )
    other = queries.find_live(session, batch.id, person.id)
    if other is not None and other.id != but:
        raise NomineeError(_("The person has an application in this batch already."))


def _require_no_bar(session: Session, person: Person, now: datetime) -> None:
    """Refuse who left the pool and may not come back yet, before anybody reviews it."""
    known = find_by_person(session, person.id)
    if known is None or known.state not in GONE_STATES:
        return
    today = now.astimezone(LOCAL).date()
    earliest = earliest_return(session, known, today=today)
    if earliest is None or earliest > today:
        raise BarredError(earliest)


def _unit(session: Session, answers: Answers, actor: Actor, now: datetime) -> Unit:
    known = find_unit(session, answers.unit_uid) if answers.unit_uid else None
    return known or register_unit(
        session,
        name=answers.unit_name,
        credit_code=answers.unit_code,
        district_code=answers.unit_district,
        now=now,
        actor=actor,
    )


def _require_within(application: Application, unit: Unit) -> None:
    nominating = application.nominator_unit
    if nominating is not None and nominating.id != unit.id:
        raise NomineeError(_("A unit recommends its own people only."))
    if application.batch.district_code not in enclosing_districts(unit.district_code):
        raise NomineeError(_("This batch is for another district."))


def _person(
    session: Session,
    application: Application,
    answers: Answers,
    unit: Unit,
    actor: Actor,
    now: datetime,
) -> Person:
    known = find_by_id_number(session, answers.id_number)
    if application.person is not None and known is not application.person:
        raise NomineeError(_("An application stays with its person."))
    return register_and_look(
        session,
        name=answers.name,
        id_number=answers.id_number,
        phone=answers.phone,
        unit=unit,
        now=now,
        actor=actor,
    )
