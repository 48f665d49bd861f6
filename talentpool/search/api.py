"""`GET /api/v1/craftsmen`: the search for other programs."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from accounts.access.services import allowed_scopes, permission_required
from extensions import db
from talentpool.search.forms.answer import as_json, make_answer
from talentpool.search.forms.parameters import fault_texts
from talentpool.search.queries.search import search
from talentpool.search.rules.request import Fault, parse, unknown

bp = Blueprint("search_api", __name__, url_prefix="/api/v1")


@bp.get("/craftsmen")
@permission_required("pool.search")
def list_craftsmen() -> ResponseReturnValue:
    """Find craftsmen, within the scopes the caller holds `pool.search` in."""
    given = request.args.to_dict(flat=False)
    asked, faults = parse(given)
    faults = [*faults, *unknown(given)]
    if faults:
        return _problem(faults)
    found = search(
        db.session(),
        asked,
        scopes=allowed_scopes("pool.search"),
        today=datetime.now(UTC).date(),
    )
    return jsonify(as_json(make_answer(db.session(), found)))


def _problem(faults: list[Fault]) -> Response:
    """Return an RFC 9457 document that names every faulty parameter."""
    texts = fault_texts(faults)
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "\n".join(texts),
        "errors": [
            {"parameter": fault.parameter, "code": fault.code, "detail": text}
            for fault, text in zip(faults, texts, strict=True)
        ],
    }
    response = jsonify(body)
    response.status_code = 400
    response.content_type = "application/problem+json"
    return response
