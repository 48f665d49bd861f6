"""The check-in desk: find, let in, turn away, close.

Every step holds the row of the event's check-in, so that closing and letting in never
overlap: after the close nobody is added, and nobody let in before it is lost.
"""

from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.users.models import User
from competition.checkin import queries, rules
from competition.checkin.models import CheckIn, CheckInRefusal, CheckInSession
from competition.checkin.services.second import (
    SecondPersonError,
    holds,
    refuse_same_person,
)
from competition.events.models import Event
from competition.events.rules import CHECKIN
from competition.events.services import move_event
from competition.registration.models import Entry
from competition.registration.rules.entries import ACCEPTED
from competition.registration.services.tickets import find_claim
from errors import DomainError
from ledger.log.services import Actor, record
from people.persons.queries import find_by_id_number
from people.persons.rules import normalise_id_number


class CheckInClosedError(DomainError):
    """The check-in of this event is not open."""


class CheckInError(DomainError):
    """This entry cannot be checked in like this."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a check-in happens and who does it."""

    event: Event
    actor: Actor
    device: str  # names the tablet or computer in the record
    now: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """What a scanned or typed text led to."""

    entries: list[Entry] = field(default_factory=list)
    refusal: CheckInRefusal | None = None

    @property
    def entry(self) -> Entry | None:
        """The one entry it means, None when there are several or none."""
        return self.entries[0] if len(self.entries) == 1 else None


def open_checkin(
    session: Session, *, event: Event, actor: Actor, now: datetime
) -> None:
    """Open the desk; the event moves to check-in, if the committee has not moved it.

    Raises:
        CheckInError: it was opened already.
        StepRefusedError: registration is not closed, or the event is past check-in.
    """
    if queries.find_session(session, event.id) is not None:
        raise CheckInError(_("The check-in of this event was opened already."))
    if event.state != CHECKIN:
        move_event(session, event=event, to=CHECKIN, actor=actor, now=now)
    session.add(CheckInSession(event_id=event.id, opened_at=now, opened_by=actor.name))
    _log(session, Desk(event, actor, "", now), "checkin.opened", None)


def identify(session: Session, desk: Desk, text: str) -> Found:
    """Find whom a scanned ticket, an ID number, a ticket number or a name means.

    A ticket that does not stand here is kept as a refusal; a typed name that nobody
    bears is not, because it is a slip of the finger far more often.
    """
    text = text.strip()
    if not text:
        return Found()
    if rules.is_ticket_text(text):
        return _by_ticket(session, desk, text)
    if len(normalise_id_number(text)) == 18:
        person = find_by_id_number(session, text)
        entry = person and queries.find_by_person(session, desk.event.id, person.id)
        return _checked(session, desk, entry) if entry else Found()
    entry = queries.find_by_ticket_number(session, text)
    if entry is not None:
        return _checked(session, desk, entry)
    return Found(queries.search_entries(session, desk.event.id, text))


def confirm(session: Session, desk: Desk, entry: Entry) -> CheckIn:
    """Let somebody in whose face, card and ticket were compared.

    Again for the same entry it changes nothing and returns what stands. After the
    limit the arrival is kept as late, which counts only once `accept_late` was done.

    Raises:
        CheckInClosedError, CheckInError: not open; not an accepted entry of the event.
    """
    _hold_open(session, desk.event)
    _refuse_strangers(desk.event, entry)
    standing = queries.find_checkin(session, entry.id)
    if standing is not None and standing.status != rules.REFUSED:
        return standing
    status = rules.arrival_status(
        desk.now, desk.event.starts_at, desk.event.late_after_minutes
    )
    checkin = _set(session, desk, entry, standing, status)
    _log(session, desk, f"checkin.{status}", entry)
    return checkin


def refuse(
    session: Session, desk: Desk, entry: Entry, *, code: str, note: str
) -> CheckInRefusal:
    """Turn somebody away, with the reason; they may come again with what was missing.

    Raises:
        CheckInClosedError: not open.
        CheckInError: no accepted entry of this event, or let in already.
    """
    _hold_open(session, desk.event)
    _refuse_strangers(desk.event, entry)
    standing = queries.find_checkin(session, entry.id)
    if standing is not None and standing.status == rules.PRESENT:
        raise CheckInError(_("This person has been let in already; take that back."))
    _set(session, desk, entry, standing, rules.REFUSED, reason=note or code)
    return keep_refusal(session, desk, entry, code, note)


def accept_late(
    session: Session, desk: Desk, entry: Entry, *, chief: User, first: User, reason: str
) -> CheckIn:
    """Let a latecomer take part: the chief judge's decision, with a reason.

    Raises:
        CheckInClosedError: not open.
        CheckInError: the entry is not late.
        SecondPersonError: `chief` is the officer, or no chief judge of this event.
    """
    _hold_open(session, desk.event)
    refuse_same_person(first, chief)
    if not holds(session, chief, "marks.lock", desk.event):
        raise SecondPersonError(_("Only the chief judge of this event can do this."))
    checkin = queries.find_checkin(session, entry.id)
    if checkin is None or checkin.status != rules.LATE:
        raise CheckInError(_("This entry is not waiting as late."))
    checkin.status, checkin.reason = rules.PRESENT, reason
    checkin.accepted_at, checkin.accepted_by = desk.now, chief.uid
    _log(session, desk, "checkin.late_accepted", entry, chief=chief.uid)
    return checkin


def take_back(session: Session, desk: Desk, entry: Entry, *, reason: str) -> None:
    """Undo a check-in made by mistake, while the desk is open; the reason is kept.

    Raises:
        CheckInClosedError: not open.
        CheckInError: there is nothing to take back.
    """
    _hold_open(session, desk.event)
    checkin = queries.find_checkin(session, entry.id)
    if checkin is None:
        raise CheckInError(_("This person has not been checked in."))
    session.delete(checkin)
    keep_refusal(session, desk, entry, rules.TAKEN_BACK, reason)


def close_checkin(
    session: Session, *, event: Event, actor: Actor, now: datetime
) -> int:
    """Close the desk: whoever did not come is absent. Return how many are.

    Raises:
        CheckInClosedError: not open.
    """
    opened = _hold_open(session, event)
    missing = queries.list_missing_ids(session, event.id)
    rows = [
        CheckIn(
            entry_id=entry_id,
            event_id=event.id,
            status=rules.ABSENT,
            at=now,
            by=actor.name,
        )
        for entry_id in missing
    ]
    session.add_all(rows)
    opened.closed_at, opened.closed_by = now, actor.name
    count = queries.headcount(session, event.id)
    record(
        session,
        actor=actor,
        action="checkin.closed",
        subject=f"event:{event.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={"present": count.present, "late": count.late, "absent": count.absent},
    )
    return len(missing)


def _by_ticket(session: Session, desk: Desk, text: str) -> Found:
    claim = find_claim(text)
    entry = queries.find_entry(session, claim.entry_uid) if claim else None
    if claim is not None and entry is not None and entry.state != ACCEPTED:
        return _checked(session, desk, entry)
    ticket = entry.ticket if entry else None
    code = rules.ticket_fault(
        claim,
        event_uid=desk.event.uid,
        numbers={entry.uid: ticket.number} if entry and ticket else {},
        revoked=(),
        now=desk.now,
    )
    # The entry itself is asked here; an event that was moved ends no ticket.
    if code in {rules.NOT_YET, rules.EXPIRED} and ticket is not None:
        code = "" if ticket.text == text else rules.REVOKED
    if code or entry is None:
        return Found(refusal=keep_refusal(session, desk, entry, code, ""))
    return Found([entry])


def _checked(session: Session, desk: Desk, entry: Entry) -> Found:
    code = ""
    if entry.event_id != desk.event.id:
        code = rules.OTHER_EVENT
    elif entry.state != ACCEPTED:
        code = rules.NOT_ACCEPTED
    if code:
        return Found(refusal=keep_refusal(session, desk, entry, code, ""))
    return Found([entry])


def _hold_open(session: Session, event: Event) -> CheckInSession:
    opened = session.scalar(
        select(CheckInSession)
        .where(CheckInSession.event_id == event.id)
        .with_for_update(key_share=True)
    )
    if opened is None or opened.closed_at is not None:
        raise CheckInClosedError(_("The check-in of this event is not open."))
    return opened


def _refuse_strangers(event: Event, entry: Entry) -> None:
    if entry.event_id != event.id or entry.state != ACCEPTED:
        raise CheckInError(_("This is not an accepted entry of this event."))


def _set(
    session: Session,
    desk: Desk,
    entry: Entry,
    standing: CheckIn | None,
    status: str,
    reason: str = "",
) -> CheckIn:
    checkin = standing or CheckIn(entry_id=entry.id, event_id=desk.event.id)
    checkin.status, checkin.reason = status, reason
    checkin.at, checkin.by, checkin.device = desk.now, desk.actor.name, desk.device
    session.add(checkin)
    return checkin


def keep_refusal(
    session: Session, desk: Desk, entry: Entry | None, code: str, note: str
) -> CheckInRefusal:
    """Keep that somebody, or some ticket, was turned away; nothing else changes."""
    refusal = CheckInRefusal(
        event_id=desk.event.id,
        entry=entry,
        code=code,
        note=note,
        at=desk.now,
        by=desk.actor.name,
        device=desk.device,
    )
    session.add(refusal)
    _log(session, desk, "checkin.refused", entry, code=code)
    return refusal


def _log(
    session: Session, desk: Desk, action: str, entry: Entry | None, **body: str
) -> None:
    record(
        session,
        actor=desk.actor,
        action=action,
        subject=f"entry:{entry.uid}" if entry else f"event:{desk.event.uid}",
        scope=f"event:{desk.event.uid}",
        now=desk.now,
        body={"device": desk.device, **body},
    )
