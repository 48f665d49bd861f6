"""What follows from a decoded result: carried scores, promotions, honours."""

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import is_allowed, permission_required
from competition.events import rules as life
from competition.events.models import Event
from extensions import db
from paper import send_pdf
from scoring.results import queries
from scoring.results.models import ResultVersion
from scoring.results.rules.score import ScoringError
from scoring.results.services import carry
from scoring.results.services.compute import NoSchemeError, read_ground
from scoring.results.services.listing import Sheet, lists_workbook, send_workbook
from scoring.results.services.outcome_lists import (
    list_sheets,
    outcomes_pdf,
    tell_reason,
)
from scoring.results.services.recommend import Recommended, list_recommended
from scoring.results.views.common import bp, event_or_404, places
from scoring.results.views.paper import log_printed
from scoring.scheme import queries as schemes
from scoring.scheme.rules.tree import Scheme

_DECODED = (life.DECODED, life.PUBLISHED)


@bp.get("/events/<event_uid>/outcomes")
@permission_required("results.view", within="event")
def show_outcomes(event_uid: str) -> ResponseReturnValue:
    """Show who is eligible to be recommended, and why; nothing is granted here."""
    event = event_or_404(event_uid)
    version = schemes.find_frozen(db.session(), event.id)
    scheme = schemes.load_scheme(version) if version else None
    is_decoded = event.state in _DECODED and scheme is not None
    gaps = _list_gaps(event, scheme) if is_decoded else []
    found = _find_recommended(event) if is_decoded and not gaps else None
    return render_template(
        "scoring/results/show_outcomes.html",
        event=event,
        scheme=scheme,
        is_decoded=is_decoded,
        gaps=[carry.tell_gap(gap) for gap in gaps],
        sources=_name_sources(scheme),
        outdated=_tell_outdated(event, scheme),
        found=found,
        tell_reason=tell_reason,
        may_bring_in=is_allowed("results.publish", places(event))
        and event.state == life.DECODED,
    )


@bp.get("/events/<event_uid>/outcomes.pdf")
@permission_required("results.view", within="event")
def print_outcomes(event_uid: str) -> ResponseReturnValue:
    """Send awards, promotions and honours on A4."""
    result, sheets = _lists_or_404(event_uid)
    event = result.event
    is_final = event.state == life.PUBLISHED
    pdf = outcomes_pdf(event, result, sheets, is_final=is_final)
    log_printed(event, result, sum(len(sheet.rows) for sheet in sheets))
    db.session.commit()
    name = f"{_('Awards, promotions and honours')} {event.name}"
    return send_pdf(pdf, name, f"outcomes-{event.uid[:8]}-v{result.version}")


@bp.get("/events/<event_uid>/outcomes.xlsx")
@permission_required("results.view", within="event")
def download_outcomes(event_uid: str) -> ResponseReturnValue:
    """Send awards, promotions and honours as a workbook."""
    result, sheets = _lists_or_404(event_uid)
    event = result.event
    log_printed(event, result, sum(len(sheet.rows) for sheet in sheets))
    db.session.commit()
    name = f"outcomes-{event.uid[:8]}-v{result.version}"
    return send_workbook(lists_workbook(sheets), name)


@bp.post("/events/<event_uid>/carried")
@permission_required("results.publish", within="event")
def bring_in(event_uid: str) -> ResponseReturnValue:
    """Compute the result anew with the scores of the earlier stages."""
    event = event_or_404(event_uid)
    carry.bring_in(db.session(), event=event, now=datetime.now(UTC))
    db.session.commit()
    flash(_("The carried scores are in; the result is computed anew."), "success")
    return redirect(url_for(".show_review", event_uid=event.uid))


def _lists_or_404(event_uid: str) -> tuple[ResultVersion, list[Sheet]]:
    """Return the newest result and its lists; 404 until it is decoded and whole."""
    event = event_or_404(event_uid)
    result = queries.find_result(db.session(), event.id)
    if event.state not in _DECODED or result is None:
        abort(404)
    scheme = schemes.load_scheme(queries.get_scheme(db.session(), result))
    if _list_gaps(event, scheme):
        abort(404)
    found = _find_recommended(event) or abort(404)
    return result, list_sheets(db.session(), result, scheme, found)


def _list_gaps(event: Event, scheme: Scheme | None) -> list[carry.Gap]:
    if scheme is None or not scheme.carried:
        return []
    return carry.find_carried(db.session(), event)[1]


def _find_recommended(event: Event) -> Recommended | None:
    """Return who is eligible; None while points are left out or marks are not whole."""
    session = db.session()
    try:
        if read_ground(session, event.id).left_out:
            return None
        return list_recommended(session, event)
    except (NoSchemeError, ScoringError):
        return None


def _name_sources(scheme: Scheme | None) -> list[tuple[str, str]]:
    """Return name and origin of every carried component."""
    return [
        (c.name, f"{c.carried_from.event} · {_name_part(c.carried_from.component)}")
        for c in (scheme.carried if scheme else ())
        if c.carried_from is not None
    ]


def _name_part(component: str) -> str:
    total: str = _("Total")
    return total if component == "total" else component


def _tell_outdated(event: Event, scheme: Scheme | None) -> str:
    """Return what keeps the newest result's carried scores from being published."""
    result = queries.find_result(db.session(), event.id)
    if scheme is None or not scheme.carried or result is None:
        return ""
    try:
        carry.require_carried(db.session(), result)
    except carry.CarriedError as error:
        return error.message
    return ""
