"""What is printed for the day, and for whom."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

KINDS = {
    "tickets": _l("Admission tickets"),
    "badges": _l("Badges"),
    "names": _l("Name lists"),
    "doors": _l("Door signs"),
    "stations": _l("Station plan and cards"),
    "timetable": _l("Timetable"),
}
EACH = {
    "tickets": _l("A5, one page each, by unit and name"),
    "badges": _l("Eight to an A4 page, with photo and code, to be cut"),
    "names": _l("A4, a list for each group with a column to sign in"),
    "doors": _l("A4 across, one for each room of the gates"),
    "stations": _l("A plan of the hall, then a card for each station"),
    "timetable": _l("All events of the competition by time and venue"),
}


class PrintForm(FlaskForm):
    """Which of them; read from the address, so that a link prints the same again."""

    unit = SelectField(_l("Unit"), choices=[], validators=[Optional()])
    group = SelectField(_l("Group"), choices=[], validators=[Optional()])
    stations = IntegerField(
        _l("Stations in the hall"),
        [Optional(), NumberRange(1, 500, _l("A hall has 1 to 500 stations."))],
        default=30,
        render_kw={"inputmode": "numeric"},
    )
    in_row = IntegerField(
        _l("Stations in a row"),
        [Optional(), NumberRange(1, 20, _l("A row has 1 to 20 stations."))],
        default=6,
        render_kw={"inputmode": "numeric"},
    )

    def offer_units(self, units: dict[str, str]) -> None:
        """Offer the units that take part; units: names by uid."""
        choices = [SelectChoice("", _l("All units"))]
        self.unit.choices = choices + [SelectChoice(u, n) for u, n in units.items()]

    def offer_groups(self, groups: dict[str, str]) -> None:
        """Offer the groups of the event; groups: names by uid."""
        choices = [SelectChoice("", _l("All groups"))]
        self.group.choices = choices + [SelectChoice(u, n) for u, n in groups.items()]
