"""`POST /api/v1/marks`: where tablets send their outbox."""

from datetime import UTC, datetime

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field
from spectree import Response
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import BadRequest

from accounts.access.services import (
    current_actor,
    permission_required,
    signed_in_user,
)
from errors import DomainError
from extensions import api_spec, db
from scoring.marking.services.receive import MOST_MARKS, Answer, receive_marks

bp = Blueprint("marks_api", __name__, url_prefix="/api/v1")


class MarkIn(BaseModel):
    """One mark of a tablet's outbox."""

    id: str = Field(description="UUIDv7 or 128 random bits, made on the tablet")
    entry: str = Field(description="work code")
    aspect: str = Field(description="code of the aspect")
    value: str = Field(description="as entered, as text")
    based_on: str | None = Field(None, description="id of the mark this replaces")
    device: str = Field(description="the tablet's own id")
    device_seq: int = Field(description="counts up by one on each tablet")
    marked_at: str = Field(description="RFC 3339, the tablet's clock")
    kind: str = Field("mark", description="mark, or void to withdraw the cell's mark")
    reason: str = Field("", description="the judge's words; a void needs them")
    event: str = Field("", description="uid of the event, where it is not obvious")


class MarksIn(BaseModel):
    """A tablet's outbox, at most 100 marks."""

    marks: list[MarkIn]


class Current(BaseModel):
    """What counts in the cell."""

    id: str
    value: str
    seq: int


class MarkOut(BaseModel):
    """The answer to one mark; the same for ever."""

    id: str | None
    status: str = Field(description="stored | conflict | late | refused")
    reason: str | None
    seq: int | None
    hash: str | None = Field(description="SHA-256 of what is stored")
    current: Current | None


class MarksOut(BaseModel):
    marks: list[MarkOut]


class Problem(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str = ""


class TooManyMarksError(DomainError):
    """More marks in one request than we take."""

    status = 413


class OutboxShapeError(DomainError):
    """The request is not a tablet's outbox at all."""

    status = 400


@bp.post("/marks")
@permission_required("marks.enter")
@api_spec.validate(
    json=MarksIn,
    resp=Response(
        HTTP_200=MarksOut,
        HTTP_400=Problem,
        HTTP_401=Problem,
        HTTP_403=Problem,
        HTTP_413=Problem,
        HTTP_503=Problem,
    ),
    tags=["marks"],
    skip_validation=True,
)
def send_marks() -> ResponseReturnValue:
    """Take a tablet's outbox and answer mark by mark; repeating it is harmless."""
    items = _read_items()
    try:
        answers = _receive(items)
    except IntegrityError:
        # The same id came at the same moment by another way; now it is there to find.
        db.session.rollback()
        answers = _receive(items)
    return jsonify(marks=answers)


def _receive(items: list[object]) -> list[Answer]:
    answers = receive_marks(
        db.session(),
        user=signed_in_user(),
        items=items,
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    return answers


def _read_items() -> list[object]:
    try:
        body = request.get_json()
    except (BadRequest, RecursionError):
        raise OutboxShapeError("The body is not JSON.") from None
    items = body.get("marks") if isinstance(body, dict) else None
    if not isinstance(items, list):
        raise OutboxShapeError('The body must be {"marks": [ … ]}.')
    if len(items) > MOST_MARKS:
        raise TooManyMarksError(f"Send at most {MOST_MARKS} marks at a time.")
    return items
