"""What the wall of an event shows, by codes and seats, as plain data for JSON."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from competition.events.models import Event
from scoring.evidence.queries import count_remarks
from scoring.judges.models import JudgeSeat
from scoring.judges.queries import list_seats
from scoring.marking import queries as marking
from scoring.marking.models import MarkEvent
from scoring.results.services import compute
from scoring.results.services.desk import Progress, read_progress
from scoring.results.services.lives import list_lives
from scoring.tablets.models import Tablet, TabletOverride, TabletUse
from scoring.tablets.rules.barrier import find_missing
from scoring.tablets.rules.clock import is_odd, level_of
from scoring.tablets.services.barrier import PanelTablet, list_panel_tablets
from scoring.wall import rules

Content = dict[str, Any]
_SIGNED = frozenset({"signed", "checked", "locked"})  # states of a sheet
_SINCE = timedelta(minutes=rules.PACE_MINUTES)


def find_version(session: Session, event: Event, now: datetime) -> str:
    """Return a text that changes whenever the wall may: a few small looks.

    It also changes with the minute, for what only time does: a tablet falls silent.
    """
    reports = session.execute(
        select(
            func.count(),
            func.max(Tablet.reported_at),
            func.max(Tablet.lost_at),
            func.max(Tablet.back_at),
        )
        .select_from(TabletUse)
        .join(TabletUse.tablet)
        .where(TabletUse.event_id == event.id)
    ).one()
    overrides = session.execute(
        select(
            func.count(),
            func.count(TabletOverride.confirmed_at),
            func.count(TabletOverride.ended_at),
        ).where(TabletOverride.event_id == event.id)
    ).one()
    parts = (
        event.state,
        marking.last_seq(session, event.id),
        *count_remarks(session, event.id),
        *reports,
        *overrides,
        now.strftime("%Y%m%d%H%M"),
    )
    return "|".join(map(str, parts))


def read_wall(session: Session, event: Event, now: datetime) -> Content:
    """Read the whole wall of an event: a fixed number of queries, whatever its size."""
    seats = list_seats(session, event.id)
    try:
        ground = compute.read_ground(session, event.id)
    except compute.NoSchemeError:
        ground = None
    progress = read_progress(session, event.id, ground, seats) if ground else None
    panel = list_panel_tablets(session, event, now)
    recent, odd = _read_recent(session, event.id, now)
    tablets = [_tablet_data(found, odd.get(found.device, 0), now) for found in panel]
    lives = list_lives(session, event.id, seats)
    judges = [
        _seat_data(seat, lives[seat.id][0], progress, panel, tablets) for seat in seats
    ]
    return {
        "event": {"uid": event.uid, "name": event.name, "state": event.state},
        "tablets": tablets,
        "seats": judges,
        "works": _list_works(progress),
        "pace": rules.count_pace(recent, now),
        "alarms": _list_alarms(progress),
        "totals": _sum_up(judges, tablets, progress),
    }


def _read_recent(
    session: Session, event_id: int, now: datetime
) -> tuple[list[datetime], Counter[str]]:
    """Return when the latest marks came, and how many bear an impossible moment."""
    rows = session.execute(
        select(MarkEvent.received_at, MarkEvent.marked_at, MarkEvent.device).where(
            MarkEvent.event_id == event_id
        )
    )
    recent, odd = [], Counter[str]()
    for received_at, marked_at, device in rows:
        if now - received_at <= _SINCE:
            recent.append(received_at)
        if is_odd(marked_at, received_at):
            odd[device] += 1
    return recent, odd


def _tablet_data(found: PanelTablet, odd: int, now: datetime) -> Content:
    tablet, state = found.tablet, found.state
    lacking, _first = find_missing(state)
    missing = max(0, lacking - state.waiting)
    moments = [at for at in (state.reported_at, state.last_mark_at) if at]
    seen_at = max(moments, default=None)
    clock = level_of(tablet.offset) if tablet else ""
    condition = rules.Condition(
        seen_at=seen_at,
        waiting=state.waiting,
        attention=state.attention,
        missing=missing,
        is_lost=state.is_lost,
        has_lost_history=bool(tablet and tablet.flag),
        is_clock_off=bool(clock or odd),
        is_done=state.is_signed,
    )
    return {
        "name": found.name,
        "seats": list(found.seat_names),
        "state": rules.tablet_state(condition, now),
        "seen_at": _moment(seen_at),
        "reports": state.reported_at is not None,
        "waiting": state.waiting,
        "attention": state.attention,
        "missing": missing,
        "offset": tablet.offset if tablet else None,
        "clock": clock,
        "odd": odd,
        "jumped_at": _moment(tablet.jumped_at) if tablet else None,
        "battery": tablet.battery if tablet else None,
        "app": tablet.app if tablet else "",
        "persisted": tablet.persisted if tablet else None,
        "ready": tablet.ready if tablet else None,
        "history": tablet.flag if tablet else "",
        "override": _override(found),
    }


def _override(found: PanelTablet) -> str:
    if found.override is None:
        return ""
    return "confirmed" if found.override.confirmed_at else "asked"


def _seat_data(
    seat: JudgeSeat,
    sheet: str,
    progress: Progress | None,
    panel: Sequence[PanelTablet],
    tablets: Sequence[Content],
) -> Content:
    lanes = [line[seat.seat] for line in progress.lanes.values()] if progress else []
    counted = [lane for lane in lanes if not lane.is_excused]
    own = [
        data
        for found, data in zip(panel, tablets, strict=True)
        if seat.seat in found.seat_names
    ]
    away = {rules.LOST, rules.SILENT_FOR_LONG, rules.AWAY}
    return {
        "seat": seat.seat,
        "is_chief": seat.is_chief,
        "sheet": sheet if seat.covers else "",
        "done": sum(lane.done for lane in counted),
        "of": sum(lane.of for lane in counted),
        "late": sum(lane.waits.get("late", 0) for lane in lanes),
        "unsent": sum(t["waiting"] + t["missing"] for t in own),
        "attention": sum(t["attention"] for t in own),
        "tablets": [t["name"] for t in own],
        "is_offline": bool(own) and all(t["state"] in away for t in own),
    }


def _list_works(progress: Progress | None) -> list[Content]:
    if progress is None:
        return []
    return [
        {
            "work": work,
            "cells": [
                {"seat": seat, "done": lane.done, "of": lane.of, "state": lane.state}
                for seat, lane in line.items()
            ],
        }
        for work, line in progress.lanes.items()
    ]


def _list_alarms(progress: Progress | None) -> list[Content]:
    """Return the cells where judges lie too far apart, and what waits to be settled."""
    if progress is None:
        return []
    found = [("rescore", r.entry, r.aspect, "") for r in progress.gaps.rescores]
    found += [("dispute", d.entry, d.aspect, "") for d in progress.disputes]
    found += [(p.status, p.entry, p.aspect, p.seat) for p in progress.pending]
    return [
        {"kind": kind, "work": work, "aspect": aspect, "seat": seat}
        for kind, work, aspect, seat in found
    ]


def _sum_up(
    seats: Sequence[Content], tablets: Sequence[Content], progress: Progress | None
) -> Content:
    states = Counter(tablet["state"] for tablet in tablets)
    return {
        "works": len(progress.lanes) if progress else 0,
        "full": progress.counts.get("full", 0) if progress else 0,
        "done": sum(seat["done"] for seat in seats),
        "of": sum(seat["of"] for seat in seats),
        "signed": sum(seat["sheet"] in _SIGNED for seat in seats),
        "seats": sum(bool(seat["sheet"]) for seat in seats),
        "tablets": len(tablets),
        "unsent": sum(t["waiting"] + t["missing"] for t in tablets),
        "attention": sum(t["attention"] for t in tablets),
        "silent": states[rules.SILENT_FOR_LONG] + states[rules.LOST],
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
