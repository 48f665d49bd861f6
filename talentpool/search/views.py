"""The search of the pool for HR and union officials."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from threading import Lock, Thread
from typing import Any

from flask import (
    Blueprint,
    Flask,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import SQLAlchemyError

from accounts.access.services import (
    NavItem,
    allowed_scopes,
    permission_required,
)
from accounts.roles.rules import EVERYWHERE
from extensions import db, reading, set_writing
from talentpool.search import services
from talentpool.search.forms import labels
from talentpool.search.forms.answer import make_answer
from talentpool.search.forms.parameters import certificate_piece, fault_notes
from talentpool.search.queries import snapshots
from talentpool.search.queries.completion import list_names
from talentpool.search.queries.search import search as find
from talentpool.search.rules.completion import suggest, take_apart
from talentpool.search.rules.facets import FACETS, SKILLS
from talentpool.search.rules.request import PAGE_SIZE, SORTS, SearchRequest, parse
from talentpool.search.rules.text import LONGEST_QUERY

bp = Blueprint("search", __name__, url_prefix="/pool")

NAV = (NavItem(_l("Talent pool"), "talentpool.search.search", "pool.search", 60),)

DOSSIER = "talentpool.dossiers.show_dossier"


@bp.before_app_request
def _begin_reading() -> None:
    """Let a new process read the pool in while it answers its first requests."""
    if current_app.testing or snapshots.memory.is_begun:
        return
    memory, app = snapshots.memory, _app()
    memory.is_begun = True
    memory.catching_up = Background(app, _catch_up).begin
    memory.merging = Background(app, _take_in).begin
    memory.catching_up()


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's way
    return app


class Background:
    """Work beside the requests of this process, once at a time."""

    def __init__(self, app: Flask, work: Callable[[], None]) -> None:
        self._app, self._work, self._busy = app, work, Lock()

    def begin(self) -> None:
        """Begin the work in a thread of its own, unless it is being done."""
        if self._busy.acquire(blocking=False):
            Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        # Where the database does not answer now, the next search begins it again.
        try:
            with self._app.app_context(), suppress(SQLAlchemyError):
                self._work()
        finally:
            self._busy.release()


def _catch_up() -> None:
    with reading():
        snapshots.catch_up(db.session())
        # What every search counts is counted before somebody waits for it.
        asked, _faults = parse({"facets": ["1"]})
        today = datetime.now(UTC).date()
        find(db.session(), asked, scopes=[EVERYWHERE], today=today)
        is_old = services.is_image_old(db.session())
        db.session.remove()
    if is_old and snapshots.memory.merging is not None:
        snapshots.memory.merging()


def _take_in() -> None:
    """Take in all that waits, a part at a time: other writers get their turn."""
    set_writing(writing=True)
    session = db.session()
    while services.merge_dirty(session, services.TAKEN):
        session.commit()
    session.rollback()
    if services.is_image_old(session):
        services.make_image(session)
    session.commit()
    db.session.remove()


@bp.get("")
@permission_required("pool.search")
def search() -> ResponseReturnValue:
    """Find craftsmen by words and facets; the address carries the whole search."""
    given = {**request.args.to_dict(flat=False), "facets": ["1"]}
    asked, faults = parse(given)
    if piece := certificate_piece(request.args):
        text = f"{request.args.get('q', '')} {piece}".strip()
        return redirect(_url(asked, text=text, page=1))
    answer = None
    if not faults:
        found = find(
            db.session(),
            asked,
            scopes=allowed_scopes("pool.search"),
            today=datetime.now(UTC).date(),
        )
        answer = make_answer(db.session(), found, is_page=True)
    page = render_template(
        "talentpool/search/search.html",
        asked=asked,
        answer=answer,
        faults=fault_notes(faults),
        labels=labels,
        facets=FACETS,
        sorts=SORTS,
        skills=[(code, labels.skill_word(code)) for code in SKILLS],
        url_with=partial(_url, asked),
        export_parameters=asked.parameters(page=1, size=PAGE_SIZE),
        without=lambda facet, value: _without(asked.chosen, facet, value),
        has_dossiers=DOSSIER in current_app.view_functions,
    )
    return page, 400 if faults else 200


@bp.get("/complete")
@permission_required("pool.search")
def complete() -> ResponseReturnValue:
    """Return how the text in the search box may go on: code tables, nobody's data."""
    text = request.args.get("q", "")[:LONGEST_QUERY]
    typed = take_apart(text)
    is_chinese = str(get_locale()).startswith("zh")
    found = suggest(typed, list_names(db.session(), typed), is_chinese=is_chinese)
    return jsonify([{"text": one.text, "shown": one.shown} for one in found])


def _url(asked: SearchRequest, **changes: object) -> str:
    parameters: dict[str, Any] = asked.parameters(**changes)
    return url_for(".search", **parameters)


def _without(
    chosen: Mapping[str, tuple[str, ...]], facet: str, value: str
) -> dict[str, tuple[str, ...]]:
    """Return the choice with one value taken out, for the links that undo it."""
    left = tuple(other for other in chosen.get(facet, ()) if other != value)
    return {**chosen, facet: left}
