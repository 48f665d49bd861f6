"""The entries of an event as a workbook, with the answers to its own questions."""

import io
from collections.abc import Mapping

import xlsxwriter
from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from accounts.access.services import permission_required
from competition.events.models import Event
from competition.events.queries import get_event
from competition.questions.forms import localised
from competition.questions.queries import list_versions
from competition.questions.rules import Question, read_form
from competition.registration.forms import STATE_LABELS
from competition.registration.services.drafts import answers_of
from competition.registration.services.more import list_submitted
from competition.registration.views.answers import answer_text
from competition.registration.views.common import bp
from extensions import db

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/events/<event_uid>/entries.xlsx")
@permission_required("registration.review", within="event")
def download_entries(event_uid: str) -> ResponseReturnValue:
    """Send who is entered, with what they answered to the questions they saw.

    A question whose words changed between versions has a column for each wording. ID
    and mobile numbers are left out.
    """
    event = get_event(db.session(), event_uid)
    return Response(
        _workbook(event),
        content_type=_TYPE,
        headers={
            "Content-Disposition": f"attachment; filename=entries-{event.uid[:8]}.xlsx"
        },
    )


def _workbook(event: Event) -> bytes:
    locale = str(get_locale())
    forms = {
        version.number: read_form(version.questions)
        for version in reversed(list_versions(db.session(), event.id))
    }
    asked = {
        (question.code, localised(question.label, question.label_en, locale))
        for form in forms.values()
        for question in form
    }
    columns = sorted(asked, key=lambda pair: (int(pair[0][1:]), pair[1]))
    rows = [
        [
            *(_("Name"), _("Unit"), _("Group"), _("Years in the trade")),
            *(_("Skill level held"), _("State"), _("Version of the questions")),
            *(label for _code, label in columns),
        ]
    ]
    for entry in list_submitted(db.session(), event.id):
        form = forms.get(entry.form_number or 0, ())
        said = _answers(form, answers_of(entry).more if form else {}, locale)
        rows.append(
            [
                entry.person.name if entry.person else "",
                entry.unit.name if entry.unit else "",
                entry.group.name if entry.group else "",
                "" if entry.trade_years is None else str(entry.trade_years),
                entry.level.name if entry.level else "",
                str(STATE_LABELS[entry.shown_state]),
                str(entry.form_number or ""),
                *(said.get(column, "") for column in columns),
            ]
        )
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        # As text: an answer is never a formula.
        for line, row in enumerate(rows):
            for at, cell in enumerate(row):
                page.write_string(line, at, str(cell))
    return out.getvalue()


def _answers(
    form: tuple[Question, ...], more: Mapping[str, str], locale: str
) -> dict[tuple[str, str], str]:
    return {
        (one.code, localised(one.label, one.label_en, locale)): answer_text(
            one, more[one.code], locale
        )
        for one in form
        if one.code in more
    }
