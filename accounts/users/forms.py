"""Forms about users."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from accounts.roles.rules import ROLES, SCOPE_KINDS


class PasswordForm(FlaskForm):
    """Change of one's own password."""

    current = PasswordField(
        _l("Present password"),
        [InputRequired(_l("Enter your present password."))],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        _l("New password"),
        [InputRequired(_l("Enter a new password.")), Length(max=256)],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("New password again"),
        [EqualTo("password", _l("The two new passwords differ."))],
        render_kw={"autocomplete": "new-password"},
    )


class UserForm(FlaskForm):
    """A new user, made by an administrator."""

    username = StringField(
        _l("User name"), [InputRequired(_l("Enter a user name.")), Length(max=64)]
    )
    display_name = StringField(
        _l("Name shown"), [InputRequired(_l("Enter a name.")), Length(max=80)]
    )
    password = PasswordField(
        _l("First password"),
        [InputRequired(_l("Enter a password.")), Length(max=256)],
        render_kw={"autocomplete": "new-password"},
    )


class GrantForm(FlaskForm):
    """A role for a user."""

    role = SelectField(_l("Role"), choices=sorted(ROLES))
    scope_kind = SelectField(_l("Where"), choices=list(SCOPE_KINDS))
    scope_key = StringField(_l("Identifier of the place"), [Length(max=36)])
