"""Forms of the panel's notes."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length


class NoteForm(FlaskForm):
    """What the panel said about a cell."""

    entry = HiddenField(validators=[InputRequired(), Length(max=32)])
    aspect = HiddenField(validators=[InputRequired(), Length(max=32)])
    note = TextAreaField(_l("What the panel said"), [InputRequired(), Length(max=1000)])
