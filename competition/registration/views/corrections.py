"""A correction as its reviewers see it: field by field, old beside new."""

from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from competition.events.forms import PAPER_LABELS
from competition.questions.forms import localised
from competition.registration.forms import FIELD_LABELS, STANDING_LABELS, YES_NO
from competition.registration.models import Entry
from competition.registration.rules.entries import MORE, Answers
from competition.registration.rules.revisions import PAPER
from competition.registration.services.more import changed_questions, form_of
from competition.registration.services.revisions import find_correction
from competition.registration.views.answers import answer_text
from extensions import db
from people.codes.queries import list_levels
from people.districts.models import District
from people.persons.rules import mask_id, mask_phone
from people.units.queries import find_unit

_NUMBERS = ("id_number", "phone")


def described_changes(
    entry: Entry, *, masks: bool = True, numbers: bool = True
) -> list[dict[str, Any]]:
    """Return what the newest submission changed, for a table.

    Args:
        entry: as it is now.
        masks: show ID and mobile number masked.
        numbers: show them at all; without, only that they changed.
    """
    correction = find_correction(db.session(), entry)
    if correction is None:
        return []
    rows = []
    for name in correction.changed:
        paper = name.removeprefix(PAPER) if name.startswith(PAPER) else ""
        if paper:
            label = PAPER_LABELS[paper]
            before, after, note = "", _("A new file, see the papers"), ""
        elif name in _NUMBERS and not numbers:
            label, before, after = FIELD_LABELS[name], "", ""
            note = _("Changed; the committee sees the number.")
        else:
            label = FIELD_LABELS[name]
            before = _shown(entry, name, correction.before, masks=masks)
            after = _shown(entry, name, correction.after, masks=masks)
            note = _("It differs where it is masked.") if before == after else ""
        rows.append(
            {
                "name": name,
                "paper": paper,
                "label": label,
                "before": before,
                "after": after,
                "note": note,
            }
        )
    return rows


def label_of(name: str) -> str:
    """Return what something that changed is called."""
    if name.startswith(PAPER):
        return str(PAPER_LABELS[name.removeprefix(PAPER)])
    return str(FIELD_LABELS[name])


def _shown(entry: Entry, field: str, answers: Answers, *, masks: bool) -> str:
    if field == "unit":
        return _unit_name(answers)
    if field == MORE:
        return _more(entry, answers)
    if field == "group":
        names = {group.uid: group.name for group in entry.event.groups}
        return names.get(answers.group, "")
    if field == "level":
        levels = {row.code: row.name for row in list_levels(db.session())}
        parts = (levels.get(answers.level, ""), answers.certificate_number)
        return " ".join(part for part in parts if part)
    if field in ("residence", "household"):
        code = getattr(answers, field)
        place = select(District.name).where(District.code == code)
        return db.session().scalar(place) or code
    number, phone = answers.id_number, answers.phone
    texts = {
        "id_number": mask_id(number) if masks else number,
        "phone": mask_phone(phone) if masks else phone,
        "name": answers.name,
        "trade_years": answers.trade_years,
        "insurance": answers.insurance_months,
        "standing": str(STANDING_LABELS.get(answers.standing, "")),
        "barred": str(YES_NO.get(answers.holds_barred, "")),
    }
    return texts[field]


def _more(entry: Entry, answers: Answers) -> str:
    """Return the answers to the questions whose answers changed."""
    correction = find_correction(db.session(), entry)
    if correction is None:
        return ""
    locale = str(get_locale())
    form = form_of(db.session(), entry)[1]
    changed = changed_questions(form, correction.before, correction.after)
    return "; ".join(
        _(
            "%(field)s: %(error)s",
            field=localised(one.label, one.label_en, locale),
            error=answer_text(one, answers.more.get(one.code, ""), locale) or "—",
        )
        for one in changed
    )


def _unit_name(answers: Answers) -> str:
    unit = find_unit(db.session(), answers.unit_uid) if answers.unit_uid else None
    if unit is not None:
        return unit.name
    return " ".join(part for part in (answers.unit_name, answers.unit_code) if part)
