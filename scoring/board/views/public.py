"""The public board: a page, prepared answers for it, a stream, and the signed feed."""

import json
import threading
from collections.abc import Iterator
from time import monotonic

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.access.services import public
from competition.events.models import Event
from extensions import db, ending
from ledger.signatures.services import public_key_hex
from scoring.board import queries
from scoring.board.rules.pages import Answer, Board
from scoring.board.views import shared
from scoring.board.views.common import bp
from scoring.results.views.pages import SHARED, serve

MOST_STREAMS = 3  # of the threads of a process; who gets none asks again and again
STREAM_LIFE = 240.0  # s
BEAT = 15.0  # s between two signs of life

_streams = threading.BoundedSemaphore(MOST_STREAMS)


@bp.get("/board/<event_uid>/")
@public
def show_board(event_uid: str) -> ResponseReturnValue:
    """Show how far an event is, and live ranks where its rules allow them."""
    reader = _board_or_404(event_uid).reader

    def render() -> str:
        return render_template(
            "scoring/board/show_board.html",
            state=reader.state,
            seq=reader.seq,
            tables=_list_tables(reader.state),
        )

    return serve((event_uid, reader.hash), render)


@bp.get("/board/<event_uid>/state.json")
@public
def show_state(event_uid: str) -> ResponseReturnValue:
    """Give the whole state."""
    return _hand_out(_board_or_404(event_uid).state())


@bp.get("/board/<event_uid>/since/<int:seq>/<known>.json")
@public
def show_since(event_uid: str, seq: int, known: str) -> ResponseReturnValue:
    """Give what changed since an item, or the whole state where that does not help."""
    return _hand_out(_board_or_404(event_uid).since(seq, known[:16]))


@bp.get("/board/<event_uid>/feed.jsonl")
@public
def download_feed(event_uid: str) -> ResponseReturnValue:
    """Give the signed feed from its beginning, or after the item named by `after`."""
    after = request.args.get("after", 0, type=int)
    _board_or_404(event_uid)
    plan = queries.find_open(db.session(), event_uid) or abort(404)
    lines = queries.list_lines(db.session(), plan.event_id, max(after, 0))
    text = "".join(f"{line}\n" for line in lines)
    return Response(text, mimetype="application/x-ndjson")


@bp.get("/board/<event_uid>/key.hex")
@public
def show_key(event_uid: str) -> ResponseReturnValue:
    """Give the public key the feed is signed with."""
    _board_or_404(event_uid)
    return Response(f"{public_key_hex()}\n", mimetype="text/plain")


@bp.get("/board/<event_uid>/stream")
@public
def stream_board(event_uid: str) -> ResponseReturnValue:
    """Tell changes as server-sent events; 204 where no more streams are given."""
    board = _board_or_404(event_uid)
    token = request.headers.get("Last-Event-ID") or request.args.get("after", "")
    after = int(token) if token.isdecimal() else board.reader.seq
    if not _streams.acquire(blocking=False):
        return "", 204
    db.session.commit()  # the stream holds no connection between its looks
    response = Response(_follow(_app(), event_uid, after), mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(_streams.release)
    return response


def event_links(session: Session, event: Event) -> list[tuple[str, str]]:
    """Offer the board on the event's public page, once it is open."""
    if queries.find_open(session, event.uid) is None:
        return []
    url = url_for("scoring.board.show_board", event_uid=event.uid)
    return [(_("Hall board"), url)]


def _follow(app: Flask, event_uid: str, after: int) -> Iterator[str]:
    end, beat = monotonic() + STREAM_LIFE, monotonic() + BEAT
    yield "retry: 2000\n\n"
    while monotonic() < end:
        board = shared.follow(app, event_uid)
        if board is None:
            return
        for item in board.lines_after(after):
            text = json.dumps(item, ensure_ascii=False, separators=(",", ":"))
            after, beat = item["seq"], monotonic() + BEAT
            yield f"id: {after}\nevent: board\ndata: {text}\n\n"
        if monotonic() >= beat:
            beat = monotonic() + BEAT
            yield ": still here\n\n"
        if ending.wait(shared.LOOK):
            return


def _board_or_404(event_uid: str) -> Board:
    rests = not current_app.testing
    if rests:
        shared.begin_following(_app())
    return shared.get_board(event_uid, rests=rests) or abort(404)


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's way
    return app


def _hand_out(answer: Answer) -> Response:
    packs = "gzip" in request.headers.get("Accept-Encoding", "")
    body = answer.packed if packs else answer.plain
    response = Response(body, content_type="application/json")
    response.set_etag(answer.etag)
    response.headers["Cache-Control"] = "public, no-cache"
    response.vary.add("Accept-Encoding")
    if packs:
        response.headers["Content-Encoding"] = "gzip"
    response.make_conditional(request)
    request.environ[SHARED] = answer.etag
    return response


def _list_tables(state: dict[str, object]) -> list[tuple[str, list[list[object]]]]:
    """Return each group's name with its rows, ranked ones first: code, rank, total."""
    groups: dict[str, str] = state["groups"]  # type: ignore[assignment]
    rows: dict[str, list[object]] = state["rows"]  # type: ignore[assignment]
    tables = []
    for code in sorted({str(row[0]) for row in rows.values()}):
        own = [[work, *row[1:]] for work, row in rows.items() if row[0] == code]
        own.sort(key=lambda row: (row[1] or float("inf"), row[0]))
        tables.append((groups.get(code, ""), own))
    return tables
