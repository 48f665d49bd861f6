"""Compare applications, frozen copies and notices with the log."""

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ledger.log.queries import iter_said
from ledger.log.services import register_check
from people.persons.models import Person
from talentpool.admission.models.applications import Application, Snapshot
from talentpool.admission.models.notices import Notice
from talentpool.admission.services.chronicle import body_of
from talentpool.admission.services.snapshots import is_as_frozen


def listen() -> None:
    """Have applications checked with every verification of the log."""
    register_check("applications", lambda session: list(find_disagreements(session)))


def find_disagreements(session: Session) -> Iterator[str]:
    """Name every application, frozen copy and notice that differs from the log."""
    logged: dict[str, dict[str, Any]] = {}
    frozen: set[str] = set()
    for said in iter_said(session, "application."):
        logged.setdefault(said.uid, {}).update(said.body)
        frozen.add(str(said.body.get("snapshot", "")))
    yield from _applications(session, logged)
    yield from _snapshots(session, frozen)
    yield from _notices(session)


def _applications(session: Session, logged: dict[str, dict[str, Any]]) -> Iterator[str]:
    rows = session.scalars(
        select(Application)
        .options(joinedload(Application.batch), joinedload(Application.craftsman))
        .order_by(Application.id)
    )
    for row in rows:
        said = logged.pop(row.uid, None)
        if said is None:
            yield f"application {row.uid} is not in the log"
        elif any(said.get(name) != value for name, value in body_of(row).items()):
            yield f"application {row.uid} differs from the log"
    yield from (f"application {uid} is in the log and nowhere else" for uid in logged)


def _snapshots(session: Session, frozen: set[str]) -> Iterator[str]:
    rows = session.execute(
        select(Snapshot, Person.erased_at)
        .join(Application, Application.id == Snapshot.application_id)
        .outerjoin(Person, Person.id == Application.person_id)
        .order_by(Snapshot.id)
        .execution_options(yield_per=500)
    )
    for row, erased_at in rows:
        is_gone = erased_at is not None and not row.content_sealed
        if row.digest not in frozen or not (is_gone or is_as_frozen(row)):
            yield f"what was submitted, {row.uid}, is not what was frozen"


def _notices(session: Session) -> Iterator[str]:
    said = {s.uid: s.body for s in iter_said(session, "notice.")}
    for row in session.scalars(select(Notice).order_by(Notice.id)):
        digest = hashlib.sha256(row.text.encode()).hexdigest()
        known = said.get(row.uid, {})
        days = (row.last_day.isoformat(), row.shown_until.isoformat())
        told = (known.get("last_day"), known.get("shown_until"))
        if digest != row.digest or digest != known.get("digest") or days != told:
            yield f"notice {row.uid} differs from the log"
