"""A scoring scheme as data: components, their criteria, their aspects (评分点).

All points, bounds and factors are exact fractions. *Points* are marks on the scale of
the aspect, criterion or component; a component's *weight* takes them to the total.
`scoring.scheme.rules.parse.parse_scheme` makes these; nothing else needs to.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

FORMAT = "jiangcai-scheme/1"

KINDS = (
    "yes_no",
    "score",
    "deduction",
    "tolerance",
    "choice",
    "judgement",
    "rank",
)
AGGREGATES = ("agreed", "mean", "trimmed_mean", "median", "closest_two")
TRIM_SCOPES = ("aspect", "criterion", "component")
UNRESOLVED = ("share", "dense", "playoff", "decide")
OVER_LIMIT = ("zero_component", "zero_total", "disqualify")
TEAM_METHODS = ("sum", "mean", "best", "points")


@dataclass(frozen=True, slots=True, kw_only=True)
class Aspect:
    code: str
    name: str
    kind: str  # one of KINDS
    max: Fraction
    judges: int  # marks expected per entry
    aggregate: str  # one of AGGREGATES; the component's where its trim_scope is wider
    drop: int
    section: str = ""  # section of the occupational standard
    description: str = ""
    descriptors: tuple[str, ...] = ()  # judgement: what 0, 1, 2 and 3 look like
    min: Fraction = Fraction(0)  # score
    per_fault: Fraction = Fraction(0)  # deduction
    lower: Fraction | None = None  # tolerance: limits of size, in the sheet's unit
    upper: Fraction | None = None
    unit: Fraction = Fraction(1)  # tolerance: size of one step beyond a limit
    per_unit: Fraction = Fraction(0)  # tolerance: points lost per step
    mode: str = "step"  # tolerance: step | proportional | all_or_nothing
    options: Mapping[str, Fraction] = field(default_factory=dict)  # choice
    step: Fraction = Fraction(0)  # rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    code: str
    name: str
    aspects: tuple[Aspect, ...]
    cap: Fraction  # before the factor
    floor: Fraction
    factor: Fraction
    zero_component_below: Fraction | None  # before the factor
    day: str = ""  # day of marking

    @property
    def max(self) -> Fraction:
        """Most points a criterion can bring to its component."""
        return self.cap * self.factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    code: str
    name: str
    max: Fraction
    weight: Fraction
    pass_mark: Fraction | None  # on the component's scale
    trim_scope: str  # one of TRIM_SCOPES
    aggregate: str  # used where trim_scope is wider than the aspect
    drop: int
    criteria: tuple[Criterion, ...]

    @property
    def aspects(self) -> Iterator[Aspect]:
        return (aspect for criterion in self.criteria for aspect in criterion.aspects)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounding:
    mode: str = "half_up"
    aspect: int | None = None  # decimal places; None is not rounded
    component: int | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalty:
    code: str
    name: str
    unit: Fraction
    points: Fraction
    started: bool
    limit: Fraction | None
    over_limit: str | None  # one of OVER_LIMIT
    applies_to: str  # component code or "total"


@dataclass(frozen=True, slots=True, kw_only=True)
class TieKey:
    text: str  # as written in the scheme
    kind: str  # component | criterion | aspect | time
    code: str  # "" for time
    descending: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    compare: str = "published"  # published | exact
    per: str = "group"  # group | event
    ties: tuple[TieKey, ...] = ()
    unresolved: str = "share"  # one of UNRESOLVED
    require_pass: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """One award; exactly one of count, share and upto is set."""

    name: str
    count: int | None
    share: Fraction | None  # 0 to 1
    upto: Fraction | None  # 0 to 1
    of: str  # ranked | entered
    share_rounding: str  # floor | ceil | half_up
    tie_at_cut: str  # include | exclude
    require_pass: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Teams:
    method: str  # one of TEAM_METHODS
    best: int | None
    points: Mapping[str, Fraction]  # award name or "passed" → points
    ties: tuple[TieKey, ...]  # time only


@dataclass(frozen=True, slots=True, kw_only=True)
class Panels:
    correction: str = "none"  # none | mean
    min_entries: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of the occupational standard and the marks it prescribes."""

    code: str
    name: str
    marks: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    title: str
    components: tuple[Component, ...]
    rounding: Rounding = field(default_factory=Rounding)
    penalties: tuple[Penalty, ...] = ()
    ranking: Ranking = field(default_factory=Ranking)
    awards: tuple[Award, ...] = ()
    teams: Teams | None = None
    scale: str | None = None  # "worldskills"
    panels: Panels = field(default_factory=Panels)
    sections: tuple[Section, ...] = ()

    @property
    def aspects(self) -> Iterator[Aspect]:
        return (aspect for part in self.components for aspect in part.aspects)

    @property
    def max(self) -> Fraction:
        """Full mark: the weighted sum of the components' maxima."""
        return sum((part.max * part.weight for part in self.components), Fraction(0))
