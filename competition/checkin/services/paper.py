"""Passages written on paper while nothing worked, keyed in later.

They go the way of scans: the time on paper counts as a device's own does (B-15), and
what cannot count is kept as a question. The device is called after the sheet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.users.models import User
from competition.checkin import queries, rules
from competition.checkin.models import GateScan
from competition.checkin.services.scans import Answer, receive_scans
from competition.events.models import Event
from errors import DomainError
from extensions import new_uid
from ledger.log.services import Actor


class PaperLineError(DomainError):
    """What stands on the sheet cannot have happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One passage on a sheet."""

    entry_uid: str
    value: str  # rules.IN | rules.OUT
    at: datetime


def key_in(
    session: Session,
    *,
    event: Event,
    gate: str,
    sheet: str,
    lines: Sequence[Line],
    user: User,
    now: datetime,
) -> list[Answer]:
    """Take the passages of a sheet, the earliest first; return an answer for each.

    Args:
        session: the caller's transaction.
        event: where.
        gate: key of the room, or rules.CHECKIN_GATE.
        sheet: number of the paper.
        lines: what stands on it.
        user: who keys it in.
        now: the server's clock.

    Raises:
        PaperLineError: the check-in was not opened, or a time lies before that.
    """
    opened = queries.find_session(session, event.id)
    if opened is None:
        raise PaperLineError(_("The check-in of this event was never opened."))
    # Paper knows minutes: one in which the check-in was opened counts from there.
    begins = opened.opened_at.replace(second=0, microsecond=0)
    if any(line.at < begins for line in lines):
        raise PaperLineError(_("A time lies before the check-in was opened."))
    device = f"{rules.PAPER_DEVICE}{sheet}"
    before = _count(session, event, device)
    items = [
        {
            "id": new_uid(),
            "event": event.uid,
            "entry": line.entry_uid.replace("-", ""),
            "aspect": gate,
            "kind": "mark",
            "value": line.value,
            "reason": "",
            "device": device,
            "device_seq": before + at,
            "marked_at": max(line.at, opened.opened_at)
            .astimezone(UTC)
            .isoformat(timespec="milliseconds"),
        }
        for at, line in enumerate(sorted(lines, key=lambda line: line.at), start=1)
    ]
    actor = Actor("human", user.uid)
    return receive_scans(session, user=user, items=items, actor=actor, now=now)


def _count(session: Session, event: Event, device: str) -> int:
    found = select(func.count()).where(
        GateScan.event_id == event.id, GateScan.device == device
    )
    return session.scalar(found) or 0
