"""The words for columns and states of a registration file, and its small forms."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, Length

from competition.bulk.services.check import Vocabulary
from competition.registration.forms import STANDING_LABELS, YES_NO

LANGUAGES = ("zh_CN", "en")
TITLES: Mapping[str, Any] = {
    "name": _l("Name"),
    "id_number": _l("ID number"),
    "phone": _l("Mobile phone"),
    "unit": _l("Unit"),
    "credit_code": _l("Unified social credit code"),
    "district": _l("District of the unit"),
    "group": _l("Group"),
    "trade_years": _l("Years in the trade"),
    "level": _l("Skill level held"),
    "certificate_number": _l("Certificate number"),
    "insurance_months": _l("Months of social insurance"),
    "residence": _l("Place of residence"),
    "household": _l("Place of the household register"),
    "standing": _l("Standing"),
    "holds_barred": _l("Holds an honour that bars from the event"),
}
ALSO: Mapping[str, Any] = {"id_number": _l("ID card number")}  # read, not written
STATES: Mapping[str, Any] = {
    "checked": _l("Checked, nothing entered yet"),
    "loaded": _l("Entered"),
    "undone": _l("Undone"),
    "discarded": _l("Given up"),
}
PHOTO_FAULTS: Mapping[str, Any] = {
    "unknown": _l("No draft has this ID number or name."),
    "ambiguous": _l("Several drafts have this name: call the file after the number."),
    "twice": _l("Another file is for the same person: leave one of them out."),
    "too_large": _l("The picture is larger than 10 MB."),
    "broken": _l("This is no JPEG, PNG or WebP picture, or it cannot be read."),
    "unreadable": _l("The file cannot be taken out of the archive."),
}


class UploadForm(FlaskForm):
    """A file of entries."""

    file = FileField(_l("File (.xlsx)"), [FileRequired(_l("Choose a file first."))])


class PhotosForm(FlaskForm):
    """Photos of many people in one file."""

    photos = FileField(_l("Photos (.zip)"), [FileRequired(_l("Choose a file first."))])


class UndoForm(FlaskForm):
    """The decision to undo an upload."""

    reason = StringField(
        _l("Why is it undone?"), [DataRequired(_l("Say why.")), Length(max=200)]
    )


class SubmitForm(FlaskForm):
    """The word that those who are submitted know the notice."""

    consent = BooleanField(
        _l("Everybody in these drafts has read the notice and agrees to it."),
        [DataRequired(_l("Confirm this first."))],
    )


class SubmitAgainForm(FlaskForm):
    """The same word for entries that were given back and are mended."""

    consent = BooleanField(
        _l("Everybody whose entry is submitted again agrees to the notice."),
        [DataRequired(_l("Confirm this first."))],
    )


@cache
def titles() -> dict[str, tuple[str, ...]]:
    """Return what each column is called, in every language: a file may say either."""
    return {
        key: _in_all(title) + (_in_all(ALSO[key]) if key in ALSO else ())
        for key, title in TITLES.items()
    }


@cache
def vocabulary() -> Vocabulary:
    """Return every word a file may use for columns and for what they choose from."""
    return Vocabulary(
        titles=titles(),
        names={
            "standing": {c: _in_all(text) for c, text in STANDING_LABELS.items()},
            "yes_no": {c: _in_all(text) for c, text in YES_NO.items()},
        },
    )


def title_of(key: str) -> str:
    """Return what a column is called; "" is the whole row."""
    if not key:
        return str(_l("Whole row"))
    return str(TITLES[key])


def _in_all(label: object) -> tuple[str, ...]:
    names = []
    for language in LANGUAGES:
        with force_locale(language):
            names.append(str(label))
    return tuple(dict.fromkeys(names))
