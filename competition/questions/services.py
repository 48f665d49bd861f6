"""Changing an event's form: every change is a new version."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.events.models import Event
from competition.events.rules import DRAFT, REGISTRATION
from competition.events.signals import event_cloned
from competition.questions.models import FormVersion
from competition.questions.queries import find_form, list_versions
from competition.questions.rules import (
    MOST_QUESTIONS,
    Form,
    digest,
    read_form,
    write_form,
)
from errors import DomainError
from ledger.log.services import Actor, record


class FormFixedError(DomainError):
    """The form cannot be changed now, or has too many questions."""


def listen() -> None:
    """Take the form along when an event is copied."""
    event_cloned.connect(_on_cloned)


def change_form(
    session: Session, *, event: Event, form: Form, actor: Actor, now: datetime
) -> int:
    """Keep a form as the newest version unless it is that; return its number.

    Raises:
        FormFixedError: registration is over, or there are too many questions.
    """
    if event.state not in (DRAFT, REGISTRATION):
        raise FormFixedError(_("Registration is over: the questions are fixed."))
    if len(form) > MOST_QUESTIONS:
        raise FormFixedError(
            _("A form has at most %(count)s questions.", count=MOST_QUESTIONS)
        )
    number, newest = find_form(session, event.id)
    if newest == form:
        return number
    text = write_form(form)
    version = FormVersion(
        event_id=event.id,
        number=number + 1,
        questions=text,
        digest=digest(text),
        made_by=actor.name,
        made_at=now,
    )
    session.add(version)
    session.flush()
    record(
        session,
        actor=actor,
        action="registration.form_changed",
        subject=f"event:{event.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={
            "version": version.number,
            "digest": version.digest,
            "questions": len(form),
        },
    )
    return version.number


def list_used_codes(session: Session, event: Event) -> set[str]:
    """Return every code a question of this event has ever had."""
    return {
        question.code
        for version in list_versions(session, event.id)
        for question in read_form(version.questions)
    }


def _on_cloned(
    _sender: object,
    *,
    session: Session,
    source: Event,
    copy: Event,
    actor: Actor,
    now: datetime,
) -> None:
    form = find_form(session, source.id)[1]
    if form:
        change_form(session, event=copy, form=form, actor=actor, now=now)
