"""The organiser's wall: tablets and judges of an event, live, by codes and seats.

The page works without a script, too; then somebody loads it again.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from accounts.access.services import (
    NavItem,
    allowed_scopes,
    is_allowed,
    login_required_only,
)
from accounts.roles.rules import Scope
from competition.events import rules as life
from competition.events.models import Event
from competition.events.queries import find_event, list_managed_events, scopes_of
from extensions import db
from scoring.judges.queries import list_seat_names
from scoring.wall import rules, services
from scoring.wall.services import Wall

bp = Blueprint("wall", __name__)
READERS = ("marks.overview", "events.manage")
LINE = (300, 60)  # px of the line of marks per minute

NAV = (NavItem(_l("Marking wall"), "scoring.wall.list_walls", "marks.overview", 32),)


@bp.get("/walls")
@login_required_only
def list_walls() -> ResponseReturnValue:
    """Show every event that is being marked, each with its figures."""
    scopes = [scope for name in READERS for scope in allowed_scopes(name)]
    if not scopes:
        abort(403)
    now = datetime.now(UTC)
    walls = [
        (event, services.read_wall(db.session(), event, now))
        for event in list_managed_events(db.session(), scopes)
        if event.state == life.MARKING
    ]
    tag = _etag("-".join(wall.tag for _event, wall in walls))
    if request.if_none_match.contains(tag):
        return Response(status=304)
    response = Response(
        render_template(
            "scoring/wall/list_walls.html", walls=walls, now=now, tag=tag, every=15
        )
    )
    response.set_etag(tag)
    return response


@bp.get("/events/<event_uid>/wall")
@login_required_only
def show_wall(event_uid: str) -> ResponseReturnValue:
    """Show the wall of an event; a script keeps it up to date, without one a link."""
    event = _get_event(event_uid)
    wall = services.read_wall(db.session(), event, datetime.now(UTC))
    return render_template("scoring/wall/show_wall.html", **_show(event, wall))


@bp.get("/events/<event_uid>/wall.json")
@login_required_only
def show_wall_json(event_uid: str) -> ResponseReturnValue:
    """Tell the wall as data, with the part of the page that shows it."""
    event = _get_event(event_uid)
    wall = services.read_wall(db.session(), event, datetime.now(UTC))
    etag = _etag(wall.tag)
    if request.if_none_match.contains(etag):
        response = Response(status=304)
    else:
        html = render_template("scoring/wall/part.html", **_show(event, wall))
        response = jsonify(tag=wall.tag, html=html, **wall.content)
    response.set_etag(etag)
    return response


@bp.get("/events/<event_uid>/wall/stream")
@login_required_only
def stream_wall(event_uid: str) -> ResponseReturnValue:
    """Tell the wall as server-sent events; 204 where no more streams are given."""
    event = _get_event(event_uid)
    uid = event.uid
    if not services.take_stream():
        return "", 204
    known = request.headers.get("Last-Event-ID", "") or request.args.get("known", "")
    db.session.commit()  # the stream holds no connection between its looks
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    told = services.follow(app, uid, known)
    response = Response(told, mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"  # a proxy passes it on at once
    response.call_on_close(services.give_back_stream)
    return response


def _get_event(uid: str) -> Event:
    event = find_event(db.session(), uid) or abort(404)
    here = [Scope("event", event.uid), *scopes_of(event.competition)]
    if not any(is_allowed(name, here) for name in READERS):
        abort(403)
    return event


def _show(event: Event, wall: Wall) -> dict[str, Any]:
    """Return what the page needs; names only for those who see them elsewhere too."""
    here = [Scope("event", event.uid), *scopes_of(event.competition)]
    oversees = is_allowed("marks.overview", here)
    return {
        "event": event,
        "wall": wall.content,
        "tag": wall.tag,
        "at": wall.at,
        "names": list_seat_names(db.session(), event.id) if oversees else {},
        "oversees": oversees,
        "line": _line(wall),
        "size": LINE,
    }


def _line(wall: Wall) -> str:
    return rules.draw_line(wall.content["pace"], *LINE)


def _etag(tag: str) -> str:
    """Return a tag for this viewer: the page is in their language, with their names."""
    text = f"{tag}-{get_locale()}-{is_allowed('marks.overview')}"
    return hashlib.sha256(text.encode()).hexdigest()[:20]
