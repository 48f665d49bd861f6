"""Numbers and days in a filter of the search box."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

_NUMBER = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?")
_DAY = re.compile(r"(\d{4})(?:[-./](\d{1,2}))?(?:[-./](\d{1,2}))?")


@dataclass(frozen=True, slots=True)
class DateSpan:
    """Days from `first` to `last`; None is open."""

    first: date | None
    last: date | None

    def compared(self, sign: str) -> "DateSpan":
        """Return the days that compare so with this span."""
        one = date.resolution
        if sign == ">=":
            return DateSpan(self.first, None)
        if sign == "<=":
            return DateSpan(None, self.last)
        if sign == ">" and self.last:
            return DateSpan(self.last + one, None)
        if sign == "<" and self.first:
            return DateSpan(None, self.first - one)
        return self


def read_number(text: str) -> tuple[int, int] | None:
    """Return the range "35" or "30-35" names, None for anything else."""
    found = _NUMBER.fullmatch(text)
    if not found:
        return None
    low = int(found[1])
    return low, int(found[2] or low)


def read_span(text: str) -> DateSpan | None:
    """Return the days of "2024", "2024-05" or "2024-05-01", None for anything else."""
    found = _DAY.fullmatch(text)
    if not found:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        if year is None or month is None:
            return DateSpan(date(int(found[1]), 1, 1), date(int(found[1]), 12, 31))
        if day is None:
            last = monthrange(year, month)[1]
            return DateSpan(date(year, month, 1), date(year, month, last))
        return DateSpan(date(year, month, day), date(year, month, day))
    except ValueError:
        return None
