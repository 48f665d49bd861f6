"""A server made wrong on purpose: keys of its own, committed before the work.

Each mark's id is first put into a table of keys, as "in work", so that nobody does the
same work at the same time; the answer is written beside it when the work is done.
Whoever pulls its plug in between leaves keys that are in work for ever.
"""

import json

from sqlalchemy import column, insert, select, table, text, update
from sqlalchemy.exc import IntegrityError

from errors import DomainError
from extensions import db, set_writing
from scoring.marking import api

KEYS = table("wrong_key", column("id"), column("answer"))


class InWorkError(DomainError):
    """Somebody is at it already."""

    status = 409


def install(monkeypatch) -> None:
    """Put the wrong server behind `POST /api/v1/marks`."""
    received = api._receive  # noqa: SLF001 - what it is put in the place of
    monkeypatch.setattr(api, "_receive", lambda items: receive(items, received))


def receive(items, received):
    session = db.session()
    session.rollback()
    set_writing(writing=True)
    made = "create table if not exists wrong_key (id varchar(36) primary key"
    session.execute(text(f"{made}, answer text)"))
    ids = {item["id"] for item in items}
    found = select(KEYS).where(KEYS.c.id.in_(ids))
    known = {row.id: row.answer for row in session.execute(found)}
    if None in known.values():
        raise InWorkError("This mark is in work.")
    fresh = [item for item in items if item["id"] not in known]
    if fresh:
        try:
            session.execute(insert(KEYS), [{"id": item["id"]} for item in fresh])
        except IntegrityError:
            session.rollback()
            raise InWorkError("This mark is in work.") from None
    session.commit()
    for answer in received(fresh):
        known[answer["id"]] = json.dumps(answer)
        session.execute(
            update(KEYS)
            .where(KEYS.c.id == answer["id"])
            .values(answer=known[answer["id"]])
        )
    session.commit()
    return [json.loads(known[item["id"]]) for item in items]
