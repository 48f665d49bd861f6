"""The life of a competition event (赛项): its states and the steps between them.

    draft → registration → closed → checkin → marking → locked → decoded → published

From its announcement until its marks are locked an event can be cancelled; from there
no step leads on.
Steps back exist only where the rules of competitions know them: registration may be
reopened, marks unlocked (by two, with a reason), a publication withdrawn.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

DRAFT = "draft"
REGISTRATION = "registration"
CLOSED = "closed"
CHECKIN = "checkin"
MARKING = "marking"
LOCKED = "locked"
DECODED = "decoded"
PUBLISHED = "published"
CANCELLED = "cancelled"

STATES = (
    DRAFT,
    REGISTRATION,
    CLOSED,
    CHECKIN,
    MARKING,
    LOCKED,
    DECODED,
    PUBLISHED,
    CANCELLED,
)
WAY = STATES[:-1]  # what an event goes through that is held

NEXT: dict[str, frozenset[str]] = {
    DRAFT: frozenset({REGISTRATION}),
    REGISTRATION: frozenset({CLOSED, CANCELLED}),
    CLOSED: frozenset({REGISTRATION, CHECKIN, CANCELLED}),
    CHECKIN: frozenset({MARKING, CANCELLED}),
    MARKING: frozenset({LOCKED, CANCELLED}),
    LOCKED: frozenset({MARKING, DECODED}),
    DECODED: frozenset({MARKING, PUBLISHED}),
    PUBLISHED: frozenset({DECODED}),
    CANCELLED: frozenset(),
}

# Group names in use and the codes the results carry for them.
KNOWN_GROUPS = {"职工组": "worker", "学生组": "student", "教师组": "teacher"}

# The steps the committee takes on the event's own page. Those after the close belong
# to the check-in desk, the coding officers and the judges, on their pages.
COMMITTEE_STEPS: dict[str, tuple[str, ...]] = {
    DRAFT: (REGISTRATION,),
    REGISTRATION: (CLOSED,),
    CLOSED: (REGISTRATION,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """The moments of an event a step depends on."""

    opens_at: datetime
    closes_at: datetime
    starts_at: datetime
    group_count: int


def is_step(before: str, after: str) -> bool:
    """Tell whether an event may go from state `before` to state `after`."""
    return after in NEXT[before]


def needs_reason(before: str, after: str) -> bool:
    """Tell whether a step goes back or ends the event, which must be explained."""
    return after == CANCELLED or STATES.index(after) < STATES.index(before)


def faults_of_step(after: str, timetable: Timetable, now: datetime) -> list[str]:
    """Return the codes of what keeps an event from state `after`; [] is nothing.

    Codes: no_groups, dates_out_of_order, closes_in_past.
    """
    if after != REGISTRATION:
        return []
    times = (timetable.opens_at, timetable.closes_at, timetable.starts_at)
    faults = {
        "no_groups": timetable.group_count == 0,
        "dates_out_of_order": not times[0] < times[1] <= times[2],
        "closes_in_past": times[1] <= now,
    }
    return [code for code, is_wrong in faults.items() if is_wrong]


def is_open(state: str, timetable: Timetable, now: datetime) -> bool:
    """Tell whether entries can be made now: the state and the dates both say so."""
    return state == REGISTRATION and timetable.opens_at <= now < timetable.closes_at


def is_due(state: str, timetable: Timetable, now: datetime) -> bool:
    """Tell whether the committee's next step is due by the timetable."""
    due = {
        DRAFT: timetable.opens_at,
        REGISTRATION: timetable.closes_at,
    }
    return state in due and due[state] <= now


def move_reference_day(day: date, first_day: date, moved: timedelta) -> date:
    """Return the day ages are counted on in a copy whose dates move by `moved`.

    The event's own first day moves with it. Any other day is one a rule names, such as
    31 December: it stays that day of the year and moves by whole years only.
    """
    if day == first_day:
        return day + moved
    year = day.year + (first_day + moved).year - first_day.year
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return day.replace(year=year, day=28)
