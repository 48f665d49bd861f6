"""A mark store made wrong on purpose: it gives marks ids of its own.

Whoever sends again after a lost answer then doubles a mark. The tests that promise
"once" are run against it too, and must fail.
"""

from extensions import new_uid
from scoring.marking import api
from scoring.marking.services.receive import receive_marks


def install(monkeypatch) -> None:
    """Put the wrong store behind `POST /api/v1/marks`."""

    def receive(session, *, items, **given):
        renamed = [{**item, "id": new_uid()} for item in items]
        return receive_marks(session, items=renamed, **given)

    monkeypatch.setattr(api, "receive_marks", receive)
