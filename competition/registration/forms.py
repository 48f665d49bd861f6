"""Forms of registration and review, and the words for states, fields and rules."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    Field,
    Form,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from competition.events.forms import options
from people.persons.rules import (
    IdFault,
    check_id_number,
    find_name_fault,
    is_phone,
    normalise_name,
    normalise_phone,
)
from people.persons.services import id_message, name_message
from people.units.rules import find_credit_code_fault, normalise_credit_code
from people.units.services import credit_code_message

STATE_LABELS = {
    "draft": _l("Draft"),
    "submitted": _l("Under review"),
    "returned": _l("Returned for correction"),
    "accepted": _l("Accepted"),
    "rejected": _l("Rejected"),
    "withdrawn": _l("Withdrawn"),
}
FIELD_LABELS = {
    "name": _l("Name"),
    "id_number": _l("ID number"),
    "phone": _l("Mobile phone"),
    "unit": _l("Unit"),
    "group": _l("Group"),
    "trade_years": _l("Years in the trade"),
    "level": _l("Skill level and certificate"),
}
PAPER_STATE_LABELS = {
    "pending": _l("Uploaded"),
    "accepted": _l("Accepted"),
    "rejected": _l("Refused"),
}
RULE_LABELS = {
    "open": _l("Registration is open"),
    "group": _l("Group of the event"),
    "age": _l("Age"),
    "age_min": _l("Youngest age"),
    "age_max": _l("Oldest age"),
    "min_level": _l("Lowest skill level"),
    "trade_years": _l("Years in the trade"),
    "one_entry": _l("One entry per person"),
    "max_events": _l("Events per person"),
    "unit_quota": _l("Places per unit"),
    "quota": _l("Places of the event"),
    "paper_photo": _l("Photo"),
    "paper_id_card": _l("ID card"),
    "paper_certificate": _l("Skill level certificate"),
    "paper_employment": _l("Proof of employment"),
}
VERDICT_LABELS = {
    "met": _l("met"),
    "not_met": _l("not met"),
    "missing": _l("evidence missing"),
}

_REQUIRED = InputRequired(_l("Fill in this field."))


class SignUpForm(FlaskForm):
    """A contestant's new account."""

    phone = StringField(_l("Mobile phone"), [_REQUIRED, Length(max=20)])
    display_name = StringField(_l("Your name"), [_REQUIRED, Length(max=80)])
    password = PasswordField(_l("Password"), [_REQUIRED, Length(max=256)])
    next = StringField()


class StartForm(FlaskForm):
    """Nothing but the button that begins an entry."""


class IdentityForm(FlaskForm):
    """Step 1: who enters."""

    name = StringField(_l("Name"), [_REQUIRED, Length(max=80)])
    id_number = StringField(_l("ID number"), [_REQUIRED, Length(max=30)])
    phone = StringField(_l("Mobile phone"), [_REQUIRED, Length(max=30)])
    today = date.max  # set by the view: births after this day are refused

    def validate_name(self, field: Field) -> None:
        fault = find_name_fault(normalise_name(field.data))
        if fault is not None:
            raise ValidationError(name_message(fault))

    def validate_id_number(self, field: Field) -> None:
        found = check_id_number(field.data, today=self.today)
        if isinstance(found, IdFault):
            raise ValidationError(id_message(found))

    def validate_phone(self, field: Field) -> None:
        if not is_phone(normalise_phone(field.data)):
            raise ValidationError(_("Enter a mobile number with 11 digits."))


class WorkForm(FlaskForm):
    """Step 2: where and in which group; a unit that is known, or a new one."""

    unit_search = StringField(
        _l("Find my unit"), [Length(max=120)], filters=[lambda x: x and x.strip()]
    )
    unit_uid = RadioField(_l("My unit"), [Optional()], validate_choice=False)
    unit_name = StringField(_l("Full name of the unit"), [Length(max=120)])
    unit_code = StringField(_l("Unified social credit code"), [Length(max=40)])
    unit_district = SelectField(_l("District of the unit"), validate_choice=False)
    group = RadioField(_l("Group"), [_REQUIRED], validate_choice=False)
    trade_years = StringField(
        _l("Years in the trade"),
        [Optional(), Regexp(r"^\s*\d{1,2}\s*$", message=_l("Enter whole years."))],
    )
    level = SelectField(_l("Skill level held"), validate_choice=False)
    certificate_number = StringField(_l("Certificate number"), [Length(max=40)])

    def validate_unit_name(self, field: Field) -> None:
        if self.unit_uid is None or self.unit_uid.data:
            return
        if not (field.data or "").strip():
            raise ValidationError(_("Find your unit, or enter its full name."))

    def validate_unit_code(self, field: Field) -> None:
        if self.unit_uid is None or self.unit_uid.data or not self.unit_name.data:
            return
        code = normalise_credit_code(field.data or "")
        fault = find_credit_code_fault(code)
        if fault is not None:
            raise ValidationError(credit_code_message(fault))


class PaperForm(FlaskForm):
    """One paper; the photo can come from the camera or from a file."""

    file = FileField(_l("File"))
    camera = FileField(_l("Camera"))


class ConfirmForm(FlaskForm):
    """Step 4: consent."""

    consent = BooleanField(_l("I have read the notice and agree to it."))


class WithdrawForm(FlaskForm):
    """Taking an entry back."""

    reason = StringField(_l("Reason"), [_REQUIRED, Length(max=200)])


class ReviewFilter(Form):
    """What the list of entries is narrowed by."""

    q = StringField(_l("Name or unit"))
    state = SelectField(_l("State"), validate_choice=False)
    group = SelectField(_l("Group"), validate_choice=False)


class PaperDecisionForm(FlaskForm):
    """Accepting or refusing one paper."""

    reason = StringField(_l("Reason"), [Length(max=200)])


class ReturnForm(FlaskForm):
    """Giving an entry back."""

    to_correct = SelectMultipleField(
        _l("To correct"),
        choices=options(FIELD_LABELS.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    reason = TextAreaField(_l("What is to be corrected"), [Length(max=400)])


class ReasonForm(FlaskForm):
    """A decision that needs a reason, or a reveal that needs a purpose."""

    reason = StringField(_l("Reason"), [Length(max=400)])
