"""`GET /api/v1/certificates/{number}`: the public check for machines."""

from flask import Blueprint, abort, jsonify
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field
from spectree import Response

from accounts.access.services import public
from extensions import api_spec, db, limiter
from people.persons.rules import mask_name
from talentpool.dossiers.queries import find_by_certificate
from talentpool.dossiers.rules import LIVE_STATES, is_certificate_number

bp = Blueprint("certificate_api", __name__, url_prefix="/api/v1")


class CertificateOut(BaseModel):
    """What a genuine pool certificate says."""

    number: str
    name: str = Field(description="masked")
    level: str = Field(description="nation | province | city | district | enterprise")
    trade: str
    entered_on: str = Field(description="day of admission, YYYY-MM-DD")
    state: str = Field(description="state in the pool now")
    valid: bool


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
    if not is_certificate_number(number):
        abort(404)
    craftsman = find_by_certificate(db.session(), number)
    if craftsman is None:
        abort(404)
    return jsonify(
        number=craftsman.certificate_number,
        name=mask_name(craftsman.person.name),
        level=craftsman.level,
        trade=craftsman.trade,
        entered_on=craftsman.entered_on.isoformat(),
        state=craftsman.state,
        valid=craftsman.state in LIVE_STATES,
    )
