"""Forms of saved searches, shortlists and exports, and their words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

STATES: Mapping[str, Any] = {
    "ready": _l("Ready"),
    "waiting": _l("Waits for approval"),
    "approved": _l("Approved"),
    "refused": _l("Not approved"),
}
TONES: Mapping[str, str] = {
    "ready": "success",
    "waiting": "progress",
    "approved": "success",
    "refused": "danger",
}
_NAMED = [DataRequired(_l("Give it a name.")), Length(max=80)]


class SaveForm(FlaskForm):
    """A search to be kept."""

    name = StringField(_l("Name of the search"), _NAMED)


class ShortlistForm(FlaskForm):
    """A shortlist to be begun."""

    name = StringField(_l("Name of the shortlist"), _NAMED)
    purpose = StringField(
        _l("What it is for"), [DataRequired(_l("Say what it is for.")), Length(max=200)]
    )


class AddForm(FlaskForm):
    """Somebody to be put on a shortlist."""

    craftsman = StringField(_l("Person"), [DataRequired(), Length(max=36)])
    reason = StringField(
        _l("Why this person"), [DataRequired(_l("Say why.")), Length(max=200)]
    )


FILE_KINDS: Mapping[str, Any] = {
    "xlsx": _l("Excel workbook (xlsx)"),
    "csv": _l("CSV"),
    "docx": _l("Word document (docx)"),
}


class ExportForm(FlaskForm):
    """A list to be taken out."""

    kind = RadioField(
        _l("Kind of file"),
        choices=[SelectChoice(kind, label) for kind, label in FILE_KINDS.items()],
        default="xlsx",
    )
    reason = StringField(_l("What is the list for?"), [Length(max=200)])


class DecideForm(FlaskForm):
    """What somebody says about another's list."""

    answer = StringField(
        _l("Why approved or not"), [DataRequired(_l("Say why.")), Length(max=200)]
    )
