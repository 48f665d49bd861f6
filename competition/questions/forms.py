"""The form that edits one question, and the words for kinds and faults."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from competition.events.forms import options
from competition.events.models import Event
from competition.questions.rules import (
    MOST_CHOICES,
    WITH_CHOICES,
    Choice,
    Form,
    Question,
    as_number,
    values_of,
)

KIND_LABELS = {
    "text": _l("Free text"),
    "number": _l("A number"),
    "date": _l("Date"),
    "choice": _l("One of several choices"),
    "choices": _l("Several of several choices"),
    "yes_no": _l("Yes or no"),
    "file": _l("File"),
}
YES_NO_LABELS = {"yes": _l("Yes"), "no": _l("No")}
SEX_LABELS = {"1": _l("male"), "2": _l("female")}
FAULT_LABELS = {
    "missing": _l("Fill in this field."),
    "number": _l("Enter a number."),
    "low": _l("The number is too small."),
    "high": _l("The number is too large."),
    "date": _l("Enter a date."),
    "choice": _l("Choose one of the answers offered."),
}
_REQUIRED = InputRequired(_l("Fill in this field."))
_BETWEEN = _l("Enter a whole number from %(min)s to %(max)s.")


def localised(text: str, text_en: str, locale: str) -> str:
    """Return a text in the reader's language, the Chinese one where there is none."""
    return text_en if locale == "en" and text_en else text


def option_labels(question: Question, locale: str) -> dict[str, str]:
    """Return the answers one may choose by code."""
    if question.kind == "yes_no":
        return {code: str(label) for code, label in YES_NO_LABELS.items()}
    return {
        one.code: localised(one.label, one.label_en, locale) for one in question.choices
    }


def fault_text(question: Question, fault: str) -> str:
    """Return what is wrong with an answer, with the limits of a number."""
    if fault in ("low", "high") and (question.low or question.high):
        limits = (question.low or "−∞", question.high or "∞")
        text: str = _(
            "Enter a number from %(low)s to %(high)s.", low=limits[0], high=limits[1]
        )
        return text
    return str(FAULT_LABELS[fault])


class QuestionForm(FlaskForm):
    """One question of an event's form."""

    label = StringField(_l("Question (Chinese)"), [_REQUIRED, Length(max=120)])
    label_en = StringField(_l("Question (English)"), [Length(max=200)])
    help = StringField(_l("Help (Chinese)"), [Length(max=200)])
    help_en = StringField(_l("Help (English)"), [Length(max=300)])
    kind = SelectField(_l("Kind of answer"), choices=options(KIND_LABELS.items()))
    required = BooleanField(_l("Must be answered"))
    choices = TextAreaField(_l("Choices"), [Length(max=4000)])
    low = StringField(_l("Smallest number"), [Length(max=20)])
    high = StringField(_l("Largest number"), [Length(max=20)])
    shown_if = SelectMultipleField(
        _l("Show it only to"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    age_low = IntegerField(
        _l("Youngest age"), [Optional(), NumberRange(0, 120, _BETWEEN)]
    )
    age_high = IntegerField(
        _l("Oldest age"), [Optional(), NumberRange(0, 120, _BETWEEN)]
    )

    def validate_choices(self, field: Field) -> None:
        lines = _lines(field.data)
        if self.kind.data in WITH_CHOICES and len(lines) < 2:
            raise ValidationError(_("Write at least two choices, one on each line."))
        if len(lines) > MOST_CHOICES:
            raise ValidationError(
                _("A question has at most %(count)s choices.", count=MOST_CHOICES)
            )
        if len({line.partition("|")[0].strip() for line in lines}) < len(lines):
            raise ValidationError(_("Two choices are the same."))

    def validate_low(self, field: Field) -> None:
        if field.data and as_number(field.data) is None:
            raise ValidationError(_("Enter a number."))

    def validate_high(self, field: Field) -> None:
        self.validate_low(field)
        low, high = as_number(self.low.data or ""), as_number(field.data or "")
        if low is not None and high is not None and high < low:
            raise ValidationError(_("The largest number is below the smallest."))

    def validate_age_high(self, field: Field) -> None:
        low = self.age_low.data
        if low is not None and field.data is not None and field.data < low:
            raise ValidationError(_("The oldest age is below the youngest."))

    def question(self, code: str, before: Question | None) -> Question:
        """Return the validated question; choices keep their codes by their words."""
        kind, is_number = self.kind.data, self.kind.data == "number"
        return Question(
            code=code,
            kind=kind,
            label=self.label.data.strip(),
            label_en=(self.label_en.data or "").strip(),
            help=(self.help.data or "").strip(),
            help_en=(self.help_en.data or "").strip(),
            required=bool(self.required.data),
            low=(self.low.data or "").strip() if is_number else "",
            high=(self.high.data or "").strip() if is_number else "",
            choices=_choices(_lines(self.choices.data), before)
            if kind in WITH_CHOICES
            else (),
            shown_if=tuple(self.shown_if.data or ()),
            age_low=self.age_low.data,
            age_high=self.age_high.data,
        )


def form_data(question: Question) -> dict[str, Any]:
    """Return what a form for changing `question` starts with."""
    names = ("label", "label_en", "help", "help_en", "kind", "required", "low", "high")
    lines = [
        f"{one.label} | {one.label_en}" if one.label_en else one.label
        for one in question.choices
    ]
    return {
        **{name: getattr(question, name) for name in names},
        "choices": "\n".join(lines),
        "shown_if": list(question.shown_if),
        "age_low": question.age_low,
        "age_high": question.age_high,
    }


def condition_labels(event: Event, before: Form, locale: str) -> dict[str, str]:
    """Return what a question can depend on: groups, sex, and answers before it."""
    found = {
        f"group={group.code}": _("Group: %(name)s", name=group.name)
        for group in event.groups
    }
    found |= {
        f"sex={code}": _("Sex: %(name)s", name=label)
        for code, label in SEX_LABELS.items()
    }
    for question in before:
        labels = option_labels(question, locale)
        name = localised(question.label, question.label_en, locale)
        for value in values_of(question):
            found[f"{question.code}={value}"] = f"{name}: {labels[value]}"
    return found


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _choices(lines: list[str], before: Question | None) -> tuple[Choice, ...]:
    known = {one.label: one.code for one in before.choices} if before else {}
    taken, found = set(known.values()), []
    for line in lines:
        label, _bar, label_en = (part.strip() for part in line.partition("|"))
        code = known.get(label) or next(
            f"c{n}" for n in range(1, 999) if f"c{n}" not in taken
        )
        taken.add(code)
        found.append(Choice(code, label, label_en))
    return tuple(found)
