"""The search of the pool for HR and union officials."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from accounts.access.services import (
    NavItem,
    allowed_scopes,
    current_actor,
    permission_required,
)
from extensions import db
from talentpool.search.forms import labels
from talentpool.search.forms.answer import make_answer
from talentpool.search.forms.parameters import fault_notes
from talentpool.search.forms.sheet import MEDIA, write_sheet
from talentpool.search.queries.search import export as find_all
from talentpool.search.queries.search import search as find
from talentpool.search.rules.facets import FACETS
from talentpool.search.rules.request import PAGE_SIZE, SORTS, SearchRequest, parse
from talentpool.search.services import log_export

bp = Blueprint("search", __name__, url_prefix="/pool")

NAV = (NavItem(_l("Talent pool"), "talentpool.search.search", "pool.search", 60),)

DOSSIER = "talentpool.dossiers.show_dossier"


@bp.get("")
@permission_required("pool.search")
def search() -> ResponseReturnValue:
    """Find craftsmen by words and facets; the address carries the whole search."""
    given = {**request.args.to_dict(flat=False), "facets": ["1"]}
    asked, faults = parse(given)
    answer = None
    if not faults:
        found = find(
            db.session(),
            asked,
            scopes=allowed_scopes("pool.search"),
            today=datetime.now(UTC).date(),
        )
        answer = make_answer(db.session(), found)
    page = render_template(
        "talentpool/search/search.html",
        asked=asked,
        answer=answer,
        faults=fault_notes(faults),
        labels=labels,
        facets=FACETS,
        sorts=SORTS,
        url_with=partial(_url, asked),
        export_parameters=asked.parameters(page=1, size=PAGE_SIZE),
        without=lambda facet, value: _without(asked.chosen, facet, value),
        has_dossiers=DOSSIER in current_app.view_functions,
    )
    return page, 400 if faults else 200


@bp.post("/export/<kind>")
@permission_required("pool.search")
def export(kind: str) -> ResponseReturnValue:
    """Hand out the whole list of a search as a file, and log it."""
    asked, faults = parse(request.args.to_dict(flat=False))
    if kind not in MEDIA or faults:
        abort(404)
    now = datetime.now(UTC)
    found = list(
        find_all(
            db.session(),
            asked,
            scopes=allowed_scopes("pool.search"),
            today=now.date(),
        )
    )
    data = write_sheet(db.session(), found, kind)
    log_export(
        db.session(),
        asked=asked,
        count=len(found),
        kind=kind,
        actor=current_actor(),
        now=now,
    )
    db.session.commit()
    name = f"pool-{now:%Y%m%d-%H%M%S}.{kind}"
    return send_file(BytesIO(data), MEDIA[kind], as_attachment=True, download_name=name)


def _url(asked: SearchRequest, **changes: object) -> str:
    parameters: dict[str, Any] = asked.parameters(**changes)
    return url_for(".search", **parameters)


def _without(
    chosen: Mapping[str, tuple[str, ...]], facet: str, value: str
) -> dict[str, tuple[str, ...]]:
    """Return the choice with one value taken out, for the links that undo it."""
    left = tuple(other for other in chosen.get(facet, ()) if other != value)
    return {**chosen, facet: left}
