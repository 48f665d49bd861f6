"""Forms about candidates, and the words for why one cannot be placed."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, Regexp

from competition.recusal.rules import KINDS
from scoring.assignment import rules

LEVELS = {
    "national": _l("National judge"),
    "province": _l("Provincial judge"),
    "city": _l("City judge"),
    "none": _l("Without a grade"),
}
FAULTS = {
    rules.NOT_ACCEPTED: _l("has not accepted"),
    rules.NOT_TRAINED: _l("has not been trained"),
    rules.NOT_QUALIFIED: _l("is not qualified for this trade"),
    rules.RECUSED: _l("is tied to a contestant"),
    rules.BUSY: _l("judges another event that day"),
    rules.TWICE: _l("is chosen twice"),
    rules.EMPTY: _l("A place of panel %(panel)s is empty"),
    rules.SAME_UNIT: _l("Panel %(panel)s has two judges of one unit"),
    rules.NO_LEADER: _l("Nobody of panel %(panel)s may lead it"),
}
KIND_LABELS = {
    "unit": _l("A unit I belong or belonged to"),
    "coach": _l("Somebody I coach"),
    "family": _l("A relative"),
    "past_pupil": _l("A past pupil or apprentice"),
    "other": _l("Another tie"),
}


class InviteForm(FlaskForm):
    """Whom to ask."""

    username = StringField(
        _l("User name of the judge"),
        [InputRequired(_l("Enter a user name.")), Length(max=64)],
        render_kw={"autocomplete": "off"},
    )


class QualifyForm(FlaskForm):
    """What a judge is qualified for."""

    occupation_code = StringField(
        _l("Occupation, or the beginning of its code"),
        [
            InputRequired(_l("Enter a code such as 6-18-02-04, or 6-18.")),
            Regexp(
                r"[0-9](-[0-9]{2}){0,4}\Z",
                message=_l("Enter a code such as 6-18-02-04, or 6-18."),
            ),
        ],
    )
    level = SelectField(
        _l("Grade"), choices=[SelectChoice(code, LEVELS[code]) for code in LEVELS]
    )
    number = StringField(_l("Number of the certificate"), [Length(max=40)])
    valid_until = DateField(_l("Valid until"), [Optional()])


class PlaceForm(FlaskForm):
    """The reason a choice stands; the places are read by their names."""

    reason = StringField(_l("Reason, where something is broken"), [Length(max=400)])


class TieForm(FlaskForm):
    """What a judge declares of themselves."""

    kind = SelectField(
        _l("Tie"), choices=[SelectChoice(code, KIND_LABELS[code]) for code in KINDS]
    )
    unit = StringField(_l("Unit, as it is registered"), [Length(max=120)])
    name = StringField(_l("Name of the person"), [Length(max=40)])
    id_number = StringField(
        _l("ID number, if you know it"),
        [Length(max=18)],
        render_kw={"autocomplete": "off"},
    )
