"""`POST /api/v1/practice-marks`: where tablets send marks on samples."""

from datetime import UTC, datetime

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from spectree import Response
from sqlalchemy.exc import IntegrityError

from accounts.access.services import (
    current_actor,
    permission_required,
    signed_in_user,
)
from appshell import read_outbox
from extensions import api_spec, db
from scoring.judges.queries import list_seats_of
from scoring.marking.api import MarksIn, MarksOut, Problem
from scoring.practice.services import Answer, receive_practice

bp = Blueprint("practice_api", __name__, url_prefix="/api/v1")


@bp.post("/practice-marks")
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
def send_practice() -> ResponseReturnValue:
    """Take marks on samples; answers are those of `/marks`, and nothing counts."""
    items = read_outbox()
    try:
        answers = _receive(items)
    except IntegrityError:
        # The same id came at the same moment by another way; now it is there to find.
        db.session.rollback()
        answers = _receive(items)
    return jsonify(marks=answers)


def _receive(items: list[object]) -> list[Answer]:
    session = db.session()
    answers = receive_practice(
        session,
        seats=list_seats_of(session, signed_in_user().id),
        items=items,
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    session.commit()
    return answers
