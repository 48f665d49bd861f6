"""Forms of exemplars."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, IntegerField, StringField
from wtforms.validators import InputRequired, Length


class ExemplarForm(FlaskForm):
    """A photo for one level of one aspect."""

    aspect = HiddenField(validators=[InputRequired()])
    level = IntegerField(_l("Level"), [InputRequired()])
    file = FileField(_l("Photo"), [FileRequired(_l("Choose a file first."))])
    caption = StringField(_l("What is to be seen"), [Length(max=120)])
