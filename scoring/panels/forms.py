"""Forms of the page on which a sheet is countersigned."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length, Regexp


class CheckForm(FlaskForm):
    """What is said of a sheet; which of the two the button tells."""

    outcome = HiddenField(validators=[Regexp(r"^(agreed|returned)$")])
    # What the page showed: a sheet signed anew meanwhile is not the one that was read.
    digest = HiddenField(validators=[Regexp(r"^[0-9a-f]{64}$")])
    device = HiddenField(validators=[Regexp(r"^[!-~]{0,64}$")])
    reason = TextAreaField(_l("Reason"), [Length(max=400)])
