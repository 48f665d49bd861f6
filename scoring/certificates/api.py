"""`GET /api/v1/certificates/{number}`: the public check for machines, of every kind."""

from datetime import UTC, datetime

from flask import Blueprint, abort, jsonify
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field
from spectree import Response

from accounts.access.services import public
from extensions import api_spec, db, limiter
from scoring.certificates.queries import check_number

bp = Blueprint("certificates_api", __name__, url_prefix="/api/v1")


class CertificateOut(BaseModel):
    """What a genuine certificate says: of an award, or of the talent pool."""

    kind: str = Field(description="award | pool")
    number: str
    name: str = Field(
        description="in full for an award, masked for the pool; "
        "empty while the award is withheld"
    )
    state: str = Field(
        description="award: valid | suspended | replaced | revoked; "
        "pool: state in the pool now"
    )
    valid: bool
    withheld: bool = Field(
        default=False,
        description="true while holder and award are not public by the release plan",
    )
    opens_at: str | None = Field(
        None, description="when they become public, RFC 3339; null is not decided"
    )
    award: str | None = None
    event: str | None = None
    competition: str | None = None
    issuer: str | None = None
    issued_on: str | None = Field(None, description="YYYY-MM-DD")
    reason: str | None = Field(None, description="why it ended; empty while it holds")
    level: str | None = Field(
        None, description="nation | province | city | district | enterprise"
    )
    trade: str | None = None
    entered_on: str | None = Field(None, description="day of admission, YYYY-MM-DD")


@bp.get("/certificates/<number>")
@public
@api_spec.validate(
    resp=Response("HTTP_404", "HTTP_429", HTTP_200=CertificateOut),
    tags=["certificates"],
    skip_validation=True,
)
@limiter.limit("30 per minute")
def check_certificate(number: str) -> ResponseReturnValue:
    """Answer what a genuine certificate says; 404 for any other number."""
    found = check_number(db.session(), number, datetime.now(UTC))
    if found is None:
        abort(404)
    return jsonify(kind=found.kind, **found.fields)
