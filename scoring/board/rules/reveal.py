"""The reveal from the last place up, step by step, as a presenter walks through it.

The board stands as it was frozen. From the last place up each work is looked at: one
whose total has changed since the freeze gets it, and moves; one that stands where it
stays is placed. Before the first step come those that have lost points since (a mark
was corrected): from then on works only rise, so that a place once told stands.

As ICPC resolvers do: https://icpc.io/resolver (the idea; the rules are our own).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

# group, rank, total, given, expected: see `state`
_GROUP, _RANK, _TOTAL = 0, 1, 2

CORRECT, RISE, STAY, PLACE = "correct", "rise", "stay", "place"


@dataclass(frozen=True, slots=True)
class Step:
    """One press of the key.

    `kind`: correct (lost points before the reveal), rise (a new total, higher up),
    stay (a new total, the same position), place (this work has this place).
    """

    kind: str
    code: str
    position: int  # in the list after the step, from 0
    rank: int  # final place; 0 unless `place`, or not ranked
    total: str


def list_groups(final: Mapping[str, Sequence[Any]]) -> list[str]:
    """Return the codes of the groups in a state's rows, in order."""
    return sorted({str(row[_GROUP]) for row in final.values()})


def order_frozen(
    frozen: Mapping[str, Sequence[Any]],
    final: Mapping[str, Sequence[Any]],
    group: str,
) -> list[tuple[str, str]]:
    """Return code and total of each work of a group as the reveal begins.

    Works the frozen board gave no place (not complete then, or only progress was
    shown) come last, without a total.
    """
    run = _Run(frozen, final, group)
    return [(code, _total(frozen, code)) for code in run.places]


def resolve(
    frozen: Mapping[str, Sequence[Any]],
    final: Mapping[str, Sequence[Any]],
    group: str,
) -> list[Step]:
    """Return the steps that lead a group from the frozen list to the final one.

    Every work is placed exactly once, from the last place up; after the last step the
    list is in the final order. Where places do not follow from totals alone, nothing
    moves: each work is told with its place, from the last one up.
    """
    run = _Run(frozen, final, group)
    if sorted(run.final_order, key=run.final_key) != run.final_order:
        return [
            Step(PLACE, code, at, int(final[code][_RANK]), _total(final, code))
            for at, code in reversed(list(enumerate(run.final_order)))
        ]
    for code in list(run.places):
        if run.values[code] > _value(final, code):
            run.give(code, CORRECT)
    at = len(run.places) - 1
    while at >= 0:
        if run.places[at] not in run.done:
            run.give(run.places[at], "")
            continue
        run.settle(at)
        at -= 1
    return run.steps


class _Run:
    def __init__(
        self,
        frozen: Mapping[str, Sequence[Any]],
        final: Mapping[str, Sequence[Any]],
        group: str,
    ) -> None:
        self.final = final
        self.final_order = sorted(
            (code for code, row in final.items() if str(row[_GROUP]) == group),
            key=lambda code: (final[code][_RANK] or float("inf"), code),
        )
        self._order = {code: at for at, code in enumerate(self.final_order)}
        self.values = {code: _value(frozen, code) for code in self.final_order}
        self.places = sorted(self.final_order, key=self._key)
        self.done: set[str] = set()
        self.steps: list[Step] = []

    def give(self, code: str, kind: str) -> None:
        """Give a work its final total, and put it where it belongs by now."""
        value = _value(self.final, code)
        is_new, before = self.values[code] != value, self.places.index(code)
        self.values[code] = value
        self.done.add(code)
        self.places.sort(key=self._key)
        after = self.places.index(code)
        if is_new:
            kind = kind or (RISE if after < before else STAY)
            total = _total(self.final, code)
            self.steps.append(Step(kind, code, after, 0, total))

    def settle(self, at: int) -> None:
        """Say the place of the work at a position; it and all below it stand."""
        code = self.places[at]
        rank, total = int(self.final[code][_RANK]), _total(self.final, code)
        self.steps.append(Step(PLACE, code, at, rank, total))

    def final_key(self, code: str) -> tuple[Decimal, int]:
        return -_value(self.final, code), self._order[code]

    def _key(self, code: str) -> tuple[Decimal, int]:
        return -self.values[code], self._order[code]


def _value(rows: Mapping[str, Sequence[Any]], code: str) -> Decimal:
    """Return what a work is ordered by; below everything where it is not ranked."""
    total = _total(rows, code)
    return Decimal(total) if total else Decimal("-Infinity")


def _total(rows: Mapping[str, Sequence[Any]], code: str) -> str:
    row = rows.get(code)
    return str(row[_TOTAL]) if row and row[_RANK] else ""
