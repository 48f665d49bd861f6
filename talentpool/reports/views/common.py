"""What the pages of statistics, plans and reports share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _

from accounts.access.services import allowed_scopes
from extensions import LOCAL, db
from talentpool.reports.forms.asked import Asked, read_asked
from talentpool.reports.forms.files import Shown
from talentpool.reports.forms.labels import SPLIT_LABELS, bars, words_of
from talentpool.reports.queries import names
from talentpool.reports.rules.register import Figure, load_register
from talentpool.reports.services import counting

bp = Blueprint("reports", __name__, url_prefix="/pool")
VIEW = "pool.view"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Place:
    """What a page is asked about, and the places one may choose instead."""

    asked: Asked
    places: Sequence[tuple[str, str]]

    @property
    def name(self) -> str:
        """Return the place, and the unit where one is chosen."""
        window = self.asked.window
        place = dict(self.places).get(window.district, _("All places you may see"))
        return " · ".join(part for part in (place, self.asked.unit_name) if part)


def today() -> date:
    """Return the day it is here."""
    return datetime.now(UTC).astimezone(LOCAL).date()


def read_place(given: Mapping[str, str] | None = None) -> Place:
    """Return what the address of this request, or `given`, asks about."""
    session, scopes = db.session(), allowed_scopes(VIEW)
    places = names.list_places(session, scopes)
    asked = read_asked(
        session,
        request.args.to_dict() if given is None else given,
        scopes=scopes,
        places=places,
        today=today(),
    )
    return Place(asked, places)


def figure_or_404(figure_id: str) -> Figure:
    """Return a figure of the register."""
    figure = load_register().figures.get(figure_id)
    if figure is None:
        abort(404)
    return figure


def split_of(figure: Figure) -> str:
    """Return what this request splits a figure by: its first split where none fits."""
    splits = load_register().splits(figure)
    by = request.args.get("by", "")
    return by if by in splits else splits[0]


def period_of(figure: Figure, asked: Asked) -> str:
    """Return the day or the days a figure speaks of, in words."""
    window = asked.window
    if load_register().is_of_a_day(figure):
        return str(_("as of %(day)s", day=window.last))
    first, last = window.first, window.last
    return str(_("from %(first)s to %(last)s", first=first, last=last))


def show(figure: Figure, place: Place, by: str) -> Shown:
    """Return a figure split by something, as page, picture and workbook show it."""
    session, register = db.session(), load_register()
    window = place.asked.window
    total = counting.count(session, register, figure, window)
    values = counting.split(session, register, figure, window, by)
    return Shown(
        name=words_of(figure.name),
        unit=words_of(register.units[figure.unit]),
        split=str(SPLIT_LABELS[by]),
        definition=words_of(figure.definition),
        query=url_for(
            ".show_figure",
            figure_id=figure.id,
            by=by,
            **place.asked.arguments,
            _external=True,
        ),
        place=place.name,
        period=period_of(figure, place.asked),
        total=total.text,
        bars=bars(session, by, values),
    )
