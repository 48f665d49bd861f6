"""What is known about the days of a year: announced, or entered by an administrator."""

from collections.abc import Mapping
from datetime import date
from functools import cache

from chinese_calendar import constants
from sqlalchemy import select
from sqlalchemy.orm import Session

from people.workdays.models import WorkdayChange, WorkdayYear
from people.workdays.rules import Change


def announced_years() -> range:
    """Return the years the library knows."""
    years = {day.year for day in constants.holidays}
    return range(min(years), max(years) + 1)


@cache
def announced_changes(year: int, locale: str = "zh") -> Mapping[date, Change]:
    """Return the library's changes of a year it knows, named in a language."""
    names = {
        item.value: item.value if locale.startswith("en") else item.chinese
        for item in constants.Holiday
    }
    off = {
        day: Change(day, is_working=False, name=names[name])
        for day, name in constants.holidays.items()
        if day.year == year
    }
    worked = {
        day: Change(day, is_working=True, name=names[name])
        for day, name in constants.workdays.items()
        if day.year == year
    }
    return off | worked


def find_year(session: Session, year: int) -> WorkdayYear | None:
    """Return the table entered for a year, or None."""
    return session.get(WorkdayYear, year)


def list_years(session: Session) -> list[WorkdayYear]:
    """Return the years that were entered, in order."""
    return list(session.scalars(select(WorkdayYear).order_by(WorkdayYear.year)))


def entered_changes(session: Session, year: int) -> dict[date, Change]:
    """Return the days entered for a year, by day."""
    rows = session.scalars(
        select(WorkdayChange)
        .where(WorkdayChange.year == year)
        .order_by(WorkdayChange.day)
    )
    return {row.day: Change(row.day, row.is_working, row.name) for row in rows}


def find_changes(
    session: Session, year: int, locale: str = "zh"
) -> dict[date, Change] | None:
    """Return every change of a year, what was entered going before the library.

    None where nobody has said anything about that year.
    """
    entered = entered_changes(session, year)
    if year in announced_years():
        return {**announced_changes(year, locale), **entered}
    return entered if find_year(session, year) is not None else None
