"""`PUT /api/v1/marks/{id}/photos/{sha256}`: where tablets send photos of marks."""

from datetime import UTC, datetime

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field
from spectree import Response
from sqlalchemy.exc import IntegrityError

from accounts.access.services import (
    current_actor,
    permission_required,
    signed_in_user,
)
from errors import DomainError
from extensions import api_spec, db
from scoring.evidence.services.photos import (
    MOST_BYTES,
    PhotoRefusedError,
    Receipt,
    Sent,
    receive_photo,
)
from scoring.marking.api import Problem

bp = Blueprint("photos_api", __name__, url_prefix="/api/v1")


class PhotoOut(BaseModel):
    """The answer to a photo; the same for ever."""

    id: str | None
    mark: str = Field(description="id of the mark")
    sha256: str
    status: str = Field(description="stored | duplicate | late | refused")
    reason: str | None


class TooLargeError(DomainError):
    """More bytes than we take."""

    status = 413


@bp.put("/marks/<mark_id>/photos/<sha256>")
@permission_required("marks.enter")
@api_spec.validate(
    resp=Response(
        HTTP_200=PhotoOut,
        HTTP_401=Problem,
        HTTP_403=Problem,
        HTTP_413=Problem,
        HTTP_422=PhotoOut,
        HTTP_503=Problem,
    ),
    tags=["marks"],
    skip_validation=True,
)
def send_photo(mark_id: str, sha256: str) -> ResponseReturnValue:
    """Take a photo of a mark: JPEG, PNG or WebP, named by the SHA-256 of its bytes."""
    if (request.content_length or 0) > MOST_BYTES:
        raise TooLargeError(f"Send at most {MOST_BYTES} bytes.")
    sent = Sent(mark_id=mark_id, sha256=sha256, data=request.get_data(cache=False))
    try:
        try:
            receipt = _receive_photo(sent)
        except IntegrityError:
            # The same photo came at the same moment; now it is there to find.
            db.session.rollback()
            receipt = _receive_photo(sent)
    except PhotoRefusedError as error:
        refusal = {"id": None, "mark": mark_id, "sha256": sha256}
        return {**refusal, "status": "refused", "reason": error.code}, 422
    return jsonify(receipt)


def _receive_photo(sent: Sent) -> Receipt:
    receipt = receive_photo(
        db.session(),
        user=signed_in_user(),
        sent=sent,
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    return receipt
