"""Forms of kept reasons."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from competition.events.forms import options
from competition.reasons.rules import LONGEST, PAPER, REJECTED, RETURNED

ABOUT_LABELS = {
    PAPER: _l("A paper is refused"),
    RETURNED: _l("An entry is returned"),
    REJECTED: _l("An entry is rejected"),
}


def _one_line(text: str | None) -> str | None:
    return " ".join(text.split()) if text else text


class ReasonTextForm(FlaskForm):
    """One reason that is kept."""

    about = SelectField(_l("Offered when"), choices=options(ABOUT_LABELS.items()))
    text = StringField(
        _l("Reason in Chinese"),
        [DataRequired(_l("Fill in this field.")), Length(max=LONGEST)],
        filters=[_one_line],
    )
    text_en = StringField(
        _l("Reason in English"), [Length(max=LONGEST)], filters=[_one_line]
    )
