"""Forms of reviewers, publishers and objectors."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from talentpool.admission.forms.applications import Ticks
from talentpool.dossiers.forms import Labels, choices
from talentpool.dossiers.rules import CLASSES

LABELS: Labels = {
    "objection_kind": {
        "named": _l("A person, under their real name"),
        "stamped": _l("A unit, under its seal"),
    },
    "objection_state": {
        "open": _l("Being looked into"),
        "upheld": _l("Upheld: not admitted"),
        "dismissed": _l("Not upheld"),
    },
    "notice_phase": {
        "running": _l("Running"),
        "ended": _l("Ended"),
        "gone": _l("Taken down"),
    },
}

_REQUIRED = InputRequired(_l("Fill in this field."))
_REASON = InputRequired(_l("Give the reason."))


class ClaimCheckForm(FlaskForm):
    """What a reviewer found of one piece of evidence."""

    note = StringField(_l("Note"), [Length(max=200)])


class PaperForm(FlaskForm):
    """The signed paper of a nominee."""

    document = StringField(
        _l("Signed paper of the nominee"), [_REQUIRED, Length(max=120)]
    )


class PassForm(FlaskForm):
    """Passing a step."""

    remark = TextAreaField(_l("Remark"), [Length(max=400)])


class ReturnForm(FlaskForm):
    """Giving an application back, to whom, and why."""

    to = SelectField(_l("Return to"), validate_choice=False)
    return_reason = TextAreaField(
        _l("What is to be corrected"), [_REASON, Length(max=400)]
    )


class RefuseForm(FlaskForm):
    """A refusal gives its reason."""

    refuse_reason = TextAreaField(
        _l("Reason of the refusal"), [_REASON, Length(max=400)]
    )


class DecideForm(FlaskForm):
    """The leading group's decision."""

    pool_class = SelectField(_l("Class"), choices=choices("pool_class", CLASSES))
    minute_number = StringField(
        _l("Number of the minute"),
        [InputRequired(_l("Enter the number of the minute.")), Length(max=60)],
    )
    decide_reason = TextAreaField(
        _l("Reason, where not every clause is met"), [Length(max=400)]
    )


class UnitNoticeForm(FlaskForm):
    """Where the unit's notice hangs."""

    place = StringField(_l("Where the notice hangs"), [_REQUIRED, Length(max=120)])


class PublishForm(FlaskForm):
    """Which applications go on the notice, and where one can ask."""

    chosen = Ticks(_l("Applications"), validate_choice=False)
    contact = StringField(
        _l("Where one can ask or object: office, phone"), [_REQUIRED, Length(max=200)]
    )


class ObjectForm(FlaskForm):
    """An objection by anybody."""

    line = RadioField(_l("About whom"), [_REQUIRED], validate_choice=False)
    kind = RadioField(
        _l("Who objects"),
        choices=[
            SelectChoice(code, label)
            for code, label in LABELS["objection_kind"].items()
        ],
        default="named",
    )
    name = StringField(
        _l("Your name, or the name of the unit"), [_REQUIRED, Length(max=120)]
    )
    contact = StringField(_l("Phone or address"), [_REQUIRED, Length(max=120)])
    text = TextAreaField(
        _l("What you object to, and what shows it"), [_REQUIRED, Length(max=4000)]
    )
    document = FileField(_l("Stamped letter or other proof"))


class ReceiptForm(FlaskForm):
    """The receipt of an objection."""

    receipt = StringField(_l("Receipt number"), [_REQUIRED, Length(max=20)])


class PurposeForm(FlaskForm):
    """What a sealed text is opened for."""

    purpose = StringField(
        _l("Purpose"),
        [InputRequired(_l("Say what you need it for.")), Length(min=4, max=200)],
    )


class OutcomeForm(FlaskForm):
    """The outcome of an objection."""

    verdict = RadioField(
        _l("Outcome of the objection"),
        [InputRequired(_l("Choose the outcome."))],
        choices=[
            SelectChoice("dismissed", _l("Not upheld: the entry goes on")),
            SelectChoice("upheld", _l("Upheld: the person is not admitted")),
        ],
    )
    outcome = TextAreaField(
        _l("What was found; the applicant and the objector read it"),
        [_REQUIRED, Length(max=400)],
    )
    document = StringField(_l("Document of the outcome"), [Length(max=120)])
