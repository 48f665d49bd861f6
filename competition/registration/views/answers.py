"""Answers to an event's own questions, as pages show them."""

from typing import Any

from flask import url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from competition.questions.forms import localised, option_labels
from competition.questions.rules import Question
from competition.registration.models import Entry
from competition.registration.services.more import (
    find_more_faults,
    form_of,
    list_answers,
)
from extensions import db


def described_answers(entry: Entry) -> list[dict[str, Any]]:
    """Return questions and answers as the pages show them, by the version they saw."""
    locale = str(get_locale())
    return [
        {
            "label": localised(one.question.label, one.question.label_en, locale),
            "text": answer_text(one.question, one.text, locale),
            "file": one.file,
        }
        for one in list_answers(db.session(), entry)
    ]


def answer_text(question: Question, text: str, locale: str) -> str:
    """Return an answer as people read it."""
    labels = option_labels(question, locale)
    if question.kind == "file":
        return str(_("a file")) if text else ""
    if not labels:
        return text
    comma: str = _(", ")
    return comma.join(labels.get(code, code) for code in text.split())


def left_to_answer(entry: Entry) -> list[tuple[str, str]]:
    """Return label and address of each question that is not answered rightly yet."""
    faults = find_more_faults(db.session(), entry)
    locale = str(get_locale())
    where = url_for(".show_more", entry_uid=entry.uid)
    return [
        (localised(one.label, one.label_en, locale), f"{where}#more-{one.code}-box")
        for one in form_of(db.session(), entry)[1]
        if one.code in faults
    ]
