"""Forms about judges."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from scoring.scheme.rules.tree import Scheme


class SeatForm(FlaskForm):
    """A judge for the panel."""

    username = StringField(
        _l("User name of the judge"),
        [InputRequired(_l("Enter a user name.")), Length(max=64)],
        render_kw={"autocomplete": "off", "list": "users"},
    )
    is_chief = BooleanField(_l("Chief judge"))
    covers = SelectMultipleField(
        _l("Marks these criteria (none chosen: all)"),
        choices=[],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    panel = StringField(_l("Panel"), [Length(max=8)])  # empty: the first
    is_chair = BooleanField(_l("Leads this panel (chair)"))
    marks_nothing = BooleanField(_l("Leads only, marks nothing"))
    recusal_reason = StringField(
        _l("Reason to judge in spite of a contestant from the same unit"),
        [Length(max=400)],
    )

    def offer_criteria(self, scheme: Scheme | None) -> None:
        """Offer the scheme's criteria."""
        self.covers.choices = [] if scheme is None else list(_choices(scheme))

    def chosen(self) -> list[str] | None:
        """Return the criteria to mark; None is all."""
        if self.marks_nothing.data:
            return []
        return list(self.covers.data or []) or None


class PanelForm(FlaskForm):
    """A judge's panel, and whether they lead it."""

    panel = StringField(_l("Panel"), [InputRequired(), Length(max=8)])
    is_chair = BooleanField(_l("Leads this panel (chair)"))


def _choices(scheme: Scheme) -> Iterable[tuple[str, str]]:
    for component in scheme.components:
        for criterion in component.criteria:
            name = f"{component.name} · {criterion.code} {criterion.name}"
            yield criterion.code, name
