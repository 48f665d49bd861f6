"""Forms of the recheck."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Regexp

from scoring.recheck.rules import AWARDS, COUNT, LEAST_PERCENT, SHARE, Plan
from twins import paper_field


class PlanForm(FlaskForm):
    """What the recheck of an event asks for."""

    top_kind = SelectField(
        _l("Always rechecked"),
        choices=[
            SelectChoice(AWARDS, _l("who has an award, else the first three")),
            SelectChoice(COUNT, _l("the first places, in number")),
            SelectChoice(SHARE, _l("the first places, in percent of the works")),
        ],
    )
    top_value = IntegerField(
        _l("Places or percent"), [InputRequired(), NumberRange(min=1, max=100)]
    )
    rest_percent = IntegerField(
        _l("Percent drawn of the rest"),
        [InputRequired(), NumberRange(min=LEAST_PERCENT, max=100)],
    )

    def plan(self) -> Plan:
        return Plan(
            top_kind=self.top_kind.data,
            top_value=self.top_value.data or 0,
            rest_percent=self.rest_percent.data or 0,
        )


class FindingForm(FlaskForm):
    """What was found in a work."""

    outcome = HiddenField(validators=[Regexp(r"^(right|wrong)$")])
    cells = StringField(_l("Which marks are wrong"), [Length(max=400)])
    reason = TextAreaField(_l("Why"), [Length(max=400)])
    paper = paper_field()
