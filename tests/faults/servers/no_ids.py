"""A server made wrong on purpose: it gives marks ids of its own.

Its answers look right, ids and hashes as the tablet made them. Whoever sends again
after a lost answer doubles a mark.
"""

from extensions import new_uid
from outbox import WireError, body_hash, read_item
from scoring.marking import api
from scoring.marking.services.receive import receive_all


def install(monkeypatch) -> None:
    """Put the wrong server behind `POST /api/v1/marks`."""
    monkeypatch.setattr(api, "receive_all", receive)


def receive(session, outboxes, now):
    renamed = [
        outbox._replace(
            items=[{**i, "id": new_uid(), "based_on": None} for i in outbox.items]
        )
        for outbox in outboxes
    ]
    return [
        [
            _as_its_own(item, answer)
            for item, answer in zip(outbox.items, answers, strict=True)
        ]
        for outbox, answers in zip(
            outboxes, receive_all(session, renamed, now), strict=True
        )
    ]


def _as_its_own(item, answer):
    try:
        own = {"id": item["id"], "hash": body_hash(read_item(item))}
    except WireError:
        return answer
    # Without ids there are no bases either: the last one wins.
    status = "stored" if answer["status"] == "conflict" else answer["status"]
    return {**answer, **own, "status": status, "current": None}
