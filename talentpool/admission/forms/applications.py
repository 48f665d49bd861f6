"""Forms of batches and applications, and the words for their states and steps."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

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
from talentpool.admission.rules.batches import ALWAYS, STEPS
from talentpool.dossiers.forms import Labels, choices
from talentpool.dossiers.rules import LEVELS

LABELS: Labels = {
    "batch_phase": {
        "planned": _l("Not open yet"),
        "open": _l("Open for applications"),
        "reviewing": _l("Under review"),
        "closed": _l("Closed"),
    },
    "step": {
        "": _l("Applicant"),
        "unit_notice": _l("Unit's own notice"),
        "district": _l("First check by the county"),
        "city": _l("Check by the city"),
        "province": _l("Check by the province"),
        "experts": _l("Expert review"),
        "decision": _l("Decision of the leading group"),
        "notice": _l("Public notice"),
        "entry": _l("Entry and certificate"),
    },
    "way": {
        "self": _l("Applies for themselves"),
        "unit": _l("Recommended by the unit"),
        "association": _l("Recommended by an association or union"),
        "result": _l("Proposed by a published result"),
    },
    "application_state": {
        "draft": _l("Draft"),
        "unconfirmed": _l("Waits for the nominee's agreement"),
        "running": _l("Under review"),
        "returned": _l("Returned for correction"),
        "refused": _l("Not admitted to the pool"),
        "withdrawn": _l("Application withdrawn"),
        "admitted": _l("Admitted"),
    },
    "claim_state": {
        "claimed": _l("Not checked yet"),
        "verified": _l("Verified"),
        "refused": _l("Not accepted"),
    },
    "move": {
        "started": _l("Filling in begun"),
        "proposed": _l("Taken into the batch"),
        "submitted": _l("Sent in"),
        "confirmed": _l("Agreed to by the nominee"),
        "vouched": _l("A referee has written"),
        "passed": _l("Passed"),
        "returned": _l("Returned for correction"),
        "refused": _l("Refused"),
        "withdrawn": _l("Application withdrawn"),
        "decided": _l("Decision recorded"),
        "published": _l("Public notice begins"),
        "objected": _l("Suspended by an objection"),
        "cleared": _l("Objection answered"),
        "admitted": _l("Entry recorded, certificate issued"),
    },
    "how_confirmed": {
        "": "",
        "account": _l("by the account tied to the person"),
        "number": _l("by ID number, from an account not tied to the person yet"),
        "paper": _l("on a signed paper"),
    },
    "answer": {
        "name": _l("Name"),
        "id_number": _l("ID number"),
        "phone": _l("Mobile phone"),
        "unit_uid": _l("Unit"),
        "trade": _l("Trade"),
        "occupation": _l("Occupation"),
        "post": _l("Post"),
        "recommendation": _l("Recommendation"),
    },
    "claim": {
        "employment": _l("Employment"),
        "post_kind": _l("Kind of post"),
        "front_line": _l("At the front line"),
        "union_member": _l("Member of the union"),
        "law_abiding": _l("Law-abiding, of good conduct"),
        "years_in_trade": _l("In the trade since"),
        "unmatched_skill": _l("Unmatched skill"),
        "named_methods": _l("Methods named after the person"),
        "innovations": _l("Innovations or patents with a benefit"),
        "competitions": _l("Best place in a competition"),
        "certificate_rank": _l("Skill level held"),
        "graduated_apprentices": _l("Apprentices who graduated"),
        "leads_studio": _l("Leads a studio"),
    },
}

_REQUIRED = InputRequired(_l("Fill in this field."))


class Ticks(SelectMultipleField):
    """Several choices as ticks."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class BatchForm(FlaskForm):
    """A new batch."""

    name = StringField(_l("Name of the batch"), [_REQUIRED, Length(max=80)])
    district_code = SelectField(_l("For which place"), validate_choice=False)
    level = SelectField(
        _l("Pool level"), choices=choices("level", LEVELS), default="city"
    )
    opens_on = DateField(_l("Opens on"), [_REQUIRED])
    closes_on = DateField(_l("Last day to apply"), [_REQUIRED])
    steps = Ticks(
        _l("Steps"),
        choices=[
            SelectChoice(step, LABELS["step"][step])
            for step in STEPS
            if step not in ALWAYS
        ],
    )
    references_needed = IntegerField(
        _l("References needed"), [InputRequired(), NumberRange(0, 3)], default=0
    )
    experts_min = IntegerField(
        _l("Experts at least"), [InputRequired(), NumberRange(5, 15)], default=5
    )
    trim = IntegerField(
        _l("Highest and lowest sheets left out"),
        [InputRequired(), NumberRange(0, 3)],
        default=1,
    )
    pass_mark = IntegerField(
        _l("Marks needed, of 100"), [InputRequired(), NumberRange(0, 100)], default=60
    )
    notice_days = IntegerField(
        _l("Public notice, working days"),
        [InputRequired(), NumberRange(5, 30)],
        default=5,
    )
    unit_notice_days = IntegerField(
        _l("Unit's own notice, working days"),
        [InputRequired(), NumberRange(1, 30)],
        default=5,
    )
    review_days = IntegerField(
        _l("Each check, working days"),
        [InputRequired(), NumberRange(1, 60)],
        default=10,
    )
    objection_days = IntegerField(
        _l("Objections, working days"),
        [InputRequired(), NumberRange(1, 60)],
        default=10,
    )
    shown_days = IntegerField(
        _l("Taken down so many days after its end"),
        [InputRequired(), NumberRange(0, 60)],
        default=5,
    )


class RecommendForm(FlaskForm):
    """Who recommends."""

    nominator = SelectField(_l("In the name of"), validate_choice=False)
    association = StringField(_l("Name of the association or union"), [Length(max=120)])


class PersonForm(FlaskForm):
    """Step 1: who it is about."""

    name = StringField(LABELS["answer"]["name"], [_REQUIRED, Length(max=80)])
    id_number = StringField(LABELS["answer"]["id_number"], [_REQUIRED, Length(max=30)])
    phone = StringField(LABELS["answer"]["phone"], [_REQUIRED, Length(max=30)])
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
    """Step 2: unit, trade and post; for a recommendation, why."""

    unit_search = StringField(
        _l("Find the unit"), [Length(max=120)], filters=[lambda x: x and x.strip()]
    )
    unit_uid = RadioField(
        LABELS["answer"]["unit_uid"], [Optional()], validate_choice=False
    )
    unit_name = StringField(_l("Full name of the unit"), [Length(max=120)])
    unit_code = StringField(_l("Unified social credit code"), [Length(max=40)])
    unit_district = SelectField(_l("District of the unit"), validate_choice=False)
    trade = StringField(LABELS["answer"]["trade"], [_REQUIRED, Length(max=80)])
    occupation = SelectField(
        LABELS["answer"]["occupation"], [_REQUIRED], validate_choice=False
    )
    post = StringField(LABELS["answer"]["post"], [Length(max=80)])
    recommendation = TextAreaField(
        LABELS["answer"]["recommendation"], [_REQUIRED, Length(max=1000)]
    )

    def validate_unit_name(self, field: Field) -> None:
        if not self.unit_uid.data and not (field.data or "").strip():
            raise ValidationError(_("Find the unit, or enter its full name."))

    def validate_unit_code(self, field: Field) -> None:
        if self.unit_uid.data or not self.unit_name.data:
            return
        fault = find_credit_code_fault(normalise_credit_code(field.data or ""))
        if fault is not None:
            raise ValidationError(credit_code_message(fault))


class ClaimForm(FlaskForm):
    """One claim: its value in parts, the document that proves it, and a scan.

    Which part holds the value depends on the field; see `views.evidence`.
    """

    flag = SelectField(_l("Value"), default="")
    word = SelectField(_l("Value"), default="", validate_choice=False)
    count = IntegerField(_l("Number"), [Optional(), NumberRange(0, 999)])
    since = DateField(_l("Day"), [Optional()])
    tier = SelectField(_l("Level of the competition"), default="")
    place = IntegerField(_l("Place"), [Optional(), NumberRange(1, 9999)])
    of_count = IntegerField(_l("of how many"), [Optional(), NumberRange(1, 99999)])
    held_on = DateField(_l("Day of the competition"), [Optional()])
    document = StringField(_l("Document that proves it"), [Length(max=120)])
    scan = FileField(_l("Scan or photo of it"))


class SubmitForm(FlaskForm):
    """Sending in; for one's own application, with consent."""

    consent_pool = BooleanField(
        _l("I agree that my data are kept in the talent pool for its purposes.")
    )
    consent_publication = BooleanField(
        _l(
            "I agree that my name, unit, trade and recommender are shown in the public "
            "notice."
        )
    )


class NominationForm(SubmitForm):
    """The nominee's own word."""

    id_number = StringField(LABELS["answer"]["id_number"], [Length(max=30)])


class WithdrawForm(FlaskForm):
    """Taking an application back, or declining a nomination."""

    reason = StringField(_l("Reason"), [_REQUIRED, Length(max=200)])


class ReferenceForm(FlaskForm):
    """A referee's word."""

    text = TextAreaField(
        _l("What you can say of the person"), [_REQUIRED, Length(max=1000)]
    )
