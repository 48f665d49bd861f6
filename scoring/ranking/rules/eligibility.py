"""Who is eligible to be recommended for a promotion or an honour, and why.

Nothing is granted here: a person recommends. An entry is *in question* where its rank,
award and group are those of the row; *guards* then say what speaks for and against.
What is not known is not met. Source: rules S-95 and S-96.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scoring.scheme.rules.tree import Eligibility

NO_LEVEL = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A present entry with the facts guards look at."""

    code: str
    group: str
    rank: int | None
    award: str
    points: Mapping[str, str]  # by component, as printed
    lines: Mapping[str, str]  # pass lines by component, as printed
    reached: frozenset[str]  # components whose pass line is reached
    age: int | None
    held: str | None  # "": none, None: not known
    promoted_on: str | None  # 2026-05-01; "": never, None: not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    guard: str  # pass:CODE | min_age | max_age | held | not_promoted_since
    met: bool
    given: str | None  # None: not known
    wanted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    entry: str
    name: str  # level or honour
    met: bool
    reasons: tuple[Reason, ...]
    conditions: tuple[str, ...]  # for a person to look at
    rule: str


def judge_rows(
    rows: Sequence[Eligibility], candidates: Sequence[Candidate], *, is_ladder: bool
) -> list[Outcome]:
    """Return an outcome for every row and every candidate in question for it.

    With a ladder (promotions) who has met a row is not in question for later ones.
    """
    outcomes: list[Outcome] = []
    promoted: set[str] = set()
    for row in rows:
        for candidate in candidates:
            if candidate.code in promoted or not _is_in_question(row, candidate):
                continue
            reasons = tuple(_weigh(row, candidate))
            met = all(reason.met for reason in reasons)
            if met and is_ladder:
                promoted.add(candidate.code)
            outcomes.append(
                Outcome(
                    entry=candidate.code,
                    name=row.name,
                    met=met,
                    reasons=reasons,
                    conditions=row.conditions,
                    rule=row.rule,
                )
            )
    return outcomes


def _is_in_question(row: Eligibility, candidate: Candidate) -> bool:
    if row.ranks is not None:
        first, last = row.ranks
        if candidate.rank is None or not first <= candidate.rank <= last:
            return False
    if row.awards and candidate.award not in row.awards:
        return False
    return not row.groups or candidate.group in row.groups


def _weigh(row: Eligibility, candidate: Candidate) -> Iterator[Reason]:
    for code in row.require_pass:
        yield Reason(
            guard=f"pass:{code}",
            met=code in candidate.reached,
            given=candidate.points[code],
            wanted=candidate.lines[code],
        )
    age = candidate.age
    for guard, bound in (("min_age", row.min_age), ("max_age", row.max_age)):
        if bound is not None:
            right = age is not None and (
                age >= bound if guard == "min_age" else age <= bound
            )
            given = None if age is None else str(age)
            yield Reason(guard=guard, met=right, given=given, wanted=str(bound))
    if row.held is not None:
        held = candidate.held
        yield Reason(
            guard="held",
            met=held is not None and held in row.held,
            given=None if held is None else held or NO_LEVEL,
            wanted=" / ".join(level or NO_LEVEL for level in row.held),
        )
    if row.not_promoted_since is not None:
        since = row.not_promoted_since.isoformat()
        last = candidate.promoted_on
        yield Reason(
            guard="not_promoted_since",
            met=last is not None and last < since,
            given=None if last is None else last or NO_LEVEL,
            wanted=since,
        )
