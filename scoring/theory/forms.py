"""Forms of bringing results in."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from scoring.scheme.rules.tree import Aspect
from scoring.theory import rules
from scoring.theory.models import CHECKED, DISCARDED, TAKEN, UNDONE

STATE_LABELS = {
    CHECKED: _l("waits for a second person"),
    TAKEN: _l("taken"),
    UNDONE: _l("undone"),
    DISCARDED: _l("given up"),
}
STATE_TONES = {
    CHECKED: "warning",
    TAKEN: "success",
    UNDONE: "neutral",
    DISCARDED: "neutral",
}
OUTCOME_LABELS = {
    rules.NEW: _l("new mark"),
    rules.CHANGED: _l("replaces another value"),
    rules.KNOWN: _l("counts already"),
}
OUTCOME_TONES = {rules.NEW: "success", rules.CHANGED: "warning", rules.KNOWN: "neutral"}


class ReceiveForm(FlaskForm):
    """A file of results, and whose sheet it fills."""

    seat = SelectField(_l("Seat"))
    file = FileField(_l("File of results"), [FileRequired(_l("Choose a file."))])


class ColumnsForm(FlaskForm):
    """What each column holds; the columns are read by their numbers."""


class UndoForm(FlaskForm):
    """Why results are taken back."""

    reason = StringField(_l("Reason"), [InputRequired(_l("Say why.")), Length(max=300)])


def meaning_choices(aspects: Sequence[Aspect]) -> list[tuple[str, str]]:
    """Return what a column may hold, with its label."""
    return [
        ("", _("leave out")),
        (rules.ENTRY, _("Work code")),
        *((a.code, f"{a.code} {a.name}") for a in aspects),
    ]


def read_columns(
    given: Mapping[str, str], count: int, aspects: Sequence[Aspect]
) -> dict[int, str]:
    """Return what was chosen for each of `count` columns; what is no choice is none."""
    allowed = {code for code, _label in meaning_choices(aspects)}
    chosen = {number: given.get(f"column-{number}", "") for number in range(count)}
    return {n: meaning for n, meaning in chosen.items() if meaning in allowed}
