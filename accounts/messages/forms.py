"""Where one's messages go besides the page."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, StringField
from wtforms.validators import Length

from accounts.messages.rules import LONGEST_ADDRESS


class AddressForm(FlaskForm):
    """A mail address, or none."""

    address = EmailField(
        _l("Mail address"),
        [Length(max=LONGEST_ADDRESS)],
        render_kw={"autocomplete": "email"},
    )


class CodeForm(FlaskForm):
    """The code that went to a mail address."""

    code = StringField(
        _l("Code of six digits"),
        [Length(max=20)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


CHANNEL_LABELS = {"mail": _l("Mail"), "sms": _l("Short message")}
STATE_LABELS = {
    "waiting": _l("to be sent"),
    "sent": _l("sent"),
    "failed": _l("given up"),
}
