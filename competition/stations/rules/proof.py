"""Whether an arrangement keeps its constraints, one by one; and what cannot be kept.

Words used here:
    verdict: one constraint, and whether it holds in an arrangement.
    obstacle: why no arrangement can keep the hard constraints, found before the draw.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from competition.stations.rules.placing import (
    HARD,
    Apart,
    Choose,
    Constraints,
    StuckError,
    place,
    share_of,
    write,
)

NEED, SPREAD = "need", "spread"
BESIDE, BEHIND = "beside", "behind"
TRIALS = 3  # arrangements searched for before a commitment; each must be found


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One constraint on one contestant or one class."""

    kind: str  # need | beside | behind | spread
    hard: bool
    label: str  # K1, K2 … of a class; the contest number of a need
    places: tuple[str, ...]  # the stations it is about
    asked: str = ""  # features; the most a batch takes
    broken: tuple[str, ...] = ()  # pairs of stations, batches; () holds
    is_avoidable: bool = True  # an arrangement that keeps it alone could exist


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Why the hard constraints cannot be kept."""

    code: str  # few_stations | few_features | large_class | not_found
    label: str = ""  # of the class; features, joined by commas
    count: int = 0  # contestants
    room: int = 0  # stations


def list_verdicts(
    targets: Sequence[str], given: Constraints, result: Mapping[str, str]
) -> list[Verdict]:
    """Return every constraint with whether it holds, those on needs first."""
    verdicts = [
        Verdict(
            kind=NEED,
            hard=True,
            label=item,
            places=(result[item],),
            asked=", ".join(needs),
            broken=tuple(
                need
                for need in needs
                if need not in given.features.get(result[item], ())
            ),
        )
        for item, needs in sorted(given.needs.items())
    ]
    for number, group in enumerate(given.classes, start=1):
        at = {result[item] for item in group}
        held = tuple(target for target in targets if target in at)
        label = f"K{number}"
        verdicts += [_apart(rule, targets, held, label) for rule in given.apart]
        if given.spread:
            verdicts.append(_spread(given, held, label))
    return verdicts


def find_obstacles(
    items: Sequence[str],
    targets: Sequence[str],
    given: Constraints,
) -> list[Obstacle]:
    """Return why the hard constraints cannot be kept; [] where the search keeps them.

    What can be proven impossible is named. Where nothing can, the very search of the
    draw is tried `TRIALS` times, with numbers that follow from the constraints (D-17).
    """
    if len(targets) < len(items):
        return [Obstacle(code="few_stations", count=len(items), room=len(targets))]
    found = _short_features(targets, given)
    for rule in given.apart:
        room = room_of(len(targets), rule)
        found += [
            Obstacle(code="large_class", label=f"K{n}", count=len(group), room=room)
            for n, group in enumerate(given.classes, start=1)
            if rule.hard and len(group) > room
        ]
    if found:
        return found
    try:
        for number in range(TRIALS):
            place(items, targets, given, _trial(given, number), enough=HARD - 1)
    except StuckError:
        return [Obstacle(code="not_found", count=len(items), room=len(targets))]
    return []


def room_of(size: int, rule: Apart) -> int:
    """Return a bound on how many of one class `size` stations hold apart.

    Of each pair of a matching one station stays free of the class; in rows of
    neighbours the matching found is the largest, and the bound is exact.
    """
    taken: set[int] = set()
    pairs = 0
    for one, other in sorted(rule.pairs):
        if not taken & {one, other}:
            taken |= {one, other}
            pairs += 1
    return size - pairs


def _trial(given: Constraints, number: int) -> Choose:
    start = hashlib.sha256(f"trial {number} {write(given)}".encode()).digest()
    counter = count()

    def choose(limit: int) -> int:
        text = start + next(counter).to_bytes(8, "big")
        return int.from_bytes(hashlib.sha256(text).digest()[:8], "big") % limit

    return choose


def _apart(
    rule: Apart, targets: Sequence[str], held: tuple[str, ...], label: str
) -> Verdict:
    own = set(held)
    return Verdict(
        kind=rule.name,
        hard=rule.hard,
        label=label,
        places=held,
        broken=tuple(
            f"{targets[one]}+{targets[other]}"
            for one, other in rule.pairs
            if targets[one] in own and targets[other] in own
        ),
        is_avoidable=len(held) <= room_of(len(targets), rule),
    )


def _spread(given: Constraints, held: tuple[str, ...], label: str) -> Verdict:
    most = share_of(len(held), len(given.spread))
    counts = [len(set(batch) & set(held)) for batch in given.spread]
    return Verdict(
        kind=SPREAD,
        hard=False,
        label=label,
        places=held,
        asked=str(most),
        broken=tuple(
            f"{number}: {own}"
            for number, own in enumerate(counts, start=1)
            if own > most
        ),
    )


def _short_features(targets: Sequence[str], given: Constraints) -> list[Obstacle]:
    """Return the sets of needs for which there are too few stations.

    Everybody who needs something gets a station of their own that has it (a matching),
    or those who cannot, together with all they compete with, are named.
    """
    can = {
        item: [t for t in targets if set(needs) <= set(given.features.get(t, ()))]
        for item, needs in given.needs.items()
    }
    held: dict[str, str] = {}
    found: dict[str, Obstacle] = {}
    for item in sorted(can):
        seen: set[str] = set()
        if _settle(item, can, held, seen):
            continue
        rivals = {item, *(held[target] for target in seen)}
        asked = sorted({need for rival in rivals for need in given.needs[rival]})
        label = ", ".join(asked)
        found.setdefault(
            label,
            Obstacle(
                code="few_features", label=label, count=len(rivals), room=len(seen)
            ),
        )
    return list(found.values())


def _settle(
    item: str, can: Mapping[str, Iterable[str]], held: dict[str, str], seen: set[str]
) -> bool:
    """Give an item a station of its own, moving others on where that helps."""
    for target in can[item]:
        if target in seen:
            continue
        seen.add(target)
        if target not in held or _settle(held[target], can, held, seen):
            held[target] = item
            return True
    return False


def count_kinds(verdicts: Iterable[Verdict]) -> dict[str, tuple[int, int]]:
    """Return how many constraints of each kind there are, and how many hold."""
    listed = list(verdicts)
    all_of = Counter(v.kind for v in listed)
    kept = Counter(v.kind for v in listed if not v.broken)
    return {kind: (number, kept[kind]) for kind, number in all_of.items()}
