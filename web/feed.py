"""`GET /api/v1/ledger/feed`: the ledger in order, for a mirror in other hands.

The token to resume with is the number of the newest entry one has. Each answer ends
with a signed checkpoint of its last entry, so that a ledger whose end was cut off, or
that was written anew, is noticed by whoever follows it: docs/formats/ledger-feed.md.
"""

from datetime import UTC, datetime

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field
from spectree import Response as Answers

from accounts.access.services import INSTALLATION, permission_required
from extensions import api_spec, csrf, db
from ledger.log import queries, services
from ledger.log.rules import write_line
from ledger.mirror.rules import checkpoint_line

bp = Blueprint("ledger_feed", __name__, url_prefix="/api/v1/ledger")
csrf.exempt(bp)

MOST = 1000  # entries in one answer


class FeedQuery(BaseModel):
    """Where to go on."""

    after: int = Field(0, ge=0, description="number of the newest entry one has")
    limit: int = Field(MOST, ge=1, le=MOST, description="most entries of the answer")


@bp.get("/feed")
@permission_required("ledger.view", within=INSTALLATION)
@api_spec.validate(
    query=FeedQuery,
    resp=Answers("HTTP_200", "HTTP_401", "HTTP_403"),
    tags=["ledger"],
    skip_validation=True,
)
def show_feed() -> ResponseReturnValue:
    """Return the entries after a number, one a line, then a signed checkpoint."""
    after = max(request.args.get("after", 0, type=int), 0)
    limit = min(max(request.args.get("limit", MOST, type=int), 1), MOST)
    session = db.session()
    links = queries.list_links(session, after=after, limit=limit)
    checkpoint = (
        services.checkpoint_at(links[-1])
        if links
        else services.make_checkpoint(session, now=datetime.now(UTC))
    )
    lines = [*map(write_line, links), checkpoint_line(checkpoint)]
    response = Response(
        "".join(f"{line}\n" for line in lines), content_type="application/x-ndjson"
    )
    response.headers["Cache-Control"] = "no-store"
    return response
