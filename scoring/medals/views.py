"""The medals table of a competition: public, and never more than what is published."""

from datetime import UTC, datetime

from flask import Blueprint, Response, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import public
from competition.events.models import Competition
from competition.events.queries import find_competition
from extensions import db
from paper import send_pdf
from scoring.medals import queries, rules, services
from scoring.results.services.listing import send_workbook
from scoring.results.views.pages import serve

bp = Blueprint("medals", __name__)


@bp.get("/competitions/<competition_uid>/medals")
@public
def show_medals(competition_uid: str) -> ResponseReturnValue:
    """Show the table by unit and by district, and every medal behind it."""
    competition = _competition_or_404(competition_uid)
    of = queries.count_events(db.session(), competition.id)
    stand = queries.list_stand(db.session(), competition.id, datetime.now(UTC))
    return serve((of, *stand), lambda: _page(competition, of))


@bp.get("/competitions/<competition_uid>/medals.xlsx")
@public
def download_medals(competition_uid: str) -> ResponseReturnValue:
    """Send the table as a workbook."""
    competition = _competition_or_404(competition_uid)
    events = queries.list_medals(db.session(), competition.id, datetime.now(UTC))
    name = f"medals-{competition.uid[:8]}"
    return send_workbook(services.medals_workbook(events), name)


@bp.get("/competitions/<competition_uid>/medals.pdf")
@public
def print_medals(competition_uid: str) -> Response:
    """Send the table on A4."""
    competition = _competition_or_404(competition_uid)
    events = queries.list_medals(db.session(), competition.id, datetime.now(UTC))
    of = queries.count_events(db.session(), competition.id)
    pdf = services.medals_pdf(competition, events, of)
    name = f"{_('Medals table')} {competition.name}"
    return send_pdf(pdf, name, f"medals-{competition.uid[:8]}")


def _competition_or_404(uid: str) -> Competition:
    """Return a competition the public knows an event of."""
    competition = find_competition(db.session(), uid)
    if competition is None or not queries.count_events(db.session(), competition.id):
        abort(404)
    return competition


def _page(competition: Competition, of: int) -> str:
    events = queries.list_medals(db.session(), competition.id, datetime.now(UTC))
    medals = [medal for one in events for medal in one.medals]
    return render_template(
        "scoring/medals/show_medals.html",
        competition=competition,
        events=events,
        stand=services.say_stand(len(events), of),
        said=services.say_rules(events),
        units=rules.rank_sides(medals, rules.UNITS),
        districts=rules.rank_sides(medals, rules.DISTRICTS),
    )
