"""What result pages say about appeals: a number to the public, all of it to parties."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from extensions import LOCAL
from scoring.appeals import queries
from scoring.appeals.models import Appeal, AppealStep
from scoring.appeals.services.words import OUTCOME_LABELS, STATE_LABELS, STEP_LABELS
from scoring.results.services.notes import Note, register_notes


def listen() -> None:
    """Add appeals to the pages of results; registering twice is registering once."""
    register_notes("appeals", say_of_event, say_of_entry)


def say_of_event(session: Session, event_uid: str) -> list[str]:
    """Return how many appeals are open: all that the public is told of them."""
    count = queries.count_open(session, event_uid)
    if not count:
        return []
    return [
        ngettext(
            "%(num)s appeal against this event is not decided yet.",
            "%(num)s appeals against this event are not decided yet.",
            count,
        )
    ]


def say_of_entry(session: Session, entry_uid: str) -> list[Note]:
    """Return each appeal of an entry with its steps."""
    return [_note(session, a) for a in queries.list_of_entry(session, entry_uid)]


def _note(session: Session, appeal: Appeal) -> Note:
    lines = [say_step(step) for step in appeal.steps]
    correction = queries.find_correction(session, appeal)
    if correction is not None:
        lines.append(
            _(
                "Version %(number)s of the result was published with the correction.",
                number=correction.version,
            )
        )
    elif appeal.revises:
        lines.append(_("The marks are opened; a new version of the result follows."))
    return Note(
        title=_(
            "Appeal %(receipt)s: %(state)s",
            receipt=appeal.receipt,
            state=STATE_LABELS[appeal.state],
        ),
        lines=tuple(lines),
        link=_("Open the appeal"),
        url=url_for("scoring.appeals.show_appeal", appeal_uid=appeal.uid),
    )


def say_step(step: AppealStep) -> str:
    """Return a step as a sentence: when, what, with which outcome and why."""
    at = step.taken_at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")
    said = [str(STEP_LABELS[step.kind])]
    if step.outcome:
        said.append(str(OUTCOME_LABELS[step.outcome]))
    if step.reason:
        said.append(step.reason)
    return f"{at} · " + " · ".join(said)
