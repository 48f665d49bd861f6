"""Forms about users."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length

ROLE_LABELS = {
    "contestant": _l("Contestant"),
    "unit_officer": _l("Unit officer"),
    "committee": _l("Committee office"),
    "checkin_officer": _l("Check-in officer"),
    "coding_officer_1": _l("Coding officer 1"),
    "coding_officer_2": _l("Coding officer 2"),
    "coding_officer_3": _l("Coding officer 3"),
    "judge": _l("Judge"),
    "chief_judge": _l("Chief judge"),
    "supervisor": _l("Supervisor"),
    "hr_official": _l("HR official"),
    "pool_officer": _l("Talent-pool officer"),
    "association_officer": _l("Officer of an association or union"),
    "pool_reviewer": _l("Talent-pool reviewer"),
    "pool_expert": _l("Talent-pool expert"),
    "sys_admin": _l("System administrator"),
    "security_admin": _l("Security administrator"),
    "audit_admin": _l("Audit administrator"),
}
PLACE_LABELS = {
    "all": _l("everywhere"),
    "district": _l("in a district"),
    "unit": _l("in a unit"),
    "competition": _l("in a competition"),
    "event": _l("in an event"),
}


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


def _options(labels: dict[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in labels.items()]


class GrantForm(FlaskForm):
    """A role for a user."""

    role = SelectField(_l("Role"), choices=_options(ROLE_LABELS))
    scope_kind = SelectField(_l("Where"), choices=_options(PLACE_LABELS))
    scope_key = StringField(_l("Identifier of the place"), [Length(max=36)])
