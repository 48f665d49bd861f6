"""Where a mark belongs: which event, seat and aspect, or why it belongs nowhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.users.models import User
from competition.codes.queries import list_works
from competition.events import rules as life
from competition.events.models import Event
from scoring.judges import queries as judges
from scoring.judges.models import JudgeSeat
from scoring.marking import queries
from scoring.marking.models import SheetSignature
from scoring.marking.rules.wire import Wire
from scoring.scheme import queries as schemes
from scoring.scheme.rules.tree import Aspect

MARKED_STATES = frozenset({life.MARKING, life.LOCKED, life.DECODED, life.PUBLISHED})


@dataclass(slots=True, kw_only=True)
class Desk:
    """One judge's desk at one event: what they may mark, and whether still."""

    seat: JudgeSeat
    event: Event
    works: frozenset[str]
    aspects: dict[str, Aspect] = field(default_factory=dict)  # this seat's, by code
    known_aspects: frozenset[str] = frozenset()
    closed: str = ""  # why marks are late: "signed" | "locked"
    is_open: bool = False  # marking has begun


def find_desks(session: Session, user: User, wires: Iterable[Wire]) -> list[Desk]:
    """Return the user's desks the marks may belong to, events locked for this write.

    The rows of the events are locked in one order, so that neither a lock of the marks
    nor another batch comes between our checks and our rows.
    """
    wanted = {wire.event for wire in wires}
    seats = [
        seat
        for seat in judges.list_seats_of(session, user.id)
        if seat.event.uid in wanted
        or ("" in wanted and seat.event.state in MARKED_STATES)
    ]
    _lock_events(session, [seat.event_id for seat in seats])
    return [_open_desk(session, seat) for seat in seats]


def find_desk(desks: Sequence[Desk], wire: Wire) -> Desk | str:
    """Return the desk a mark belongs to, or the code of the refusal.

    A tablet that names no event means the one being marked that has such a work.
    """
    at = [desk for desk in desks if wire.event in {"", desk.event.uid}]
    if not at:
        return "not_your_seat"
    having = [desk for desk in at if wire.entry in desk.works]
    being_marked = [desk for desk in having if desk.event.state == life.MARKING]
    found = being_marked or having
    if not found:
        return "unknown_entry"
    return found[0] if len(found) == 1 else "which_event"


def hold_desk(session: Session, seat: JudgeSeat) -> Desk:
    """Return a seat's desk, its event locked for this write."""
    _lock_events(session, [seat.event_id])
    return _open_desk(session, seat)


def _lock_events(session: Session, event_ids: Iterable[int]) -> None:
    session.execute(
        select(Event)
        .where(Event.id.in_(sorted(set(event_ids))))
        .order_by(Event.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _open_desk(session: Session, seat: JudgeSeat) -> Desk:
    event = seat.event
    works = frozenset(work.work_code for work in list_works(session, event.id))
    desk = Desk(seat=seat, event=event, works=works)
    version = schemes.find_frozen(session, event.id)
    if version is not None:
        scheme = schemes.load_scheme(version)
        panel = judges.list_seats(session, event.id)
        own = judges.list_aspects(scheme, seat, panel)
        desk.aspects = {aspect.code: aspect for aspect in own}
        desk.known_aspects = frozenset(aspect.code for aspect in scheme.aspects)
        desk.is_open = event.state in MARKED_STATES
    desk.closed = _why_closed(session, seat)
    return desk


def _why_closed(session: Session, seat: JudgeSeat) -> str:
    if seat.event.state != life.MARKING:
        return "locked"
    signed = session.scalar(
        select(SheetSignature.id).where(
            SheetSignature.seat_id == seat.id,
            SheetSignature.round == queries.current_round(session, seat.event_id),
            SheetSignature.returned_at.is_(None),
        )
    )
    return "signed" if signed else ""
