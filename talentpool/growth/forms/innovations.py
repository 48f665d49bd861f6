"""Forms of innovation projects, and the words for their codes."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileAllowed, FileField, FileRequired
from wtforms import (
    DateField,
    DecimalField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from talentpool.dossiers.forms import DOCUMENTS
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.rules import wan_to_yuan
from talentpool.growth.rules.innovations import KINDS, ROLES
from talentpool.growth.services.innovations import ProjectValues

LABELS: Mapping[str, Mapping[str, Any]] = {
    "innovation": {
        "innovation": _l("Technical innovation"),
        "invention": _l("Invention"),
        "method": _l("Advanced method of work"),
        "five_small": _l("Five-small innovation"),
        "cooperation": _l("Technical cooperation"),
    },
    "innovation_role": {
        "lead": _l("Lead"),
        "participant": _l("Participant"),
        "adviser": _l("Adviser"),
    },
    "innovation_state": {
        "draft": _l("Draft"),
        "submitted": _l("Waits for an officer"),
        "returned": _l("Returned"),
        "verified": _l("Verified"),
        "revoked": _l("Verification withdrawn"),
    },
    "innovation_fault": {
        "lead": _l("Name exactly one person as the lead."),
        "method": _l("A method of work is named after a person: say after whom."),
        "namesake": _l("Only a method of work is named after a person, and after one."),
        "name": _l("The name of the method must hold the whole name of the person."),
        "paper": _l("Add at least one paper that proves the project."),
        "future": _l("The project must be finished by today."),
        "days": _l("The beginning must not lie after the end."),
        "benefit": _l("A benefit needs its first and last day, and who confirmed it."),
        "period": _l("The period of the benefit must not end before it begins."),
    },
}


class ProjectForm(FlaskForm):
    """What is recorded of a project."""

    kind = SelectField(
        _l("Kind"), choices=[SelectChoice(k, LABELS["innovation"][k]) for k in KINDS]
    )
    title = StringField(
        _l("Title"), [DataRequired(_l("Enter a title.")), Length(max=160)]
    )
    trade = StringField(
        _l("Trade"), [DataRequired(_l("Enter the trade.")), Length(max=80)]
    )
    text = TextAreaField(_l("What was achieved"), [Length(max=4000)])
    number = StringField(_l("Number of the patent or standard"), [Length(max=60)])
    began_on = DateField(_l("Begun on"), [Optional()])
    finished_on = DateField(
        _l("Finished or put to use on"), [InputRequired(_l("Enter a date."))]
    )
    benefit = DecimalField(
        _l("Benefit (10,000 yuan)"),
        [Optional(), NumberRange(0, 100_000_000, _l("Enter an amount, 0 or more."))],
        places=None,
    )
    benefit_from = DateField(_l("Benefit counted from"), [Optional()])
    benefit_to = DateField(_l("Benefit counted until"), [Optional()])
    benefit_confirmed_by = StringField(_l("Benefit confirmed by"), [Length(max=120)])

    def validate_benefit(self, field: DecimalField) -> None:
        if isinstance(field.data, Decimal) and wan_to_yuan(field.data) is None:
            raise ValidationError(_l("At most four decimals: to the yuan."))

    def values(self) -> ProjectValues:
        """Return what was entered; call only after `validate_on_submit`."""
        benefit = self.benefit.data
        return ProjectValues(
            kind=self.kind.data,
            title=_tidy(self.title.data),
            trade=_tidy(self.trade.data),
            text=(self.text.data or "").strip(),
            number=_tidy(self.number.data),
            began_on=self.began_on.data,
            finished_on=self.finished_on.data,
            benefit_yuan=None if benefit is None else wan_to_yuan(benefit),
            benefit_from=self.benefit_from.data,
            benefit_to=self.benefit_to.data,
            benefit_confirmed_by=_tidy(self.benefit_confirmed_by.data),
        )


class NewProjectForm(ProjectForm):
    """A new project of a unit, with its lead."""

    unit = SelectField(_l("Unit"))
    lead = StringField(
        _l("Lead: name or number of the pool certificate"),
        [DataRequired(_l("Say who led the project.")), Length(max=80)],
    )
    method_name = StringField(
        _l("Name of the method, if it is named after the lead"), [Length(max=40)]
    )


class OwnProjectForm(ProjectForm):
    """A new project of one's own."""

    method_name = StringField(
        _l("Name of the method, if it is named after you"), [Length(max=40)]
    )


class PartForm(FlaskForm):
    """Somebody who took part."""

    who = StringField(
        _l("Name or number of the pool certificate"),
        [DataRequired(_l("Enter a name or a number.")), Length(max=80)],
    )
    role = SelectField(
        _l("Role"),
        choices=[SelectChoice(r, LABELS["innovation_role"][r]) for r in ROLES],
        default="participant",
    )
    method_name = StringField(
        _l("Name of the method, if it is named after this person"), [Length(max=40)]
    )


class PaperForm(FlaskForm):
    """A file that proves a project."""

    document = FileField(
        _l("Paper (picture or PDF)"),
        [
            FileRequired(_l("Choose a file.")),
            FileAllowed(DOCUMENTS, _l("A picture or a PDF file, please.")),
        ],
    )


class DecisionForm(FlaskForm):
    """What an officer decides on a project that was handed in."""

    answer = RadioField(
        _l("What the papers say"),
        [InputRequired(_l("Choose one."))],
        choices=[
            SelectChoice("verified", _l("Verify: the papers prove it")),
            SelectChoice("returned", _l("Return it, with the reason")),
        ],
    )
    reason = StringField(_l("Reason of a return"), [Length(max=200)])

    def validate_reason(self, field: StringField) -> None:
        if self.answer.data == "returned" and not (field.data or "").strip():
            raise ValidationError(_("Say what is missing."))


class RevokeForm(FlaskForm):
    """Why a verified project is taken back."""

    reason = StringField(_l("Reason"), [DataRequired(_l("Say why.")), Length(max=200)])


def one_of(found: Sequence[Craftsman], text: str) -> str:
    """Return what to say where not exactly one person was found; "" where one was."""
    if len(found) == 1:
        return ""
    if not found:
        nobody: str = _(
            "Nobody in the pool is found by %(text)s. Enter the whole name, or the "
            "number of the pool certificate.",
            text=text,
        )
        return nobody
    people = "; ".join(
        " · ".join(
            part
            for part in (
                person.person.unit.name if person.person.unit else "",
                person.trade,
                person.certificate_number,
            )
            if part
        )
        for person in found
    )
    several: str = _(
        "Several people have this name. Enter the number of the right one: %(people)s",
        people=people,
    )
    return several


def _tidy(text: str | None) -> str:
    return " ".join((text or "").split())
