"""Which works are rechecked after the lock, and when the recheck is done.

Words used here:
    top: the works that are always rechecked, by the plan.
    rest: the other works with a result; a share of them is drawn.
    plan: how the top is told and how large the share is; fixed before the lock.
    wrong: a work whose marks or sums a rechecker found not to be right.
    grown: more than 5 % of the drawn sample were wrong, so every work is rechecked.

Source: docs/rules/chain.md, C-10 to C-15.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from competition.draw.rules import frame, shuffle, words

ALGORITHM = "jiangcai-recheck/1"
AWARDS, COUNT, SHARE = "awards", "count", "share"
TOP_KINDS = (AWARDS, COUNT, SHARE)
TOP_BY_DEFAULT = 3  # places, where nobody has an award
LEAST_PERCENT = 15  # of the rest
MOST_WRONG = 5  # percent
RIGHT, WRONG = "right", "wrong"
OUTCOMES = (RIGHT, WRONG)
PRESENT = "present"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    top_kind: str = AWARDS
    top_value: int = TOP_BY_DEFAULT  # places, or percent of the works of a group
    rest_percent: int = LEAST_PERCENT

    def is_sound(self) -> bool:
        """Tell whether the plan asks for no less than the rules do."""
        return (
            self.top_kind in TOP_KINDS
            and 1 <= self.top_value <= 100
            and LEAST_PERCENT <= self.rest_percent <= 100
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The works to recheck; each is in one list, the first that it fits."""

    top: tuple[str, ...]  # sorted
    again: tuple[str, ...]  # sorted; found wrong in an earlier round
    drawn: tuple[str, ...]  # in the order drawn
    left: tuple[str, ...]  # sorted; rechecked only if the sample grows

    @property
    def works(self) -> tuple[str, ...]:
        return (*self.top, *self.again, *self.drawn)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How far a recheck is."""

    works: tuple[str, ...]  # to recheck, those grown into at the end
    found: Mapping[str, str]  # outcome by work
    is_grown: bool

    @property
    def waiting(self) -> list[str]:
        return [work for work in self.works if work not in self.found]

    @property
    def wrong(self) -> list[str]:
        return [work for work in self.works if self.found.get(work) == WRONG]

    @property
    def is_complete(self) -> bool:
        return not self.waiting

    @property
    def error_percent(self) -> Decimal:
        """Wrong works in a hundred of those rechecked so far, to one place."""
        done = len(self.works) - len(self.waiting)
        return round(Decimal(100 * len(self.wrong)) / (done or 1), 1)


def list_top(rows: Iterable[Mapping[str, Any]], plan: Plan) -> list[str]:
    """Return the works of the top group, sorted; in every group of its own.

    Args:
        rows: of the result: entry, group, status, rank, total, award.
        plan: `awards`: who has an award, and where nobody of a group has one its first
            three; `count`: places up to a number; `share`: the places of that share of
            the works, rounded up. Ties count with their place.
    """
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["status"] == PRESENT:
            groups.setdefault(row["group"], []).append(row)
    return sorted(work for group in groups.values() for work in _top_of(group, plan))


def sample_size(rest: int, percent: int) -> int:
    """Return how many of the rest are drawn: rounded up, at least one."""
    return max(1, -(-rest * percent // 100)) if rest else 0


def make_seed(event: str, round_: int, secret: bytes, lock_digest: str) -> bytes:
    """Return the seed: of a secret from before the lock, and of what was locked."""
    parts = frame(ALGORITHM, event, str(round_), secret, lock_digest)
    return hashlib.sha256(parts).digest()


def draw_sample(
    rows: Sequence[Mapping[str, Any]],
    plan: Plan,
    seed: bytes,
    *,
    again: Iterable[str] = (),
    is_whole: bool = False,
) -> Sample:
    """Draw the sample of a result.

    Args:
        rows: of the result.
        plan: what the event asks for.
        seed: of the draw.
        again: works that were wrong in an earlier round.
        is_whole: a recheck of the whole field was left unfinished: take all.
    """
    present = {row["entry"] for row in rows if row["status"] == PRESENT}
    top = list_top(rows, plan)
    more = sorted((present if is_whole else present & set(again)) - set(top))
    rest = sorted(present - set(top) - set(more))
    size = sample_size(len(rest), plan.rest_percent)
    drawn = shuffle(rest, words(seed))[:size]
    return Sample(
        top=tuple(top),
        again=tuple(more),
        drawn=tuple(drawn),
        left=tuple(sorted(set(rest) - set(drawn))),
    )


def must_grow(wrong: int, of: int) -> bool:
    """Tell whether so many wrong works of a sample ask for the whole field."""
    return wrong * 100 > MOST_WRONG * of


def read_state(sample: Sample, found: Mapping[str, str]) -> State:
    """Return how far a recheck is.

    The sample grows as soon as it is certain that more than 5 % of it are wrong.
    """
    wrong = sum(found.get(work) == WRONG for work in sample.works)
    is_grown = must_grow(wrong, len(sample.works))
    works = (*sample.works, *(sample.left if is_grown else ()))
    known = {work: found[work] for work in works if work in found}
    return State(works=works, found=known, is_grown=is_grown)


def _top_of(rows: Sequence[Mapping[str, Any]], plan: Plan) -> list[str]:
    awarded = [row["entry"] for row in rows if row["award"]]
    if plan.top_kind == AWARDS and awarded:
        return awarded
    places = plan.top_value if plan.top_kind == COUNT else TOP_BY_DEFAULT
    if plan.top_kind == SHARE:
        places = -(-len(rows) * plan.top_value // 100)
    return [row["entry"] for row in rows if _place(row, rows) <= places]


def _place(row: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> int:
    """Return the rank; before carried points are known, the place by the total."""
    if row["rank"] is not None:
        return int(row["rank"])
    own = Decimal(row["total"] or 0)
    return 1 + sum(Decimal(other["total"] or 0) > own for other in rows)
