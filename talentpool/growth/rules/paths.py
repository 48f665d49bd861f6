"""The path of a worker: training, practice, contest, promotion, leader.

Words used here:
    step: one of `STEPS`, in that order.
    reached: a step has at least one dated record; the first of them says when.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

STEPS = ("training", "practice", "contest", "promotion", "leader")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record of a step; `on` is None where nobody knows the day."""

    step: str
    kind: str  # which record: training, practice, exchange, contest, certificate …
    title: str
    on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a path."""

    step: str
    records: Sequence[Record]

    @property
    def is_reached(self) -> bool:
        return bool(self.records)

    @property
    def first_on(self) -> date | None:
        """Return the first known day."""
        return min((r.on for r in self.records if r.on is not None), default=None)


def path_of(records: Iterable[Record]) -> list[Step]:
    """Return every step with its records, oldest first; those without a day last.

    Source: rule G-16 in docs/rules/growth.md.
    """
    found: dict[str, list[Record]] = {step: [] for step in STEPS}
    for record in records:
        found[record.step].append(record)
    return [
        Step(
            step=step,
            records=sorted(rows, key=lambda r: (r.on is None, r.on or date.min)),
        )
        for step, rows in found.items()
    ]


def standing(path: Sequence[Step]) -> tuple[str, list[str]]:
    """Return the furthest step that is reached, "" for none, and those missing."""
    reached = [step.step for step in path if step.is_reached]
    return (
        reached[-1] if reached else "",
        [step.step for step in path if not step.is_reached],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step of the path of a place.

    Attributes:
        reached: people who have reached it by the last day asked for.
        went_on: of these, who reached the next step on that day or later.
        by_year: how many reached it first in each year asked for.
    """

    step: str
    reached: int
    went_on: int
    by_year: Mapping[int, int]
