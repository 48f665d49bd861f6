"""Forms of the desk, and the words for its codes in the reader's language."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    ValidationError,
)

from talentpool.dossiers.forms import LABELS as DOSSIER_LABELS
from talentpool.dossiers.forms import Labels
from talentpool.matching.rules.desk import MOST_COUNTED
from talentpool.matching.rules.match import KINDS

LABELS: Labels = {
    **DOSSIER_LABELS,
    "demand_state": {
        "open": _l("Waits for somebody"),
        "assigned": _l("Somebody is asked"),
        "served": _l("Being served"),
        "done": _l("Served and closed"),
        "unmet": _l("Nobody found"),
        "withdrawn": _l("Taken back by the firm"),
    },
    "demand_kind": {
        "problem": _l("Help with a problem"),
        "mentor": _l("A mentor for an apprentice"),
    },
    "assignment_state": {
        "asked": _l("Asked"),
        "accepted": _l("Has accepted"),
        "declined": _l("Declined"),
        "ended": _l("Ended"),
    },
    "outcome_state": {
        "recorded": _l("Waits for the firm"),
        "confirmed": _l("Confirmed by the firm"),
        "disputed": _l("Not as the firm sees it"),
    },
    "near": {
        "trade": _l("same trade"),
        "group": _l("same small group of occupations"),
        "field": _l("same field of occupations"),
    },
    "distance": {
        "district": _l("same district"),
        "city": _l("same city"),
        "province": _l("same province"),
        "far": _l("another province"),
    },
}
_WHY = [DataRequired(_l("Say why.")), Length(max=200)]


class DemandForm(FlaskForm):
    """What a firm asks for."""

    unit = SelectField(_l("For which unit"))
    kind = RadioField(
        _l("What is needed"),
        default="problem",
        choices=[SelectChoice(k, LABELS["demand_kind"][k]) for k in KINDS],
    )
    title = StringField(
        _l("In one line"),
        [DataRequired(_l("Say in one line what is needed.")), Length(max=120)],
    )
    problem = TextAreaField(
        _l("The problem"),
        [DataRequired(_l("Describe the problem.")), Length(max=2000)],
    )
    trade = StringField(
        _l("Trade"), [DataRequired(_l("Enter the trade.")), Length(max=80)]
    )
    level = SelectField(_l("Skill level at least"), default="")
    apprentice_level = SelectField(_l("Skill level of the apprentice"), default="")
    district = SelectField(_l("Place of service"))
    place = StringField(_l("Address"), [Length(max=160)])
    since = DateField(_l("From"), [InputRequired(_l("Enter a date."))])
    until = DateField(_l("Until"), [InputRequired(_l("Enter a date."))])

    def validate_until(self, field: DateField) -> None:
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError(_("The end must not lie before the beginning."))


class AssignForm(FlaskForm):
    """Whom the liaison asks, and why this one."""

    craftsman = StringField(_l("Person"), [DataRequired(), Length(max=36)])
    note = StringField(_l("Why this one"), _WHY)


class AnswerForm(FlaskForm):
    """What a craftsman answers."""

    answer = RadioField(
        _l("Answer"),
        [InputRequired(_l("Choose one."))],
        choices=[
            SelectChoice("accepted", _l("accepts")),
            SelectChoice("declined", _l("declines")),
        ],
    )
    text = StringField(_l("Remark"), [Length(max=200)])


class OutcomeForm(FlaskForm):
    """What was done at the firm on a day."""

    served_on = DateField(_l("Day"), [InputRequired(_l("Enter a date."))])
    visits = IntegerField(
        _l("Visits"), [InputRequired(), NumberRange(0, MOST_COUNTED)], default=1
    )
    problems = IntegerField(
        _l("Problems solved"),
        [InputRequired(), NumberRange(0, MOST_COUNTED)],
        default=0,
    )
    trained = IntegerField(
        _l("People trained"), [InputRequired(), NumberRange(0, MOST_COUNTED)], default=0
    )
    text = TextAreaField(
        _l("What was done"), [DataRequired(_l("Say what was done.")), Length(max=400)]
    )


class ConfirmForm(FlaskForm):
    """What the firm says of an outcome."""

    answer = RadioField(
        _l("Is it as recorded?"),
        [InputRequired(_l("Choose one."))],
        choices=[
            SelectChoice("confirmed", _l("Yes, confirm it")),
            SelectChoice("disputed", _l("No")),
        ],
    )
    settles = BooleanField(_l("The matter is settled: nothing more is needed"))
    reason = StringField(_l("If not: what is wrong"), [Length(max=200)])

    def validate_reason(self, field: StringField) -> None:
        if self.answer.data == "disputed" and not (field.data or "").strip():
            raise ValidationError(_("Say what is wrong."))


class CloseForm(FlaskForm):
    """Why a demand is closed without help."""

    reason = StringField(_l("Reason"), _WHY)


def reason_texts(
    reasons: Mapping[str, Any], *, kind: str, levels: Mapping[int, str]
) -> Sequence[tuple[str, str, bool]]:
    """Return the reasons of a match: criterion, what was found, whether it speaks for.

    Args:
        reasons: as `rules.match.Match.to_json` gives them.
        kind: of the demand.
        levels: names of the skill levels by rank.
    """
    room, busy = int(reasons["room"]), int(reasons["busy"])
    held = levels.get(int(reasons["rank"]), _("no certificate in the trade"))
    short = int(reasons["short"])
    if short:
        below = ngettext("%(num)s level below", "%(num)s levels below", short)
        held = _("%(held)s (%(below)s)", held=held, below=below)
    similar = [
        _(
            "%(title)s (in common: %(words)s)",
            title=s["title"],
            words=" / ".join(s["words"]),
        )
        for s in reasons["similar"]
    ]
    taken = (
        _("room for %(room)s more apprentices", room=room)
        if kind == "mentor"
        else _("serves %(busy)s, has room for %(room)s more", busy=busy, room=room)
    )
    willing = bool(reasons["is_willing"])
    return [
        (_("Trade"), str(LABELS["near"][reasons["near"]]), reasons["near"] == "trade"),
        (_("Level"), held, not short and int(reasons["rank"]) > 0),
        (
            _("Similar problems solved"),
            "; ".join(similar) or _("none on record"),
            bool(similar),
        ),
        (
            _("Distance"),
            str(LABELS["distance"][reasons["distance"]]),
            reasons["distance"] in {"district", "city"},
        ),
        (_("Capacity"), taken, room > 0),
        (_("Willing to serve"), _("yes") if willing else _("not stated"), willing),
    ]
