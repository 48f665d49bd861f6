"""What an entry of the log changed, field by field: before, after, and why.

Entries that keep both values are read as they are. Those of marks name the versions
they stored: each is joined to the version it followed. Values of marks are told from
the lock on, since before it they could lead a judge (rule C-05 in docs/rules/chain.md).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, joinedload

from competition.events import rules as life
from competition.events.models import Event
from ledger.log.rules import Link
from scoring.marking.models import MarkEvent

_RECEIVED = "marks.received"
_TOLD = (life.LOCKED, life.DECODED, life.PUBLISHED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field before and after, with the reason that was given; "" is none."""

    field: str
    before: str
    after: str
    reason: str = ""


def list_changes(session: Session, links: Iterable[Link]) -> dict[int, list[Change]]:
    """Return what these entries changed, by their numbers; in one statement."""
    bodies: dict[int, dict[str, Any]] = {}
    marks: dict[str, int] = {}  # id of a mark → entry that stored it
    for link in links:
        bodies[link.seq] = body = json.loads(link.body)
        if link.action == _RECEIVED:
            marks |= {mark[1]: link.seq for mark in body.get("marks", ())}
    found = {seq: list(_fields(body)) for seq, body in bodies.items()}
    for mark_id, change in _list_revisions(session, marks):
        found[marks[mark_id]].append(change)
    return {seq: changes for seq, changes in found.items() if changes}


def _fields(body: Mapping[str, Any]) -> Iterator[Change]:
    before, after = body.get("before"), body.get("after")
    if not isinstance(before, dict) or not isinstance(after, dict):
        return
    reason = str(body.get("reason", ""))
    for name in sorted({*before, *after}):
        old, new = _text(before.get(name)), _text(after.get(name))
        if old != new:
            yield Change(field=name, before=old, after=new, reason=reason)


def _list_revisions(
    session: Session, marks: Mapping[str, int]
) -> Iterator[tuple[str, Change]]:
    if not marks:
        return
    earlier = aliased(MarkEvent)
    rows = session.execute(
        select(MarkEvent, earlier.value, earlier.seq)
        .join(Event, Event.id == MarkEvent.event_id)
        .join(
            earlier,
            (earlier.event_id == MarkEvent.event_id) & (earlier.id == MarkEvent.base),
        )
        .options(joinedload(MarkEvent.seat))
        .where(MarkEvent.id.in_(marks), Event.state.in_(_TOLD))
        .order_by(MarkEvent.seq)
    )
    for mark, value, seq in rows:
        field = _(
            "%(work)s %(aspect)s %(seat)s, version %(old)s → %(new)s",
            work=mark.entry,
            aspect=mark.aspect,
            seat=mark.seat.seat,
            old=seq,
            new=mark.seq,
        )
        yield (
            mark.id,
            Change(field=field, before=value, after=mark.value, reason=mark.reason),
        )


def _text(value: object) -> str:
    return "" if value is None else str(value)
