"""The life of a mentor–apprentice pair (师徒) and what one must keep to.

    draft → signed → filed → active → due → graduated | extended | terminated

A pair that is signed waits to be filed by the union (待备案); active is 在带, extended
延期, terminated 解除, graduated 出师.

Words used here:
    live: a pair that binds its two persons now; it counts for capacity.
    breach: a limit of the standard a proposed pair does not keep. An officer may except
        a waivable one, with a reason; never the others.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from talentpool.standard.rules.mentorship import MentorshipLimits, Quota
from talentpool.standard.rules.months import months_after

STATES = (
    "draft",
    "signed",
    "filed",
    "active",
    "due",
    "graduated",
    "extended",
    "terminated",
)
EXTENDABLE = ("active", "due", "extended")
LIVE_STATES = ("draft", "signed", "filed", "active", "due", "extended")
FIRST_STATES = ("draft", "signed", "filed", "active")  # a pair may be recorded late
RELATIONS = ("assigned", "mutual", "cross_firm")
CAUSES = ("", "mentor_left", "apprentice_left", "change_of_mentor", "failed", "request")

# Who may take a pair from one state to another: its parties by signing, its unit, the
# union's officer, or the job that looks at the calendar. Nothing ends by itself.
PARTIES_SIGN, UNIT, OFFICER, JOB = "parties", "unit", "officer", "job"
STEPS: Mapping[tuple[str, str], frozenset[str]] = {
    ("draft", "signed"): frozenset({PARTIES_SIGN, OFFICER}),
    ("signed", "draft"): frozenset({UNIT, OFFICER}),  # changed before it is filed
    ("signed", "filed"): frozenset({OFFICER}),
    ("filed", "active"): frozenset({UNIT, OFFICER, JOB}),
    ("active", "due"): frozenset({UNIT, OFFICER, JOB}),
    ("extended", "due"): frozenset({UNIT, OFFICER, JOB}),
    ("due", "extended"): frozenset({OFFICER}),
    ("active", "extended"): frozenset({OFFICER}),
    ("active", "graduated"): frozenset({OFFICER}),
    ("due", "graduated"): frozenset({OFFICER}),
    ("extended", "graduated"): frozenset({OFFICER}),
    **{(state, "terminated"): frozenset({OFFICER}) for state in LIVE_STATES},
}
NEXT: dict[str, frozenset[str]] = {
    state: frozenset(after for before, after in STEPS if before == state)
    for state in STATES
}

SELF = "self"
CYCLE = "cycle"
CAPACITY = "capacity"
CAPACITY_HARD = "capacity_hard"
TERM_SHORT = "term_short"
TERM_LONG = "term_long"
MENTOR_LEVEL = "mentor_level"
NOT_ABOVE = "not_above"
DOUBLE = "double"
MENTOR_STATE = "mentor_state"
AGREEMENT = "agreement"
OF_QUOTA = frozenset({CAPACITY, CAPACITY_HARD})
WAIVABLE = frozenset({CAPACITY, MENTOR_LEVEL, NOT_ABOVE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A pair somebody wants to record, with what is known around it."""

    mentor: int  # person
    apprentice: int  # person
    starts_on: date
    ends_on: date
    state: str = "draft"
    has_agreement: bool = True
    mentor_in_pool: bool = True  # active or due
    mentor_rank: int | None = None  # of SkillLevel; None: no verified certificate
    apprentice_rank: int | None = None
    apprentices_now: int = 0  # live pairs of the mentor
    has_mentor_here: bool = False  # the apprentice's live pair in this occupation
    # On some day of the term the apprentice teaches the mentor, along a chain of pairs.
    closes_circle: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    code: str
    clause: str
    params: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_waivable(self) -> bool:
        return self.code in WAIVABLE


def is_step(before: str, after: str) -> bool:
    """Tell whether a pair may go from state `before` to `after`."""
    return after in NEXT[before]


def may_step(before: str, after: str, who: str) -> bool:
    """Tell whether this kind of actor may take a pair from `before` to `after`.

    Source: rule M-02 in docs/rules/mentorship.md.
    """
    return who in STEPS.get((before, after), frozenset())


def find_breaches(
    limits: MentorshipLimits, request: Request, *, excepted: bool = False
) -> list[Breach]:
    """Return every limit the pair does not keep, all at once.

    Args:
        limits: of the standard in force.
        request: the pair and what surrounds it.
        excepted: an officer gave a reason, which sets the waivable ones aside.

    Source: rules P-16 to P-22 in docs/rules/pool.md.
    """
    quota = limits.quota(request.mentor_rank)
    found = [
        Breach(
            code=code,
            clause=quota.clause if code in OF_QUOTA else limits.clause,
            params=params,
        )
        for code, params in _breaches(limits, quota, request)
    ]
    return [breach for breach in found if not (excepted and breach.is_waivable)]


def term_breaches(limits: MentorshipLimits, first: date, last: date) -> list[Breach]:
    """Return the limits of the term that these days do not keep; see find_breaches."""
    return [
        Breach(code=code, clause=limits.clause, params=params)
        for code, params in _term(limits, first, last)
    ]


def capacity_left(limits: MentorshipLimits, live: int, rank: int | None) -> int:
    """Return how many more apprentices a mentor may take without an exception.

    Args:
        limits: of the standard in force.
        live: pairs the mentor has now.
        rank: of the mentor's highest level, None without one.
    """
    return max(0, limits.quota(rank).capacity - live)


def _breaches(
    limits: MentorshipLimits, quota: Quota, request: Request
) -> Iterator[tuple[str, Mapping[str, int]]]:
    yield from _persons(request)
    yield from _term(limits, request.starts_on, request.ends_on)
    if request.apprentices_now >= quota.capacity_hard:
        yield CAPACITY_HARD, {"count": quota.capacity_hard}
    elif request.apprentices_now >= quota.capacity:
        yield CAPACITY, {"count": quota.capacity}
    if request.mentor_rank is None or request.mentor_rank < limits.mentor_rank:
        yield MENTOR_LEVEL, {}
    elif limits.above_apprentice and request.mentor_rank <= (
        request.apprentice_rank or 0
    ):
        yield NOT_ABOVE, {}
    if request.state != "draft" and not request.has_agreement:
        yield AGREEMENT, {}


def _persons(request: Request) -> Iterator[tuple[str, Mapping[str, int]]]:
    if not request.mentor_in_pool:
        yield MENTOR_STATE, {}
    if request.mentor == request.apprentice:
        yield SELF, {}
    elif request.closes_circle:
        yield CYCLE, {}
    if request.has_mentor_here:
        yield DOUBLE, {}


def _term(
    limits: MentorshipLimits, first: date, last: date
) -> Iterator[tuple[str, Mapping[str, int]]]:
    # The last day counts: 1 January to 31 March is three months.
    if last + timedelta(days=1) < months_after(first, limits.months_min):
        yield TERM_SHORT, {"months": limits.months_min}
    if last > months_after(first, limits.months_max):
        yield TERM_LONG, {"months": limits.months_max}


def codes(breaches: Iterable[Breach]) -> list[str]:
    """Return the codes of breaches, in their order."""
    return [breach.code for breach in breaches]
