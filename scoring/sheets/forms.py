"""Forms of a judge's pages."""

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import Regexp


class SignForm(FlaskForm):
    """The digest the judge's tablet computed over the marks it shows."""

    digest = HiddenField(validators=[Regexp(r"^[0-9a-f]{64}$")])
