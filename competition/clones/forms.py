"""Forms of copies of competitions."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

_REQUIRED = InputRequired(_l("Fill in this field."))


def _strip(text: str | None) -> str | None:
    return text.strip() if text else text


class CopyForm(FlaskForm):
    """Name and first day of a copy, and what is copied."""

    name = StringField(
        _l("Name of the competition"), [_REQUIRED, Length(max=120)], filters=[_strip]
    )
    starts_on = DateField(_l("First day"), [_REQUIRED])
    events = SelectMultipleField(
        _l("Events to copy"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class OpenForm(FlaskForm):
    """Which drafts are opened for registration."""

    events = SelectMultipleField(validate_choice=False)
