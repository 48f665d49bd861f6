"""Forms of trainings, and the words for their codes and faults."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileAllowed, FileField, FileRequired
from wtforms import DateField, DecimalField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    Optional,
    ValidationError,
)

from people.persons.rules import IdFault, NameFault
from people.persons.services import id_message, name_message
from talentpool.growth.rules.trainings import (
    KINDS,
    MOST_HOURS,
    RESULTS,
    RowFault,
    is_mark,
    minutes_of,
)
from talentpool.growth.services.trainings import Given, TrainingValues

LABELS: Mapping[str, Mapping[str, Any]] = {
    "training": {
        "training": _l("Course"),
        "practice": _l("Practice on the job"),
        "exchange": _l("Technical exchange"),
    },
    "training_state": {
        "open": _l("Being recorded"),
        "held": _l("Held and closed"),
        "cancelled": _l("Not held"),
    },
    "training_result": {
        "": _l("none"),
        "passed": _l("passed"),
        "failed": _l("not passed"),
    },
    "training_column": {
        "name": _l("Name"),
        "id_number": _l("ID number"),
        "phone": _l("Phone"),
        "hours": _l("Training hours"),
        "result": _l("Passed or not"),
        "mark": _l("Mark achieved"),
    },
}
_HOURS = _l("Hours are whole or half, from 0.5 to %(most)s.", most=MOST_HOURS)
_MARK = _l("A mark lies between 0 and 1000, with two decimals at most.")


class TrainingForm(FlaskForm):
    """What is recorded of a training."""

    kind = SelectField(
        _l("Kind"), choices=[SelectChoice(k, LABELS["training"][k]) for k in KINDS]
    )
    title = StringField(
        _l("Title"), [DataRequired(_l("Enter a title.")), Length(max=160)]
    )
    trade = StringField(_l("Trade"), [Length(max=80)])
    first_on = DateField(_l("First day"), [InputRequired(_l("Enter a date."))])
    last_on = DateField(_l("Last day"), [InputRequired(_l("Enter a date."))])
    hours = DecimalField(
        _l("Hours for each person"), [InputRequired(_l("Enter the hours."))]
    )
    organiser = StringField(
        _l("Organiser"), [DataRequired(_l("Say who organises it.")), Length(max=120)]
    )
    place = StringField(_l("Where it takes place"), [Length(max=160)])

    def validate_last_on(self, field: DateField) -> None:
        if self.first_on.data and field.data and field.data < self.first_on.data:
            raise ValidationError(_("The end must not lie before the beginning."))

    def validate_hours(self, field: DecimalField) -> None:
        if isinstance(field.data, Decimal) and minutes_of(field.data) is None:
            raise ValidationError(_HOURS)

    def values(self) -> TrainingValues:
        """Return what was entered; call only after `validate_on_submit`."""
        return TrainingValues(
            kind=self.kind.data,
            title=_tidy(self.title.data),
            trade=_tidy(self.trade.data),
            first_on=self.first_on.data,
            last_on=self.last_on.data,
            minutes=minutes_of(self.hours.data) or 0,
            organiser=_tidy(self.organiser.data),
            place=_tidy(self.place.data),
        )


class NewTrainingForm(TrainingForm):
    """A new training, and whose it is."""

    host = SelectField(_l("Held by"))


class PersonForm(FlaskForm):
    """Somebody who took part."""

    who = StringField(
        _l("Name or number of the pool certificate"),
        [DataRequired(_l("Enter a name or a number.")), Length(max=80)],
    )
    hours = DecimalField(_l("Hours, if not all of them"), [Optional()])
    result = SelectField(
        _l("Passed or not"),
        choices=[SelectChoice(r, LABELS["training_result"][r]) for r in RESULTS],
    )
    mark = StringField(_l("Mark achieved"), [Length(max=8)])

    def validate_hours(self, field: DecimalField) -> None:
        if isinstance(field.data, Decimal) and minutes_of(field.data) is None:
            raise ValidationError(_HOURS)

    def validate_mark(self, field: StringField) -> None:
        if field.data and not is_mark(field.data):
            raise ValidationError(_MARK)

    def given(self, minutes: int) -> Given:
        """Return what was entered; `minutes` are those of the whole training."""
        hours = self.hours.data
        taken = minutes if hours is None else minutes_of(hours)
        return Given(
            minutes=taken or minutes,
            result=self.result.data,
            mark=(self.mark.data or "").strip(),
        )


class ListForm(FlaskForm):
    """A list of people."""

    document = FileField(
        _l("List (.xlsx or CSV)"),
        [
            FileRequired(_l("Choose a file.")),
            FileAllowed(["xlsx", "csv"], _l("An .xlsx workbook or a CSV, please.")),
        ],
    )


class ReasonForm(FlaskForm):
    """Why a training is cancelled, or opened again."""

    reason = StringField(_l("Reason"), [DataRequired(_l("Say why.")), Length(max=200)])


def result_words() -> dict[str, str]:
    """Return the codes of results by the words a list may hold, in both languages."""
    found = {"": ""}
    for language in ("en", "zh_CN"):
        with force_locale(language):
            for code in RESULTS[1:]:
                found[str(LABELS["training_result"][code]).casefold()] = code
    return found


def fault_texts(faults: Sequence[RowFault]) -> list[str]:
    """Return every fault of a list as a sentence, with row and column."""
    return [
        _(
            "Row %(row)s, %(column)s: %(fault)s",
            row=fault.row,
            column=LABELS["training_column"][fault.column],
            fault=_words(fault),
        )
        for fault in faults
    ]


def _words(fault: RowFault) -> str:
    if isinstance(fault.code, IdFault):
        return id_message(fault.code)
    if isinstance(fault.code, NameFault):
        return name_message(fault.code)
    words: dict[str, str] = {
        "phone": _("Enter a mobile number with 11 digits."),
        "hours": str(_HOURS),
        "mark": str(_MARK),
        "result": _(
            "Write %(passed)s, %(failed)s, or nothing.",
            passed=LABELS["training_result"]["passed"],
            failed=LABELS["training_result"]["failed"],
        ),
        "twice": _("This number stands in row %(row)s already.", row=fault.value),
        "other_name": _("This ID number is registered under another name."),
    }
    return words[fault.code]


def _tidy(text: str | None) -> str:
    return " ".join((text or "").split())
