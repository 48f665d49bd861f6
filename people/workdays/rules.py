"""Working days: which days of a year are worked, and how many lie where.

Words used here:
    change: a day on which the weekday alone does not tell: a holiday, or a make-up day
        (调休上班日), a Saturday or Sunday that is worked instead.
    year's table: all changes of one year. Without one nobody can count in that year.
"""

import calendar
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

OFF_WORDS = ("休", "holiday")
WORK_WORDS = ("班", "workday")
EXAMPLE = "2027-10-01..2027-10-07 休 国庆节"
LONGEST_NAME = 40
MOST_DAYS = 2000  # nobody is given longer; it ends a count that would go on and on

# Holidays by law whose days never move, since 2025: month, day.
FIXED_BY_LAW = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
_LONGEST = 31  # days in one line
_LINE = re.compile(
    r"(?P<first>\d{4}-\d\d?-\d\d?)\s*(?:(?:\.\.|~|～|至)\s*(?P<last>\d{4}-\d\d?-\d\d?))?"
    r"\s+(?P<word>\S+)(?:\s+(?P<name>\S.*))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Change:
    """A day that is worked though the weekday says no, or the other way round."""

    day: date
    is_working: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong with a text of changes; `line` is 0 for the whole of it."""

    line: int
    kind: str  # unreadable | no_such_day | backwards | other_year | twice | worked …
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Period:
    """Days in a row that are off, or worked, for one reason."""

    first: date
    last: date
    is_working: bool
    name: str

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def is_worked(changes: Mapping[date, Change], day: date) -> bool:
    """Tell whether a day is worked: as its change says, else Monday to Friday."""
    change = changes.get(day)
    return (
        change.is_working if change is not None else day.weekday() < calendar.SATURDAY
    )


def nth_working_day(works: Callable[[date], bool], start: date, count: int) -> date:
    """Return the day that is number `count` of the working days from `start` on.

    `start` itself is day 1 where it is worked. Source: rule P-40 in docs/rules/pool.md.

    Args:
        works: tells whether a day is worked; may refuse.
        start: the first day that can count.
        count: 1 to `MOST_DAYS`.

    Raises:
        ValueError: `count` is out of range.
    """
    if not 1 <= count <= MOST_DAYS:
        raise ValueError(f"working days: {count}")
    day, left = start, count
    while True:
        left -= works(day)
        if not left:
            return day
        day += timedelta(days=1)


def working_days(works: Callable[[date], bool], first: date, last: date) -> int:
    """Return how many days from `first` to `last` are worked, both included."""
    return sum(works(day) for day in _days(first, last))


def periods(changes: Mapping[date, Change]) -> list[Period]:
    """Return the changes as runs of days of one kind and name, by day."""
    found: list[Period] = []
    for day in sorted(changes):
        change = changes[day]
        last = found[-1] if found else None
        if (
            last is not None
            and last.last + timedelta(days=1) == day
            and (last.is_working, last.name) == (change.is_working, change.name)
        ):
            found[-1] = Period(last.first, day, last.is_working, last.name)
        else:
            found.append(Period(day, day, change.is_working, change.name))
    return found


def write_changes(changes: Mapping[date, Change]) -> str:
    """Return the changes as text, one run a line, as `read_changes` takes it."""
    lines = []
    for run in periods(changes):
        days = f"{run.first}" if run.first == run.last else f"{run.first}..{run.last}"
        word = WORK_WORDS[0] if run.is_working else OFF_WORDS[0]
        lines.append(f"{days} {word} {run.name}".rstrip())
    return "\n".join(lines)


def read_changes(
    text: str, year: int, *, is_announced: bool
) -> tuple[dict[date, Change], list[LineFault]]:
    """Read a year's holidays and make-up days: the changes, or every fault.

    Args:
        text: a line per run of days, `2027-10-01..2027-10-07 休 国庆节`; empty lines
            and what follows `#` do not count.
        year: the year it is the table of.
        is_announced: the days are known without it, so that it only changes some.
    """
    changes: dict[date, Change] = {}
    faults: list[LineFault] = []
    lines: dict[date, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        said = line.split("#")[0].strip()
        if not said:
            continue
        for change in _read_line(said, number, year, faults):
            if change.day in changes:
                where = lines[change.day]
                params = {"day": change.day.isoformat(), "other": where}
                faults.append(LineFault(number, "twice", params))
            elif change.is_working and not is_announced and _is_plain(change.day):
                params = {"day": change.day.isoformat()}
                faults.append(LineFault(number, "worked", params))
            changes[change.day], lines[change.day] = change, number
    if not is_announced and not faults:
        faults += _forgotten(changes, year)
    return changes, faults


def _read_line(
    said: str, number: int, year: int, faults: list[LineFault]
) -> Iterator[Change]:
    match = _LINE.fullmatch(said)
    word = match["word"].lower() if match else ""
    if match is None or word not in {*OFF_WORDS, *WORK_WORDS}:
        faults.append(LineFault(number, "unreadable"))
        return
    bounds = []
    for text in (match["first"], match["last"] or match["first"]):
        try:
            bounds.append(date(*map(int, text.split("-"))))
        except ValueError:
            faults.append(LineFault(number, "no_such_day", {"day": text}))
            return
    first, last = bounds
    if last < first:
        faults.append(LineFault(number, "backwards"))
    elif {first.year, last.year} != {year}:
        faults.append(LineFault(number, "other_year", {"year": year}))
    elif (last - first).days >= _LONGEST:
        faults.append(LineFault(number, "too_long", {"most": _LONGEST}))
    elif len(match["name"] or "") > LONGEST_NAME:
        faults.append(LineFault(number, "name", {"most": LONGEST_NAME}))
    else:
        for day in _days(first, last):
            yield Change(day, word in WORK_WORDS, match["name"] or "")


def _forgotten(changes: Mapping[date, Change], year: int) -> Iterator[LineFault]:
    for month, day in FIXED_BY_LAW:
        fixed = date(year, month, day)
        if fixed not in changes or changes[fixed].is_working:
            yield LineFault(0, "forgotten", {"day": fixed.isoformat()})


def _is_plain(day: date) -> bool:
    return day.weekday() < calendar.SATURDAY


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
