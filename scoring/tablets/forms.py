"""What the desk and the panel say of a tablet."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

_DEVICE = [InputRequired(), Length(max=64)]


class NameForm(FlaskForm):
    """The name that is written on a tablet."""

    device = HiddenField(validators=_DEVICE)
    name = StringField(_l("Name on the tablet"), [InputRequired(), Length(max=40)])


class LostForm(FlaskForm):
    """That a tablet is not to be found."""

    device = HiddenField(validators=_DEVICE)
    reason = TextAreaField(_l("How it was lost"), [InputRequired(), Length(max=400)])


class OverrideForm(FlaskForm):
    """That the panel goes on without a tablet."""

    device = HiddenField(validators=_DEVICE)
    reason = TextAreaField(
        _l("Why it cannot be brought"), [InputRequired(), Length(max=400)]
    )
    sheet = StringField(
        _l("Number of the paper sheet"), [InputRequired(), Length(max=60)]
    )
