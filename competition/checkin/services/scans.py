"""Taking what the devices at the gates did: each scan once, each answer for ever.

The protocol is that of the marking app (`outbox`, docs/formats/marks.md), so that one
client serves both. What its fields say here:

    entry      uid of the entry without hyphens; "-" where the ticket names none
    aspect     the gate: "checkin", or a room's uid without hyphens
    value      in · out · refused:<code of competition.checkin.rules.REASONS>
    reason     the officer's note
    marked_at  when it was done, by the device's clock

Refused is only what can be no scan of this user: a wrong shape, an unknown event or
gate, the id of another scan. Everything else leaves a row: as conflict where two
devices disagree, as late where the check-in was closed meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.users.models import User
from competition.checkin import queries, rules
from competition.checkin.models import CheckInSession, Gate, GateScan
from competition.checkin.services import desk
from competition.checkin.services.second import holds
from competition.events.models import Event
from competition.events.queries import find_event
from competition.registration.models import Entry
from competition.registration.rules.entries import ACCEPTED
from ledger.log.services import Actor, record
from outbox import Wire, WireError, body_hash, echo_id, read_item

Answer = dict[str, Any]
PERMISSION = "checkin.do"
DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class _Place:
    """An event whose gates this user stands at."""

    event: Event
    opened: CheckInSession | None
    gates: dict[str, Gate]


class _Refused(Exception):  # noqa: N818 - not a fault: an answer
    pass


def receive_scans(
    session: Session,
    *,
    user: User,
    items: Sequence[object],
    actor: Actor,
    now: datetime,
) -> list[Answer]:
    """Store what can be stored and answer every item, in its order; no commit."""
    places: dict[str, _Place | None] = {}
    made: dict[str, list[GateScan]] = {}
    answers = []
    for item in items:
        try:
            wire = read_item(item)
            place = _find_place(session, places, user, wire)
            scan, is_new = _take(session, place, wire, user, actor, now)
        except (WireError, _Refused) as refusal:
            answers.append(_refusal(echo_id(item), str(refusal)))
            continue
        if is_new:
            made.setdefault(place.event.uid, []).append(scan)
        word = DUPLICATE if not is_new and scan.status == rules.STORED else scan.status
        answers.append(_answer(scan, word))
    for event_uid, scans in made.items():
        _log(session, event_uid, scans, actor, now)
    return answers


def _find_place(
    session: Session, places: dict[str, _Place | None], user: User, wire: Wire
) -> _Place:
    """Return the place a scan names, its event's row held from now on."""
    if wire.event not in places:
        places[wire.event] = _open_place(session, user, wire.event)
    place = places[wire.event]
    if place is None:
        raise _Refused("not_your_event")
    return place


def _open_place(session: Session, user: User, event_uid: str) -> _Place | None:
    event = find_event(session, event_uid)
    if event is None:
        return None
    if not holds(session, user, PERMISSION, event):
        return None
    # Numbers are given one by one, and two gates never let in the same person.
    session.get_one(Event, event.id, with_for_update={"key_share": True})
    gates = {gate.key: gate for gate in queries.list_gates(session, event.id)}
    return _Place(event, queries.find_session(session, event.id), gates)


def _take(
    session: Session,
    place: _Place,
    wire: Wire,
    user: User,
    actor: Actor,
    now: datetime,
) -> tuple[GateScan, bool]:
    known = session.get(GateScan, wire.id)
    if known is not None:
        if known.body_hash != body_hash(wire) or known.by != user.uid:
            raise _Refused("key_reuse")
        return known, False
    gate = place.gates.get(wire.aspect)
    if gate is None and wire.aspect != rules.CHECKIN_GATE:
        raise _Refused("aspect")
    _check_value(wire)
    entry = _find_entry(session, wire.entry)
    scan = GateScan(
        id=wire.id,
        event_id=place.event.id,
        seq=_next_seq(session, place.event.id),
        gate=gate,
        entry=entry,
        value=wire.value,
        note=wire.reason,
        device=wire.device,
        device_seq=wire.device_seq,
        scanned_at=wire.marked_at,
        counted_at=_counted_at(place, wire, now),
        received_at=now,
        by=user.uid,
        body_hash=body_hash(wire),
    )
    here = desk.Desk(place.event, actor, wire.device[:40], scan.counted_at)
    scan.status, scan.status_reason = _apply(session, place, here, scan)
    session.add(scan)
    session.flush()
    return scan, True


def _check_value(wire: Wire) -> None:
    passes = (rules.IN,) if wire.aspect == rules.CHECKIN_GATE else (rules.IN, rules.OUT)
    code = wire.value.removeprefix(rules.TURNED_AWAY)
    is_refusal = wire.value != code and code in rules.REASONS
    if not is_refusal and wire.value not in passes:
        raise _Refused("value")


def _apply(
    session: Session, place: _Place, here: desk.Desk, scan: GateScan
) -> tuple[str, str]:
    """Do what a scan says; return what became of it and why."""
    if scan.value.startswith(rules.TURNED_AWAY):
        return _turn_away(session, place, here, scan)
    fault = _fault(session, place, scan)
    if fault or scan.gate or scan.entry is None:
        return fault or (rules.STORED, "")
    status = desk.confirm(session, here, scan.entry).status
    return rules.STORED, status if status == rules.LATE else ""


def _fault(session: Session, place: _Place, scan: GateScan) -> tuple[str, str] | None:
    """Return what becomes of a passage that cannot count, None when it can."""
    entry = scan.entry
    if entry is None or entry.event_id != place.event.id:
        return rules.CONFLICT, rules.UNKNOWN
    if entry.state != ACCEPTED:
        return rules.CONFLICT, rules.NOT_ACCEPTED
    shut = None if scan.gate else _shut(place)
    if shut:
        return shut
    standing = queries.find_checkin(session, entry.id)
    inside = queries.list_inside(session, scan.gate.id) if scan.gate else set()
    fault = rules.passage_fault(
        rules.Passage(
            is_checkin=scan.gate is None,
            direction=scan.value,
            status=standing.status if standing else "",
            is_inside=entry.id in inside,
            closes_at=scan.gate.closes_at if scan.gate else None,
            at=scan.counted_at,
        )
    )
    return (rules.CONFLICT, fault) if fault else None


def _turn_away(
    session: Session, place: _Place, here: desk.Desk, scan: GateScan
) -> tuple[str, str]:
    code, entry = scan.value.removeprefix(rules.TURNED_AWAY), scan.entry
    if scan.gate is None and code in rules.OFFICER_REASONS and entry is not None:
        fault = _fault(session, place, scan)
        if fault is None:
            desk.refuse(session, here, entry, code=code, note=scan.note[:200])
        return fault or (rules.STORED, "")
    # Of a ticket, or at a room: nothing else changes.
    where = f"{scan.gate.name}: " if scan.gate else ""
    desk.keep_refusal(session, here, entry, code, f"{where}{scan.note}"[:200])
    return rules.STORED, ""


def _shut(place: _Place) -> tuple[str, str] | None:
    """Return what becomes of a check-in that is not open, None when it is."""
    if place.opened is None:
        return rules.CONFLICT, "not_open"
    if place.opened.closed_at is not None:
        return rules.AFTER_CLOSE, rules.CLOSED
    return None


def _find_entry(session: Session, key: str) -> Entry | None:
    if key == rules.NOBODY:
        return None
    parts = (key[:8], key[8:12], key[12:16], key[16:20], key[20:])
    return session.scalar(select(Entry).where(Entry.uid == "-".join(parts)))


def _counted_at(place: _Place, wire: Wire, now: datetime) -> datetime:
    scanned = datetime.fromisoformat(wire.marked_at).astimezone(UTC)
    opened = place.opened.opened_at if place.opened else now
    return rules.counted_at(scanned, opened, now)


def _next_seq(session: Session, event_id: int) -> int:
    last = session.scalar(
        select(func.max(GateScan.seq)).where(GateScan.event_id == event_id)
    )
    return (last or 0) + 1


def _answer(scan: GateScan, word: str) -> Answer:
    return {
        "id": scan.id,
        "status": word,
        "reason": scan.status_reason or None,
        "seq": scan.seq,
        "hash": scan.body_hash,
        "current": None,
    }


def _refusal(scan_id: str | None, reason: str) -> Answer:
    return {
        "id": scan_id,
        "status": "refused",
        "reason": reason,
        "seq": None,
        "hash": None,
        "current": None,
    }


def _log(
    session: Session,
    event_uid: str,
    scans: Sequence[GateScan],
    actor: Actor,
    now: datetime,
) -> None:
    record(
        session,
        actor=actor,
        action="checkin.scanned",
        subject=f"event:{event_uid}",
        scope=f"event:{event_uid}",
        now=now,
        body={"scans": [[s.seq, s.id, s.status, s.body_hash] for s in scans]},
    )
