"""Forms of plans, targets and work reports, and their words."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DecimalField,
    IntegerField,
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

from talentpool.dossiers.rules import LEVELS
from talentpool.reports.rules.papers import unknown_figures
from talentpool.reports.rules.register import Register

KIND_LABELS: Mapping[str, Any] = {
    "term": _l("Adds up over the term"),
    "year": _l("Asked of every year"),
    "end": _l("A level, reached by the end"),
}
OUTCOME_LABELS: Mapping[str, Any] = {
    "reached": _l("Reached"),
    "on_course": _l("On course"),
    "behind": _l("Behind"),
    "missed": _l("Missed"),
    "not_begun": _l("Not begun"),
}
OUTCOME_TONES = {
    "reached": "success",
    "on_course": "info",
    "behind": "warning",
    "missed": "danger",
    "not_begun": "neutral",
}
_MOST = Decimal(10**12)
_LONGEST = 10  # years
_YEAR = [InputRequired(_l("Enter a year.")), NumberRange(1990, 2100)]
_LEVEL_SPLITS = {"level", "honour_level"}


class _TermForm(FlaskForm):
    first_year = IntegerField(_l("First year"), _YEAR)
    last_year = IntegerField(_l("Last year"), _YEAR)

    def validate_last_year(self, field: IntegerField) -> None:
        """A term is in order and has ten years at most."""
        if self.first_year.data is None or field.data is None:
            return
        if not 0 <= field.data - self.first_year.data < _LONGEST:
            raise ValidationError(_("From the first year on, ten years at most."))


class PlanForm(_TermForm):
    """A plan of a place."""

    name = StringField(
        _l("Name of the plan"), [DataRequired(_l("Enter the name.")), Length(max=120)]
    )
    district_code = SelectField(_l("Region"))
    document = StringField(_l("Number of the document"), [Length(max=120)])


class TargetForm(FlaskForm):
    """What a figure is to reach; the goals of the years are added by `target_form`."""

    figure = SelectField(_l("Figure"))
    kind = SelectField(
        _l("Kind of target"),
        choices=[SelectChoice(*item) for item in KIND_LABELS.items()],
    )
    goal = DecimalField(
        _l("Target"),
        [InputRequired(_l("Enter the target.")), NumberRange(Decimal("0.1"), _MOST)],
        places=1,
    )
    baseline = DecimalField(
        _l("Baseline, as the plan states it"),
        [Optional(), NumberRange(0, _MOST)],
        places=1,
    )

    def years(self) -> dict[int, Decimal]:
        """Return the goals of the years that were entered."""
        return {
            int(name.removeprefix("year_")): field.data
            for name, field in self._fields.items()
            if name.startswith("year_") and field.data is not None
        }


def target_form(first_year: int, last_year: int) -> TargetForm:
    """Return a form with a field for every year of the term."""

    class Form(TargetForm):
        pass

    for year in range(first_year, last_year + 1):
        field = DecimalField(str(year), [Optional(), NumberRange(0, _MOST)], places=1)
        setattr(Form, f"year_{year}", field)
    return Form()


class ReportForm(_TermForm):
    """A work report: its years, its place, its text with figures by name."""

    title = StringField(
        _l("Title"), [DataRequired(_l("Enter the title.")), Length(max=160)]
    )
    district_code = SelectField(_l("Region"))
    unit = StringField(_l("Unit (full name)"), [Length(max=120)])
    plan = SelectField(_l("Plan whose targets stand beside the figures"))
    text = TextAreaField(
        _l("Text"), [DataRequired(_l("Enter the text.")), Length(max=20_000)]
    )

    def check_figures(self, register: Register) -> bool:
        """Name every figure of the text that there is not."""
        splits = {
            figure.id: LEVELS
            if _LEVEL_SPLITS & set(register.splits(figure)[:1])
            else ()
            for figure in register.figures.values()
        }
        unknown = unknown_figures(self.text.data or "", splits)
        self.text.errors = [
            *self.text.errors,
            *(_("There is no figure %(name)s.", name=name) for name in unknown),
        ]
        return not unknown
