"""Reading what goes into a bundle, row by row, in the order of the files."""

import json
from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from competition.codes.models import ContestCode, StationCode
from competition.events.models import Event
from competition.registration.models import Entry
from errors import DomainError
from ledger.log.queries import list_for_scope, moment_text
from outbox import hashed_fields
from people.persons.models import Person
from scoring.judges.models import JudgeSeat
from scoring.marking.models import MarkEvent, MarkLock, SheetSignature
from scoring.marking.queries import list_checks as find_checks
from scoring.marking.queries import list_every_signature
from scoring.marking.services.receive import added_fields, wire_of
from scoring.results.models import ResultVersion
from scoring.results.services.compute import is_shut
from scoring.scheme.queries import find_frozen, list_versions

Row = dict[str, Any]
_PIECE = 5000  # mark events held at once
CHECKPOINT = "checkpoint.signed"


class UnclearEventError(DomainError):
    """No event of this uid or name, or more than one."""

    status = 404


def get_event(session: Session, text: str) -> Event:
    """Return the event of this uid, or of this name where only one has it.

    Raises:
        UnclearEventError: there is none, or there are several; the message lists them.
    """
    found = list(
        session.scalars(
            select(Event)
            .where((Event.uid == text) | (Event.name == text))
            .order_by(Event.id)
        )
    )
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnclearEventError(_("There is no event %(name)s.", name=text))
    listed = ", ".join(f"{event.uid} ({event.competition.name})" for event in found)
    raise UnclearEventError(
        _("Several events are called %(name)s: %(listed)s", name=text, listed=listed)
    )


def list_schemes(session: Session, event_id: int) -> list[tuple[Row, str]]:
    """Return each version that was frozen, oldest first, with its text."""
    counting = find_frozen(session, event_id)
    return [
        (
            {
                "uid": version.uid,
                "version": version.version,
                "file": f"scheme-{version.version}.scheme.toml",
                "title": version.title,
                "digest": version.digest,
                "reason": version.reason,
                "frozen_at": moment_text(version.frozen_at),
                "counts": counting is not None and version.id == counting.id,
            },
            version.text,
        )
        for version in reversed(list_versions(session, event_id))
        if version.frozen_at is not None
    ]


def list_seats(session: Session, event_id: int) -> list[Row]:
    """Return every seat there was; who sits on it is not told."""
    seats = session.scalars(
        select(JudgeSeat).where(JudgeSeat.event_id == event_id).order_by(JudgeSeat.id)
    )
    return [
        {
            "uid": seat.uid,
            "seat": seat.seat,
            "row": seat.id,
            "is_chief": seat.is_chief,
            "panel": seat.panel,
            "is_chair": seat.is_chair,
            "covers": seat.covers,
            "ended": seat.ended_at is not None,
        }
        for seat in seats
    ]


def iter_marks(session: Session, event_id: int) -> Iterator[Row]:
    """Yield every mark event: what the tablet sent, and what the server added."""
    seats = dict(
        session.execute(
            select(JudgeSeat.id, JudgeSeat.seat).where(JudgeSeat.event_id == event_id)
        ).all()
    )
    statement = (
        select(MarkEvent).where(MarkEvent.event_id == event_id).order_by(MarkEvent.seq)
    )
    for mark in session.scalars(statement.execution_options(yield_per=_PIECE)):
        yield {
            "seq": mark.seq,
            "seat": seats[mark.seat_id],
            "status": mark.status,
            "body": hashed_fields(wire_of(mark)),
            "added": added_fields(mark),
        }
        session.expunge(mark)


def list_signatures(session: Session, event_id: int) -> list[Row]:
    """Return every signature under a sheet, returned ones too."""
    found = session.execute(
        select(SheetSignature, JudgeSeat.seat)
        .join(JudgeSeat, JudgeSeat.id == SheetSignature.seat_id)
        .where(SheetSignature.event_id == event_id)
        .order_by(SheetSignature.id)
    )
    return [
        {
            "uid": signature.uid,
            "seat": seat,
            "round": signature.round,
            "digest": signature.digest,
            "marks": signature.marks,
            "signed_at": moment_text(signature.signed_at),
            "returned_at": _moment(signature.returned_at),
            "returned_reason": signature.returned_reason,
            "device": signature.device,
        }
        for signature, seat in found
    ]


def list_checks(session: Session, event_id: int) -> list[Row]:
    """Return every check of a signed sheet, in their order."""
    signed = {s.id: s for s in list_every_signature(session, event_id)}
    seats = dict(
        session.execute(
            select(JudgeSeat.id, JudgeSeat.seat).where(JudgeSeat.event_id == event_id)
        ).all()
    )
    return [
        {
            "uid": check.uid,
            "signature": signed[check.signature_id].uid,
            "seat": seats[signed[check.signature_id].seat_id],
            "by": seats[check.seat_id],
            "round": signed[check.signature_id].round,
            "digest": signed[check.signature_id].digest,
            "outcome": check.outcome,
            "reason": check.reason,
            "device": check.device,
            "checked_at": moment_text(check.made_at),
        }
        for check in find_checks(session, event_id)
    ]


def list_locks(session: Session, event_id: int) -> list[Row]:
    """Return every lock, opened ones too."""
    locks = session.scalars(
        select(MarkLock).where(MarkLock.event_id == event_id).order_by(MarkLock.round)
    )
    return [
        {
            "uid": lock.uid,
            "round": lock.round,
            "digest": lock.digest,
            "last_seq": lock.last_seq,
            "checks": lock.checks,
            "locked_at": moment_text(lock.locked_at),
            "unlock_reason": lock.unlock_reason,
            "unlocked_at": _moment(lock.unlocked_at),
        }
        for lock in locks
    ]


def list_results(session: Session, event_id: int) -> list[Row]:
    """Return every computed result by work codes, oldest first."""
    results = session.scalars(
        select(ResultVersion)
        .where(ResultVersion.event_id == event_id)
        .order_by(ResultVersion.version)
    )
    return [
        {
            "uid": result.uid,
            "version": result.version,
            "round": result.round,
            "scheme": result.scheme_digest,
            "marks": result.marks_digest,
            "last_seq": result.last_seq,
            "digest": result.digest,
            "computed_at": moment_text(result.computed_at),
            "rows": json.loads(result.rows),
        }
        for result in results
    ]


def has_shut_results(session: Session, event_id: int) -> bool:
    """Tell whether there are results that may not be shown beside codes now."""
    results = session.scalars(
        select(ResultVersion).where(ResultVersion.event_id == event_id)
    )
    return any(is_shut(result) for result in results)


def list_checkpoints(session: Session, event: Event) -> list[Row]:
    """Return the signed checkpoints kept for an event, oldest first."""
    return [
        json.loads(link.body)
        for link in list_for_scope(session, f"event:{event.uid}", CHECKPOINT)
    ]


def list_chain(session: Session, event_id: int) -> dict[str, tuple[str, str]]:
    """Return contest number and station by entry uid; for a decoded event only."""
    rows = session.execute(
        select(Entry.uid, ContestCode.contest_no, StationCode.station)
        .join(ContestCode, ContestCode.entry_id == Entry.id)
        .join(
            StationCode,
            and_(
                StationCode.event_id == ContestCode.event_id,
                StationCode.contest_no == ContestCode.contest_no,
            ),
        )
        .where(Entry.event_id == event_id)
    )
    return {uid: (number, station) for uid, number, station in rows}


def find_salts(session: Session, event_id: int) -> dict[str, bytes]:
    """Return each entry's person's salt, by entry uid."""
    rows = session.execute(
        select(Entry.uid, Person.salt)
        .join(Person, Person.id == Entry.person_id)
        .where(Entry.event_id == event_id)
    )
    return dict(rows.all())


def _moment(at: Any) -> str:  # noqa: ANN401 - a column's value
    return "" if at is None else moment_text(at)
