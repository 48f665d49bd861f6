"""Clocks in working days: when a step is due, and which days a notice takes."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from extensions import LOCAL
from people.workdays.services import WorkdayTableMissingError, add_working_days
from talentpool.admission.models.applications import Application
from talentpool.admission.rules.batches import LEVEL_STEPS, UNIT_NOTICE


def start_clock(session: Session, application: Application, now: datetime) -> None:
    """Note since when an application is at its step, and by when it is due.

    Where the year has no table of working days nothing is due: the work goes on, and
    the notice, whose days must be right, is what refuses.
    """
    application.step_since, application.due_on = now, None
    days = _days(application)
    if not days:
        return
    try:
        application.due_on = add_working_days(session, local_day(now), days)
    except WorkdayTableMissingError:
        application.due_on = None


def local_day(now: datetime) -> date:
    """Return the day it is here."""
    return now.astimezone(LOCAL).date()


def _days(application: Application) -> int:
    batch = application.batch
    if application.step == UNIT_NOTICE:
        # The unit needs as long again to put the notice up and report on it.
        return batch.unit_notice_days * 2
    return batch.review_days if application.step in LEVEL_STEPS else 0
