"""Forms about badges."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, Regexp, ValidationError

from accounts.badges.rules import PIN_DIGITS

_MOST_DAYS = 31


class BadgeForm(FlaskForm):
    """A badge, scanned or typed, and its PIN."""

    badge = StringField(
        _l("Badge code"),
        [InputRequired(_l("Scan your badge or type its code.")), Length(max=300)],
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
        },
    )
    pin = PasswordField(
        _l("PIN"),
        [
            InputRequired(_l("Enter the PIN of your slip.")),
            Regexp(f"[0-9]{{{PIN_DIGITS}}}$", message=_l("A PIN has six digits.")),
        ],
        render_kw={"autocomplete": "off", "inputmode": "numeric", "maxlength": 6},
    )
    next = HiddenField()


class DaysForm(FlaskForm):
    """On which days the badges are used; they hold a day longer either side."""

    first = DateField(_l("First day"), [InputRequired(_l("Enter a day."))])
    last = DateField(_l("Last day"), [InputRequired(_l("Enter a day."))])

    def validate_last(self, field: DateField) -> None:
        """Take a month at the most, and no time that runs backwards."""
        first, last = self.first.data, field.data
        if isinstance(first, date) and isinstance(last, date):
            if last < first:
                raise ValidationError(_("The last day lies before the first."))
            if (last - first).days >= _MOST_DAYS:
                raise ValidationError(_("A badge holds for a month at the most."))


class UserBadgeForm(DaysForm):
    """A badge for any user."""

    username = StringField(
        _l("User name"), [InputRequired(_l("Enter a user name.")), Length(max=64)]
    )
    label = StringField(
        _l("What stands on it large"),
        [InputRequired(_l("Enter a few letters.")), Length(max=12)],
    )
