"""`jiangcai` that answers a tablet first and commits a moment later."""

import threading
import time
from datetime import UTC, datetime
from typing import Any

from flask import Flask, current_app

from accounts.access.services import current_actor, signed_in_user
from accounts.users.models import User
from cli import main
from extensions import db, set_writing
from ledger.log.services import Actor
from scoring.marking import api
from scoring.marking.services.receive import Answer, receive_marks

A_MOMENT = 0.3  # seconds


def answer_first(items: list[object]) -> list[Answer]:
    user, actor = signed_in_user(), current_actor()
    db.session.rollback()
    set_writing(writing=True)
    answers = receive_marks(
        db.session(), user=user, items=items, actor=actor, now=datetime.now(UTC)
    )
    user_id = user.id
    db.session.rollback()
    app: Any = current_app
    own = app._get_current_object()  # noqa: SLF001 - for a thread of its own
    threading.Thread(
        target=commit_later, args=(own, user_id, actor, items), daemon=True
    ).start()
    return answers


def commit_later(app: Flask, user_id: int, actor: Actor, items: list[object]) -> None:
    time.sleep(A_MOMENT)
    with app.app_context():
        user = db.session.get_one(User, user_id)
        receive_marks(
            db.session(), user=user, items=items, actor=actor, now=datetime.now(UTC)
        )
        db.session.commit()


api._receive = answer_first  # noqa: SLF001 - the fault itself

if __name__ == "__main__":
    main()
