"""Forms of the register."""

from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateTimeLocalField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from extensions import LOCAL
from scoring.incidents import rules
from scoring.results.forms import DecisionForm
from scoring.results.rules.rulings import Ruling
from scoring.scheme.rules.tree import Scheme
from twins import paper_field

KINDS = {
    rules.CONDUCT: _l("Breach of the rules"),
    rules.SAFETY: _l("Breach of safety"),
    rules.EQUIPMENT: _l("Equipment failed"),
    rules.OTHER: _l("Something else"),
}
STATES = {
    rules.OPEN: _l("To be decided"),
    rules.APPROVED: _l("Approved"),
    rules.DECLINED: _l("Declined"),
}
# What an incident may lead to; a play-off or a time by itself comes from elsewhere.
ASKED = (
    "penalty",
    "veto_aspect",
    "veto_criterion",
    "veto_component",
    "veto_total",
    "disqualify",
    "withdrawn",
)


class IncidentForm(FlaskForm):
    """What somebody saw, and what they ask for."""

    entry = SelectField(_l("Work code"), choices=[])
    kind = SelectField(
        _l("Kind"), choices=[SelectChoice(code, KINDS[code]) for code in rules.KINDS]
    )
    happened_at = DateTimeLocalField(
        _l("Happened at"), [InputRequired(_l("Say when it happened."))]
    )
    what = TextAreaField(
        _l("Course of events"),
        [InputRequired(_l("Say what happened.")), Length(max=800)],
        render_kw={"rows": 3},
    )
    asked = SelectField(_l("What is asked for"), choices=[])
    value = StringField(
        _l("Number, of a penalty"), [Length(max=40)], render_kw={"inputmode": "decimal"}
    )
    lost_minutes = IntegerField(
        _l("Minutes lost, where equipment failed"),
        [Optional(), NumberRange(1, rules.MOST_LOST // 60)],
        render_kw={"inputmode": "numeric"},
    )
    paper = paper_field()

    def offer(self, works: list[str], scheme: Scheme | None) -> None:
        """Offer the works, and what the scheme lets follow from an incident."""
        self.entry.choices = [(code, code) for code in works]
        choices = [SelectChoice("", _l("The record only"))]
        if scheme is not None:
            known = DecisionForm(formdata=None)
            known.offer(works, scheme)
            choices += [
                SelectChoice(value, label)
                for value, label in known.what.choices
                if value.split(" ")[0] in ASKED
            ]
        self.asked.choices = choices

    def ruling(self) -> Ruling | None:
        """Return what is asked for; call only after `validate_on_submit`."""
        if not self.asked.data:
            return None
        kind, _space, target = self.asked.data.partition(" ")
        value = (self.value.data or "").strip() if kind == "penalty" else ""
        return Ruling(self.entry.data, kind, target, value)

    def moment(self) -> datetime:
        """Return when it happened, in UTC; call only after `validate_on_submit`."""
        local: datetime = self.happened_at.data
        return local.replace(tzinfo=LOCAL).astimezone(UTC)


class DecideForm(FlaskForm):
    """The decision on an incident."""

    verdict = SelectField(
        _l("Decision"),
        choices=[
            SelectChoice(rules.APPROVED, _l("Approve")),
            SelectChoice(rules.DECLINED, _l("Decline")),
        ],
    )
    clock = StringField(
        _l("Time used by the clock, in seconds"),
        [Length(max=20)],
        render_kw={"inputmode": "decimal"},
    )
    reason = StringField(
        _l("Reason"), [InputRequired(_l("Give a reason.")), Length(max=300)]
    )
    paper = paper_field()
