"""The figures of a report; each opens exactly what it counts."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from accounts.access.services import NavItem, allowed_scopes, permission_required
from competition.events.forms import TIER_LABELS
from competition.events.models import Event
from extensions import db
from paging import Pages
from scoring.figures import queries, rules, services

bp = Blueprint("figures", __name__)
NAV = (NavItem(_l("Figures"), "scoring.figures.show_figures", "results.view", 60),)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PER_PAGE = 100
WHAT = ("events", "entrants", "judges", "promoted")


@bp.get("/figures")
@permission_required("results.view")
def show_figures() -> ResponseReturnValue:
    """Show events, entrants, judges and promotions by tier, trade, district or year."""
    events, held = _read()
    by = _by()
    return render_template(
        "scoring/figures/show_figures.html",
        lines=rules.tally(held, by),
        total=rules.total(held),
        by=by,
        year=request.args.get("year", ""),
        years=sorted({event.competition.year for event in _all()}, reverse=True),
        tier_labels=TIER_LABELS,
        count=len(events),
    )


@bp.get("/figures/<any(events, entrants, judges, promoted):what>")
@permission_required("results.view")
def show_counted(what: str) -> ResponseReturnValue:
    """Show what one figure counts, row by row."""
    events, held = _read()
    by, key = _by(), request.args.get("key", "")
    chosen = rules.choose(held, by, key)
    uids = {event.uid for event in chosen}
    within = [event for event in events if event.uid in uids]
    line = rules.total(chosen)
    if key and not chosen:
        abort(404)
    figure = getattr(line, what)
    page = Pages(max(request.args.get("page", 1, type=int), 1), figure, PER_PAGE)
    year = request.args.get("year", "")
    return render_template(
        "scoring/figures/show_counted.html",
        what=what,
        by=by,
        key=key,
        label=next((x.label for x in rules.tally(chosen, by)), "") if key else "",
        figure=figure,
        rows=_rows(what, chosen, within, page.part),
        page=page,
        page_url=lambda number: url_for(
            ".show_counted",
            what=what,
            by=by,
            key=key or None,
            year=year or None,
            page=number,
        ),
        tier_labels=TIER_LABELS,
        year=year,
    )


def _rows(
    what: str, chosen: Sequence[rules.Held], events: list[Event], part: slice
) -> Sequence[Any]:
    """Return one page of what a figure counts."""
    session = db.session()
    if what == "events":
        return chosen[part]
    if what == "entrants":
        return queries.list_entrants(session, [event.id for event in events], part)
    if what == "judges":
        return _judges(events)[part]
    return services.list_promoted(session, events)[part]


@bp.get("/figures.xlsx")
@permission_required("results.view")
def download_figures() -> ResponseReturnValue:
    """Send the figures as a workbook."""
    _events, held = _read()
    labels = {code: str(label) for code, label in TIER_LABELS.items()}
    return Response(
        services.workbook(held, labels),
        content_type=_XLSX,
        headers={"Content-Disposition": "attachment; filename=figures.xlsx"},
    )


def _by() -> str:
    by = request.args.get("by", rules.BY[0])
    return by if by in rules.BY else rules.BY[0]


def _all() -> list[Event]:
    return queries.list_events(db.session(), allowed_scopes("results.view"))


def _read() -> tuple[list[Event], list[rules.Held]]:
    """Return the reader's events, of the year asked for, and what each adds."""
    year = request.args.get("year", type=int)
    events = [e for e in _all() if year is None or e.competition.year == year]
    return events, services.read_held(db.session(), events)


def _judges(events: list[Event]) -> list[tuple[str, list[str]]]:
    """Return every judge once, with the events they sat at."""
    names = {event.id: event.name for event in events}
    found: dict[str, tuple[str, list[str]]] = {}
    for event_id, user, seat in queries.list_judges(db.session(), list(names)):
        place = found.setdefault(queries.person_key(user), (user.display_name, []))
        place[1].append(f"{names[event_id]} {seat}")
    return list(found.values())
