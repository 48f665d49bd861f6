"""Forms of registration and review, and the words for states, fields and rules."""

from dataclasses import asdict
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    Field,
    Form,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from competition.events.forms import PAPER_LABELS, options
from competition.registration.rules.document import Document
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
    "waiting": _l("On the waiting list"),
    "reserve": _l("Substitute, reviewed"),
}
FIELD_LABELS = {
    "name": _l("Name"),
    "id_number": _l("ID number"),
    "phone": _l("Mobile phone"),
    "unit": _l("Unit"),
    "group": _l("Group"),
    "trade_years": _l("Years in the trade"),
    "level": _l("Skill level and certificate"),
    "insurance": _l("Months of social insurance"),
    "residence": _l("Place of residence"),
    "household": _l("Place of the household register"),
    "standing": _l("Standing"),
    "barred": _l("Honours that bar from the event"),
    "more": _l("Questions of this event"),
}
STANDING_LABELS = {
    "worker": _l("Worker or employee"),
    "teacher": _l("Teacher"),
    "student": _l("Student"),
    "civil_servant": _l("Civil servant"),
    "soldier": _l("In military service"),
    "retired": _l("Retired"),
}
YES_NO = {"no": _l("No"), "yes": _l("Yes")}
LIKENESS_LABELS = {
    "same_person": _l("same ID number"),
    "same_name_and_birth": _l("same name and birth date"),
    "same_name_and_unit": _l("same name and unit"),
    "same_phone": _l("same mobile phone"),
}
REPLACE_LABELS = {
    "close": _l("the close of registration"),
    "checkin": _l("the close of check-in"),
}
EVIDENCE_LABELS = {
    "": "",
    "id_number": _l("ID number"),
    "stated": _l("as stated"),
    "counted": _l("counted by the system"),
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
    "trade_unbroken": _l("Years in the trade without a break"),
    "insurance": _l("Months of social insurance"),
    "residence": _l("Place of residence"),
    "household": _l("Place of the household register"),
    "excluded": _l("Standings that cannot enter"),
    "barred": _l("Honours that bar from the event"),
    "one_entry": _l("One entry per person"),
    "max_events": _l("Events per person"),
    "unit_quota": _l("Places per unit"),
    "quota": _l("Places of the event"),
    "team": _l("Members of the team"),
    "paper_photo": _l("Photo"),
    "paper_id_card": _l("ID card"),
    "paper_certificate": _l("Skill level certificate"),
    "paper_employment": _l("Proof of employment"),
    "paper_insurance": _l("Proof of social insurance"),
    "paper_residence": _l("Proof of residence"),
}
VERDICT_LABELS = {
    "met": _l("met"),
    "not_met": _l("not met"),
    "missing": _l("evidence missing"),
}

_REQUIRED = InputRequired(_l("Fill in this field."))


def _whole(label: object, low: int, high: int) -> IntegerField:
    message = _l("Enter a whole number from %(min)s to %(max)s.")
    return IntegerField(label, [Optional(), NumberRange(low, high, message)])


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
    insurance_months = StringField(
        _l("Months of social insurance"),
        [Optional(), Regexp(r"^\s*\d{1,3}\s*$", message=_l("Enter whole months."))],
    )
    residence = SelectField(_l("Place of residence"), validate_choice=False)
    household = SelectField(
        _l("Place of the household register"), validate_choice=False
    )
    standing = RadioField(
        _l("What are you at present?"),
        [Optional()],
        choices=options(STANDING_LABELS.items()),
        validate_choice=False,
    )
    holds_barred = RadioField(
        _l("Do you hold one of the honours that bar from this event?"),
        [Optional()],
        choices=options(YES_NO.items()),
        validate_choice=False,
    )

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

    kept = SelectField(_l("A reason that is kept"), validate_choice=False)
    reason = StringField(_l("Reason"), [Length(max=200)])


class ReturnForm(FlaskForm):
    """Giving an entry back."""

    to_correct = SelectMultipleField(
        _l("To correct"),
        choices=options(FIELD_LABELS.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    kept = SelectField(_l("A reason that is kept"), validate_choice=False)
    reason = TextAreaField(_l("What is to be corrected"), [Length(max=400)])


class UnitWordForm(FlaskForm):
    """What the unit says of an entry."""

    reason = StringField(_l("Reason"), [Length(max=200)])


class ReasonForm(FlaskForm):
    """A decision that needs a reason, or a reveal that needs a purpose."""

    reason = StringField(_l("Reason"), [Length(max=400)])


class RulesForm(FlaskForm):
    """Every rule of an event; what is left empty is not asked."""

    age_min = _whole(_l("Youngest age"), 0, 120)
    age_max = _whole(_l("Oldest age"), 0, 120)
    age_on = DateField(_l("Age counted on"), [Optional()])
    level = SelectField(_l("Lowest skill level"))
    trade_years = _whole(_l("Years in the trade at least"), 0, 60)
    trade_continuous = BooleanField(_l("These years are without a break"))
    insurance_months = _whole(_l("Months of social insurance at least"), 0, 600)
    residence_within = SelectMultipleField(
        _l("Lives in one of"), render_kw={"size": 6}, validate_choice=False
    )
    household_within = SelectMultipleField(
        _l("Household register in one of"), render_kw={"size": 6}, validate_choice=False
    )
    excluded_standings = SelectMultipleField(
        _l("Cannot enter"),
        choices=options(STANDING_LABELS.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    barred_honours = TextAreaField(
        _l("Honours whose holders cannot enter"), [Length(max=2000)]
    )
    places_event = _whole(_l("Places in all"), 1, 30000)
    places_unit = _whole(_l("Places per unit"), 1, 30000)
    papers_asked = SelectMultipleField(
        _l("Papers asked for besides the photo"),
        choices=options(list(PAPER_LABELS.items())[1:]),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    places_offer_hours = _whole(_l("Hours to take an offered place"), 1, 720)
    review_unit_first = BooleanField(
        _l("The unit confirms an entry before the committee decides")
    )
    team_min = _whole(_l("Members of a team at least"), 2, 5)
    team_max = _whole(_l("Members of a team at most"), 2, 5)
    team_substitutes = _whole(_l("Substitutes at most"), 0, 5)
    team_replace_until = SelectField(
        _l("A substitute takes a member's place until"),
        choices=options(REPLACE_LABELS.items()),
        validate_choice=False,
    )
    reason = StringField(_l("Why the rules change"), [Length(max=200)])

    def validate_team_min(self, field: Field) -> None:
        if field.data is not None and self.team_max.data is None:
            raise ValidationError(_("Say how many members a team has at most."))

    def validate_team_substitutes(self, field: Field) -> None:
        if field.data and self.team_max.data is None:
            raise ValidationError(_("Only teams have substitutes."))

    def validate_team_max(self, field: Field) -> None:
        low = self.team_min.data
        if low is not None and field.data is not None and field.data < low:
            raise ValidationError(_("A team has fewer members at most than at least."))

    def validate_age_max(self, field: Field) -> None:
        low = self.age_min.data
        if low is not None and field.data is not None and field.data < low:
            raise ValidationError(_("The oldest age is below the youngest."))

    def document(self, starts_on: date) -> Document:
        """Return the validated rules; ages count on the day the event starts."""
        has_age = self.age_min.data is not None or self.age_max.data is not None
        lines = (self.barred_honours.data or "").splitlines()
        honours = [" ".join(line.split()) for line in lines]
        return Document(
            age_min=self.age_min.data,
            age_max=self.age_max.data,
            age_on=(self.age_on.data or starts_on) if has_age else None,
            trade_years=self.trade_years.data,
            trade_continuous=bool(self.trade_continuous.data)
            and self.trade_years.data is not None,
            level=self.level.data or "",
            insurance_months=self.insurance_months.data,
            residence_within=tuple(self.residence_within.data or ()),
            household_within=tuple(self.household_within.data or ()),
            excluded_standings=tuple(self.excluded_standings.data or ()),
            barred_honours=tuple(dict.fromkeys(name for name in honours if name)),
            places_event=self.places_event.data,
            places_unit=self.places_unit.data,
            papers_asked=tuple(self.papers_asked.data or ()),
            places_offer_hours=self.places_offer_hours.data,
            review_unit_first=bool(self.review_unit_first.data),
            **self._of_teams(),
        )

    def _of_teams(self) -> dict[str, Any]:
        if self.team_max.data is None:
            return {}
        substitutes = self.team_substitutes.data or None
        return {
            "team_min": self.team_min.data,
            "team_max": self.team_max.data,
            "team_substitutes": substitutes,
            "team_replace_until": (self.team_replace_until.data or "")
            if substitutes
            else "",
        }


def rules_data(document: Document) -> dict[str, object]:
    """Return what a form for changing `document` starts with."""
    data = asdict(document)
    data["barred_honours"] = "\n".join(document.barred_honours)
    return data
