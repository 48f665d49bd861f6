"""Forms of the plan of a hall."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from competition.events.forms import options
from competition.stations.queries import Contestant
from competition.stations.rules.plan import (
    HARD,
    MOST_STATIONS,
    OFF,
    SOFT,
    Plan,
    read_features,
)

STRENGTH_LABELS = {
    HARD: _l("Hard: must hold"),
    SOFT: _l("Soft: as far as possible"),
    OFF: _l("Not asked"),
}
_SIZE = NumberRange(1, MOST_STATIONS, _l("A hall has 1 to 500 stations."))


class PlanForm(FlaskForm):
    """How the hall stands, and what the draw of stations keeps."""

    hall = IntegerField(_l("Stations in the hall"), [Optional(), _SIZE])
    per_row = IntegerField(_l("Stations in a row"), [Optional(), _SIZE])
    beside = RadioField(
        _l("One unit's contestants not side by side"),
        choices=options(STRENGTH_LABELS.items()),
        default=HARD,
    )
    behind = RadioField(
        _l("One unit's contestants not behind one another"),
        choices=options(STRENGTH_LABELS.items()),
        default=OFF,
    )
    spread = BooleanField(_l("Spread a unit's contestants evenly over the batches"))
    features = TextAreaField(
        _l("What stations have"), [Length(max=4000)], render_kw={"rows": 5}
    )

    def plan(self) -> Plan:
        """Return the validated plan."""
        return Plan(
            hall=self.hall.data or 0,
            per_row=self.per_row.data or 0,
            beside=self.beside.data,
            behind=self.behind.data,
            spread=bool(self.spread.data),
            features=(self.features.data or "").replace("\r\n", "\n").strip(),
        )


class NeedForm(FlaskForm):
    """What one contestant needs of a station."""

    entry = SelectField(_l("Contestant"), [InputRequired(_l("Choose a contestant."))])
    feature = SelectField(_l("Needs"), [InputRequired(_l("Choose what is needed."))])

    def offer(self, contestants: Iterable[Contestant], plan: Plan) -> None:
        """Fill the lists: who takes part, and what stations of the plan have."""
        names = {n for names in read_features(plan.features).values() for n in names}
        self.entry.choices = [
            (one.uid, f"{one.name} · {one.unit}" if one.unit else one.name)
            for one in contestants
        ]
        self.feature.choices = [(name, name) for name in sorted(names)]


def plan_data(plan: Plan) -> dict[str, object]:
    """Return what a form for changing a plan starts with."""
    return {
        "hall": plan.hall or None,
        "per_row": plan.per_row or None,
        "beside": plan.beside,
        "behind": plan.behind,
        "spread": plan.spread,
        "features": plan.features,
    }
