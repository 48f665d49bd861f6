"""`POST /api/v1/scans`: where the devices at the gates send their outbox."""

from datetime import UTC, datetime

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field
from spectree import Response
from sqlalchemy.exc import IntegrityError

from accounts.access.services import (
    current_actor,
    permission_required,
    signed_in_user,
)
from appshell import read_outbox
from competition.checkin.services.scans import Answer, receive_scans
from extensions import api_spec, db

bp = Blueprint("scans_api", __name__, url_prefix="/api/v1")


class ScanIn(BaseModel):
    """One act at a gate; the fields are those of a mark (docs/formats/marks.md)."""

    id: str = Field(description="UUIDv7 or 128 random bits, made on the device")
    event: str = Field(description="uid of the event")
    entry: str = Field(description="uid of the entry without hyphens; - for nobody")
    aspect: str = Field(description="checkin, or a room's uid without hyphens")
    value: str = Field(description="in | out | refused:<reason>")
    device: str = Field(description="the device's own id")
    device_seq: int = Field(description="counts up by one on each device")
    marked_at: str = Field(description="RFC 3339, the device's clock")
    reason: str = Field("", description="the officer's note")


class ScansIn(BaseModel):
    """A device's outbox, at most 100 scans; called marks, as the app calls them."""

    marks: list[ScanIn]


class ScanOut(BaseModel):
    """The answer to one scan; the same for ever."""

    id: str | None
    status: str = Field(description="stored | duplicate | conflict | late | refused")
    reason: str | None
    seq: int | None
    hash: str | None = Field(description="SHA-256 of what is stored")


class ScansOut(BaseModel):
    marks: list[ScanOut]


@bp.post("/scans")
@permission_required("checkin.do")
@api_spec.validate(
    json=ScansIn,
    resp=Response(HTTP_200=ScansOut),
    tags=["check-in"],
    skip_validation=True,
)
def send_scans() -> ResponseReturnValue:
    """Take a device's outbox and answer scan by scan; repeating it is harmless."""
    items = read_outbox()
    try:
        return jsonify(marks=_receive(items))
    except IntegrityError:
        # The same id came at the same moment by another way; now it is there to find.
        db.session.rollback()
        return jsonify(marks=_receive(items))


def _receive(items: list[object]) -> list[Answer]:
    answers = receive_scans(
        db.session(),
        user=signed_in_user(),
        items=items,
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    return answers
