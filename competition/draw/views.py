"""The public record of the draws: anybody can look, save and derive again."""

from flask import Blueprint, Response, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from accounts.access.services import public
from competition.draw import queries
from competition.draw.models import Draw
from competition.draw.rules import PLACING, as_json, faults_of, verdicts_of
from competition.events.queries import get_event
from competition.events.rules import DRAFT
from competition.stations.rules.proof import BEHIND, BESIDE, NEED, SPREAD
from extensions import db

bp = Blueprint("draw", __name__)

PURPOSES = {
    "contest_no": _l("Draw of contest numbers"),
    "station": _l("Draw of stations"),
    "work_code": _l("Draw of work codes"),
}
KINDS = {
    NEED: _l("Needs a station that has"),
    BESIDE: _l("One unit not side by side"),
    BEHIND: _l("One unit not behind one another"),
    SPREAD: _l("One unit over the batches, at most each"),
}
FAULTS = {
    "algorithm": _l("The algorithm is the one named in the rules"),
    "commitment": _l("The commitment fits list, algorithm and secret"),
    "secret": _l("The secret is the one committed to"),
    "seed": _l("The seed follows from secret, numbers and dice"),
    "result": _l("The outcome follows from the seed"),
    "result_digest": _l("The outcome is the one recorded on the day"),
}


@bp.get("/events/<event_uid>/draws")
@public
def list_draws(event_uid: str) -> ResponseReturnValue:
    """List the draws of an event, voided ones too."""
    event = get_event(db.session(), event_uid)
    if event.state == DRAFT:
        abort(404)
    return render_template(
        "competition/draw/list_draws.html",
        event=event,
        draws=queries.list_draws(db.session(), event.id),
        purposes=PURPOSES,
    )


@bp.get("/draws/<draw_uid>")
@public
def show_draw(draw_uid: str) -> ResponseReturnValue:
    """Show a draw as far as it is public, and derive it again."""
    draw = _draw_or_404(draw_uid)
    shown = queries.public_draw(draw)
    faults = faults_of(shown)
    if not shown.secret:
        checked = ["algorithm", "commitment"]
    elif not shown.seed:
        checked = ["algorithm", "commitment", "secret"]
    else:
        checked = list(FAULTS)
    return render_template(
        "competition/draw/show_draw.html",
        event=draw.event,
        draw=draw,
        shown=shown,
        title=PURPOSES[draw.purpose],
        checks=[(FAULTS[name], name not in faults) for name in checked],
        is_sound=not faults,
        names={name: str(text) for name, text in FAULTS.items()},
        verdicts=verdicts_of(shown.deal, shown.result),
        kinds=KINDS,
        placing=PLACING,
    )


@bp.get("/draws/<draw_uid>/stage")
@public
def show_stage(draw_uid: str) -> ResponseReturnValue:
    """Show a draw as it goes on, large, for the projector of the hall."""
    draw = _draw_or_404(draw_uid)
    return render_template(
        "competition/draw/show_stage.html",
        event=draw.event,
        draw=draw,
        shown=queries.public_draw(draw),
        title=PURPOSES[draw.purpose],
        count=len(queries.deal_of(draw).items),
    )


@bp.get("/draws/<draw_uid>/draw.json")
@public
def download_draw(draw_uid: str) -> Response:
    """Send the file that the program in the rules checks."""
    text = as_json(queries.public_draw(_draw_or_404(draw_uid)))
    response = Response(text, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment; filename=draw.json"
    return response


def _draw_or_404(uid: str) -> Draw:
    draw = queries.find_draw(db.session(), uid)
    if draw is None:
        abort(404)
    return draw
