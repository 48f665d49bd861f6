"""Counting working days, and entering the table of a year."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import delete
from sqlalchemy.orm import Session

from errors import DomainError, FileFaultsError
from ledger.log.services import Actor, record
from people.workdays import queries, rules
from people.workdays.models import WorkdayChange, WorkdayYear
from people.workdays.rules import Change, LineFault


class WorkdayTableMissingError(DomainError):
    """Nobody has said which days of a year are worked."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(
            _(
                "Nobody can count working days in %(year)s yet: its holidays are not "
                "entered. The system administrator enters them under Working days, "
                "from the notice of the State Council; then try again.",
                year=year,
            )
        )


class WorkdayFaultsError(FileFaultsError):
    """A text of holidays and make-up days has faults; all of them."""


class _Days:
    """Which days are worked; each year is read once, when the count comes to it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._years: dict[int, Mapping[date, Change]] = {}

    def works(self, day: date) -> bool:
        if day.year not in self._years:
            changes = queries.find_changes(self._session, day.year)
            if changes is None:
                raise WorkdayTableMissingError(day.year)
            self._years[day.year] = changes
        return rules.is_worked(self._years[day.year], day)


def is_working_day(session: Session, day: date) -> bool:
    """Tell whether a day is worked.

    Raises:
        WorkdayTableMissingError: the year has no table.
    """
    return _Days(session).works(day)


def add_working_days(session: Session, start: date, days: int) -> date:
    """Return working day number `days` from `start` on.

    `start` is day 1 where it is worked: a notice put up on a Monday for five working
    days ends with the Friday.

    Raises:
        WorkdayTableMissingError: the count comes to a year without a table.
        ValueError: fewer than 1 or more than `rules.MOST_DAYS`.
    """
    return rules.nth_working_day(_Days(session).works, start, days)


def count_working_days(session: Session, first: date, last: date) -> int:
    """Return how many days from `first` to `last` are worked, both included.

    Raises:
        WorkdayTableMissingError: one of the years has no table.
    """
    return rules.working_days(_Days(session).works, first, last)


def set_year(
    session: Session, *, year: int, text: str, source: str, actor: Actor, now: datetime
) -> WorkdayYear:
    """Enter the table of a year in place of the one before; the caller commits.

    Args:
        session: the caller's transaction.
        year: of a year the library knows, only what differs from it is entered.
        text: see `rules.read_changes`.
        source: the notice it is taken from.
        actor: who enters it.
        now: the server's clock.

    Raises:
        WorkdayFaultsError: the text has faults; all of them.
    """
    is_announced = year in queries.announced_years()
    changes, faults = rules.read_changes(text, year, is_announced=is_announced)
    if faults:
        raise WorkdayFaultsError([say_fault(fault) for fault in faults])
    table = queries.find_year(session, year) or WorkdayYear(year=year)
    table.source, table.stored_at, table.stored_by = source, now, actor.name
    session.add(table)
    session.execute(delete(WorkdayChange).where(WorkdayChange.year == year))
    session.flush()
    session.add_all(_rows(year, changes))
    session.flush()
    record(
        session,
        actor=actor,
        action="workdays.set",
        subject=f"workdays:{year}",
        now=now,
        body={"source": source, "days": rules.write_changes(changes).splitlines()},
    )
    return table


def _rows(year: int, changes: Mapping[date, Change]) -> Sequence[WorkdayChange]:
    return [
        WorkdayChange(
            day=change.day, year=year, is_working=change.is_working, name=change.name
        )
        for change in changes.values()
    ]


def say_fault(fault: LineFault) -> str:
    """Return a fault of a text as a sentence in the user's language."""
    message = _message(fault)
    if not fault.line:
        return message
    return str(_("Line %(line)s: %(message)s", line=fault.line, message=message))


def _message(fault: LineFault) -> str:
    texts = {
        "unreadable": _(
            "Write a day or two days joined by .., then %(off)s or %(worked)s, then "
            "the name, as in %(example)s",
            off=rules.OFF_WORDS[0],
            worked=rules.WORK_WORDS[0],
            example=rules.EXAMPLE,
        ),
        "no_such_day": _("There is no day %(day)s."),
        "backwards": _("The last day lies before the first."),
        "other_year": _("Every day must lie in %(year)s."),
        "too_long": _("One run has at most %(most)s days."),
        "name": _("The name has at most %(most)s characters."),
        "twice": _("%(day)s is named in line %(other)s already."),
        "worked": _(
            "%(day)s is worked anyway; a make-up day is a Saturday or a Sunday."
        ),
        "forgotten": _("%(day)s is a holiday by law and is missing."),
    }
    return str(texts[fault.kind] % fault.params)
