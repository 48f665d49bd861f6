"""Forms of the desk that takes carried marks."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length


class CarryForm(FlaskForm):
    """A file from a tablet, or the codes read from its screen."""

    file = FileField(_l("File from the tablet"))
    frames = TextAreaField(_l("Scanned codes, one per line"))


class DeclineForm(FlaskForm):
    """Why a parcel is not taken."""

    reason = StringField(_l("Reason"), validators=[InputRequired(), Length(max=400)])
