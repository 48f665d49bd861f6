"""How far a panel is: what is missing and what waits, by work and seat.

Words used here:
    lane: one judge's part of one work; the map of gaps has a field for each.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from scoring.marking.rules.calls import Call, Dispute
from scoring.marking.rules.cells import Counted
from scoring.scheme.rules.tree import Aspect

# What a lane may wait for, the gravest first.
CONFLICT, LATE, RESCORE, DISPUTE, MISSING = (
    "conflict",
    "late",
    "rescore",
    "dispute",
    "missing",
)
NOTHING, FULL, EXCUSED = "nothing", "full", "excused"
WAITING = (
    *(CONFLICT, LATE, RESCORE, DISPUTE),
    *("comment", "rescore_reason", "photo", MISSING),
)


@dataclass(slots=True)
class Lane:
    """One judge's part of one work."""

    of: int  # marks expected
    done: int = 0
    is_excused: bool = False
    waits: dict[str, int] = field(default_factory=dict)  # how often, by WAITING

    @property
    def state(self) -> str:
        """The gravest of WAITING, or "nothing" (to mark), "excused", "full"."""
        if not self.of:
            return NOTHING
        if self.is_excused:
            return EXCUSED
        return next((name for name in WAITING if self.waits.get(name)), FULL)

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found to wait, each as (entry, aspect, seat)."""

    conflicts: Iterable[tuple[str, str, str]] = ()
    late: Iterable[tuple[str, str, str]] = ()
    rescores: Iterable[tuple[str, str, str]] = ()
    disputes: Iterable[Dispute] = ()
    calls: Iterable[Call] = ()


def map_gaps(
    works: Mapping[str, bool],
    aspects: Mapping[str, Sequence[Aspect]],
    counted: Iterable[Counted],
    found: Found,
) -> dict[str, dict[str, Lane]]:
    """Return the lanes by work and seat.

    Args:
        works: work codes, in the order of the map, with whether each is excused.
        aspects: what each seat marks.
        counted: the marks that count.
        found: what waits.
    """
    own = {seat: {a.code for a in marked} for seat, marked in aspects.items()}
    lanes = {
        work: {
            seat: Lane(of=len(codes), is_excused=excused) for seat, codes in own.items()
        }
        for work, excused in works.items()
    }
    for mark in counted:
        lane = lanes.get(mark.entry, {}).get(mark.judge)
        if lane is not None and mark.aspect in own[mark.judge]:
            lane.done += 1
    for name, entry, seat in _list_waits(found):
        lane = lanes.get(entry, {}).get(seat)
        if lane is not None:
            lane.waits[name] = lane.waits.get(name, 0) + 1
    for line in lanes.values():
        for lane in line.values():
            if lane.done < lane.of:
                lane.waits[MISSING] = lane.of - lane.done
    return lanes


def count_states(lanes: Mapping[str, Mapping[str, Lane]]) -> dict[str, int]:
    """Return how many works wait for what, a work once for its gravest lane."""
    order = (*WAITING, FULL, EXCUSED, NOTHING)
    counts: dict[str, int] = {}
    for line in lanes.values():
        states = {lane.state for lane in line.values()}
        gravest = next((name for name in order if name in states), NOTHING)
        counts[gravest] = counts.get(gravest, 0) + 1
    return counts


def _list_waits(found: Found) -> Iterable[tuple[str, str, str]]:
    for name, cells in (
        (CONFLICT, found.conflicts),
        (LATE, found.late),
        (RESCORE, found.rescores),
    ):
        for entry, _aspect, seat in cells:
            yield name, entry, seat
    for dispute in found.disputes:
        for seat in dispute.marks:
            yield DISPUTE, dispute.entry, seat
    for call in found.calls:
        yield call.what, call.entry, call.judge
