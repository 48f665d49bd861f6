"""Suspension, exit, revocation and return, by the causes of the standard."""

from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from errors import DomainError
from extensions import LOCAL
from ledger.log.services import Actor
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.rules import GONE_STATES
from talentpool.dossiers.services.craftsmen import (
    StateStepError,
    hold,
    raise_level,
    take_step,
)
from talentpool.dossiers.services.memberships import Tier
from talentpool.dossiers.services.returns import Ground, check_day, step_of
from talentpool.life.models import Review
from talentpool.standard.queries import read_in_force
from talentpool.standard.rules.profile import Profile


class NoSuchCauseError(DomainError):
    """The standard in force knows no such cause."""

    def __init__(self) -> None:
        super().__init__(_("The standard in force knows no such cause."))


def leave(
    session: Session,
    craftsman: Craftsman,
    *,
    cause: str,
    ground: Ground,
    actor: Actor,
    now: datetime,
) -> None:
    """Take a craftsman out of the pool by a coded cause of the standard.

    Raises:
        NoSuchCauseError: the standard in force has no such exit.
        DayError: the day is not between the last change and today.
        StateStepError: the state does not allow it.
    """
    profile = _profile(session, now)
    found = profile.exit(cause)
    if found is None:
        raise NoSuchCauseError
    hold(session, craftsman)
    check_day(session, craftsman, ground.on, now)
    step = step_of(ground, cause=cause, clause=found.clause)
    take_step(session, craftsman, to=found.state, step=step, actor=actor, now=now)
    _close_reviews(session, craftsman, ground, actor, now)


def suspend(
    session: Session,
    craftsman: Craftsman,
    *,
    cause: str,
    ground: Ground,
    actor: Actor,
    now: datetime,
) -> None:
    """Let a dossier rest, by a coded cause of the standard.

    Raises:
        NoSuchCauseError, DayError, StateStepError: see `leave`.
    """
    causes = {item.cause: item for item in _profile(session, now).suspensions}
    if cause not in causes:
        raise NoSuchCauseError
    hold(session, craftsman)
    check_day(session, craftsman, ground.on, now)
    step = step_of(ground, cause=cause, clause=causes[cause].clause)
    take_step(session, craftsman, to="suspended", step=step, actor=actor, now=now)


def resume(
    session: Session,
    craftsman: Craftsman,
    *,
    ground: Ground,
    actor: Actor,
    now: datetime,
) -> None:
    """End a suspension.

    Raises:
        DayError, StateStepError: see `leave`.
    """
    hold(session, craftsman)
    if craftsman.state != "suspended":
        raise StateStepError
    check_day(session, craftsman, ground.on, now)
    step = step_of(ground, cause="resumed", clause="")
    take_step(session, craftsman, to="active", step=step, actor=actor, now=now)


def join_tier(
    session: Session,
    craftsman: Craftsman,
    *,
    tier: Tier,
    on: date,
    actor: Actor,
    now: datetime,
) -> None:
    """Take a member into a further tier by a numbered decision.

    Raises:
        StateStepError: who is not in the pool joins no tier.
        DayError: the day is not between the last change and today.
    """
    hold(session, craftsman)
    if craftsman.state in GONE_STATES:
        raise StateStepError
    check_day(session, craftsman, on, now)
    raise_level(
        session,
        craftsman,
        level=tier.level,
        decision=tier.decision,
        on=on,
        actor=actor,
        now=now,
    )


def _profile(session: Session, now: datetime) -> Profile:
    return read_in_force(session, now.astimezone(LOCAL).date())


def _close_reviews(
    session: Session, craftsman: Craftsman, ground: Ground, actor: Actor, now: datetime
) -> None:
    """A re-confirmation that was open ends with the exit."""
    for review in session.scalars(
        select(Review).where(
            Review.craftsman_id == craftsman.id, Review.state == "open"
        )
    ):
        review.state, review.reason = "closed", ground.reason
        review.document = ground.document
        review.decided_at, review.decided_by = now, actor.name
    session.flush()
