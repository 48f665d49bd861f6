"""Running a board: planned, opened, frozen, opened again; and kept up to date.

`advance` is the only way from the jury's numbers to the public's. What may pass is
decided in `rules.publish`; what passes is a signed line of the feed.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from competition.events import rules as life
from competition.events.models import Event
from errors import DomainError
from ledger.log.services import SYSTEM, Actor, record
from ledger.signatures.services import sign
from scoring.board import queries
from scoring.board.models import JURY, PUBLIC, BoardItem, BoardPlan, BoardVariant
from scoring.board.rules.feed import PURPOSE, make_item, message_of, write_line
from scoring.board.rules.publish import is_freeze_due, next_public
from scoring.board.rules.state import State

_FROM_MARKING = (life.MARKING, life.LOCKED, life.DECODED, life.PUBLISHED)
_ENDED = (life.LOCKED, life.DECODED, life.PUBLISHED)


class BoardError(DomainError):
    """The board cannot do that as things are."""


def set_plan(
    session: Session,
    *,
    event: Event,
    shows: str,
    freeze_at: datetime | None,
    actor: Actor,
    now: datetime,
) -> BoardPlan:
    """Say what the public may see and when it freezes, before the board is open.

    Raises:
        BoardError: the board is open: what was promised to the hall stands. Only the
            moment of a freeze that has not begun can still be moved.
    """
    plan = _hold(session, event)
    if plan.opened_at is not None and (plan.shows != shows or plan.frozen_at):
        raise BoardError(_("The board is open: what it shows is fixed by now."))
    plan.shows, plan.freeze_at = shows, freeze_at
    said = {"shows": shows, "freeze_at": freeze_at and freeze_at.isoformat()}
    _log(session, event, "planned", actor, now, said)
    return plan


def open_board(session: Session, *, event: Event, actor: Actor, now: datetime) -> None:
    """Show the board to the public.

    Raises:
        BoardError: nothing is marked yet, or it is open.
    """
    plan = _hold(session, event)
    if event.state not in _FROM_MARKING:
        raise BoardError(_("The board is opened once marking is."))
    if plan.opened_at is not None:
        raise BoardError(_("The board is open already."))
    plan.opened_at = now
    _log(session, event, "opened", actor, now, {"shows": plan.shows})
    advance(session, event=event, now=now)


def freeze_board(
    session: Session, *, event: Event, actor: Actor, now: datetime
) -> None:
    """Freeze the public board now: it stays at what it was last shown.

    Raises:
        BoardError: it is not open, frozen already, or final.
    """
    plan = _hold(session, event)
    if plan.opened_at is None or plan.frozen_at or plan.final_at:
        raise BoardError(_("Only an open board that is not frozen can be frozen."))
    plan.freeze_at = now
    _log(session, event, "frozen", actor, now, {})
    advance(session, event=event, now=now)


def finish_board(
    session: Session, *, event: Event, actor: Actor, now: datetime
) -> None:
    """Show the public the final numbers, after the reveal.

    Raises:
        BoardError: it is not open, final already, or the marks are not locked.
    """
    plan = _hold(session, event)
    if plan.opened_at is None or plan.final_at is not None:
        raise BoardError(_("Only an open board can show the final numbers."))
    if event.state not in _ENDED:
        raise BoardError(_("The marks are not locked yet."))
    plan.final_at, plan.seen = now, ""
    _log(session, event, "final", actor, now, {})
    advance(session, event=event, now=now)


def advance(session: Session, *, event: Event, now: datetime) -> bool:
    """Bring both variants up to date; return whether anything was computed.

    Whoever comes second finds it done: one computation per change, in all processes.

    Raises:
        NoSchemeError, UnfitMarksError: the marks cannot be ranked.
    """
    plan = _hold(session, event)
    if plan.opened_at is None:
        return False
    version, rule = queries.find_version(session, event), queries.plan_data(plan)
    freezes = is_freeze_due(rule, now)
    if plan.seen == version and not freezes:
        return False
    shown = queries.read_public(session, event.id)
    jury = queries.read_jury(session, event.id)
    if plan.seen != version:
        jury = queries.read_state(session, event)
        plan.computed += 1
        _store(session, event, JURY, jury, now)
    if not shown and freezes:
        # Opened after the moment of the freeze: the hall has been promised nothing.
        plan.freeze_at, freezes = None, False
        rule = queries.plan_data(plan)
    after = next_public(rule, shown, jury, now)
    if freezes:
        plan.frozen_at = now
    plan.seen = version
    if after != shown:
        _store(session, event, PUBLIC, after, now)
        _append(session, event, shown, after, now)
    session.flush()
    return True


def _hold(session: Session, event: Event) -> BoardPlan:
    """Lock the plan of an event; made where there is none."""
    plan = session.scalar(
        select(BoardPlan).where(BoardPlan.event_id == event.id).with_for_update()
    )
    if plan is None:
        plan = BoardPlan(event=event, shows="progress", seen="", computed=0)
        session.add(plan)
        session.flush()
    return plan


def _store(
    session: Session, event: Event, variant: str, state: State, now: datetime
) -> None:
    found = session.scalar(
        select(BoardVariant).where(
            BoardVariant.event_id == event.id, BoardVariant.variant == variant
        )
    )
    if found is None:
        found = BoardVariant(event_id=event.id, variant=variant)
        session.add(found)
    found.state = json.dumps(state, ensure_ascii=False, separators=(",", ":"))
    found.made_at = now


def _append(
    session: Session, event: Event, before: State, after: State, now: datetime
) -> None:
    last = session.scalar(
        select(BoardItem.seq)
        .where(BoardItem.event_id == event.id)
        .order_by(BoardItem.seq.desc())
        .limit(1)
    )
    item = make_item(
        event=event.uid,
        seq=(last or 0) + 1,
        at=now.isoformat(timespec="seconds"),
        before=before,
        after=after,
    )
    line = write_line(item, sign(message_of(item), PURPOSE))
    session.add(BoardItem(event_id=event.id, seq=item["seq"], line=line, made_at=now))
    # What the hall was shown, and when, is then in the ledger's own feed, too.
    shown = {"seq": item["seq"], "from": item["from"], "to": item["to"]}
    _log(session, event, "shown", SYSTEM, now, shown)


def _log(
    session: Session,
    event: Event,
    verb: str,
    actor: Actor,
    now: datetime,
    body: Mapping[str, object],
) -> None:
    record(
        session,
        actor=actor,
        action=f"board.{verb}",
        subject=f"event:{event.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body=dict(body),
    )
