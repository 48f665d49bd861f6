"""A standard profile as data: the clauses by which persons enter the pool.

Words used here:
    profile: one version of a standard, read from TOML; a city may have its own.
    clause: a numbered sentence of it, in Chinese and English.
    condition: a clause of entry that can be checked. All of group "all" must be met
        and one of group "any"; a condition of group "exclusion" names who is kept out.
    waiver: a clause that sets aside conditions for those who meet its own check.
    field: a fact about a person that a check reads, one of `FIELDS`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date

from errors import FileFaultsError
from scoring.scheme.rules.faults import Fault

FORMAT = "jiangcai-standard/1"
GROUPS = ("all", "any", "exclusion")
LEVELS = ("nation", "province", "city", "district", "enterprise")  # highest first
CLASSES = ("named", "skilled", "competition", "folk", "reserve")
EXIT_STATES = ("left", "revoked", "deceased")
DAY_UNITS = ("working_day", "day")

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


class ProfileError(FileFaultsError):
    """A profile that cannot be right; `details` holds every fault by key path."""

    def __init__(self, details: list[Fault]) -> None:
        self.details = tuple(details)
        super().__init__([str(fault) for fault in details])


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One text in both languages."""

    zh: str
    en: str

    def text(self, locale: str) -> str:
        """Return the text in English for "en…", else in Chinese."""
        return self.en if locale.startswith("en") else self.zh


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
class Step:
    """A step of the procedure and its limit."""

    clause: str
    wording: Wording
    name: Wording
    who: Wording
    days: int | None = None  # at most (notices: at least) so many
    unit: str = "working_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitCause:
    clause: str
    wording: Wording
    cause: str
    state: str  # the pool state it leads to, one of EXIT_STATES


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    clause: str
    wording: Wording
    term_years: int
    update_months: int
    re_entry_years: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorshipLimits:
    clause: str
    wording: Wording
    months_min: int
    months_max: int
    capacity: int
    capacity_hard: int
    mentor_rank: int  # of SkillLevel
    above_apprentice: bool


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

    def group(self, name: str) -> Iterator[Condition]:
        """Yield the conditions of one group, in the order of the file."""
        return (c for c in self.conditions if c.group == name)

    def exit(self, cause: str) -> ExitCause | None:
        """Return the exit clause of a cause, or None where the standard has none."""
        return next((e for e in self.exits if e.cause == cause), None)
