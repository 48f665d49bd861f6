"""Forms of competitions and events, and the words for their states."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    DateTimeLocalField,
    Field,
    Form,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from competition.events.models import Competition, Event
from competition.events.services import CompetitionValues, EventValues
from extensions import LOCAL
from people.codes.queries import OccupationHit

STATE_LABELS = {
    "draft": _l("In preparation"),
    "registration": _l("Registration"),
    "closed": _l("Registration closed"),
    "checkin": _l("Check-in"),
    "marking": _l("Marking"),
    "locked": _l("Marks locked"),
    "decoded": _l("Decoded"),
    "published": _l("Results published"),
    "cancelled": _l("Cancelled"),
}
MOVE_LABELS = {
    "registration": _l("Open registration"),
    "closed": _l("Close registration"),
}
# What comes after, where the step is taken on another room's page.
NEXT_TEXTS = {
    "closed": _l("Check-in is opened at the check-in desk, on the day."),
    "checkin": _l("Marking is opened once all three layers of codes are drawn."),
    "marking": _l("The chief judge locks the marks when every work is marked."),
    "locked": _l("Two persons decode: then names and marks belong together."),
    "decoded": _l("The results are reviewed and published."),
}
STAGE_LABELS = {
    "open": _l("Registration"),
    "running": _l("Under way"),
    "published": _l("Results published"),
    "cancelled": _l("Cancelled"),
}
TIER_LABELS = {
    "enterprise": _l("Enterprise"),
    "district": _l("District or county"),
    "city": _l("City"),
    "province": _l("Province"),
    "nation": _l("National"),
}
GRADE_LABELS = {"": _l("No class"), "1": _l("Class 1"), "2": _l("Class 2")}
PAPER_LABELS = {
    "photo": _l("Photo"),
    "id_card": _l("ID card"),
    "certificate": _l("Skill level certificate"),
    "employment": _l("Proof of employment"),
    "insurance": _l("Proof of social insurance"),
    "residence": _l("Proof of residence"),
}

_REQUIRED = InputRequired(_l("Fill in this field."))


def options(
    pairs: Iterable[tuple[str, Any]], any_label: object = None
) -> list[SelectChoice]:
    """Return choices for a select field, `any_label` first where it is given."""
    first = [] if any_label is None else [SelectChoice("", any_label)]
    return [*first, *(SelectChoice(value, label) for value, label in pairs)]


def _strip(text: str | None) -> str | None:
    return text.strip() if text else text


def _number(label: str, low: int, high: int) -> IntegerField:
    message = _l("Enter a whole number from %(min)s to %(max)s.")
    return IntegerField(label, [Optional(), NumberRange(low, high, message)])


class CompetitionForm(FlaskForm):
    """A competition's facts."""

    name = StringField(
        _l("Name of the competition"), [_REQUIRED, Length(max=120)], filters=[_strip]
    )
    tier = SelectField(_l("Level"), choices=options(TIER_LABELS.items()))
    grade = SelectField(
        _l("Class of the competition"), choices=options(GRADE_LABELS.items())
    )
    district_code = SelectField(_l("Region"))
    organiser = StringField(
        _l("Organiser"), [_REQUIRED, Length(max=200)], filters=[_strip]
    )
    undertaker = StringField(_l("Undertaker"), [Length(max=200)], filters=[_strip])
    starts_on = DateField(_l("First day"), [_REQUIRED])
    ends_on = DateField(_l("Last day"), [_REQUIRED])
    max_events = _number(_l("Events one person may enter"), 1, 99)

    def validate_ends_on(self, field: Field) -> None:
        if self.starts_on.data and field.data and field.data < self.starts_on.data:
            raise ValidationError(_("The last day comes after the first."))

    def values(self) -> CompetitionValues:
        """Return the validated values; the year is that of the first day."""
        starts: date = self.starts_on.data
        return CompetitionValues(
            name=self.name.data,
            tier=self.tier.data,
            grade=self.grade.data,
            year=starts.year,
            district_code=self.district_code.data,
            organiser=self.organiser.data,
            undertaker=self.undertaker.data or "",
            starts_on=starts,
            ends_on=self.ends_on.data,
            max_events=self.max_events.data,
        )


class EventForm(FlaskForm):
    """An event's facts; moments are typed in local time."""

    name = StringField(
        _l("Name of the event"), [_REQUIRED, Length(max=80)], filters=[_strip]
    )
    occupation = StringField(_l("Occupation"), [_REQUIRED], filters=[_strip])
    groups = TextAreaField(_l("Groups"), [_REQUIRED, Length(max=400)])
    registration_opens_at = DateTimeLocalField(_l("Registration opens"), [_REQUIRED])
    registration_closes_at = DateTimeLocalField(_l("Registration closes"), [_REQUIRED])
    starts_at = DateTimeLocalField(_l("The event starts"), [_REQUIRED])
    late_after_minutes = IntegerField(
        _l("Minutes after which late is absent"),
        [_REQUIRED, NumberRange(0, 600)],
        default=15,
    )
    venue = StringField(_l("Venue"), [Length(max=120)], filters=[_strip])
    notice = TextAreaField(_l("Notice"), [Length(max=20000)], filters=[_strip])
    quota = _number(_l("Places in all"), 1, 30000)
    unit_quota = _number(_l("Places per unit"), 1, 30000)
    min_entries = _number(_l("Fewest entries to hold the event"), 0, 30000)
    age_min = _number(_l("Youngest age"), 0, 120)
    age_max = _number(_l("Oldest age"), 0, 120)
    age_on = DateField(_l("Age counted on"), [Optional()])
    min_level_code = SelectField(_l("Lowest skill level"))
    min_trade_years = _number(_l("Years in the trade at least"), 0, 60)
    papers = SelectMultipleField(
        _l("Papers asked for besides the photo"),
        choices=options(list(PAPER_LABELS.items())[1:]),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def validate_registration_closes_at(self, field: Field) -> None:
        opens = self.registration_opens_at.data
        if opens and field.data and field.data <= opens:
            raise ValidationError(_("Registration closes after it opens."))

    def validate_starts_at(self, field: Field) -> None:
        closes = self.registration_closes_at.data
        if closes and field.data and field.data < closes:
            raise ValidationError(_("The event starts after registration has closed."))

    def validate_age_max(self, field: Field) -> None:
        low = self.age_min.data
        if low is not None and field.data is not None and field.data < low:
            raise ValidationError(_("The oldest age is below the youngest."))

    def group_names(self) -> list[str]:
        """Return the groups, one per line or separated by commas, each once."""
        text = (self.groups.data or "").replace("，", "\n").replace(",", "\n")
        names = (line.strip()[:40] for line in text.replace("、", "\n").splitlines())
        return list(dict.fromkeys(name for name in names if name))

    def values(self, occupation: OccupationHit) -> EventValues:
        """Return the validated values with the occupation that was found."""
        has_age = self.age_min.data is not None or self.age_max.data is not None
        age_on = self.age_on.data or self.starts_at.data.date()
        return EventValues(
            name=self.name.data,
            occupation_edition=occupation.edition,
            occupation_code=occupation.code,
            registration_opens_at=_moment(self.registration_opens_at.data),
            registration_closes_at=_moment(self.registration_closes_at.data),
            starts_at=_moment(self.starts_at.data),
            late_after_minutes=self.late_after_minutes.data,
            venue=self.venue.data or "",
            notice=self.notice.data or "",
            quota=self.quota.data,
            unit_quota=self.unit_quota.data,
            min_entries=self.min_entries.data or 0,
            age_min=self.age_min.data,
            age_max=self.age_max.data,
            age_on=age_on if has_age else None,
            min_level_code=self.min_level_code.data or None,
            min_trade_years=self.min_trade_years.data,
            papers=" ".join(self.papers.data or ()),
        )


class CloneForm(FlaskForm):
    """Where a copy of an event goes, and its name."""

    competition = SelectField(_l("Competition"))
    name = StringField(
        _l("Name of the event"), [_REQUIRED, Length(max=80)], filters=[_strip]
    )


class MoveForm(FlaskForm):
    """One step of an event's life."""

    reason = StringField(_l("Reason"), [Length(max=200)], filters=[_strip])


class EventFilter(Form):
    """What the public list is narrowed by."""

    q = StringField(_l("Search"), filters=[_strip])
    stage = SelectField(_l("State"))
    year = SelectField(_l("Year"))


def competition_data(competition: Competition) -> dict[str, object]:
    """Return what a form for changing `competition` starts with."""
    names = (field for field in CompetitionValues.__slots__ if field != "year")
    return {name: getattr(competition, name) for name in names}


def event_data(event: Event) -> dict[str, object]:
    """Return what a form for changing `event` starts with."""
    data = {name: getattr(event, name) for name in EventValues.__slots__}
    for name in ("registration_opens_at", "registration_closes_at", "starts_at"):
        data[name] = getattr(event, name).astimezone(LOCAL).replace(tzinfo=None)
    data["occupation"] = f"{event.occupation_code} {event.occupation.name}"
    data["groups"] = "\n".join(group.name for group in event.groups)
    data["papers"] = event.papers.split()
    return data


def _moment(local: datetime) -> datetime:
    return local.replace(tzinfo=LOCAL).astimezone(UTC)
