"""Forms of cancelling."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Length

STATE_LABELS = {
    "asked": _l("asked for"),
    "confirmed": _l("cancelled"),
    "declined": _l("not agreed to"),
}


class CancelForm(FlaskForm):
    """Why something is not held."""

    reason = TextAreaField(_l("Reason, for everybody to read"), [Length(max=400)])
