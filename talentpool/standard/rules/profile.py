"""A standard profile as data: the clauses by which persons enter the pool.

Words used here:
    profile: one version of a standard, read from TOML; a city may have its own.
    clause: a numbered sentence of it, in Chinese and English.
    condition: a clause of entry that can be checked. All of group "all" must be met
        and one of group "any"; a condition of group "exclusion" names who is kept out.
    waiver: a clause that sets aside conditions for those who meet its own check.
    field: a fact about a person that a check reads, one of `FIELDS`.
    dossier field: a column of the dossier the standard speaks of, one of
        `dossier_fields.DOSSIER_FIELDS`.
    step: a part of the procedure; its kind says what the system does there, its id
        which one it is where there are several of a kind (reviews of two unions).
    format 1: profiles written before steps had ids; they stay readable, because
        decisions cite them, and lack what format 2 asks for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date

from errors import FileFaultsError
from scoring.scheme.rules.faults import Fault
from talentpool.standard.rules.mentorship import MentorshipLimits
from talentpool.standard.rules.points import PointsModel
from talentpool.standard.rules.wording import (
    Wording as Wording,  # noqa: PLC0414 - offered on
)

FORMAT = "jiangcai-standard/2"
FORMATS = ("jiangcai-standard/1", FORMAT)
GROUPS = ("all", "any", "exclusion")
LEVELS = ("nation", "province", "city", "district", "enterprise")  # highest first
CLASSES = ("named", "skilled", "competition", "folk", "reserve")
EXIT_STATES = ("left", "revoked", "deceased")
DAY_UNITS = ("working_day", "day")
STEP_KINDS = (
    "proposal",
    "confirmation",  # the nominee agrees to be proposed
    "unit_notice",
    "review",
    "experts",
    "decision",
    "notice",
    "objections",
    "entry",
)
STEPS_NEEDED = ("proposal", "decision", "notice", "objections", "entry")
ACTORS = (
    *("person", "unit", "association", "result"),  # who may propose
    *("district_union", "industry_union", "city_union", "province_union"),
    *("experts", "leading_group", "publisher"),
)
WAYS = ("self", "unit", "association", "result")
BOUNDS = ("most", "least")  # a limit lasts at most so long, a notice at least
ACTIVITIES = (
    *("update", "competition", "certificate", "honour"),
    *("achievement", "pair", "service"),
)
RE_ENTRY_WAYS = ("procedure", "decision")
READERS = ("public", "person", "unit", "official", "officer")
PLACEHOLDERS = (
    *("name", "unit", "trade", "level", "pool_class"),
    *("number", "entered_on", "minute", "version"),
)
PLACEHOLDERS_NEEDED = ("name", "number")

FLAG = "flag"
NUMBER = "number"
WORD = "word"
PLACES = "places"
FIELDS: Mapping[str, str] = {
    "employment": WORD,
    "post_kind": WORD,
    "front_line": FLAG,
    "union_member": FLAG,
    "law_abiding": FLAG,
    "years_in_trade": NUMBER,  # full years
    "unmatched_skill": FLAG,
    "named_methods": NUMBER,
    "innovations": NUMBER,  # with a benefit
    "competitions": PLACES,
    "certificate_rank": NUMBER,  # 1 apprentice … 4 senior worker … 8, of SkillLevel
    "graduated_apprentices": NUMBER,
    "leads_studio": FLAG,
}
WORDS: Mapping[str, tuple[str, ...]] = {
    "employment": ("in_service", "retired", "rehired", "student"),
    "post_kind": ("operator", "technical", "management", "finance"),
}


# What experts mark under a standard that does not say so itself.
USUAL_CRITERIA = (("skill", 40), ("merit", 30), ("passing_on", 20), ("conduct", 10))


class ProfileError(FileFaultsError):
    """A profile that cannot be right; `details` holds every fault by key path."""

    def __init__(self, details: list[Fault]) -> None:
        self.details = tuple(details)
        super().__init__([str(fault) for fault in details])


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What is asked of one field; exactly one of the four demands is set."""

    field: str
    equals: bool | str | None = None
    one_of: tuple[str, ...] = ()
    at_least: int | None = None
    places: Mapping[str, int] = dataclass_field(
        default_factory=dict
    )  # tier → worst place


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    id: str
    group: str  # one of GROUPS
    clause: str
    wording: Wording
    check: Check
    evidence: tuple[Wording, ...]
    pool_class: str = ""  # the class that meeting it suggests
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    clause: str
    wording: Wording
    check: Check
    waives: tuple[str, ...]  # ids of conditions
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A numbered sentence without a check; `code` and `name` where it defines one."""

    clause: str
    wording: Wording
    code: str = ""
    name: Wording | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetCriterion:
    """What an expert marks, and how much of the hundred it carries."""

    code: str
    most: int  # marks; those of all criteria make 100
    wording: Wording | None = None  # None: of a standard that names no criteria


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of the procedure and its limit."""

    clause: str
    wording: Wording
    name: Wording
    who: Wording
    id: str = ""  # "" in format 1
    kind: str = ""  # one of STEP_KINDS; "" in format 1
    actors: tuple[str, ...] = ()  # of ACTORS
    level: str = ""  # of a review: how high the union stands, of LEVELS
    days: int | None = None
    unit: str = "working_day"
    bound: str = "most"  # `days` is the most, or the least, of BOUNDS
    is_optional: bool = False  # each batch says whether it is asked for
    ways: tuple[str, ...] = ()  # of a proposal: who may make one, of WAYS
    experts: int = 0  # of the experts' step: at least so many sheets
    trim: int = 0  # … of which so many highest and so many lowest do not count
    criteria: tuple[SheetCriterion, ...] = ()  # of the experts' step: what they mark
    down_after: int | None = None  # of a notice: taken down so many days after its end


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitCause:
    clause: str
    wording: Wording
    cause: str
    state: str  # the pool state it leads to, one of EXIT_STATES
    document: Wording | None = None  # what proves it
    decided_by: str = ""  # one of ACTORS
    bar_years: int | None = None  # no re-entry for so long; None is `ReEntry`'s


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """A coded cause for which a dossier rests."""

    clause: str
    wording: Wording
    cause: str
    most_months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Re-confirmation at the end of the term: activity renews, exceptions are seen."""

    clause: str
    wording: Wording
    due_days: int  # so many days before the term ends the dossier is due
    grace_months: int  # so long after the term it may stay due
    again: tuple[str, ...]  # ids of conditions that must still be met


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """An activity that renews a dossier by itself."""

    clause: str
    wording: Wording
    activity: str  # one of ACTIVITIES
    at_least: int
    within_months: int  # before the end of the term


@dataclass(frozen=True, slots=True, kw_only=True)
class ReEntry:
    """How somebody who went out in one state may come back."""

    clause: str
    wording: Wording
    state: str  # one of EXIT_STATES
    years: int  # after the exit
    way: str  # one of RE_ENTRY_WAYS: the whole procedure, or a decision alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What fields of the dossier are kept for."""

    clause: str
    wording: Wording
    code: str
    basis: Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierField:
    """A field of the dossier: who must give it, who sees it, why and how long."""

    clause: str
    wording: Wording  # its name
    field: str  # one of DOSSIER_FIELDS
    is_mandatory: bool
    visible: tuple[str, ...]  # of READERS
    purpose: str  # code of a Purpose
    keep_years: int | None  # after the exit; None is for good


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateText:
    """What stands on the certificate of entry; `{name}` and others are filled in."""

    clause: str
    wording: Wording
    title: Wording
    text: Wording
    issuer: Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    clause: str
    wording: Wording
    term_years: int
    update_months: int
    re_entry_years: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A standard, read and checked."""

    code: str
    version: str
    in_force_from: date
    title: Wording
    scope: Clause
    terms: tuple[Clause, ...]
    classes: tuple[Clause, ...]
    levels: tuple[Clause, ...]
    conditions: tuple[Condition, ...]
    waivers: tuple[Waiver, ...]
    procedure: tuple[Step, ...]
    life: Life
    exits: tuple[ExitCause, ...]
    mentorship: MentorshipLimits
    principles: tuple[Clause, ...]
    suspensions: tuple[Suspension, ...] = ()
    review: Review | None = None  # None in format 1
    renewals: tuple[Renewal, ...] = ()
    re_entries: tuple[ReEntry, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    fields: tuple[DossierField, ...] = ()
    certificate: CertificateText | None = None  # None in format 1
    points: PointsModel | None = None  # a city may do without one

    def group(self, name: str) -> Iterator[Condition]:
        """Yield the conditions of one group, in the order of the file."""
        return (c for c in self.conditions if c.group == name)

    def exit(self, cause: str) -> ExitCause | None:
        """Return the exit clause of a cause, or None where the standard has none."""
        return next((e for e in self.exits if e.cause == cause), None)

    @property
    def sheet(self) -> tuple[SheetCriterion, ...]:
        """Return what an expert's sheet asks for, in its order."""
        for step in self.steps("experts"):
            if step.criteria:
                return step.criteria
        return tuple(SheetCriterion(code=c, most=most) for c, most in USUAL_CRITERIA)

    def steps(self, kind: str) -> Iterator[Step]:
        """Yield the steps of one kind, in their order."""
        return (step for step in self.procedure if step.kind == kind)

    def step(self, name: str) -> Step | None:
        """Return the step with this id, or None where the standard has none."""
        return next((s for s in self.procedure if s.id == name), None)

    def first_step(self, kind: str) -> Step | None:
        """Return the first step of a kind, or None where the standard has none."""
        return next(self.steps(kind), None)

    def suspension(self, cause: str) -> Suspension | None:
        """Return the clause of a cause of suspension, or None."""
        return next((s for s in self.suspensions if s.cause == cause), None)

    def re_entry(self, state: str) -> ReEntry | None:
        """Return how one comes back from a state, or None where nobody does."""
        return next((r for r in self.re_entries if r.state == state), None)

    def bar_years(self, cause: str) -> int:
        """Return for how many years an exit by `cause` bars from coming back."""
        found = self.exit(cause)
        if found is None:
            return 0
        if found.bar_years is not None:
            return found.bar_years
        again = self.re_entry(found.state)
        if again is not None:
            return again.years
        return self.life.re_entry_years if found.state == "revoked" else 0
