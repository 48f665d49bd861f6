"""A year of events laid out by months and days."""

import calendar
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the overview; where a month has no such day, `date` is None."""

    date: date | None
    events: int = 0
    has_clash: bool = False
    is_weekend: bool = False


def lay_out(
    year: int, held: Iterable[date], clashes: Iterable[date]
) -> list[tuple[int, list[Day]]]:
    """Return twelve months of 31 places each, with how many events each day has."""
    counts, marked = Counter(held), set(clashes)
    months = []
    for month in range(1, 13):
        length = calendar.monthrange(year, month)[1]
        days = [
            Day(day, counts[day], day in marked, day.weekday() >= calendar.SATURDAY)
            for day in (date(year, month, number + 1) for number in range(length))
        ]
        months.append((month, days + [Day(None)] * (31 - length)))
    return months


def days_between(first: date, last: date) -> list[date]:
    """Return every day from first to last."""
    span = range(first.toordinal(), last.toordinal() + 1)
    return [date.fromordinal(number) for number in span]
