"""Forms about pairs, and the words for their codes in the reader's language."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from talentpool.dossiers.forms import Labels
from talentpool.mentorship.rules.pairs import (
    CAUSES,
    FIRST_STATES,
    OFFICER,
    RELATIONS,
    may_step,
)

LABELS: Labels = {
    "pair_state": {
        "draft": _l("Draft"),
        "signed": _l("Signed, to be filed"),
        "filed": _l("Filed"),
        "active": _l("In training"),
        "due": _l("Due for assessment"),
        "graduated": _l("Graduated"),
        "extended": _l("Extended"),
        "terminated": _l("Terminated"),
    },
    "relation": {
        "assigned": _l("Assigned by the unit"),
        "mutual": _l("Mutual choice"),
        "cross_firm": _l("Across firms"),
    },
    "cause": {
        "": _l("None"),
        "mentor_left": _l("The mentor left"),
        "apprentice_left": _l("The apprentice left"),
        "change_of_mentor": _l("Change of mentor"),
        "failed": _l("Assessment failed"),
        "request": _l("At one's own request"),
    },
}


class PairForm(FlaskForm):
    """A pair of a known mentor and an apprentice found or made by ID number."""

    name = StringField(
        _l("Name of the apprentice"),
        [InputRequired(_l("Enter the name as on the ID card.")), Length(max=80)],
    )
    id_number = StringField(
        _l("ID number of the apprentice"),
        [InputRequired(_l("Enter the ID number.")), Length(max=40)],
        render_kw={"autocomplete": "off"},
    )
    phone = StringField(_l("Phone of the apprentice"), [Length(max=24)])
    apprentice_level = SelectField(_l("Skill level of the apprentice"), default="")
    trade = StringField(
        _l("Trade"), [InputRequired(_l("Enter the trade.")), Length(max=80)]
    )
    relation = SelectField(
        _l("How the pair came about"),
        choices=[SelectChoice(code, LABELS["relation"][code]) for code in RELATIONS],
    )
    state = SelectField(
        _l("State"),
        choices=[
            SelectChoice(code, LABELS["pair_state"][code]) for code in FIRST_STATES
        ],
    )
    agreement_number = StringField(_l("Agreement number"), [Length(max=40)])
    starts_on = DateField(_l("Starts on"), [InputRequired(_l("Enter a date."))])
    ends_on = DateField(_l("Ends on"), [InputRequired(_l("Enter a date."))])
    goals = TextAreaField(
        _l("Goals: level, certificate, contest, operations"), [Length(max=2000)]
    )
    exception_reason = StringField(_l("Reason of an exception"), [Length(max=200)])

    def validate_ends_on(self, field: DateField) -> None:
        starts = self.starts_on.data
        if starts and field.data and field.data <= starts:
            raise ValidationError(_l("The end must lie after the start."))


class MoveForm(FlaskForm):
    """The next state of a pair."""

    to = SelectField(_l("New state"))
    cause = SelectField(
        _l("Cause, of a termination"),
        default="",
        choices=[SelectChoice(code, LABELS["cause"][code]) for code in CAUSES],
    )
    on = DateField(_l("Date"), [InputRequired(_l("Enter a date."))])
    ends_on = DateField(_l("New last day, of an extension"), [Optional()])
    rematch = BooleanField(
        _l("After a termination, ask the apprentice whether they look for a new mentor")
    )

    def offer(self, state: str, *, has_agreement: bool) -> None:
        """Offer what an officer may do by hand after `state`.

        What signing and filing do by themselves is not offered where the pair has an
        agreement here; a graduation follows the final assessment.
        """
        by_itself = {"draft", "graduated"}
        if has_agreement:
            by_itself |= {"signed", "filed", "extended"}
        self.to.choices = [
            SelectChoice(code, LABELS["pair_state"][code])
            for code in LABELS["pair_state"]
            if code not in by_itself and may_step(state, code, OFFICER)
        ]
