"""What an explanation is made of: the *trace* of one entry, from marks to award.

Words used here:
    step: one thing that was done, as a sentence and as arithmetic.
    calculation: the arithmetic of a step, exact, to be done again by hand:
        "(80 + 85 + 90) ÷ 3 = 85". A number without end stands as a fraction (250/3);
        what follows "≈" is for the eye only. Behind "→" stands what a number became
        that was rounded, cut or set. The fields are described in docs/formats/trace.md.
    dropped: why a judge's points do not count: "" (they do), highest, lowest, farther
        (the one outside the two closest) or not_middle (beside the median).

Sentences are templates for `%`, in English, with parameters by name; numbers among the
parameters are text already. `other` and `others` are codes of entries: who shows them
puts a name in their place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

HIGHEST = "highest"
LOWEST = "lowest"
FARTHER = "farther"
NOT_MIDDLE = "not_middle"


def N_(text: str) -> str:  # noqa: N802 - what the collector of texts looks for
    """Mark a sentence that is translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    kind: str  # what was done, see docs/formats/trace.md
    rule: str  # id in docs/rules/scoring.md
    template: str
    params: Mapping[str, str] = field(default_factory=dict)
    calculation: str = ""
    result: Fraction | None = None  # the number after the step

    @property
    def sentence(self) -> str:
        """The sentence in English; `scoring.results.views.trace_texts` translates."""
        return self.template % self.params


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeMark:
    """One judge's mark for an aspect."""

    judge: str  # seat
    value: str  # as entered
    points: Fraction
    dropped: str
    step: Step  # how the value became points


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeSum:
    """One judge's points for a whole criterion or component (a wider trim scope)."""

    judge: str
    parts: tuple[Fraction, ...]  # by aspect, or by criterion after cap and factor
    points: Fraction
    dropped: str
    calculation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AspectTrace:
    code: str
    name: str
    kind: str
    max: Fraction
    judges: int  # marks expected
    aggregate: str
    marks: tuple[JudgeMark, ...]  # by judge
    exact: Fraction | None  # before rounding; None: the judges only agree in sum
    points: Fraction | None
    is_counted: bool  # False: judges are aggregated higher up; `points` only compare
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionTrace:
    code: str
    name: str
    max: Fraction  # cap × factor
    aspects: tuple[AspectTrace, ...]
    sums: tuple[JudgeSum, ...]  # with trim scope criterion or component
    points: Fraction | None  # after the factor
    is_counted: bool  # False: the judges are aggregated on the component
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentTrace:
    code: str
    name: str
    max: Fraction
    weight: Fraction
    trim_scope: str
    criteria: tuple[CriterionTrace, ...]
    sums: tuple[JudgeSum, ...]  # with trim scope component
    raw: Fraction  # rounded, without the panel correction
    points: Fraction  # rounded, as it counts
    weighted: Fraction
    pass_mark: Fraction | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalTrace:
    line: str  # the whole total in one calculation
    weighted: Fraction  # before penalties
    penalty: Fraction
    exact: Fraction
    points: Fraction  # rounded, as published
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankKey:
    text: str  # as the scheme writes it; "total", "playoff"
    name: str  # of the component, criterion or aspect; "" for the others
    value: str  # "" where the entry has none
    places: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """This entry beside another: the first key in which they differ."""

    other: str  # entry
    rank: int  # of the other
    number: int  # of the key: 0 the total, 1 … the tie keys, then play-off; -1 none
    key: RankKey | None  # this entry's; None where they share the rank
    theirs: str
    is_ahead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RankTrace:
    rank: int | None  # None: not ranked
    of: int  # ranked entries of the same ranking
    keys: tuple[RankKey, ...]  # total first, in the order they are compared
    tied_by: str
    shared_with: tuple[str, ...]  # entries on the same rank
    above: Comparison | None  # the nearest that is better
    below: Comparison | None  # the nearest that is worse
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    entry: str
    group: str
    status: str
    components: tuple[ComponentTrace, ...]  # empty where not present
    total: TotalTrace | None  # None where not present
    rank: RankTrace
    award: str  # "" where there is none
    award_steps: tuple[Step, ...]  # each award in turn, until one is given
    scale: int | None
    scale_steps: tuple[Step, ...]

    def walk(self) -> tuple[Step, ...]:
        """Return every step, in the order they were done."""
        found: list[Step] = []
        for component in self.components:
            for criterion in component.criteria:
                for aspect in criterion.aspects:
                    found += [mark.step for mark in aspect.marks]
                    found += aspect.steps
                found += criterion.steps
            found += component.steps
        found += self.total.steps if self.total else ()
        return (*found, *self.rank.steps, *self.award_steps, *self.scale_steps)
