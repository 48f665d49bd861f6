"""What becomes public, and when: the one place that decides it.

While a board is frozen nothing becomes public, whatever the jury does. The freeze does
not look at the jury's numbers either: the public keeps the last state it was shown.
"""

from dataclasses import dataclass
from datetime import datetime

from scoring.board.rules.state import FINAL, FROZEN, LIVE, State, public_state


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How an event's board is run; moments in UTC, None is not (yet)."""

    shows: str
    is_open: bool
    freeze_at: datetime | None = None
    frozen_at: datetime | None = None
    final_at: datetime | None = None


def is_freeze_due(plan: Plan, now: datetime) -> bool:
    """Tell whether the freeze begins now."""
    return (
        plan.is_open
        and plan.frozen_at is None
        and plan.freeze_at is not None
        and plan.freeze_at <= now
    )


def next_public(plan: Plan, shown: State, jury: State, now: datetime) -> State:
    """Return the state the public sees from now on, given what it was shown.

    A freeze that is due comes first, before a mark that came meanwhile.
    """
    if not plan.is_open:
        return shown
    if plan.final_at is not None:
        return public_state(jury, shows=plan.shows, phase=FINAL)
    if plan.frozen_at is not None or is_freeze_due(plan, now):
        return freeze(shown)
    return public_state(jury, shows=plan.shows, phase=LIVE)


def freeze(shown: State) -> State:
    """Return the state a freeze leaves: the last one shown, called frozen."""
    return {**shown, "phase": FROZEN} if shown else shown
