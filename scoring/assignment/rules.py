"""Who judges what: places at an event given to candidates by an optimiser.

Words used here:
    panel: the criteria marked by the same number of judges, under a letter.
    place: one judge's part in a panel; a panel has as many as its aspects expect, so
        that every work is seen by so many.
    load: works to mark times aspects to mark, over all events of a competition.
    broken: what a choice made by hand does not keep; it needs a reason.

The optimiser is HiGHS, by SciPy. Hard: every place taken, by judges that are invited,
have accepted, are trained, hold a qualification, are not recused and are free on the
day; nobody twice. Soft, in this order: a leader in every panel, units apart in a panel,
the greatest load small, the higher qualification. Of equal answers the solver gives the
same one again. Source: docs/rules/blind-chain.md, B-21 to B-23.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

# Levels of a judge's qualification, from the highest; the first two may lead a panel.
LEVELS = ("national", "province", "city", "none")
LEADERS = frozenset(LEVELS[:2])
# Why a candidate cannot be placed.
NOT_INVITED = "not_invited"
NOT_ACCEPTED = "not_accepted"
NOT_TRAINED = "not_trained"
NOT_QUALIFIED = "not_qualified"
RECUSED = "recused"
BUSY = "busy"
# What else a choice can break.
TWICE = "twice"
EMPTY = "empty"
SAME_UNIT = "same_unit"
NO_LEADER = "no_leader"

_WEIGHTS = {"leader": 1000.0, "unit": 100.0, "load": 10.0, "level": 0.1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A judge who may be placed, as far as it matters."""

    user_id: int
    unit_id: int | None
    level: str  # one of LEVELS
    load: int  # from other events of the competition
    faults: tuple[str, ...] = ()  # why they cannot be placed; hard


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What is to be taken."""

    letter: str
    places: int
    load: int  # of each judge in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One thing a choice does not keep."""

    code: str
    panel: str = ""
    user_id: int | None = None


Choice = Mapping[str, Sequence[int | None]]  # user ids by the panel's letter


def propose(
    candidates: Sequence[Candidate], panels: Sequence[Panel]
) -> dict[str, list[int]] | None:
    """Return who takes each panel's places, None where there are too few.

    Judges stand in the order of the candidates; who leads a panel is its first whose
    qualification allows it, see `leader_of`.
    """
    free = [one for one in candidates if not one.faults]
    if not free or not panels:
        return {panel.letter: [] for panel in panels} if not panels else None
    found = _solve(free, panels)
    if found is None:
        return None
    return {
        panel.letter: [
            one.user_id for at, one in enumerate(free) if found[at, number] > 0.5
        ]
        for number, panel in enumerate(panels)
    }


def leader_of(chosen: Sequence[Candidate]) -> int | None:
    """Return who leads a panel: the first with the highest qualification that may."""
    may = [one for one in chosen if one.level in LEADERS]
    best = min(may, key=lambda one: LEVELS.index(one.level), default=None)
    return best.user_id if best else None


def list_broken(
    candidates: Sequence[Candidate], panels: Sequence[Panel], choice: Choice
) -> list[Broken]:
    """Return everything a choice does not keep, panel by panel; [] keeps all."""
    by_id = {one.user_id: one for one in candidates}
    broken: list[Broken] = []
    times = Counter(
        user_id for chosen in choice.values() for user_id in chosen if user_id
    )
    broken += [
        Broken(code=TWICE, user_id=user_id)
        for user_id, count in times.items()
        if count > 1
    ]
    for panel in panels:
        chosen = [by_id[i] for i in choice.get(panel.letter, ()) if i in by_id]
        broken += [
            Broken(code=fault, panel=panel.letter, user_id=one.user_id)
            for one in chosen
            for fault in one.faults
        ]
        if len(chosen) < panel.places:
            broken.append(Broken(code=EMPTY, panel=panel.letter))
        units = Counter(one.unit_id for one in chosen if one.unit_id is not None)
        if any(count > 1 for count in units.values()):
            broken.append(Broken(code=SAME_UNIT, panel=panel.letter))
        if chosen and leader_of(chosen) is None:
            broken.append(Broken(code=NO_LEADER, panel=panel.letter))
    return broken


def _solve(free: Sequence[Candidate], panels: Sequence[Panel]) -> np.ndarray | None:
    """Return a table of 0 and 1, judges by panels; None where there is no answer."""
    # Takes half a second to import, and few processes ever place judges.
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415
    from scipy.sparse import lil_array  # noqa: PLC0415

    judges, count = len(free), len(panels)
    taken = judges * count
    units = sorted({one.unit_id for one in free if one.unit_id is not None})
    crowds = len(units) * count
    # The variables: who sits where, a leader missing, how many of a unit too many, and
    # the greatest load.
    size = taken + count + crowds + 1
    cost = np.zeros(size)
    for at, one in enumerate(free):
        cost[at * count : (at + 1) * count] = _WEIGHTS["level"] * LEVELS.index(
            one.level
        )
    cost[taken : taken + count] = _WEIGHTS["leader"]
    cost[taken + count : taken + count + crowds] = _WEIGHTS["unit"]
    most = max(1, *(p.load for p in panels), *(one.load for one in free))
    cost[-1] = _WEIGHTS["load"] / most
    rows, low, high = [], [], []

    def add(row: dict[int, float], least: float, top: float) -> None:
        rows.append(row)
        low.append(least)
        high.append(top)

    for number, panel in enumerate(panels):
        column = [at * count + number for at in range(judges)]
        add(dict.fromkeys(column, 1.0), panel.places, panel.places)
        leads = [c for c, one in zip(column, free, strict=True) if one.level in LEADERS]
        add({**dict.fromkeys(leads, 1.0), taken + number: 1.0}, 1, np.inf)
        for place, unit in enumerate(units):
            own = [
                c for c, one in zip(column, free, strict=True) if one.unit_id == unit
            ]
            extra = taken + count + place * count + number
            add({**dict.fromkeys(own, 1.0), extra: -1.0}, -np.inf, 1)
    for at, one in enumerate(free):
        add({at * count + number: 1.0 for number in range(count)}, 0, 1)
        loads = {at * count + n: float(panel.load) for n, panel in enumerate(panels)}
        add({**loads, size - 1: -1.0}, -np.inf, -one.load)
    table = lil_array((len(rows), size))
    for number, row in enumerate(rows):
        for place, value in row.items():
            table[number, place] = value
    upper = np.concatenate([np.ones(taken), np.full(size - taken, np.inf)])
    whole = np.concatenate([np.ones(taken), np.zeros(size - taken)])
    answer = milp(
        cost,
        constraints=LinearConstraint(table.tocsr(), low, high),
        bounds=Bounds(np.zeros(size), upper),
        integrality=whole,
        options={"time_limit": 20.0},
    )
    if answer.x is None:
        return None
    found: np.ndarray = np.round(answer.x[:taken]).reshape(judges, count)
    return found
