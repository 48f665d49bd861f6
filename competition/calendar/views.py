"""The year calendar of a city: what is held when, and what clashes."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, SelectField

from accounts.access.services import allowed_scopes, permission_required
from competition.calendar import queries
from competition.calendar.rules import days_between, lay_out
from competition.calendar.services import write_calendar, write_workbook
from competition.events.forms import STATE_LABELS, options
from competition.sessions.forms import USE_LABELS
from extensions import LOCAL, db

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

bp = Blueprint("calendar", __name__)


class CalendarFilter(Form):
    """Year, place, and whether only what clashes is listed."""

    year = SelectField(_l("Year"))
    district = SelectField(_l("Region"))
    clashing = BooleanField(_l("Only what clashes"))


@dataclass(frozen=True, slots=True)
class _Choice:
    """What was asked for, and the events it leaves."""

    form: CalendarFilter
    year: int
    district: str
    held: list[queries.Held]

    @property
    def shown(self) -> list[queries.Held]:
        return [h for h in self.held if h.clashes or not self.form.clashing.data]

    @property
    def asked(self) -> dict[str, str | int | None]:
        """The same choice in an address; None is left out of it."""
        clashing = "y" if self.form.clashing.data else None
        return {
            "year": self.year,
            "district": self.district or None,
            "clashing": clashing,
        }

    @property
    def names(self) -> dict[str, str]:
        return {h.event.uid: h.event.name for h in self.held}


@bp.get("/competitions/calendar")
@permission_required("events.manage")
def show_calendar() -> ResponseReturnValue:
    """Show the events of a year and what two of them need at one time."""
    chosen = _choose()
    held, year = chosen.held, chosen.year
    clashing = [h for h in held if h.clashes]
    return render_template(
        "competition/calendar/show_calendar.html",
        form=chosen.form,
        year=year,
        held=held,
        months=_by_month(chosen.shown, year),
        overview=lay_out(year, _all_days(held), _clash_days(held)),
        names=chosen.names,
        clash_count=len({c for h in held for c in h.clashes}),
        clashing=len(clashing),
        month_names=get_locale().months["format"]["abbreviated"],
        is_narrowed=bool(chosen.district or chosen.form.clashing.data),
        is_full=len(held) == queries.MOST_EVENTS,
        use_labels=USE_LABELS,
        state_labels=STATE_LABELS,
        asked=chosen.asked,
    )


@bp.get("/competitions/calendar.<any(ics, xlsx):kind>")
@permission_required("events.manage")
def download_calendar(kind: str) -> ResponseReturnValue:
    """Hand out what the calendar shows, for another calendar or as a workbook."""
    chosen = _choose()
    if kind == "ics":
        data = write_calendar(chosen.shown, STATE_LABELS, datetime.now(UTC))
        mimetype = "text/calendar; charset=utf-8"
    else:
        data = write_workbook(chosen.shown, STATE_LABELS, USE_LABELS, chosen.names)
        mimetype = XLSX
    name = f"calendar-{chosen.year}.{kind}"
    return send_file(BytesIO(data), mimetype, as_attachment=True, download_name=name)


def _choose() -> _Choice:
    session, scopes = db.session(), list(allowed_scopes("events.manage"))
    this_year = datetime.now(UTC).astimezone(LOCAL).year
    years = sorted({this_year, *queries.list_years(session, scopes)}, reverse=True)
    places = dict(queries.list_places(session, scopes))
    form = CalendarFilter(request.args)
    form.year.choices = options((str(year), str(year)) for year in years)
    form.district.choices = options(places.items(), _("All regions"))
    year = request.args.get("year", this_year, type=int)
    year = year if year in years else this_year
    form.year.data = str(year)
    district = form.district.data if form.district.data in places else ""
    held = queries.list_year(session, scopes, year, district)
    return _Choice(form, year, district, held)


def _by_month(
    held: list[queries.Held], year: int
) -> list[tuple[int, list[queries.Held]]]:
    """Return the months that have events, by the first day of each within the year."""
    by_month: dict[int, list[queries.Held]] = {}
    for found in held:
        month = max(found.first_day, date(year, 1, 1)).month
        by_month.setdefault(month, []).append(found)
    return sorted(by_month.items())


def _all_days(held: list[queries.Held]) -> list[date]:
    return [day for h in held for day in days_between(h.first_day, h.last_day)]


def _clash_days(held: list[queries.Held]) -> set[date]:
    return {c.begins.astimezone(LOCAL).date() for h in held for c in h.clashes}
