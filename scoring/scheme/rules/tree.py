"""A scoring scheme as data: components, their criteria, their aspects (评分点).

All points, bounds and factors are exact fractions. *Points* are marks on the scale of
the aspect, criterion or component; a component's *weight* takes them to the total.
`scoring.scheme.rules.parse.parse_scheme` makes these; nothing else needs to.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
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
PHOTOS = ("none", "allowed", "required")
MEDAL_NAMES = ("金牌", "银牌", "铜牌")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """A calculation row that aspects share, as in CIS: exactly one of the two kinds."""

    code: str
    name: str
    unit_name: str  # what is counted: 处, error …
    per_fault: Fraction | None  # for deductions
    max_faults: int | None  # most faults that are counted
    choices: Mapping[str, Fraction]  # for choices: points taken by label


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
    max_faults: int | None = None  # deduction: most faults that are counted
    calculation: str = ""  # code of the row that per_fault or options come from
    symbol: str = ""  # unit shown beside the value, such as mm
    timed: bool = False  # the value is a time: seconds, or m:ss
    comment_below: Fraction | None = None  # points below it call for a comment
    disagreement: Fraction | None = None  # points: largest accepted distance of judges
    photo: str = "none"  # one of PHOTOS


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
class CarriedFrom:
    """Where the web reads a carried component from: an earlier stage's results."""

    event: str  # uid or name of the event
    component: str  # code of a component there, or "total"
    missing: str = "refuse"  # refuse | zero: for who has no points there


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
    criteria: tuple[Criterion, ...]  # none where carried
    bonus: bool = False  # counts for the total, not for the full mark
    carried: bool = False  # its points come from elsewhere, with the entry's facts
    carried_from: CarriedFrom | None = None

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
    cap: Fraction | None = None  # most points the penalty takes
    rule: str = ""  # number of the rule it rests on
    approver: str = ""  # who decides it


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
class Medallion:
    name: str
    start: Fraction  # points from which it is given, inclusive


@dataclass(frozen=True, slots=True, kw_only=True)
class Medals:
    """Gold, silver and bronze, shared within a tolerance."""

    names: tuple[str, ...] = MEDAL_NAMES  # gold, silver, bronze
    tolerance: Fraction = Fraction(0)  # largest gap that shares a medal
    of: str = "total"  # total: as compared | scale
    chain: bool = False  # the gap is to the one before, not to the first
    medallion: Medallion | None = None

    @property
    def all_names(self) -> tuple[str, ...]:
        return (*self.names, *([self.medallion.name] if self.medallion else []))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """One more ranking of the same results, by the values of a column."""

    name: str
    by: str  # unit | team | group | tag:NAME; "" is one table
    where: Mapping[str, tuple[str, ...]]  # column → values, of which one must be there


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """A promotion or an honour: who is in question, and what guards it."""

    name: str  # level granted, or honour
    rule: str  # the text or number it rests on
    ranks: tuple[int, int] | None  # first and last rank in question
    awards: tuple[str, ...]  # one of them, where any is named
    groups: tuple[str, ...]  # one of them, where any is named
    require_pass: tuple[str, ...]
    min_age: int | None  # whole years
    max_age: int | None
    held: tuple[str, ...] | None  # levels one of which must be held; "" is none
    not_promoted_since: date | None  # no promotion on this day or later
    conditions: tuple[str, ...]  # for a person to look at


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
    calculations: tuple[Calculation, ...] = ()
    medals: Medals | None = None
    groupings: tuple[Grouping, ...] = ()  # [[rankings]]
    promotions: tuple[Eligibility, ...] = ()
    honours: tuple[Eligibility, ...] = ()

    @property
    def aspects(self) -> Iterator[Aspect]:
        return (aspect for part in self.components for aspect in part.aspects)

    @property
    def max(self) -> Fraction:
        """Full mark: the weighted sum of the components' maxima, without a bonus."""
        counted = (c.max * c.weight for c in self.components if not c.bonus)
        return sum(counted, Fraction(0))

    @property
    def carried(self) -> tuple[Component, ...]:
        return tuple(part for part in self.components if part.carried)

    @property
    def award_names(self) -> tuple[str, ...]:
        """Every name the award column can carry, best first."""
        medals = self.medals.all_names if self.medals else ()
        return (*medals, *(award.name for award in self.awards))

    @property
    def tags(self) -> tuple[str, ...]:
        """Names of the tags that groupings look at, sorted."""
        columns = {g.by for g in self.groupings}
        columns.update(column for g in self.groupings for column in g.where)
        return tuple(sorted(c[4:] for c in columns if c.startswith("tag:")))
