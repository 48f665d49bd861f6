"""The chain of reviews: nothing out of order, nothing by two hands of one person."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.users.models import User
from errors import DomainError
from ledger.log.services import Actor
from people.workdays.services import add_working_days
from talentpool.admission.models.applications import Application, Claim
from talentpool.admission.models.notices import UnitNotice
from talentpool.admission.queries import applications as queries
from talentpool.admission.queries.notices import find_unit_notice
from talentpool.admission.rules import applications as rules
from talentpool.admission.rules import batches as steps
from talentpool.admission.rules.claims import CLAIMED, REFUSED, VERIFIED
from talentpool.admission.rules.conflicts import DECIDER, PUBLISHER, REVIEWER
from talentpool.admission.rules.proposals import OPEN
from talentpool.admission.services.assess import keep_verdict
from talentpool.admission.services.chronicle import Event, log, tell
from talentpool.admission.services.clock import local_day, start_clock
from talentpool.admission.services.drafts import ClaimValues, put_claim
from talentpool.admission.services.parties import actor_of, require_apart
from talentpool.admission.services.submit import StepError, confirm, hold
from talentpool.standard.rules.evaluate import ADMISSIBLE


class OutOfOrderError(DomainError):
    """The application is at another step than the one to be passed."""

    def __init__(self) -> None:
        super().__init__(
            _("The application is at another step. Nothing is passed out of order.")
        )


class UncheckedError(DomainError):
    """Evidence has not been looked at."""

    def __init__(self) -> None:
        super().__init__(_("Verify or refuse each piece of evidence first."))


class ReasonNeededError(DomainError):
    """A return, a refusal, and a decision against the verdict give their reason."""

    def __init__(self) -> None:
        super().__init__(_("Give the reason; the applicant reads it."))


class NoticeRunningError(DomainError):
    """A notice has not been put up, or its days are not over."""

    def __init__(self) -> None:
        super().__init__(_("The notice has not ended yet."))


class GroundGoneError(DomainError):
    """The published result the application rests on was withdrawn."""

    def __init__(self) -> None:
        super().__init__(
            _("The published result it rests on was withdrawn. Wait for the new one.")
        )


def check_claim(
    session: Session,
    application: Application,
    claim: Claim,
    *,
    accepted: bool,
    note: str,
    user: User,
    now: datetime,
) -> None:
    """Verify or refuse one piece of evidence, and judge again.

    Raises:
        OutOfOrderError: the application is not with a reviewing office.
        ConflictError: the user may not review it.
        ReasonNeededError: a refusal without a note.
    """
    actor = actor_of(user)
    _at_review(session, application, user)
    if not accepted and not note:
        raise ReasonNeededError
    claim.state, claim.note = (VERIFIED if accepted else REFUSED), note
    claim.checked_at, claim.checked_by = now, actor.name
    session.flush()
    keep_verdict(session, application, now)
    body = {"claim": claim.uid, "field": claim.field, "claim_state": claim.state}
    log(session, application, "evidence_checked", actor, now, body)


def state_claim(
    session: Session,
    application: Application,
    values: ClaimValues,
    *,
    user: User,
    now: datetime,
) -> None:
    """Record what a document proves that the reviewer has seen; verified at once.

    Raises:
        OutOfOrderError, ConflictError: as `check_claim`.
        ValueError, KeyError: the value is not what the field holds.
    """
    actor = actor_of(user)
    _at_review(session, application, user)
    claim = put_claim(session, application, values, actor=actor, now=now, verified=True)
    keep_verdict(session, application, now)
    body = {"claim": claim.uid if claim else "", "field": values.field}
    log(session, application, "evidence_stated", actor, now, body)


def confirm_on_paper(
    session: Session,
    application: Application,
    *,
    document: str,
    user: User,
    now: datetime,
) -> None:
    """Note that the nominee has signed; by an office, never by who recommends.

    Raises:
        ConflictError: the user has a part in the application.
        StepError: nobody waits for the nominee.
    """
    actor = actor_of(user)
    require_apart(session, application, user, REVIEWER)
    confirm(
        session,
        application,
        how="paper",
        user=None,
        document=document,
        actor=actor,
        now=now,
    )


def put_up_unit_notice(
    session: Session,
    application: Application,
    *,
    place: str,
    actor: Actor,
    now: datetime,
) -> UnitNotice:
    """Note that the unit has put its own notice up today; its days are counted now.

    Raises:
        OutOfOrderError: it is not the unit's turn, or it hangs already.
        WorkdayTableMissingError: nobody can count the days.
    """
    _at(session, application, steps.UNIT_NOTICE)
    if find_unit_notice(session, application) is not None:
        raise OutOfOrderError
    first = local_day(now)
    days = application.batch.unit_notice_days
    notice = UnitNotice(
        application=application,
        round=application.round,
        first_day=first,
        last_day=add_working_days(session, first, days),
        place=place,
        put_up_at=now,
        put_up_by=actor.name,
    )
    session.add(notice)
    body = {
        "first_day": notice.first_day.isoformat(),
        "last_day": notice.last_day.isoformat(),
    }
    log(session, application, "unit_notice", actor, now, body)
    return notice


def pass_step(
    session: Session,
    application: Application,
    step: str,
    *,
    user: User,
    now: datetime,
    reason: str = "",
) -> None:
    """Pass a step of a unit or an office; the application goes to the next one.

    Raises:
        OutOfOrderError: it is at another step, or this one is not passed like this.
        ConflictError: the user has a part in it that rules the review out.
        UncheckedError: a piece of evidence was neither verified nor refused.
        NoticeRunningError: the unit's notice has not ended.
        GroundGoneError: the published result was withdrawn.
    """
    actor = actor_of(user)
    _at(session, application, step)
    role = ""
    if step == steps.UNIT_NOTICE:
        _require_unit_notice(session, application, now)
    elif step in steps.LEVEL_STEPS:
        role = REVIEWER
        require_apart(session, application, user, role)
        _require_checked(session, application)
    else:
        raise OutOfOrderError
    require_ground(application)
    event = Event(verdict="passed", role=role, reason=reason, from_step=step)
    go_on(session, application, event, actor=actor, now=now)


def return_to(
    session: Session,
    application: Application,
    to: str,
    *,
    reason: str,
    user: User,
    now: datetime,
) -> None:
    """Give an application back to an earlier step, or to the applicant ("").

    Raises:
        OutOfOrderError: `to` is not before the present step, or it is not under review.
        ReasonNeededError: no reason.
        ConflictError: the user may not review it.
    """
    actor = actor_of(user)
    hold(session, application, rules.RUNNING)
    from_step = application.step
    chain = application.batch.steps
    if to and to not in steps.steps_before(chain, from_step):
        raise OutOfOrderError
    if from_step in {steps.NOTICE, steps.ENTRY}:
        raise OutOfOrderError
    if not reason:
        raise ReasonNeededError
    role = _role_at(from_step)
    if role:
        require_apart(session, application, user, role)
    application.step, application.reason = to, reason
    if to:
        start_clock(session, application, now)
    else:
        application.state, application.due_on = rules.RETURNED, None
    event = Event(verdict="returned", reason=reason, from_step=from_step)
    tell(session, application, event, actor=actor, now=now)


def refuse(
    session: Session,
    application: Application,
    *,
    reason: str,
    user: User,
    now: datetime,
) -> None:
    """Refuse an application for good, with the reason.

    Raises:
        OutOfOrderError: it stands on a notice: objections decide from there on.
        ReasonNeededError, ConflictError: as `return_to`.
    """
    actor = actor_of(user)
    hold(session, application, rules.RUNNING)
    if application.step in {steps.UNIT_NOTICE, steps.NOTICE, steps.ENTRY}:
        raise OutOfOrderError
    if not reason:
        raise ReasonNeededError
    role = _role_at(application.step)
    require_apart(session, application, user, role or REVIEWER)
    end(session, application, reason, role=role, actor=actor, now=now)


def end(
    session: Session,
    application: Application,
    reason: str,
    *,
    role: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Set an application to refused, wherever it is."""
    from_step = application.step
    application.state, application.step = rules.REFUSED, ""
    application.reason, application.due_on = reason, None
    event = Event(verdict="refused", role=role, reason=reason, from_step=from_step)
    tell(session, application, event, actor=actor, now=now)


def decide(
    session: Session,
    application: Application,
    *,
    pool_class: str,
    minute_number: str,
    reason: str,
    user: User,
    now: datetime,
) -> None:
    """Record the leading group's decision with its minute; the notice comes next.

    Raises:
        OutOfOrderError: it is not at this step.
        ConflictError: whoever reviewed it does not decide on it.
        ReasonNeededError: the verdict is not "admissible" and no reason is given.
        GroundGoneError: the published result was withdrawn.
    """
    actor = actor_of(user)
    _at(session, application, steps.DECISION)
    require_apart(session, application, user, DECIDER)
    require_ground(application)
    keep_verdict(session, application, now)
    if application.outcome != ADMISSIBLE and not reason:
        raise ReasonNeededError
    application.level, application.pool_class = application.batch.level, pool_class
    application.minute_number = minute_number
    event = Event(
        verdict="decided", role=DECIDER, reason=reason, from_step=steps.DECISION
    )
    go_on(session, application, event, actor=actor, now=now)


def go_on(
    session: Session,
    application: Application,
    event: Event,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Put an application at the step after its present one."""
    application.step = steps.next_step(application.batch.steps, application.step)
    start_clock(session, application, now)
    tell(session, application, event, actor=actor, now=now)


def require_ground(application: Application) -> None:
    """Refuse where the publication behind a proposal was withdrawn.

    Raises:
        GroundGoneError: it was.
    """
    if application.proposal is not None and application.proposal.state != OPEN:
        raise GroundGoneError


def _at(session: Session, application: Application, step: str) -> None:
    """Hold the row, at this very step."""
    hold(session, application, rules.RUNNING)
    if application.step != step:
        raise OutOfOrderError


def _at_review(session: Session, application: Application, user: User) -> None:
    try:
        hold(session, application, rules.RUNNING)
    except StepError as error:
        raise OutOfOrderError from error
    if application.step not in steps.LEVEL_STEPS:
        raise OutOfOrderError
    require_apart(session, application, user, REVIEWER)


def _role_at(step: str) -> str:
    """Return as whom one acts at a step; the publisher keeps the panel."""
    roles = {
        steps.UNIT_NOTICE: "",
        steps.EXPERTS: PUBLISHER,
        steps.DECISION: DECIDER,
    }
    return roles.get(step, REVIEWER)


def _require_checked(session: Session, application: Application) -> None:
    claims = queries.list_claims(session, application.id)
    if any(claim.state == CLAIMED for claim in claims):
        raise UncheckedError


def _require_unit_notice(
    session: Session, application: Application, now: datetime
) -> None:
    notice = find_unit_notice(session, application)
    if notice is None or local_day(now) <= notice.last_day:
        raise NoticeRunningError
