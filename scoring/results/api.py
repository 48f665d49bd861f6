"""`GET /api/v1/events/{id}/results`: what is published, for machines."""

import json
from datetime import UTC, datetime

from flask import Blueprint, abort, jsonify
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field
from spectree import Response

from accounts.access.services import public
from competition.events.queries import find_event
from extensions import api_spec, db
from scoring.results import queries
from scoring.results.rules.release import SCORES, Sight

bp = Blueprint("results_api", __name__, url_prefix="/api/v1")


class ResultRow(BaseModel):
    """One entry; numbers are plain decimals as text, as they were published."""

    rank: int | None
    name: str
    unit: str
    group: str
    status: str = Field(description="present | absent | withdrawn | disqualified")
    components: dict[str, str]
    penalty: str
    total: str
    award: str
    tied_by: str


class ResultsOut(BaseModel):
    """A published result."""

    event: str
    event_name: str
    competition: str
    publication: str
    version: int
    published_at: str
    scheme: str = Field(description="SHA-256 of the frozen scheme")
    digest: str = Field(description="SHA-256 of the signed snapshot")
    signature: str = Field(description="Ed25519 over the snapshot, hex")
    public_key: str
    results: list[ResultRow]


@bp.get("/events/<event_uid>/results")
@public
@api_spec.validate(
    resp=Response("HTTP_404", HTTP_200=ResultsOut),
    tags=["results"],
    skip_validation=True,
)
def show_results(event_uid: str) -> ResponseReturnValue:
    """Return what is published of an event; 404 while nothing is."""
    event = find_event(db.session(), event_uid) or abort(404)
    current = queries.find_current(db.session(), event.id) or abort(404)
    # Keys of machines read what the public reads.
    plan = queries.read_plan(db.session(), event.uid)
    if not Sight(plan, frozenset(), datetime.now(UTC)).sees(SCORES):
        abort(404)
    snapshot = json.loads(current.snapshot)
    return jsonify(
        event=event.uid,
        event_name=snapshot["event_name"],
        competition=snapshot["competition"],
        publication=current.uid,
        version=current.version,
        published_at=snapshot["published_at"],
        scheme=snapshot["scheme"],
        digest=current.digest,
        signature=current.signature,
        public_key=current.public_key,
        results=[
            {
                "rank": row["rank"],
                "name": row["name"],
                "unit": row["unit_name"],
                "group": row["group_code"],
                **{
                    name: row[name]
                    for name in (
                        *("status", "components", "penalty", "total", "award"),
                        "tied_by",
                    )
                },
            }
            for row in snapshot["rows"]
        ],
    )
