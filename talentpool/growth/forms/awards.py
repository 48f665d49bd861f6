"""Forms of award rounds, and the words for their codes."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    SelectField,
    SelectMultipleField,
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
from wtforms.widgets import CheckboxInput, ListWidget

from talentpool.dossiers.forms import LABELS as DOSSIER_LABELS
from talentpool.dossiers.rules import LEVELS
from talentpool.growth.forms.innovations import LABELS as PROJECT_LABELS
from talentpool.growth.rules.awards import MOST_PRIZES, Prize
from talentpool.growth.rules.innovations import KINDS
from talentpool.growth.services.awards import RoundValues

LABELS: Mapping[str, Mapping[str, Any]] = {
    **PROJECT_LABELS,
    "level": DOSSIER_LABELS["level"],
    "award_state": {
        "nominating": _l("Takes nominations"),
        "scoring": _l("Being marked"),
        "closed": _l("Marked, waits for a decision"),
        "published": _l("Published"),
        "cancelled": _l("Called off"),
    },
    "nomination_state": {
        "nominated": _l("Nominated"),
        "withdrawn": _l("Nomination withdrawn"),
        "awarded": _l("Awarded"),
        "unawarded": _l("No award"),
        "taken_back": _l("Award taken back"),
    },
    "sheet_state": {"marked": _l("Signed"), "recused": _l("Stays away")},
}
_DAY = [InputRequired(_l("Enter a date."))]
_REASON = [DataRequired(_l("Say why.")), Length(max=200)]


class PrizeForm(Form):
    """One prize; a line without a name is left out."""

    name = StringField(_l("Name of the prize"), [Length(max=30)])
    places = IntegerField(
        _l("Number of places"), [Optional(), NumberRange(1, 500)], render_kw={"min": 1}
    )


class RoundForm(FlaskForm):
    """A new round."""

    name = StringField(
        _l("Name of the award"),
        [DataRequired(_l("Enter the name of the award.")), Length(max=80)],
    )
    year = IntegerField(
        _l("Year"), [InputRequired(_l("Enter the year.")), NumberRange(1950, 2199)]
    )
    district = SelectField(_l("District"))
    level = SelectField(
        _l("Level"),
        choices=[SelectChoice(c, DOSSIER_LABELS["level"][c]) for c in LEVELS],
        default="city",
    )
    issuer = StringField(
        _l("Given by"), [DataRequired(_l("Say who gives it.")), Length(max=120)]
    )
    kinds = SelectMultipleField(
        _l("Kinds admitted"),
        [DataRequired(_l("Choose at least one."))],
        choices=[SelectChoice(k, LABELS["innovation"][k]) for k in KINDS],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    finished_from = DateField(_l("Projects finished from"), _DAY)
    finished_to = DateField(_l("Projects finished until"), _DAY)
    opens_on = DateField(_l("First day of nomination"), _DAY)
    closes_on = DateField(_l("Last day of nomination"), _DAY)
    scheme = SelectField(_l("Scoring scheme"))
    least = IntegerField(
        _l("Marks needed for a prize, of 100"),
        [InputRequired(_l("Enter the marks.")), NumberRange(0, 100)],
        default=60,
    )
    prizes = FieldList(
        FormField(PrizeForm, _l("Prize")),
        _l("Prizes, the highest first"),
        min_entries=3,
        max_entries=MOST_PRIZES,
    )

    def validate_finished_to(self, field: DateField) -> None:
        first = self.finished_from.data
        if first and field.data and field.data < first:
            raise ValidationError(_l("The last day must not lie before the first."))

    def validate_closes_on(self, field: DateField) -> None:
        first = self.opens_on.data
        if first and field.data and field.data < first:
            raise ValidationError(_l("The last day must not lie before the first."))

    def validate_prizes(self, field: FieldList) -> None:
        names = [prize.name for prize in self.given_prizes()]
        if not names:
            raise ValidationError(_l("Name at least one prize with its places."))
        if len(set(names)) != len(names):
            raise ValidationError(_l("Each prize needs a name of its own."))

    def given_prizes(self) -> list[Prize]:
        """Return the prizes that have a name and places, in their order."""
        return [
            Prize(name=name, places=line.form.places.data)
            for line in self.prizes
            if (name := _tidy(line.form.name.data)) and line.form.places.data
        ]

    def values(self) -> RoundValues:
        """Return what was entered; call only after `validate_on_submit`."""
        return RoundValues(
            name=_tidy(self.name.data),
            year=cast("int", self.year.data),
            level=self.level.data,
            issuer=_tidy(self.issuer.data),
            kinds=[kind for kind in KINDS if kind in (self.kinds.data or [])],
            opens_on=self.opens_on.data,
            closes_on=self.closes_on.data,
            finished_from=self.finished_from.data,
            finished_to=self.finished_to.data,
        )


class NominateForm(FlaskForm):
    """A project is nominated into a round."""

    award_round = SelectField(_l("Award round"), [DataRequired(_l("Choose one."))])
    statement = TextAreaField(_l("Why it deserves an award"), [Length(max=400)])


class WithdrawForm(FlaskForm):
    """Why a nomination, or an award, is taken back."""

    reason = StringField(_l("Reason"), _REASON)


class CancelForm(FlaskForm):
    """Why a round ends without a result."""

    cancel_reason = StringField(_l("Reason"), _REASON)


class BeginForm(FlaskForm):
    """The nominations end; a reason where their days are not over."""

    early_reason = StringField(
        _l("Reason, where the days of nomination are not over"), [Length(max=200)]
    )


class PublishForm(FlaskForm):
    """The decision of the second person."""

    document = StringField(_l("Number of the document"), [Length(max=120)])


class TieForm(FlaskForm):
    """Who goes first among those tied, without the fields; see `tie_form`."""

    tie_reason = StringField(_l("Reason of this order"), _REASON)


def tie_form(named: Sequence[tuple[str, str]], *, blank: bool = False) -> TieForm:
    """Return a form with a field `place_<uid>` for each uid and title."""
    fields = {
        f"place_{uid}": IntegerField(
            title,
            [InputRequired(_l("Enter a place.")), NumberRange(1, len(named))],
            render_kw={"min": 1, "max": len(named)},
        )
        for uid, title in named
    }
    made = cast("type[TieForm]", type("NamedTieForm", (TieForm,), fields))
    return made(formdata=None) if blank else made()


def _tidy(text: str | None) -> str:
    return " ".join((text or "").split())
