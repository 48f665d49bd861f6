"""What a device at a gate keeps, so that it can tell who may pass without a network."""

import base64
import json
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from competition.checkin import queries
from competition.events.models import Event
from competition.registration.models import Entry, Ticket
from ledger.signatures.services import list_public_keys, public_key_hex, sign
from people.persons.queries import open_id_number
from people.persons.rules import mask_id

PURPOSE = "ticket-revocations"


def make_list(session: Session, event: Event, now: datetime) -> dict[str, Any]:
    """Return the list of an event, as `static/js/kiosk/rules.js` reads it."""
    opened = queries.find_session(session, event.id)
    gates = queries.list_gates(session, event.id)
    inside = queries.list_inside_of(session, [gate.id for gate in gates])
    expected = queries.list_expected(session, event.id)
    keys = {entry.id: _key(entry) for entry, _status in expected}
    return {
        "event": event.uid,
        "name": event.name,
        "made_at": now.isoformat(timespec="milliseconds"),
        "starts_at": event.starts_at.isoformat(),
        "late_after": event.late_after_minutes,
        "is_open": opened is not None and opened.closed_at is None,
        "public_key": public_key_hex(),
        "keys": list_public_keys(),
        "revocations": sign_revocations(session, event, now),
        "gates": [
            {
                "key": gate.key,
                "name": gate.name,
                "closes_at": gate.closes_at.isoformat() if gate.closes_at else None,
                "inside": sorted(keys[i] for i in inside[gate.id] if i in keys),
            }
            for gate in gates
        ],
        "people": [_person(event, entry, status) for entry, status in expected],
    }


def sign_revocations(session: Session, event: Event, now: datetime) -> dict[str, str]:
    """Return the signed list of tickets of an event that hold no longer.

    The text is JSON: {event, made_at, numbers}. Its signature covers the purpose
    `ticket-revocations`; a device keeps no list that does not verify, and none older
    than the one it has.
    """
    numbers = session.scalars(
        select(Ticket.number)
        .join(Ticket.entry)
        .where(Entry.event_id == event.id, Ticket.revoked_at.is_not(None))
        .order_by(Ticket.number)
    )
    text = json.dumps(
        {
            "event": event.uid,
            "made_at": now.isoformat(timespec="milliseconds"),
            "numbers": list(numbers),
        },
        separators=(",", ":"),
    )
    signature = sign(text.encode(), PURPOSE)
    return {"text": text, "signature": base64.b64encode(signature).decode()}


def _person(event: Event, entry: Entry, status: str) -> dict[str, str]:
    person = entry.person
    return {
        "entry": _key(entry),
        "number": entry.ticket.number if entry.ticket else "",
        "name": person.name if person else "",
        "unit": entry.unit.name if entry.unit else "",
        "group": entry.group.name if entry.group else "",
        "id_number": mask_id(open_id_number(person)) if person else "",
        "status": status,
        "photo": url_for(
            "competition.checkin.photo", event_uid=event.uid, entry_uid=entry.uid
        )
        if entry.photo
        else "",
    }


def _key(entry: Entry) -> str:
    return entry.uid.replace("-", "")
