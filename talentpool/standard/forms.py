"""Forms of the standard and of its working days."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from people.workdays.rules import MOST_DAYS

_LONGEST_TEXT = 20_000


def N_(text: str) -> str:  # noqa: N802 - what the collector of texts looks for
    """Mark a text that is translated where it is shown."""
    return text


# What the pure rules say of a faulty profile, known to the catalogue by this.
FAULTS = (
    N_("Must be a clause number such as 4.1.2."),
    N_("Must be a lower-case name such as years_in_trade."),
    N_("Must be a day such as 2026-01-01."),
    N_("Must ask one of %(options)s."),
    N_("This field is asked by %(fitting)s."),
    N_("Must name at least one."),
    N_("Must name at least one condition."),
    N_("Must name at least two."),
    N_("%(name)s is used twice."),
    N_("%(name)s is no condition of the group all."),
    N_("None is of the group %(group)s."),
    N_("There is no condition %(name)s."),
    N_("There is no purpose %(name)s."),
    N_("There is no group %(name)s."),
    N_("No step is of the kind %(kind)s."),
    N_("Must come in the order %(order)s."),
    N_("Only a step of the kind %(kind)s has it."),
    N_("Leaves no sheet of the fewest experts."),
    N_("At most %(count)s."),
    N_("At most %(count)s characters."),
    N_("Their marks must make 100."),
    N_("{%(name)s} must be one of %(options)s."),
    N_("Lacks {%(name)s}."),
    N_("Must give one of %(options)s."),
    N_("Only ranks have it."),
    N_("Must be a list of numbers."),
    N_("Must be a number from 0 up."),
    N_("Must not be above the rank before."),
    N_("Another item reads the same merits."),
    N_("Must be at most capacity_hard."),
    N_("Each rank has one quota."),
    N_("Must be a list of days from 1 to 365."),
    N_("Must lie between passed and excellent."),
    N_("Must give either a rank, or tiers and places."),
    N_("Must be at most months_max."),
    N_("Is missing."),
    N_("Must be one of %(options)s."),
    N_("Must be %(format)s."),
    N_("Not valid TOML: %(reason)s"),
)

LABELS: Mapping[str, Mapping[str, Any]] = {
    "exit_state": {
        "left": _l("left the pool"),
        "revoked": _l("membership revoked"),
        "deceased": _l("archived"),
    },
    "reader": {
        "public": _l("everybody"),
        "person": _l("the person"),
        "unit": _l("the unit"),
        "official": _l("officials"),
        "officer": _l("pool officers"),
    },
    "points_reason": {
        "counted": _l("it counts"),
        "no_item": _l("the model has no line for it"),
        "no_rank": _l("its rank is worth nothing, or not known"),
        "no_evidence": _l("not verified"),
        "no_date": _l("its day is not recorded"),
        "outside_window": _l("outside the window"),
        "not_highest": _l("a higher one counts, once"),
        "over_count": _l("better ones count already"),
    },
    "points_cut": {
        "item": _l("cap of the line"),
        "coach": _l("cap of coaching"),
        "group": _l("cap of the group"),
        "groups": _l("cap of several groups together"),
        "total": _l("cap of everything"),
    },
}


def _stripped(value: Any) -> Any:  # noqa: ANN401 - as a filter of WTForms is
    return value.strip() if isinstance(value, str) else value


class YearForm(FlaskForm):
    """The holidays and make-up days of one year, as text."""

    source = StringField(
        _l("Notice it is taken from"),
        [
            InputRequired(_l("Name the notice the days are taken from.")),
            Length(max=120),
        ],
        filters=[_stripped],
    )
    days = TextAreaField(
        _l("Holidays and make-up days"),
        [Length(max=_LONGEST_TEXT)],
        render_kw={"rows": 14, "spellcheck": "false"},
    )


class CountForm(FlaskForm):
    """From which day on how many working days are counted; sent by GET."""

    class Meta:  # noqa: D106 - WTForms asks for this name
        csrf = False

    start = DateField(_l("Count from"), [InputRequired(_l("Enter a day."))])
    count = IntegerField(
        _l("How many working days"),
        [
            InputRequired(_l("Enter a number of days.")),
            NumberRange(1, MOST_DAYS, _l("Enter a number from 1 to 2000.")),
        ],
    )
