"""Holding practice: a round is opened, marked, closed and compared; nothing counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from competition.events import rules as life
from competition.events.models import Event
from competition.events.services import checks_step
from errors import DomainError
from ledger.log.services import Actor, record
from outbox import (
    VOID,
    Wire,
    WireError,
    body_hash,
    echo_id,
    read_item,
)
from scoring.judges import queries as judges
from scoring.judges.models import JudgeSeat
from scoring.marking.rules.values import MarkValueError, mark_points
from scoring.practice import queries
from scoring.practice.models import PracticeMark, PracticeReference, PracticeRound
from scoring.practice.rules import sample_code
from scoring.scheme import queries as schemes
from scoring.scheme.rules.tree import Aspect

Answer = dict[str, Any]
_BEFORE = frozenset({life.REGISTRATION, life.CLOSED, life.CHECKIN})


class PracticeError(DomainError):
    """Practice cannot be held or changed like this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a round is to be."""

    works: Sequence[str]  # what each sample is; codes are given by us
    tolerance: int  # percent
    required: int  # percent; 0 is only shown
    reference: Mapping[tuple[int, str], str]  # by number of the sample and aspect


def open_round(
    session: Session, *, event: Event, plan: Plan, actor: Actor, now: datetime
) -> PracticeRound:
    """Begin a practice of the event's panel on samples.

    Raises:
        PracticeError: marking has begun, no scheme is frozen, a round is open, or a
            reference the scheme does not take; all of these at once.
    """
    if event.state not in _BEFORE:
        raise PracticeError(_("Practice is held before the marking begins."))
    version = schemes.find_frozen(session, event.id)
    if version is None:
        raise PracticeError(_("Freeze the scoring scheme first: it is practised with."))
    last = queries.find_last(session, event.id)
    if last is not None and last.closed_at is None:
        raise PracticeError(_("A practice is open already. Close it first."))
    aspects = {a.code: a for a in schemes.load_scheme(version).aspects}
    round_number = (last.number if last else 0) + 1
    _check_reference(aspects, plan.reference)
    found = PracticeRound(
        event_id=event.id,
        number=round_number,
        scheme_version=version.version,
        works="\n".join(
            f"{sample_code(round_number, at)}\t{name}"
            for at, name in enumerate(plan.works)
        ),
        tolerance=plan.tolerance,
        required=plan.required,
        opened_at=now,
        opened_by=actor.name,
    )
    session.add(found)
    session.flush()
    session.add_all(
        PracticeReference(
            round_id=found.id,
            work=sample_code(round_number, at),
            aspect=code,
            value=value,
        )
        for (at, code), value in plan.reference.items()
    )
    _log(session, found, event, "practice.opened", actor, now)
    return found


def close_round(
    session: Session, *, event: Event, uid: str, actor: Actor, now: datetime
) -> PracticeRound:
    """End a practice: no more marks, and everybody may see how the panel agrees.

    Raises:
        PracticeError: no such round, or closed already.
    """
    found = session.scalar(
        select(PracticeRound)
        .where(PracticeRound.event_id == event.id, PracticeRound.uid == uid)
        .with_for_update(key_share=True)
    )
    if found is None or found.closed_at is not None:
        raise PracticeError(_("This practice is closed already."))
    found.closed_at, found.closed_by = now, actor.name
    _log(session, found, event, "practice.closed", actor, now)
    return found


@checks_step(life.MARKING)
def check_practice(session: Session, event: Event) -> None:
    """Refuse to open the marking before a panel agrees as its last practice asks.

    Raises:
        PracticeError: a practice is open, or agreement is below what was required.
    """
    last = queries.find_last(session, event.id)
    if last is None or event.state != life.CHECKIN:
        return
    if last.closed_at is None:
        raise PracticeError(_("A practice of the panel is still open. Close it first."))
    if not last.required:
        return
    found = queries.compare_round(session, last).agreement or Fraction(0)
    if found * 100 < last.required:
        raise PracticeError(
            _(
                "The panel agrees in %(found)s %% of its practice marks; %(required)s "
                "%% are required. Talk about the cells that lie apart and hold "
                "another practice.",
                found=int(found * 100),
                required=last.required,
            )
        )


def receive_practice(
    session: Session,
    *,
    seats: Sequence[JudgeSeat],
    items: Sequence[object],
    actor: Actor,
    now: datetime,
) -> list[Answer]:
    """Store a tablet's practice marks and answer each, as for real ones; no commit.

    Args:
        session: the transaction.
        seats: of the judge who is signed in.
        items: decoded JSON values.
        actor: the judge.
        now: when.
    """
    desks: dict[str, _Desk | str] = {}
    answers = []
    for item in items:
        try:
            wire = read_item(item)
        except WireError as error:
            answers.append(_answer(echo_id(item), "refused", error.code))
            continue
        if wire.event not in desks:
            desks[wire.event] = _open_desk(session, seats, wire.event)
        desk = desks[wire.event]
        if isinstance(desk, str):
            answers.append(_answer(wire.id, "refused", desk))
        else:
            answers.append(_receive(session, desk, wire, now))
    for desk in desks.values():
        if not isinstance(desk, str) and desk.made:
            record(
                session,
                actor=actor,
                action="practice.received",
                subject=f"seat:{desk.seat.uid}",
                scope=f"event:{desk.seat.event.uid}",
                now=now,
                body={"round": desk.round.number, "marks": desk.made},
            )
    return answers


@dataclass(slots=True, kw_only=True)
class _Desk:
    round: PracticeRound
    seat: JudgeSeat
    aspects: dict[str, Aspect]
    works: frozenset[str]
    next_seq: int
    made: list[list[object]]  # number and hash of what was stored


def _open_desk(
    session: Session, seats: Sequence[JudgeSeat], event_uid: str
) -> _Desk | str:
    seat = next((s for s in seats if s.event.uid == event_uid), None)
    if seat is None:
        return "not_your_seat"
    # The row is locked: neither the end of the round nor another batch comes between.
    found = session.scalar(
        select(PracticeRound)
        .where(
            PracticeRound.event_id == seat.event_id, PracticeRound.closed_at.is_(None)
        )
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if found is None:
        return "not_open"
    scheme = queries.get_scheme(session, found)
    panel = judges.list_seats(session, found.event_id)
    return _Desk(
        round=found,
        seat=seat,
        aspects={a.code: a for a in judges.list_aspects(scheme, seat, panel)},
        works=frozenset(code for code, _name in found.list_works()),
        next_seq=queries.last_seq(session, found.id) + 1,
        made=[],
    )


def _receive(session: Session, desk: _Desk, wire: Wire, now: datetime) -> Answer:
    known = session.get(PracticeMark, wire.id)
    if known is not None:
        same = known.body_hash == body_hash(wire) and known.seat_id == desk.seat.id
        status = "duplicate" if same else "refused"
        return _answer(wire.id, status, None if same else "key_reuse", known)
    refusal = _refusal(desk, wire)
    if refusal:
        return _answer(wire.id, "refused", refusal)
    mark = PracticeMark(
        id=wire.id,
        round_id=desk.round.id,
        seq=desk.next_seq,
        seat_id=desk.seat.id,
        work=wire.entry,
        aspect=wire.aspect,
        kind=wire.kind,
        value=wire.value,
        reason=wire.reason,
        received_at=now,
        body_hash=body_hash(wire),
    )
    session.add(mark)
    session.flush()
    desk.next_seq += 1
    desk.made.append([mark.seq, mark.body_hash])
    return _answer(wire.id, "stored", None, mark)


def _refusal(desk: _Desk, wire: Wire) -> str:
    if wire.entry not in desk.works:
        return "unknown_entry"
    aspect = desk.aspects.get(wire.aspect)
    if aspect is None:
        return "not_your_aspect"
    if wire.kind == VOID:
        return ""
    try:
        mark_points(aspect, wire.value)
    except MarkValueError as error:
        return f"value: {error.message}"
    return ""


def _answer(
    mark_id: str | None,
    status: str,
    reason: str | None,
    mark: PracticeMark | None = None,
) -> Answer:
    is_told = mark is not None and status != "refused"
    return {
        "id": mark_id,
        "status": status,
        "reason": reason,
        "seq": mark.seq if mark and is_told else None,
        "hash": mark.body_hash if mark and is_told else None,
        "current": None,
    }


def _check_reference(
    aspects: Mapping[str, Aspect], reference: Mapping[tuple[int, str], str]
) -> None:
    faults = []
    for (at, code), value in reference.items():
        try:
            mark_points(aspects[code], value)
        except MarkValueError as error:
            told = _(error.template) % error.params
            faults.append(f"{at + 1} {code}: {told}")
    if faults:
        raise PracticeError(
            _("These reference marks are not taken by the scheme: %(faults)s")
            % {"faults": " · ".join(faults)}
        )


def _log(
    session: Session,
    found: PracticeRound,
    event: Event,
    action: str,
    actor: Actor,
    now: datetime,
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"practice:{found.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={
            "number": found.number,
            "scheme_version": found.scheme_version,
            "tolerance": found.tolerance,
            "required": found.required,
            "samples": len(found.list_works()),
        },
    )
