"""Forms of appeals."""

from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileSize, MultipleFileField
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from extensions import LOCAL
from people.attachments.rules import MAX_BYTES
from scoring.appeals.services.steps import LONGEST
from scoring.appeals.services.words import OUTCOME_LABELS
from twins import paper_field


class AppealForm(FlaskForm):
    """What is wrong, with papers."""

    grounds = TextAreaField(
        _l("What is wrong, and what you ask for"),
        [InputRequired(), Length(max=LONGEST)],
    )
    papers = MultipleFileField(_l("Papers"), [FileSize(MAX_BYTES)])
    paper = paper_field()

    def files(self) -> list[tuple[bytes, str]]:
        """Return content and name of the files that were chosen."""
        return [
            (file.read(), file.filename)
            for file in self.papers.data or []
            if getattr(file, "filename", "")
        ]


class ReasonForm(FlaskForm):
    """A step that asks for words."""

    reason = TextAreaField(_l("Reason"), [InputRequired(), Length(max=LONGEST)])


class HearingForm(FlaskForm):
    """When and where the parties are heard."""

    at = DateTimeLocalField(_l("Hearing at"), [InputRequired()])
    place = StringField(_l("Place of the hearing"), [InputRequired(), Length(max=120)])

    def moment(self) -> datetime:
        """Return when, in UTC; the form is filled in local time."""
        assert self.at.data is not None  # noqa: S101 - validated
        found: datetime = self.at.data.replace(tzinfo=LOCAL).astimezone(UTC)
        return found


class DecisionForm(FlaskForm):
    """The decision and what follows from it."""

    outcome = RadioField(
        _l("Decision of the appeal"),
        choices=[SelectChoice(code, label) for code, label in OUTCOME_LABELS.items()],
    )
    revises = BooleanField(_l("The marks are opened for a revision"))
    reason = TextAreaField(
        _l("Reasons"),
        [InputRequired(), Length(max=LONGEST)],
        id="decision-reason",
    )


class EffectForm(FlaskForm):
    """Another value of one mark, to see what it would move."""

    cell = SelectField(_l("Mark"), validate_choice=False)
    value = StringField(_l("Another value"), [InputRequired(), Length(max=40)])


class TermsForm(FlaskForm):
    """An event's windows and times for appeals."""

    hours_after_end = IntegerField(
        _l("Hours after the end of the event"), [InputRequired(), NumberRange(1, 72)]
    )
    days_after_publication = IntegerField(
        _l("Working days after the publication"), [InputRequired(), NumberRange(1, 30)]
    )
    decision_days = IntegerField(
        _l("Working days to decide"), [InputRequired(), NumberRange(1, 30)]
    )
    second_days = IntegerField(
        _l("Working days to go to the second instance"),
        [InputRequired(), NumberRange(1, 30)],
    )
    ends_now = BooleanField(_l("The event has ended now"))

    def values(self) -> dict[str, int]:
        names = (
            *("hours_after_end", "days_after_publication"),
            *("decision_days", "second_days"),
        )
        return {name: self[name].data or 0 for name in names}
