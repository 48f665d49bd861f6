"""The search of the pool for HR and union officials."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from accounts.access.services import NavItem, allowed_scopes, permission_required
from extensions import db
from talentpool.search.forms import labels
from talentpool.search.forms.answer import make_answer
from talentpool.search.forms.parameters import fault_texts
from talentpool.search.queries.search import search as find
from talentpool.search.rules.facets import FACETS
from talentpool.search.rules.request import SORTS, SearchRequest, parse

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
        faults=fault_texts(faults),
        labels=labels,
        facets=FACETS,
        sorts=SORTS,
        url_with=partial(_url, asked),
        without=lambda facet, value: _without(asked.chosen, facet, value),
        has_dossiers=DOSSIER in current_app.view_functions,
    )
    return page, 400 if faults else 200


def _url(asked: SearchRequest, **changes: object) -> str:
    parameters: dict[str, Any] = asked.parameters(**changes)
    return url_for(".search", **parameters)


def _without(
    chosen: Mapping[str, tuple[str, ...]], facet: str, value: str
) -> dict[str, tuple[str, ...]]:
    """Return the choice with one value taken out, for the links that undo it."""
    left = tuple(other for other in chosen.get(facet, ()) if other != value)
    return {**chosen, facet: left}
