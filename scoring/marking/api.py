"""`POST /api/v1/marks`: where tablets send their outbox."""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import cast

from flask import Blueprint, current_app, jsonify
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
from extensions import api_spec, db, set_writing
from scoring.marking.services.receive import (
    Answer,
    Outbox,
    receive_all,
)
from together import Together, Turn

_COUNTER, _TURN = "marks_counter", "marks_turn"
_making = Lock()

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
    status: str = Field(description="stored | duplicate | conflict | late | refused")
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
    return jsonify(marks=_receive(read_outbox()))


# See web.security: who asks is found as a reader, before it is anybody's turn to write.
send_marks.reads_first = True


def _receive(items: list[object]) -> list[Answer]:
    user = signed_in_user()
    outbox = Outbox(user.id, user.uid, items, current_actor())
    # Who waits for a turn holds nothing others wait for.
    db.session.close()
    return _counter().ask(outbox)


def _counter() -> Together[Outbox, list[Answer]]:
    """Return the one place of this application where outboxes are stored."""
    kept = current_app.extensions
    if _COUNTER not in kept:
        with _making:
            if _COUNTER not in kept:
                is_sqlite = db.engine.dialect.name == "sqlite"
                path = Path(current_app.config["INSTANCE"]) / "marks.turn"
                # PostgreSQL has queues of its own, one for each event.
                kept[_TURN] = Turn(path) if is_sqlite else nullcontext()
                kept[_COUNTER] = Together(
                    _receive_together, alone_after=(IntegrityError,)
                )
    return cast("Together[Outbox, list[Answer]]", kept[_COUNTER])


def _receive_together(outboxes: Sequence[Outbox]) -> list[list[Answer]]:
    """Store what several tablets sent at the same moment in one transaction."""
    set_writing(writing=True)
    try:
        with current_app.extensions[_TURN]:
            answers = receive_all(db.session(), outboxes, datetime.now(UTC))
            db.session.commit()
    except IntegrityError:
        # The same id came at the same moment by another way; now it is there to find.
        db.session.rollback()
        raise
    return answers
