"""The recheck: a secret before the lock, a sample with it, findings, then decoding."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.users.models import User
from accounts.users.queries import is_same_person
from competition.events import rules as life
from competition.events.models import Event
from competition.events.services import checks_step
from competition.events.signals import event_moved
from errors import DomainError
from ledger.log.services import Actor, record
from people.vault.services import get_vault
from scoring.judges.models import JudgeSeat
from scoring.marking import queries as marking
from scoring.marking.models import MarkEvent
from scoring.recheck import queries, rules
from scoring.recheck.models import (
    RecheckFinding,
    RecheckPlan,
    RecheckSample,
    RecheckSecret,
)
from scoring.recheck.rules import WRONG, Plan, State
from scoring.results.queries import find_result
from scoring.results.signals import marks_locked

ACTOR = Actor("system", "recheck")


class RecheckError(DomainError):
    """The recheck cannot be done like this, or is not done yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is said of a rechecked work."""

    outcome: str  # RIGHT | WRONG
    cells: str = ""  # which marks are wrong
    reason: str = ""
    paper: str = ""  # number of the sheet it is keyed in from


def listen() -> None:
    """Commit to a secret when marking opens, draw when the marks are locked."""
    event_moved.connect(_on_moved)
    marks_locked.connect(_on_locked)


def set_plan(
    session: Session, *, event: Event, plan: Plan, actor: Actor, now: datetime
) -> None:
    """Say what an event's recheck asks for; until the marks are locked.

    Raises:
        RecheckError: the marks are locked, or less is asked for than the rules do.
    """
    if life.STATES.index(event.state) >= life.STATES.index(life.LOCKED):
        raise RecheckError(_("The marks are locked: the plan stays as it is."))
    if not plan.is_sound():
        raise RecheckError(
            _("At least 15 of a hundred of the rest and one place of the top.")
        )
    row = RecheckPlan(
        event_id=event.id,
        top_kind=plan.top_kind,
        top_value=plan.top_value,
        rest_percent=plan.rest_percent,
        set_at=now,
        set_by=actor.name,
    )
    session.add(row)
    session.flush()
    _log(session, event, "recheck.planned", actor, now, _plan_body(plan))


def find_work(
    session: Session,
    *,
    event: Event,
    work: str,
    verdict: Verdict,
    user: User,
    now: datetime,
) -> State:
    """Record what was found in a work; return how far the recheck is now.

    Raises:
        RecheckError: no recheck is under way, the work is not in it or was rechecked,
            the person marked it, or a wrong work without cells and reason.
    """
    row = _get_row(session, event)
    before = queries.find_state(session, row)
    if work not in before.works:
        raise RecheckError(_("This work is not in the sample."))
    if work in before.found:
        raise RecheckError(_("This work was rechecked already."))
    refuse_marker(session, event, user, work)
    is_wrong = verdict.outcome == WRONG
    if is_wrong and not (verdict.cells.strip() and verdict.reason.strip()):
        raise RecheckError(_("Say which marks are wrong, and why."))
    finding = RecheckFinding(
        sample_id=row.id,
        entry=work,
        outcome=verdict.outcome,
        cells=verdict.cells.strip()[:400] if is_wrong else "",
        reason=verdict.reason.strip()[:400],
        found_at=now,
        found_by=user.uid,
        paper=verdict.paper,
    )
    session.add(finding)
    session.flush()
    body = {"round": row.round, "entry": work, "outcome": verdict.outcome}
    body |= {"cells": finding.cells, "reason": finding.reason}
    body |= {"paper": finding.paper}
    actor = Actor("human", user.uid)
    _log(session, event, "recheck.found", actor, now, body)
    after = queries.find_state(session, row)
    if after.is_grown and not before.is_grown:
        grown = {"round": row.round, "wrong": len(after.wrong), "of": len(before.works)}
        _log(session, event, "recheck.grown", actor, now, grown)
    return after


def refuse_marker(session: Session, event: Event, user: User, work: str) -> None:
    """Raise RecheckError where a person has marked a work, by whatever account."""
    markers = session.scalars(
        select(User.uid)
        .join(JudgeSeat, JudgeSeat.user_id == User.id)
        .join(MarkEvent, MarkEvent.seat_id == JudgeSeat.id)
        .where(MarkEvent.event_id == event.id, MarkEvent.entry == work)
        .distinct()
    ).all()
    if any(is_same_person(session, uid, user.uid) for uid in markers):
        raise RecheckError(
            _("You marked this work yourself: somebody who did not has to recheck it.")
        )


@checks_step(life.DECODED)
def check_recheck(session: Session, event: Event) -> None:
    """Refuse to decode before the recheck of the current lock is done and right.

    A step back from a publication passes: it decodes nothing.
    """
    if event.state != life.LOCKED:
        return
    state = queries.find_state(session, _get_row(session, event))
    if state.wrong:
        raise RecheckError(
            _(
                "The recheck found wrong marks: %(works)s. Two persons unlock the "
                "marks, they are corrected, signed, checked and locked again.",
                works=", ".join(state.wrong),
            )
        )
    if state.waiting:
        raise RecheckError(
            _("Not rechecked yet: %(works)s.", works=", ".join(state.waiting[:20]))
        )


def _get_row(session: Session, event: Event) -> RecheckSample:
    lock = marking.find_lock(session, event.id)
    row = queries.find_row(session, event.id, lock.round) if lock else None
    if row is None or event.state != life.LOCKED:
        raise RecheckError(_("There is nothing to recheck: the marks are not locked."))
    return row


def _on_moved(
    _sender: object, *, session: Session, event: Event, now: datetime, **_more: object
) -> None:
    if event.state == life.MARKING:
        _commit(session, event, marking.current_round(session, event.id), now)


def _commit(
    session: Session, event: Event, round_: int, now: datetime
) -> RecheckSecret:
    """Return the secret of a round, made now where there is none."""
    known = queries.find_secret(session, event.id, round_)
    if known is not None:
        return known
    secret = secrets.token_bytes(32)
    made = RecheckSecret(
        event_id=event.id,
        round=round_,
        secret_sealed=get_vault().seal(secret.hex(), _context(event, round_)),
        secret_digest=hashlib.sha256(secret).hexdigest(),
        committed_at=now,
    )
    session.add(made)
    session.flush()
    body = {"round": round_, "secret_digest": made.secret_digest}
    _log(session, event, "recheck.committed", ACTOR, now, body)
    return made


def _on_locked(
    _sender: object, *, session: Session, event_uid: str, now: datetime, **_more: object
) -> None:
    """Draw the sample of a lock."""
    event = session.scalars(select(Event).where(Event.uid == event_uid)).one()
    lock, result = (
        marking.find_lock(session, event.id),
        find_result(session, event.id),
    )
    if lock is None or result is None:
        return
    kept = _commit(session, event, lock.round, now)
    secret = get_vault().open(kept.secret_sealed, _context(event, lock.round))
    seed = rules.make_seed(event.uid, lock.round, bytes.fromhex(secret), lock.digest)
    plan = queries.find_plan(session, event.id)
    again, is_whole = _left_over(session, event.id)
    sample = rules.draw_sample(
        json.loads(result.rows)["results"],
        plan,
        seed,
        again=again,
        is_whole=is_whole,
    )
    works: dict[str, Any] = {
        **_plan_body(plan),
        "whole": is_whole,
        "top": sample.top,
        "again": sample.again,
        "drawn": sample.drawn,
        "left": sample.left,
    }
    row = RecheckSample(
        event_id=event.id,
        round=lock.round,
        lock_digest=lock.digest,
        secret=secret,
        seed=seed.hex(),
        works=json.dumps(works),
        drawn_at=now,
    )
    session.add(row)
    session.flush()
    body = {"round": lock.round, "lock": lock.digest, "result": result.uid}
    body |= {"secret": secret, "seed": row.seed, **works}
    _log(session, event, "recheck.drawn", ACTOR, now, body)


def _left_over(session: Session, event_id: int) -> tuple[set[str], bool]:
    """Return what earlier rounds leave: wrong works, and an unfinished whole field."""
    wrong: set[str] = set()
    is_whole = False
    for row in queries.list_rows(session, event_id):
        state = queries.find_state(session, row)
        wrong |= set(state.wrong)
        # What covers every work from the start is whole as well as what grew to it.
        covers = state.is_grown or json.loads(row.works)["whole"]
        is_whole = covers and not state.is_complete
    return wrong, is_whole


def _plan_body(plan: Plan) -> dict[str, object]:
    return {
        "top_kind": plan.top_kind,
        "top_value": plan.top_value,
        "rest_percent": plan.rest_percent,
    }


def _context(event: Event, round_: int) -> str:
    return f"recheck.secret:{event.uid}:{round_}"


def _log(
    session: Session,
    event: Event,
    action: str,
    actor: Actor,
    now: datetime,
    body: dict[str, Any],
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"event:{event.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body=body,
    )
