"""A server made wrong on purpose: it answers first and commits afterwards.

Whoever pulls its plug in between has told a tablet "stored" of what is nowhere.
"""

from datetime import UTC, datetime

from flask import after_this_request

from accounts.access.services import current_actor, signed_in_user
from extensions import db, set_writing
from scoring.marking import api
from scoring.marking.services.receive import receive_marks


def install(monkeypatch) -> None:
    """Put the wrong server behind `POST /api/v1/marks`."""
    monkeypatch.setattr(api, "_receive", receive)


def receive(items):
    session = db.session()
    user, actor = signed_in_user(), current_actor()
    session.rollback()
    set_writing(writing=True)
    answers = receive_marks(
        session,
        user=user,
        items=items,
        actor=actor,
        now=datetime.now(UTC),
    )
    # The end of the request would undo what is not committed yet.
    db.session.registry.clear()

    def finish():
        try:
            session.commit()
        finally:
            session.close()

    @after_this_request
    def later(response):
        response.call_on_close(finish)
        return response

    return answers
