"""Allotting stations under constraints: a search that anybody can repeat.

Words used here:
    target: a station; held: who is at each target, in the order of the targets, "" for
        nobody.
    class: contestants of one unit. It is a list of contest numbers and says no name.
    feature: something a station has and a contestant needs, by an opaque code.
    hard: must hold; soft: holds as far as the search gets.
    cost: `HARD` for each hard constraint that is broken, 1 for each soft one.

The search begins with a shuffle and swaps two places at a time, as the numbers of the
draw say; a swap that costs more is taken back. Source: docs/rules/draw.md, D-13 to 18.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

HARD = 1_000_000
ATTEMPTS = 4  # from a new shuffle each
STEPS = 100  # swaps tried in an attempt, for each target

Choose = Callable[[int], int]  # gives a number from 0 to below its argument


class StuckError(ValueError):
    """No arrangement was found that keeps every hard constraint."""


@dataclass(frozen=True, slots=True)
class Apart:
    """Pairs of targets, by their places, that two of one class do not hold."""

    name: str  # beside | behind
    hard: bool
    pairs: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraints:
    """What an arrangement has to keep; holds no name and no word."""

    apart: tuple[Apart, ...] = ()
    classes: tuple[tuple[str, ...], ...] = ()
    features: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by target
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by item
    spread: tuple[tuple[str, ...], ...] = ()  # targets of each batch; () is no rule

    @property
    def asks_nothing(self) -> bool:
        """Tell whether every arrangement keeps them."""
        return not self.needs and not (self.classes and (self.apart or self.spread))


def write(constraints: Constraints) -> str:
    """Return constraints as the text a draw commits to: sorted keys, no spaces."""
    body = {
        "apart": [
            {"hard": a.hard, "name": a.name, "pairs": a.pairs}
            for a in constraints.apart
        ],
        "classes": constraints.classes,
        "features": constraints.features,
        "needs": constraints.needs,
        "spread": constraints.spread,
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read(text: str) -> Constraints:
    """Return the constraints a draw committed to."""
    body = json.loads(text)
    return Constraints(
        apart=tuple(
            Apart(a["name"], a["hard"], tuple((x, y) for x, y in a["pairs"]))
            for a in body["apart"]
        ),
        classes=tuple(tuple(group) for group in body["classes"]),
        features={name: tuple(codes) for name, codes in body["features"].items()},
        needs={name: tuple(codes) for name, codes in body["needs"].items()},
        spread=tuple(tuple(batch) for batch in body["spread"]),
    )


def share_of(size: int, batches: int) -> int:
    """Return how many of a class of `size` a batch takes when it is spread evenly."""
    return -(-size // batches)


class Hall:
    """An arrangement that is being searched for, and what it costs."""

    def __init__(
        self, items: Sequence[str], targets: Sequence[str], given: Constraints
    ) -> None:
        self._given, self._targets = given, targets
        self.held = [*items, *[""] * (len(targets) - len(items))]
        self._class = {i: n for n, group in enumerate(given.classes) for i in group}
        self._near: list[list[tuple[int, int]]] = [[] for _target in targets]
        for rule in given.apart:
            weight = HARD if rule.hard else 1
            for one, other in rule.pairs:
                self._near[one].append((other, weight))
                self._near[other].append((one, weight))
        place = {target: n for n, target in enumerate(targets)}
        self._batch = dict.fromkeys(range(len(targets)), -1)
        for number, batch in enumerate(given.spread):
            self._batch.update((place[target], number) for target in batch)
        self._most = [
            share_of(len(group), len(given.spread) or 1) for group in given.classes
        ]
        self._count: dict[tuple[int, int], int] = {}

    def shuffle(self, choose: Choose) -> None:
        """Put everybody somewhere: Fisher-Yates, from the end."""
        for last in range(len(self.held) - 1, 0, -1):
            other = choose(last + 1)
            self.held[last], self.held[other] = self.held[other], self.held[last]
        self._count = {}
        for at, item in enumerate(self.held):
            if item in self._class and self._batch[at] >= 0:
                key = (self._class[item], self._batch[at])
                self._count[key] = self._count.get(key, 0) + 1

    def cost(self) -> int:
        """Return what the arrangement costs as a whole."""
        needs = sum(self._unmet(at) for at in range(len(self.held)))
        pairs = sum(self._beside(at) for at in range(len(self.held)))
        return needs + pairs // 2 + sum(map(self._excess, self._count))

    def swap(self, one: int, other: int) -> int:
        """Swap two places; return how much more, or less, it costs now."""
        keys = self._keys(one, other)
        before = self._around(one, other, keys)
        self._move(one, other)
        return self._around(one, other, keys) - before

    def _move(self, one: int, other: int) -> None:
        for at, step in ((one, -1), (other, -1)):
            self._tally(at, step)
        self.held[one], self.held[other] = self.held[other], self.held[one]
        for at in (one, other):
            self._tally(at, 1)

    def _tally(self, at: int, step: int) -> None:
        number = self._class.get(self.held[at])
        if number is not None and self._batch[at] >= 0:
            key = (number, self._batch[at])
            self._count[key] = self._count.get(key, 0) + step

    def _keys(self, one: int, other: int) -> set[tuple[int, int]]:
        numbers = {self._class.get(self.held[at]) for at in (one, other)} - {None}
        return {
            (number, self._batch[at])
            for number in numbers
            if number is not None
            for at in (one, other)
            if self._batch[at] >= 0
        }

    def _around(self, one: int, other: int, keys: set[tuple[int, int]]) -> int:
        # The pair of the two themselves counts twice, before the swap and after it.
        places = sum(self._unmet(at) + self._beside(at) for at in {one, other})
        return places + sum(map(self._excess, keys))

    def _unmet(self, at: int) -> int:
        needs = self._given.needs.get(self.held[at])
        if not needs:
            return 0
        there = self._given.features.get(self._targets[at], ())
        return HARD * sum(need not in there for need in needs)

    def _beside(self, at: int) -> int:
        number = self._class.get(self.held[at])
        if number is None:
            return 0
        return sum(
            weight
            for other, weight in self._near[at]
            if self._class.get(self.held[other]) == number
        )

    def _excess(self, key: tuple[int, int]) -> int:
        return max(0, self._count.get(key, 0) - self._most[key[0]])


def place(
    items: Sequence[str],
    targets: Sequence[str],
    given: Constraints,
    choose: Choose,
    *,
    enough: int = 0,
) -> dict[str, str]:
    """Return which target each item gets: the first of the cheapest found.

    Args:
        items: who draws, in canonical order.
        targets: stations, in their printed order; at least as many as items.
        given: what has to hold.
        choose: gives the numbers of the draw.
        enough: what an arrangement may cost to be taken at once.

    Raises:
        StuckError: in every one found a hard constraint is broken.
    """
    hall = Hall(items, targets, given)
    size, best, found = len(targets), -1, hall.held
    for _attempt in range(ATTEMPTS):
        hall.held = [*items, *[""] * (size - len(items))]
        hall.shuffle(choose)
        cost = hall.cost()
        for _step in range(STEPS * size):
            if cost <= enough:
                break
            one, other = choose(size), choose(size)
            more = hall.swap(one, other)
            if more > 0:
                hall.swap(one, other)
            else:
                cost += more
        if best < 0 or cost < best:
            best, found = cost, hall.held
        if best <= enough:
            break
    if best >= HARD:
        raise StuckError("A hard constraint is broken in every arrangement found.")
    at = {item: target for item, target in zip(found, targets, strict=True) if item}
    return {item: at[item] for item in items}
