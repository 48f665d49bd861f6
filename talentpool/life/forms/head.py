"""The head of a dossier as a form."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from people.codes.models import CodeItem
from people.persons.rules import is_phone, normalise_phone
from talentpool.dossiers.forms import LABELS, choices
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.rules import EMPLOYMENT, POST_KINDS, WORKER_TYPES

_UNSAID = [
    SelectChoice("", _l("Not stated")),
    SelectChoice("yes", _l("yes")),
    SelectChoice("no", _l("no")),
]
_SAID = {"": None, "yes": True, "no": False}
HEAD = (
    *("trade", "trade_since", "post", "post_kind", "employment", "worker_type"),
    *("front_line", "union_member", "willing_to_serve", "district_code"),
)


def said(value: bool | None) -> str:  # noqa: FBT001 - a value of a column
    """Return the choice for a yes, a no or nothing."""
    return {None: "", True: "yes", False: "no"}[value]


class HeadForm(FlaskForm):
    """Unit, post, trade, contact and what else the head of a dossier says."""

    unit_name = StringField(_l("Unit"), [Length(max=120)])
    unit_code = StringField(_l("Unified social credit code"), [Length(max=18)])
    post = StringField(_l("Post"), [Length(max=80)])
    post_kind = SelectField(
        _l("Kind of post"), choices=choices("post_kind", POST_KINDS)
    )
    employment = SelectField(
        _l("Employment"),
        choices=choices("employment", (*EMPLOYMENT,)),
    )
    worker_type = SelectField(
        _l("Kind of worker"), choices=choices("worker_type", WORKER_TYPES)
    )
    occupation = StringField(
        _l("Occupation code (2022)"),
        [InputRequired(_l("Enter the code.")), Length(max=12)],
    )
    trade = StringField(
        _l("Trade"), [InputRequired(_l("Enter the trade.")), Length(max=80)]
    )
    trade_since = DateField(_l("In the trade since"), [Optional()])
    front_line = SelectField(_l("Front line"), choices=_UNSAID)
    union_member = SelectField(_l("Union member"), choices=_UNSAID)
    willing_to_serve = BooleanField(_l("Willing to serve"))
    district_code = SelectField(_l("District"))
    phone = StringField(_l("New phone"), [Length(max=20)])
    education = SelectField(_l("Education"))
    politics = SelectField(_l("Political status"))
    on = DateField(_l("Holds from"), [InputRequired(_l("Enter the day."))])
    document = StringField(_l("Number of the document"), [Length(max=120)])
    reason = StringField(
        _l("Reason"), [InputRequired(_l("Give the reason.")), Length(max=200)]
    )

    def prepare(
        self,
        craftsman: Craftsman,
        *,
        districts: list[SelectChoice],
        education: list[CodeItem],
        politics: list[CodeItem],
        today: date,
    ) -> None:
        """Offer the codes, and fill in what is recorded."""
        self.district_code.choices = districts
        none = SelectChoice("", LABELS["employment"][""])
        self.education.choices = [
            none,
            *(SelectChoice(i.code, i.name) for i in education),
        ]
        self.politics.choices = [
            none,
            *(SelectChoice(i.code, i.name) for i in politics),
        ]
        if self.is_submitted():
            return
        for name in HEAD:
            self[name].data = getattr(craftsman, name)
        self.front_line.data = said(craftsman.front_line)
        self.union_member.data = said(craftsman.union_member)
        person = craftsman.person
        self.unit_name.data = person.unit.name if person.unit else ""
        self.occupation.data = craftsman.occupation_code
        self.education.data, self.politics.data = person.education, person.politics
        self.on.data = today

    def validate_phone(self, field: StringField) -> None:
        if field.data and not is_phone(normalise_phone(field.data)):
            raise ValidationError(_("Enter a mobile number with 11 digits."))

    def validate_on(self, field: DateField) -> None:
        if field.data is not None and field.data > self.today:
            raise ValidationError(_("The day lies in the future."))

    def validate_trade_since(self, field: DateField) -> None:
        if field.data is not None and field.data > self.today:
            raise ValidationError(_("The day lies in the future."))

    today: date = date.max

    def head_values(self) -> dict[str, Any]:
        """Return the columns of the craftsman's head."""
        values = {name: self[name].data for name in HEAD}
        values["front_line"] = _SAID[self.front_line.data]
        values["union_member"] = _SAID[self.union_member.data]
        values["occupation_code"] = self.occupation.data
        return values

    def person_values(self) -> dict[str, Any]:
        """Return what changes about the person; an empty phone stays as it is."""
        values = {"education": self.education.data, "politics": self.politics.data}
        if self.phone.data:
            values["phone"] = self.phone.data
        return values
