"""The plan of a pair: milestones by trade, the task sheet, the log.

Words used here:
    milestone: something the apprentice shall have reached by a day. It is reached when
        there is evidence of it and the mentor has signed.
    task sheet (任务书): all milestones of a pair as they stood at one time; a change
        makes the next version, with its reason.
    due: the day a milestone, an assessment or a term ends; late: that day has passed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

OPEN, CLAIMED, REACHED, DROPPED = MILESTONE_STATES = (
    *("open", "claimed", "reached"),
    "dropped",
)
WAITING = (OPEN, CLAIMED)
MOST_PHOTOS = 6  # of one entry of the log
MOST_MILESTONES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A milestone as a task sheet holds it."""

    title: str
    due_on: date
    uid: str = ""  # of the milestone; "" is a new one


@dataclass(frozen=True, slots=True)
class Difference:
    """What a version of a task sheet changes about one milestone."""

    kind: str  # added | removed | changed
    title: str
    before: date | None = None
    after: date | None = None


def day_at(first: date, last: date, percent: int) -> date:
    """Return the day on which so much of a term has passed."""
    return first + timedelta(days=(last - first).days * percent // 100)


def differ(before: Sequence[Task], after: Sequence[Task]) -> list[Difference]:
    """Return what differs between two versions of a task sheet, removals last."""
    known = {task.uid: task for task in before}
    found = []
    for task in after:
        old = known.get(task.uid)
        if old is None:
            found.append(Difference("added", task.title, None, task.due_on))
        elif (old.title, old.due_on) != (task.title, task.due_on):
            found.append(Difference("changed", task.title, old.due_on, task.due_on))
    kept = {task.uid for task in after}
    return found + [
        Difference("removed", task.title, task.due_on)
        for task in before
        if task.uid not in kept
    ]


def reminder_of(due_on: date, today: date, remind_at: Sequence[int]) -> int | None:
    """Return which reminder is to be sent: one of the days, 0 when late, None: none.

    Args:
        due_on: the day something is due.
        today: the day it is.
        remind_at: how many days before that day a reminder is sent.

    Of several that are due the nearest counts: a job that did not run for a week
    reminds once.

    Source: rule M-22 in docs/rules/mentorship.md.
    """
    left = (due_on - today).days
    if left < 0:
        return 0
    reached: Iterable[int] = (days for days in remind_at if left <= days)
    return min(reached, default=None)
