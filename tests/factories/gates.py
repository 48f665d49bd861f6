"""Devices at gates: scans of the right shape, and a device that sends again.

make_gate(session, event, "赛场")     a room with entry and exit
scan(event, entry)                    what a kiosk sends when it lets somebody in
"""

from datetime import UTC, datetime
from itertools import count
from uuid import uuid4

from competition.checkin.models import Gate
from competition.checkin.rules import CHECKIN_GATE, IN, NOBODY
from competition.checkin.services.gates import add_gate
from ledger.log.services import SYSTEM
from tests.factories.codes import MORNING

DEVICE = "0123456789abcdef0123456789abcdef"
_numbers = count(1)


def make_gate(session, event, name: str = "赛场", **values) -> Gate:
    """Make a room; values: closes_at."""
    return add_gate(
        session,
        event=event,
        name=name,
        closes_at=values.pop("closes_at", None),
        actor=SYSTEM,
        now=MORNING,
        **values,
    )


def scan(event, entry, value: str = IN, **changes) -> dict[str, object]:
    """Return one scan as a device sends it."""
    gate = changes.pop("gate", None)
    at = changes.pop("at", MORNING)
    return {
        "id": uuid4().hex,
        "event": event.uid,
        "entry": entry.uid.replace("-", "") if entry else NOBODY,
        "aspect": gate.key if gate else CHECKIN_GATE,
        "kind": "mark",
        "value": value,
        "reason": "",
        "based_on": None,
        "device": DEVICE,
        "device_seq": next(_numbers),
        "marked_at": moment(at),
        **changes,
    }


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")
