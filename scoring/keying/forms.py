"""Forms of keying paper sheets in."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import Length


class OpenForm(FlaskForm):
    """Which sheets are keyed in from paper."""

    seat = SelectField(_l("Seat"))
    work = SelectField(_l("Work code"))
    lost = StringField(_l("Lost tablet: which one, and how"), [Length(max=200)])


class RowForm(FlaskForm):
    """One row; its cells are read by their names, for each event has its own."""


class SettleForm(FlaskForm):
    """The third person's choices, by aspect."""
