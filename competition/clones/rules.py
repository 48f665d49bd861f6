"""What a copy of a competition begins with, and what in it tells of the old one."""

import re
from datetime import date, timedelta

# 52 weeks later it is the same day of the week: what was on a Saturday still is.
YEAR_OF_WEEKS = timedelta(weeks=52)

_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


def next_name(name: str, year: int) -> str:
    """Return the name with the year after `year` in place of it, else as it is."""
    return name.replace(str(year), str(year + 1))


def next_first_day(first_day: date, today: date) -> date:
    """Return the first day 52 weeks later, or as often until it lies ahead."""
    day = first_day + YEAR_OF_WEEKS
    while day <= today:
        day += YEAR_OF_WEEKS
    return day


def list_stray_years(text: str, year: int) -> list[int]:
    """Return the years a text names besides that of its competition and the next.

    A copied notice that says 2026 in a competition of 2027 is read once more.
    """
    named = {int(found) for found in _YEAR.findall(text)}
    return sorted(named - {year, year + 1})
