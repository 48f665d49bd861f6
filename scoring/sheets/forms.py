"""Forms of a judge's pages."""

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import Regexp


class SignForm(FlaskForm):
    """The digest the judge's tablet computed over the marks it shows."""

    # Which tablet it is; the outbox makes the name, nothing personal is in it.
    device = HiddenField(validators=[Regexp(r"^[!-~]{0,64}$")])
    digest = HiddenField(validators=[Regexp(r"^[0-9a-f]{64}$")])
