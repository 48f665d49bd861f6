"""Two results of the same entries side by side: who moved, whose award changed.

Words used here:
    before, after: the two results, by two schemes or from two sets of marks.
    moved: places gained from before to after; below 0 lost.
"""

from dataclasses import dataclass
from fractions import Fraction

from scoring.results.rules.result import Result
from scoring.results.rules.score import Scoring


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One entry before and after; None and "" where it has no rank, total or award."""

    entry: str
    group: str
    old_rank: int | None
    new_rank: int | None
    old_total: Fraction | None
    new_total: Fraction | None
    old_award: str
    new_award: str
    old_status: str  # "" where the entry was not there
    new_status: str

    @property
    def moved(self) -> int | None:
        """Places gained; None where the entry is unranked on one side."""
        if self.old_rank is None or self.new_rank is None:
            return None
        return self.old_rank - self.new_rank

    @property
    def rank_changed(self) -> bool:
        return self.old_rank != self.new_rank

    @property
    def total_changed(self) -> bool:
        return self.old_total != self.new_total

    @property
    def award_changed(self) -> bool:
        return self.old_award != self.new_award

    @property
    def is_changed(self) -> bool:
        """Whether rank, award or status differ; the total alone may move."""
        return (
            self.rank_changed
            or self.award_changed
            or self.old_status != self.new_status
        )


def compare(before: Scoring, after: Scoring) -> list[Shift]:
    """Pair the entries of two results.

    Args:
        before: one result.
        after: another one of the same entries; an entry missing on one side has no
            rank, total and award there.

    Returns:
        One row per entry by group, new rank (the unranked last), old rank, entry.
    """
    old = {result.entry: result for result in before.results}
    new = {result.entry: result for result in after.results}
    rows = [_pair(code, old.get(code), new.get(code)) for code in old | new]
    return sorted(rows, key=_order)


def _pair(entry: str, old: Result | None, new: Result | None) -> Shift:
    known = new or old
    return Shift(
        entry=entry,
        group=known.group if known else "",
        old_rank=old.rank if old else None,
        new_rank=new.rank if new else None,
        old_total=old.total if old else None,
        new_total=new.total if new else None,
        old_award=old.award if old else "",
        new_award=new.award if new else "",
        old_status=old.status if old else "",
        new_status=new.status if new else "",
    )


def _order(row: Shift) -> tuple[str, bool, int, bool, int, str]:
    return (
        row.group,
        row.new_rank is None,
        row.new_rank or 0,
        row.old_rank is None,
        row.old_rank or 0,
        row.entry,
    )
