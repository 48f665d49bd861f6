"""The form of a session, and the words for rounds, parts and what is needed."""

from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateTimeLocalField,
    Field,
    IntegerField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from competition.events.forms import options
from competition.sessions.models import EventSession
from competition.sessions.rules import split_names
from competition.sessions.services import SessionValues, values_of
from extensions import LOCAL

ROUND_LABELS = {"preliminary": _l("Preliminary"), "final": _l("Final")}
PART_LABELS = {
    "theory": _l("Theory"),
    "practical": _l("Practical work"),
    "defence": _l("Defence"),
}
USE_LABELS = {
    "venue": _l("Venue"),
    "judge": _l("Judge"),
    "equipment": _l("Equipment"),
}

_REQUIRED = InputRequired(_l("Fill in this field."))


def _strip(text: str | None) -> str | None:
    return text.strip() if text else text


class SessionForm(FlaskForm):
    """A session; moments are typed in local time."""

    round = SelectField(
        _l("Preliminary or final"), choices=options(ROUND_LABELS.items())
    )
    part = SelectField(_l("Part"), choices=options(PART_LABELS.items()))
    name = StringField(_l("Name of the session"), [Length(max=40)], filters=[_strip])
    starts_at = DateTimeLocalField(_l("Begins"), [_REQUIRED])
    ends_at = DateTimeLocalField(_l("Ends"), [_REQUIRED])
    venue = StringField(_l("Venue"), [Length(max=120)], filters=[_strip])
    stations = IntegerField(
        _l("Number of stations"),
        [
            Optional(),
            NumberRange(1, 2000, _l("Enter a whole number from %(min)s to %(max)s.")),
        ],
    )
    equipment = StringField(
        _l("Equipment that exists only once"), [Length(max=200)], filters=[_strip]
    )

    def validate_ends_at(self, field: Field) -> None:
        if self.starts_at.data and field.data and field.data <= self.starts_at.data:
            raise ValidationError(_("The session ends after it begins."))

    def values(self) -> SessionValues:
        """Return the validated values."""
        return SessionValues(
            round=self.round.data,
            part=self.part.data,
            name=self.name.data or "",
            starts_at=_moment(self.starts_at.data),
            ends_at=_moment(self.ends_at.data),
            venue=self.venue.data or "",
            stations=self.stations.data,
            equipment=", ".join(split_names(self.equipment.data or "")),
        )


def session_data(held: EventSession) -> dict[str, Any]:
    """Return what a form for changing a session starts with."""
    data = values_of(held)
    for name in ("starts_at", "ends_at"):
        data[name] = data[name].astimezone(LOCAL).replace(tzinfo=None)
    return data


def _moment(local: datetime) -> datetime:
    return local.replace(tzinfo=LOCAL).astimezone(UTC)
