"""The life of a judge's sheet, told from what was signed, returned, locked, unlocked.

A sheet has no state of its own that anybody could set. It is what the records say:

    open ── sign ──▶ signed ── check ──▶ checked ── lock ──▶ locked
     ▲  ◀── return ────┴───── return ──────┘                    │
     └──────────────────────────── unlock (a new round) ────────┘

    open: marks count as they arrive.
    signed: the judge's word is given; marks arrive late.
    checked: another person, who leads the panel, has countersigned it.
    locked: the chief judge closed all sheets; marks arrive late.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

OPEN, SIGNED, CHECKED, LOCKED = "open", "signed", "checked", "locked"
BROKEN = "broken"  # the records contradict each other: a defect, or a forgery
_MOVES = {  # step: the states it may be taken in, the state it leads to
    "signed": ({OPEN}, SIGNED),
    "checked": ({SIGNED}, CHECKED),
    "returned": ({SIGNED, CHECKED}, OPEN),
    # A seat that marks nothing has nothing to sign, and is locked with the others.
    "locked": ({CHECKED, OPEN}, LOCKED),
    "unlock_asked": ({LOCKED}, LOCKED),
    "unlocked": ({LOCKED}, OPEN),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a sheet's life."""

    what: str  # signed | checked | returned | locked | unlock_asked | unlocked
    at: datetime
    by: str  # the actor's name in the log; "" for the judge of the sheet
    round: int
    reason: str = ""
    digest: str = ""  # of the marks signed or locked
    marks: int | None = None  # how many were signed
    device: str = ""  # the tablet it was done on


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """A signature as its row has it."""

    round: int
    digest: str
    marks: int
    signed_at: datetime
    returned_at: datetime | None
    returned_by: str
    returned_reason: str
    device: str = ""
    checked_at: datetime | None = None
    checked_by: str = ""
    check_device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Locking:
    """A lock as its row has it."""

    round: int
    digest: str
    locked_at: datetime
    locked_by: str
    asked_at: datetime | None
    asked_by: str
    reason: str
    unlocked_at: datetime | None
    unlocked_by: str
    # Locks of before sheets were checked ask for a signature only.
    asks_check: bool = True


def tell_sheet(
    signings: Iterable[Signing], lockings: Iterable[Locking]
) -> tuple[str, list[Step]]:
    """Return the state of a sheet and every step that led to it, oldest first.

    Both are given in the order they were written. The state is "broken" where a step
    is told that the state before it does not allow.
    """
    locks = {locking.round: locking for locking in lockings}
    rounds: dict[int, list[Step]] = {number: [] for number in locks}
    # By round and, in it, as they were written: no clock decides about the order.
    for signing in signings:
        rounds.setdefault(signing.round, []).extend(_sign_steps(signing))
    steps: list[Step] = []
    for number in sorted(rounds):
        steps += rounds[number]
        if number in locks:
            steps += _lock_steps(locks[number])
    return _walk(steps, locks), steps


def _walk(steps: Sequence[Step], locks: Mapping[int, Locking]) -> str:
    state = OPEN
    for step in steps:
        allowed, next_state = _MOVES[step.what]
        if step.what == "locked" and not locks[step.round].asks_check:
            allowed = allowed | {SIGNED}
        if state not in allowed:
            return BROKEN
        state = next_state
    return state


def _sign_steps(signing: Signing) -> Iterator[Step]:
    yield Step(
        what="signed",
        at=signing.signed_at,
        by="",
        round=signing.round,
        digest=signing.digest,
        marks=signing.marks,
        device=signing.device,
    )
    if signing.checked_at is not None:
        yield Step(
            what="checked",
            at=signing.checked_at,
            by=signing.checked_by,
            round=signing.round,
            digest=signing.digest,
            device=signing.check_device,
        )
    if signing.returned_at is not None:
        yield Step(
            what="returned",
            at=signing.returned_at,
            by=signing.returned_by,
            round=signing.round,
            reason=signing.returned_reason,
        )


def _lock_steps(locking: Locking) -> Iterator[Step]:
    yield Step(
        what="locked",
        at=locking.locked_at,
        by=locking.locked_by,
        round=locking.round,
        digest=locking.digest,
    )
    if locking.asked_at is not None:
        yield Step(
            what="unlock_asked",
            at=locking.asked_at,
            by=locking.asked_by,
            round=locking.round,
            reason=locking.reason,
        )
    if locking.unlocked_at is not None:
        yield Step(
            what="unlocked",
            at=locking.unlocked_at,
            by=locking.unlocked_by,
            round=locking.round,
        )
