"""Reading boards: what the public is shown, and, apart from it, the jury's numbers."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from competition.events import rules as life
from competition.events.models import Event
from scoring.board.models import JURY, PUBLIC, BoardItem, BoardPlan, BoardVariant
from scoring.board.rules.publish import Plan
from scoring.board.rules.state import LIVE, State
from scoring.evidence.queries import count_remarks
from scoring.marking import queries as marking
from scoring.marking.models import MarkEvent
from scoring.marking.rules.facts import PRESENT
from scoring.results.models import Decision
from scoring.results.queries import find_result
from scoring.results.rules.review import list_places
from scoring.results.services.standing import read_standing
from scoring.wall.rules import PACE_MINUTES, count_pace

Rows = dict[str, list[Any]]
_LOCKED = (life.LOCKED, life.DECODED, life.PUBLISHED)


def find_plan(session: Session, event_id: int) -> BoardPlan | None:
    """Return how an event's board is run, or None."""
    return session.scalar(select(BoardPlan).where(BoardPlan.event_id == event_id))


def find_open(session: Session, event_uid: str) -> BoardPlan | None:
    """Return the plan of a board that has been opened, with its event, or None."""
    return session.scalar(
        select(BoardPlan)
        .join(BoardPlan.event)
        .options(joinedload(BoardPlan.event).joinedload(Event.competition))
        .where(Event.uid == event_uid, BoardPlan.opened_at.is_not(None))
    )


def plan_data(plan: BoardPlan) -> Plan:
    """Return a plan as the rules read it."""
    return Plan(
        shows=plan.shows,
        is_open=plan.opened_at is not None,
        freeze_at=plan.freeze_at,
        frozen_at=plan.frozen_at,
        final_at=plan.final_at,
    )


def read_public(session: Session, event_id: int) -> State:
    """Return the state the public is shown, {} before the first."""
    return _read(session, event_id, PUBLIC)


def read_jury(session: Session, event_id: int) -> State:
    """Return the jury's numbers; whoever asks has checked who may see them."""
    return _read(session, event_id, JURY)


def list_lines(session: Session, event_id: int, after: int = 0) -> list[str]:
    """Return the lines of the public feed after a number, in order."""
    return list(
        session.scalars(
            select(BoardItem.line)
            .where(BoardItem.event_id == event_id, BoardItem.seq > after)
            .order_by(BoardItem.seq)
        )
    )


def list_last_lines(session: Session, event_id: int, count: int) -> list[str]:
    """Return the last lines of the public feed, in order."""
    newest = session.scalars(
        select(BoardItem.line)
        .where(BoardItem.event_id == event_id)
        .order_by(BoardItem.seq.desc())
        .limit(count)
    )
    return list(newest)[::-1]


def find_version(session: Session, event: Event) -> str:
    """Return a text that changes whenever the jury's numbers may."""
    decisions = select(func.count()).where(Decision.event_id == event.id)
    result = find_result(session, event.id) if event.state in _LOCKED else None
    parts = (
        event.state,
        marking.last_seq(session, event.id),
        session.scalar(decisions),
        *count_remarks(session, event.id),
        result.version if result else 0,
    )
    return "|".join(map(str, parts))


def read_state(session: Session, event: Event) -> State:
    """Return the jury's state of an event, by work codes.

    While it is marked it follows the marks; once they are locked it is the result.

    Raises:
        NoSchemeError: no scheme is frozen.
        UnfitMarksError: see `read_standing`.
    """
    rows = _locked_rows(session, event) or _live_rows(session, event)
    return {
        "event": event.uid,
        "name": event.name,
        "competition": event.competition.name,
        "phase": LIVE,
        "groups": {group.code: group.name for group in event.groups},
        "works": len(rows),
        "full": sum(row[3] >= row[4] for row in rows.values()),
        "given": sum(row[3] for row in rows.values()),
        "expected": sum(row[4] for row in rows.values()),
        "pace": _list_pace(session, event.id),
        "rows": rows,
    }


def _live_rows(session: Session, event: Event) -> Rows:
    standing = read_standing(session, event)
    so_far = standing.so_far
    missing = {found.entry: found for found in so_far.incomplete}
    wanted = sum(aspect.judges for aspect in standing.scheme.aspects)
    rows: Rows = {}
    for row in list_places(standing.scheme, so_far.scoring):
        if row["status"] == PRESENT:
            found = missing.get(row["entry"])
            marks = (found.given, found.expected) if found else (wanted, wanted)
            rows[row["entry"]] = _row(row, *marks, is_done=found is None)
    return rows


def _locked_rows(session: Session, event: Event) -> Rows:
    result = find_result(session, event.id) if event.state in _LOCKED else None
    if result is None:
        return {}
    return {
        row["entry"]: _row(row, 1, 1, is_done=True)
        for row in json.loads(result.rows)["results"]
        if row["status"] == PRESENT
    }


def _row(
    row: Mapping[str, Any], given: int, expected: int, *, is_done: bool
) -> list[Any]:
    is_ranked = is_done and row["rank"] is not None
    rank, total = (row["rank"], row["total"]) if is_ranked else (0, "")
    return [row["group"], rank, total, given, expected]


def _list_pace(session: Session, event_id: int) -> list[int]:
    """Return the marks of the 15 minutes up to the newest one: no clock moves it."""
    newest = session.scalar(
        select(func.max(MarkEvent.received_at)).where(MarkEvent.event_id == event_id)
    )
    if newest is None:
        return []
    since = newest - timedelta(minutes=PACE_MINUTES)
    moments = session.scalars(
        select(MarkEvent.received_at).where(
            MarkEvent.event_id == event_id, MarkEvent.received_at >= since
        )
    )
    return count_pace(moments, newest)


def _read(session: Session, event_id: int, variant: str) -> State:
    text = session.scalar(
        select(BoardVariant.state).where(
            BoardVariant.event_id == event_id, BoardVariant.variant == variant
        )
    )
    state: State = json.loads(text) if text else {}
    return state
