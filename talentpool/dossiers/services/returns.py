"""Coming back to the pool after an exit: the same person, dossier and number."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from errors import DomainError
from extensions import LOCAL
from ledger.log.services import Actor
from talentpool.dossiers.models import Craftsman, PoolStep
from talentpool.dossiers.rules import GONE_STATES, bar_ends_on, years_after
from talentpool.dossiers.services.craftsmen import (
    StateStepError,
    Step,
    change_head,
    hold,
    take_step,
)
from talentpool.dossiers.services.memberships import Tier, open_membership
from talentpool.standard.queries import read_in_force


class DayError(DomainError):
    """The day lies in the future, or before the last change of state."""

    def __init__(self, earliest: date) -> None:
        super().__init__(
            _(
                "The day must lie between %(earliest)s and today.",
                earliest=earliest.isoformat(),
            )
        )


class BarredError(DomainError):
    """Who went out may not come back yet; the standard says from when."""

    def __init__(self, until: date | None) -> None:
        super().__init__(
            _("The standard allows no return.")
            if until is None
            else _(
                "The standard allows a return from %(day)s on.", day=until.isoformat()
            )
        )


class ProcedureNeededError(DomainError):
    """The standard wants the whole procedure of admission for this return."""

    def __init__(self) -> None:
        super().__init__(
            _("The standard asks for the whole procedure: propose the person anew.")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a change of state rests on."""

    on: date
    reason: str
    document: str = ""
    decided_by: str = ""


def last_step(session: Session, craftsman: Craftsman) -> PoolStep | None:
    """Return the latest change of state, None for who never left the first one."""
    return session.scalar(
        select(PoolStep)
        .where(PoolStep.craftsman_id == craftsman.id, PoolStep.is_current)
        .order_by(PoolStep.id.desc())
        .limit(1)
    )


def earliest_return(
    session: Session, craftsman: Craftsman, *, today: date
) -> date | None:
    """Return the first day on which who went out may come back; None is never."""
    step = last_step(session, craftsman)
    profile = read_in_force(session, today)
    left_on = (step.valid_from if step else None) or craftsman.updated_at.date()
    cause = step.cause if step else ""
    return bar_ends_on(profile, craftsman.state, cause, left_on)


def re_enter(
    session: Session,
    craftsman: Craftsman,
    *,
    tier: Tier,
    ground: Ground,
    actor: Actor,
    now: datetime,
    by_procedure: bool = False,
) -> None:
    """Take somebody back into the pool: the same person, dossier and number.

    Args:
        session: the caller's transaction.
        craftsman: one who left or was revoked.
        tier: where they come back to, and the number of the decision.
        ground: the day and the reason.
        actor: who decided.
        now: the server's clock.
        by_procedure: the person was admitted anew by the whole procedure.

    Raises:
        BarredError: the bar of the exit's cause has not run out.
        ProcedureNeededError: the standard wants the whole procedure for this return.
        DayError, StateStepError: see `leave`.
    """
    hold(session, craftsman)
    if craftsman.state not in GONE_STATES:
        raise StateStepError
    profile = read_in_force(session, now.astimezone(LOCAL).date())
    earliest = earliest_return(session, craftsman, today=now.astimezone(LOCAL).date())
    if earliest is None or ground.on < earliest:
        raise BarredError(earliest)
    rule = next((r for r in profile.re_entries if r.state == craftsman.state), None)
    if rule is not None and rule.way == "procedure" and not by_procedure:
        raise ProcedureNeededError
    check_day(session, craftsman, ground.on, now)
    step = step_of(ground, cause="re_entry", clause=rule.clause if rule else "")
    take_step(session, craftsman, to="active", step=step, actor=actor, now=now)
    changes = {
        "level": tier.level,
        "pool_class": tier.pool_class,
        "term_ends_on": years_after(ground.on, profile.life.term_years),
    }
    why = {"document": tier.decision, "reason": ground.reason}
    change_head(session, craftsman, changes=changes, actor=actor, now=now, why=why)
    open_membership(session, craftsman, tier, on=ground.on, actor=actor, now=now)


def step_of(ground: Ground, *, cause: str, clause: str) -> Step:
    """Return the ground as a change of state keeps it."""
    return Step(
        cause=cause,
        clause=clause,
        reason=ground.reason,
        document=ground.document,
        decided_by=ground.decided_by,
        on=ground.on,
    )


def check_day(session: Session, craftsman: Craftsman, on: date, now: datetime) -> None:
    """Refuse a day outside the time since the last change.

    Raises:
        DayError: it lies before the last change of state, or in the future.
    """
    step = last_step(session, craftsman)
    earliest = (step.valid_from if step else None) or craftsman.entered_on
    if not earliest <= on <= now.astimezone(LOCAL).date():
        raise DayError(earliest)
