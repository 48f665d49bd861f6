"""Forms of the dossier, and the words for its codes in the reader's language."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileAllowed, FileField
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from people.codes.rules import level_of_old_scale
from talentpool.dossiers.rules import (
    ACHIEVEMENT_KINDS,
    LEVELS,
    POST_KINDS,
    wan_to_yuan,
)

Labels = Mapping[str, Mapping[str, Any]]

LABELS: Labels = {
    "level": {
        "nation": _l("National"),
        "province": _l("Provincial"),
        "city": _l("City"),
        "district": _l("County or district"),
        "enterprise": _l("Enterprise"),
    },
    "pool_class": {
        "named": _l("Named craftsman"),
        "skilled": _l("High-skilled worker"),
        "competition": _l("Competition talent"),
        "folk": _l("Folk and traditional craft"),
        "reserve": _l("Reserve"),
    },
    "state": {
        "active": _l("In the pool"),
        "suspended": _l("Suspended"),
        "due": _l("Due for re-confirmation"),
        "left": _l("Left the pool"),
        "revoked": _l("Revoked"),
        "deceased": _l("Deceased, archived"),
    },
    "fact_state": {
        "claimed": _l("Claimed"),
        "verified": _l("Verified"),
        "disputed": _l("Disputed"),
    },
    "source": {
        "officer": _l("Recorded by an officer"),
        "unit": _l("Reported by the unit"),
        "self": _l("Reported by the person"),
        "competition": _l("Published competition result"),
        "import": _l("Imported"),
    },
    "achievement": {
        "innovation": _l("Technical innovation"),
        "five_small": _l("Five-small innovation"),
        "method": _l("Advanced method of work"),
        "patent": _l("Patent"),
        "standard": _l("Standard"),
    },
    "studio": {
        "model_worker": _l("Model workers' innovation studio"),
        "skill_master": _l("Skill masters' studio"),
    },
    "studio_role": {"leader": _l("Leader"), "member": _l("Member")},
    "honour_role": {
        "lead": _l("Lead"),
        "participant": _l("Participant"),
        "adviser": _l("Adviser"),
    },
    "employment": {
        "": _l("Not stated"),
        "in_service": _l("In service"),
        "retired": _l("Retired"),
        "rehired": _l("Re-hired after retirement"),
        "student": _l("Student"),
    },
    "post_kind": {
        "": _l("Not stated"),
        "operator": _l("Operator"),
        "technical": _l("Technical post"),
        "management": _l("Management"),
        "finance": _l("Finance"),
    },
    "worker_type": {
        "": _l("Not stated"),
        "employee": _l("Employee"),
        "dispatched": _l("Dispatched worker"),
        "new_form": _l("New form of employment"),
        "self_employed": _l("Self-employed"),
    },
    "kind": {
        "certificate": _l("Skill certificate"),
        "honour": _l("Honour"),
        "competition": _l("Competition"),
        "achievement": _l("Achievement"),
        "studio": _l("Studio"),
        "post": _l("Post"),
        "service": _l("Service to firms"),
        "membership": _l("Membership of a tier"),
        "step": _l("Change of state"),
        "evidence": _l("Document"),
        "entered": _l("Entry into the pool"),
    },
    "certificate_warning": {
        "form": _l("The number has not the 22 characters of the national form."),
        "level": _l("The number's 16th character says another level."),
        "duplicate": _l("Another dossier holds a certificate with this number."),
        "issuer": _l("Elsewhere this issuer's code goes by another name."),
        "future": _l("The date of issue lies in the future."),
        "year": _l("The number says another year of issue."),
        "expired": _l("The certificate has expired."),
        "expires_soon": _l("The certificate expires soon."),
    },
    "old_level": {
        "5": _l("Old scale, level five (now: junior)"),
        "4": _l("Old scale, level four (now: intermediate)"),
        "3": _l("Old scale, level three (now: senior)"),
        "2": _l("Old scale, level two (now: technician)"),
        "1": _l("Old scale, level one (now: senior technician)"),
    },
    "sex": {
        "0": _l("Unknown"),
        "1": _l("Male"),
        "2": _l("Female"),
        "9": _l("Not stated"),
    },
}

OLD_PREFIX = "old-"  # before a level of the older scale, as the choice of a form
DOCUMENTS = ["jpg", "jpeg", "png", "webp", "pdf"]


def choices(table: str, codes: Sequence[str]) -> list[SelectChoice]:
    """Return the options of a select for codes, in their order."""
    return [SelectChoice(code, LABELS[table][code]) for code in codes]


_LEVELS = [SelectChoice("", _l("not stated")), *choices("level", LEVELS)]


class FactForm(FlaskForm):
    """What every form of a dated fact asks besides the fact itself."""

    document_file = FileField(
        _l("Scan of the document"),
        [FileAllowed(DOCUMENTS, _l("A picture or a PDF file, please."))],
    )
    verified = BooleanField(_l("I have seen the document that proves this"))
    correction = StringField(_l("Reason of the correction"), [Length(max=200)])

    def values(self) -> dict[str, Any]:
        """Return the columns of the fact; call only after `validate_on_submit`."""
        return {name: self[name].data for name in self.columns}

    columns: Sequence[str] = ()


class CertificateForm(FactForm):
    """A certificate of a skill level, of the eight levels or the older five."""

    level_code = SelectField(_l("Skill level"))
    trade = StringField(
        _l("Trade"), [InputRequired(_l("Enter the trade.")), Length(max=80)]
    )
    number = StringField(_l("Certificate number"), [Length(max=40)])
    issuer = StringField(_l("Issued by"), [Length(max=120)])
    issued_on = DateField(_l("Date of issue"), [Optional()])
    valid_to = DateField(_l("Valid until"), [Optional()])
    columns = ("level_code", "trade", "number", "issuer", "issued_on", "valid_to")

    def validate_valid_to(self, field: DateField) -> None:
        issued = self.issued_on.data
        if field.data is not None and issued is not None and field.data < issued:
            raise ValidationError(_l("It cannot end before it was issued."))

    def values(self) -> dict[str, Any]:
        """Return the columns; a level of the old scale is also kept as printed."""
        values = super().values()
        code = values["level_code"]
        today = level_of_old_scale(code.removeprefix(OLD_PREFIX))
        if not code.startswith(OLD_PREFIX) or today is None:
            return values | {"printed_level": ""}
        return values | {
            "level_code": today,
            "printed_level": code.removeprefix(OLD_PREFIX),
        }


class HonourForm(FactForm):
    """An honour: one of the catalogue, or another by its name."""

    honour_id = SelectField(_l("Honour of the catalogue"), coerce=int)
    name = StringField(
        _l("Name as on the document"),
        [InputRequired(_l("Enter the name as on the document.")), Length(max=120)],
    )
    level = SelectField(_l("Level"), choices=choices("level", LEVELS))
    issuer = StringField(_l("Given by"), [Length(max=120)])
    awarded_on = DateField(_l("Date"), [Optional()])
    document = StringField(_l("Number of the document"), [Length(max=120)])
    columns = ("honour_id", "name", "level", "issuer", "awarded_on", "document")

    def values(self) -> dict[str, Any]:
        values = super().values()
        values["honour_id"] = values["honour_id"] or None
        return values


class AchievementForm(FactForm):
    """An innovation, method, patent or standard."""

    kind = SelectField(_l("Kind"), choices=choices("achievement", ACHIEVEMENT_KINDS))
    title = StringField(
        _l("Title"), [InputRequired(_l("Enter a title.")), Length(max=160)]
    )
    text = TextAreaField(_l("What was achieved"), [Length(max=4000)])
    number = StringField(_l("Number of the patent or standard"), [Length(max=60)])
    named_after_person = BooleanField(_l("The method is named after the person"))
    benefit = DecimalField(
        _l("Benefit (10,000 yuan)"),
        [Optional(), NumberRange(0, 100_000_000, _l("Enter an amount, 0 or more."))],
        places=None,
    )
    level = SelectField(_l("Level"), choices=_LEVELS, default="")
    author_rank = IntegerField(
        _l("Rank among the authors"),
        [Optional(), NumberRange(1, 99, _l("Enter a rank from 1 to 99."))],
    )
    role = StringField(_l("Role"), [Length(max=40)])
    achieved_on = DateField(_l("Date"), [Optional()])
    columns = (
        *("kind", "level", "author_rank", "title", "text", "number"),
        *("named_after_person", "role", "achieved_on"),
    )

    def validate_benefit(self, field: DecimalField) -> None:
        if isinstance(field.data, Decimal) and wan_to_yuan(field.data) is None:
            raise ValidationError(_l("At most four decimals: to the yuan."))

    def values(self) -> dict[str, Any]:
        benefit = self.benefit.data
        yuan = None if benefit is None else wan_to_yuan(benefit)
        return super().values() | {"benefit_yuan": yuan}


class CompetitionForm(FactForm):
    """A place in a competition that was not run here; the document proves it."""

    competition_name = StringField(
        _l("Competition"),
        [InputRequired(_l("Enter the name of the competition.")), Length(max=120)],
    )
    event_name = StringField(
        _l("Event"), [InputRequired(_l("Enter the event.")), Length(max=80)]
    )
    tier = SelectField(_l("Level"), choices=choices("level", LEVELS))
    trade = StringField(
        _l("Trade"), [InputRequired(_l("Enter the trade.")), Length(max=80)]
    )
    held_on = DateField(_l("Date"), [Optional()])
    place = IntegerField(
        _l("Place"), [Optional(), NumberRange(1, 9999, _l("Enter a place from 1."))]
    )
    of_count = IntegerField(
        _l("Of how many"), [Optional(), NumberRange(1, 9999, _l("Enter a number."))]
    )
    award = StringField(_l("Award"), [Length(max=40)])
    document = StringField(_l("Number of the document"), [Length(max=120)])
    columns = (
        "competition_name",
        "event_name",
        "tier",
        "trade",
        "held_on",
        "place",
        "of_count",
        "award",
        "document",
    )

    def validate_of_count(self, field: IntegerField) -> None:
        if (field.data is None) != (self.place.data is None):
            raise ValidationError(_l("Give the place and of how many, or neither."))
        if field.data is not None and field.data < self.place.data:
            raise ValidationError(_l("The place cannot lie beyond the field."))


class StudioForm(FactForm):
    """A studio the craftsman leads or works in."""

    name = StringField(
        _l("Name"), [InputRequired(_l("Enter the name.")), Length(max=120)]
    )
    kind = SelectField(
        _l("Kind"), choices=choices("studio", ("model_worker", "skill_master"))
    )
    level = SelectField(_l("Level"), choices=choices("level", LEVELS))
    role = SelectField(_l("Role"), choices=choices("studio_role", ("leader", "member")))
    alliance = StringField(_l("Alliance"), [Length(max=80)])
    founded_on = DateField(_l("Founded on"), [Optional()])
    columns = ("name", "kind", "level", "role", "alliance", "founded_on")


class PostForm(FactForm):
    """A post at a unit, held before or still."""

    unit_name = StringField(
        _l("Unit"), [InputRequired(_l("Enter the unit.")), Length(max=120)]
    )
    post = StringField(
        _l("Post"), [InputRequired(_l("Enter the post.")), Length(max=80)]
    )
    post_kind = SelectField(
        _l("Kind of post"), choices=choices("post_kind", POST_KINDS)
    )
    valid_from = DateField(_l("From"), [InputRequired(_l("Enter the first day."))])
    valid_to = DateField(_l("Until"), [Optional()])
    document = StringField(_l("Number of the document"), [Length(max=120)])
    columns = (
        *("unit_name", "post", "post_kind", "valid_from", "valid_to"),
        "document",
    )

    def validate_valid_to(self, field: DateField) -> None:
        begun = self.valid_from.data
        if field.data is not None and begun is not None and field.data < begun:
            raise ValidationError(_l("It cannot end before it began."))


def _count_field(label: Any) -> IntegerField:  # noqa: ANN401 - a lazy text
    number = NumberRange(0, 999_999, _l("Enter a number, 0 or more."))
    return IntegerField(
        label, [InputRequired(_l("Enter a number.")), number], default=0
    )


class ServiceForm(FactForm):
    """Service to firms: what was done, for whom, and the figures unions report."""

    title = StringField(
        _l("What was done"), [InputRequired(_l("Enter a title.")), Length(max=160)]
    )
    firm = StringField(_l("Firm or firms"), [Length(max=160)])
    served_on = DateField(_l("Date"), [Optional()])
    visits = _count_field(_l("Visits"))
    firms = _count_field(_l("Firms served"))
    problems = _count_field(_l("Problems solved"))
    trained = _count_field(_l("People trained"))
    text = TextAreaField(_l("Details"), [Length(max=4000)])
    columns = (
        *("title", "firm", "served_on", "visits", "firms", "problems", "trained"),
        "text",
    )


FORMS: dict[str, type[FactForm]] = {
    "certificate": CertificateForm,
    "honour": HonourForm,
    "competition": CompetitionForm,
    "achievement": AchievementForm,
    "studio": StudioForm,
    "post": PostForm,
    "service": ServiceForm,
}


class RevealForm(FlaskForm):
    """What a masked field is to be seen for; the answer goes into the log."""

    field = SelectField(
        _l("Field"),
        choices=[
            SelectChoice("phone", _l("Phone")),
            SelectChoice("id_number", _l("ID number")),
        ],
    )
    purpose = StringField(
        _l("Purpose"),
        [InputRequired(_l("Say what you need it for.")), Length(min=4, max=200)],
    )
