"""Forms of the chief judge and of those who publish."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from scoring.results.rules.rulings import Ruling
from scoring.scheme.rules.tree import Scheme

_REASON = [InputRequired(_l("Give a reason.")), Length(max=400)]

KIND_LABELS = {
    "veto_aspect": _l("Set an aspect to 0"),
    "veto_criterion": _l("Set a criterion to 0"),
    "veto_component": _l("Set a component to 0"),
    "veto_total": _l("Set the total to 0"),
    "disqualify": _l("Disqualify"),
    "withdrawn": _l("Withdrew during the event"),
    "time": _l("Time used, in seconds"),
    "penalty": _l("Penalty, in units of the scheme"),
    "playoff": _l("Play-off result, higher is better"),
    "set_aside": _l("Late mark put aside"),
    "revoke": _l("Taken back"),
}


class DecisionForm(FlaskForm):
    """A decision on one work; what it is about is chosen in one list."""

    entry = SelectField(_l("Work code"), choices=[])
    what = SelectField(_l("Ruling"), choices=[])
    value = StringField(
        _l("Number (for time, penalty and play-off)"),
        [Length(max=40)],
        render_kw={"inputmode": "decimal"},
    )
    reason = StringField(_l("Reason"), _REASON)

    def offer(self, works: list[str], scheme: Scheme) -> None:
        """Offer the works and everything the scheme lets be decided."""
        self.entry.choices = [(code, code) for code in works]
        self.what.choices = [
            (f"{kind} {code}".strip(), f"{KIND_LABELS[kind]} {code} {name}".strip())
            for kind, code, name in _list_choices(scheme)
        ]

    def ruling(self) -> Ruling:
        """Return the decision; call only after `validate_on_submit`."""
        kind, _space, target = self.what.data.partition(" ")
        value = (self.value.data or "").strip()
        return Ruling(self.entry.data, kind, target, value)


class ReasonForm(FlaskForm):
    """A reason, for whatever needs nothing else."""

    reason = TextAreaField(_l("Reason"), _REASON, render_kw={"rows": 2})


def _list_choices(scheme: Scheme) -> list[tuple[str, str, str]]:
    return [
        ("disqualify", "", ""),
        ("withdrawn", "", ""),
        ("time", "", ""),
        *(("penalty", p.code, p.name) for p in scheme.penalties),
        ("playoff", "", ""),
        ("veto_total", "", ""),
        *(("veto_component", c.code, c.name) for c in scheme.components),
        *(
            ("veto_criterion", criterion.code, criterion.name)
            for component in scheme.components
            for criterion in component.criteria
        ),
        *(("veto_aspect", aspect.code, aspect.name) for aspect in scheme.aspects),
    ]
