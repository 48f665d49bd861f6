"""Forms of plans, logs, assessments and ends, and the words for their codes."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import (
    DateField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from talentpool.dossiers.forms import Labels
from talentpool.mentorship.rules.assessments import CRITERIA, FINAL, KINDS
from talentpool.mentorship.rules.plans import Task

LABELS: Labels = {
    "milestone_state": {
        "open": _l("To be reached"),
        "claimed": _l("Waits for the mentor"),
        "reached": _l("Reached"),
        "dropped": _l("Dropped"),
    },
    "difference": {
        "added": _l("added"),
        "removed": _l("taken out"),
        "changed": _l("changed"),
    },
    "assessment": {
        "month": _l("Monthly assessment"),
        "quarter": _l("Quarterly assessment"),
        "year": _l("Yearly assessment"),
        "final": _l("Final assessment"),
    },
    "view": {
        "mentor": _l("Mentor"),
        "apprentice": _l("Apprentice, of themselves"),
        "unit": _l("Unit"),
        "test": _l("Skill test"),
    },
    "criterion": {
        "theory": _l("Theory"),
        "practice": _l("Practical skill"),
        "results": _l("Results of work"),
        "conduct": _l("Conduct"),
    },
    "band": {
        "excellent": _l("Excellent"),
        "good": _l("Good"),
        "passed": _l("Passed"),
        "failed": _l("Not passed"),
    },
    "outcome": {
        "": _l("Not closed yet"),
        "passed": _l("Passed"),
        "failed": _l("Not passed"),
    },
}
_DAY = [InputRequired(_l("Enter a date."))]
_PASSWORD = [InputRequired(_l("Enter your password: it is your signature."))]


class TaskForm(Form):
    """One line of a task sheet; a line without a title is left out."""

    uid = HiddenField()
    title = StringField(_l("Milestone"), [Length(max=120)])
    due_on = DateField(_l("Due on"), [Optional()])


class TasksForm(FlaskForm):
    """A whole task sheet."""

    tasks = FieldList(FormField(TaskForm), _l("Milestones"))
    reason = StringField(_l("Reason of the change"), [Length(max=200)])

    def given(self) -> list[Task]:
        """Return the lines with a title, as they stand."""
        return [
            Task(
                uid=line.form.uid.data or "",
                title=line.form.title.data.strip(),
                due_on=line.form.due_on.data,
            )
            for line in self.tasks
            if (line.form.title.data or "").strip() and line.form.due_on.data
        ]

    def validate_tasks(self, field: FieldList) -> None:
        """Ask for a day where there is a title."""
        for line in field:
            if (line.form.title.data or "").strip() and not line.form.due_on.data:
                line.form.due_on.errors = [_l("Enter a date.")]
                field.errors = [_l("A milestone has a day it is due on.")]


class ClaimForm(FlaskForm):
    """Evidence that a milestone was reached."""

    reached_on = DateField(_l("Reached on"), _DAY)
    evidence = FileField(
        _l("Photo or scan"), [FileRequired(_l("Add a photo or a scan."))]
    )
    note = StringField(_l("Note"), [Length(max=400)])


class SignMilestoneForm(FlaskForm):
    """The mentor's word on a milestone."""

    is_reached = RadioField(
        _l("Is it reached?"),
        [InputRequired(_l("Choose an answer."))],
        choices=[SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("Not yet"))],
    )
    answer = StringField(_l("Note"), [Length(max=200)])


class LessonForm(FlaskForm):
    """What was taught and learned on a day."""

    held_on = DateField(_l("Day"), _DAY)
    hours = IntegerField(
        _l("Hours"),
        [InputRequired(_l("Enter the hours.")), NumberRange(0, 16)],
        render_kw={"inputmode": "numeric"},
    )
    minutes = IntegerField(
        _l("and minutes"),
        [Optional(), NumberRange(0, 59)],
        render_kw={"inputmode": "numeric"},
    )
    text = TextAreaField(
        _l("What was taught and learned"),
        [InputRequired(_l("Write what was done.")), Length(max=2000)],
        render_kw={"rows": 4},
    )
    photos = MultipleFileField(_l("Photos"))

    def length(self) -> int:
        """Return the whole time in minutes."""
        return min((self.hours.data or 0) * 60 + (self.minutes.data or 0), 960)


class ViewForm(FlaskForm):
    """Somebody's view of an apprentice: marks, and the password of who gives them."""

    role = HiddenField(validators=[InputRequired()])
    theory = StringField(LABELS["criterion"]["theory"], [Length(max=6)])
    practice = StringField(LABELS["criterion"]["practice"], [Length(max=6)])
    results = StringField(LABELS["criterion"]["results"], [Length(max=6)])
    conduct = StringField(LABELS["criterion"]["conduct"], [Length(max=6)])
    comment = TextAreaField(_l("Comment"), [Length(max=400)], render_kw={"rows": 3})
    document = StringField(_l("Record of the skill test"), [Length(max=120)])
    evidence = FileField(_l("Photo or scan"))
    password = PasswordField(
        _l("Your password"), _PASSWORD, render_kw={"autocomplete": "current-password"}
    )

    def marks(self) -> dict[str, str]:
        """Return the marks as they were written, by criterion."""
        return {name: self[name].data or "" for name in CRITERIA}


class CloseForm(FlaskForm):
    """A person's word on an assessment."""

    is_passed = RadioField(
        _l("Is it passed?"),
        [InputRequired(_l("Choose an answer."))],
        choices=[SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No"))],
    )
    note = TextAreaField(
        _l("Note; where views lie far apart, what was said about it"),
        [Length(max=400)],
        render_kw={"rows": 3},
    )


class AddAssessmentForm(FlaskForm):
    """An assessment besides those of the term."""

    kind = SelectField(
        _l("Kind of assessment"),
        choices=[
            SelectChoice(code, LABELS["assessment"][code])
            for code in KINDS
            if code != FINAL
        ],
    )
    due_on = DateField(_l("Due on"), _DAY)


class GraduateForm(FlaskForm):
    """The day an apprentice graduates."""

    on = DateField(_l("Date"), _DAY)


class ChangeMentorForm(FlaskForm):
    """Another mentor for an apprentice."""

    certificate = StringField(
        _l("Pool certificate of the new mentor"),
        [InputRequired(_l("Enter the number of the certificate.")), Length(max=20)],
    )
    on = DateField(_l("From"), _DAY)
    reason = StringField(_l("Reason"), [InputRequired(_l("Say why.")), Length(max=200)])
