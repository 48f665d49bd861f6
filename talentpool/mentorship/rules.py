"""The life of a mentor–apprentice pair (师徒) and what one must keep to.

    draft → signed → filed → active → due → graduated | extended | terminated

Words used here:
    live: a pair that binds its two persons now; it counts for capacity.
    breach: a limit of the standard a proposed pair does not keep. An officer may except
        a waivable one, with a reason; never the others.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from talentpool.standard.rules.profile import MentorshipLimits

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
LIVE_STATES = ("draft", "signed", "filed", "active", "due", "extended")
FIRST_STATES = ("draft", "signed", "filed", "active")  # a pair may be recorded late
RELATIONS = ("assigned", "mutual", "cross_firm")
CAUSES = ("", "mentor_left", "apprentice_left", "change_of_mentor", "failed", "request")

NEXT: dict[str, frozenset[str]] = {
    "draft": frozenset({"signed", "terminated"}),
    "signed": frozenset({"filed", "terminated"}),
    "filed": frozenset({"active", "terminated"}),
    "active": frozenset({"due", "graduated", "terminated"}),
    "due": frozenset({"graduated", "extended", "terminated"}),
    "extended": frozenset({"due", "graduated", "terminated"}),
    "graduated": frozenset(),
    "terminated": frozenset(),
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
WAIVABLE = frozenset({CAPACITY, MENTOR_LEVEL, NOT_ABOVE})

Edges = Collection[
    tuple[int, int]
]  # live pairs: (mentor's person, apprentice's person)


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
    edges: Edges = ()


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
    found = [
        Breach(code=code, clause=limits.clause, params=params)
        for code, params in _breaches(limits, request)
    ]
    return [breach for breach in found if not (excepted and breach.is_waivable)]


def closes_circle(edges: Edges, mentor: int, apprentice: int) -> bool:
    """Tell whether the mentor is, along live pairs, taught by the apprentice."""
    taught: dict[int, list[int]] = {}
    for teacher, learner in edges:
        taught.setdefault(teacher, []).append(learner)
    seen, waiting = {apprentice}, [apprentice]
    while waiting:
        for learner in taught.get(waiting.pop(), ()):
            if learner == mentor:
                return True
            if learner not in seen:
                seen.add(learner)
                waiting.append(learner)
    return False


def add_months(day: date, months: int) -> date:
    """Return the same day so many months on, or the month's last where it is short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError  # every month has 28 days


def capacity_left(limits: MentorshipLimits, live: int) -> int:
    """Return how many more apprentices a mentor may take without an exception."""
    return max(0, limits.capacity - live)


def _breaches(
    limits: MentorshipLimits, request: Request
) -> Iterator[tuple[str, Mapping[str, int]]]:
    yield from _persons(request)
    yield from _term(limits, request)
    if request.apprentices_now >= limits.capacity_hard:
        yield CAPACITY_HARD, {"count": limits.capacity_hard}
    elif request.apprentices_now >= limits.capacity:
        yield CAPACITY, {"count": limits.capacity}
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
    elif closes_circle(request.edges, request.mentor, request.apprentice):
        yield CYCLE, {}
    if request.has_mentor_here:
        yield DOUBLE, {}


def _term(
    limits: MentorshipLimits, request: Request
) -> Iterator[tuple[str, Mapping[str, int]]]:
    # The last day counts: 1 January to 31 March is three months.
    after = request.ends_on + timedelta(days=1)
    if after < add_months(request.starts_on, limits.months_min):
        yield TERM_SHORT, {"months": limits.months_min}
    if request.ends_on > add_months(request.starts_on, limits.months_max):
        yield TERM_LONG, {"months": limits.months_max}


def codes(breaches: Iterable[Breach]) -> list[str]:
    """Return the codes of breaches, in their order."""
    return [breach.code for breach in breaches]
