"""The form for a new API key."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from accounts.roles.rules import KEY_PERMISSIONS


class TokenForm(FlaskForm):
    """Whose key it is, what for, what it may do and for how long."""

    username = StringField(
        _l("User name"), [InputRequired(_l("Enter a user name.")), Length(max=64)]
    )
    name = StringField(
        _l("What the key is for"),
        [InputRequired(_l("Say what the key is for.")), Length(max=80)],
    )
    permissions = SelectMultipleField(
        _l("Permissions"),
        [InputRequired(_l("Choose at least one permission."))],
        choices=sorted(KEY_PERMISSIONS),
    )
    days = IntegerField(
        _l("Valid for (days)"),
        [
            InputRequired(_l("Enter a number of days.")),
            NumberRange(1, 366, _l("Enter 1 to 366 days.")),
        ],
        default=90,
    )
