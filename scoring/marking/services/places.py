"""Where a mark belongs: which event, seat and aspect, or why it belongs nowhere."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from competition.codes.queries import list_work_codes
from competition.events import rules as life
from competition.events.models import Event
from outbox import Wire
from scoring.judges import queries as judges
from scoring.judges.models import JudgeSeat
from scoring.judges.queries import Held
from scoring.marking.models import MarkEvent, MarkLock, SheetSignature
from scoring.scheme import queries as schemes
from scoring.scheme.rules.tree import Aspect, Scheme

MARKED_STATES = frozenset({life.MARKING, life.LOCKED, life.DECODED, life.PUBLISHED})

# The statements every mark needs are made once: making them anew took longer than the
# database does.
_LOCK = (
    select(Event)
    .where(Event.id.in_(bindparam("event_ids", expanding=True)))
    .order_by(Event.id)
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)
_COUNTS = select(
    Event.id,
    select(func.max(MarkEvent.seq))
    .where(MarkEvent.event_id == Event.id)
    .correlate(Event)
    .scalar_subquery(),
    select(func.count(MarkLock.id))
    .where(MarkLock.event_id == Event.id, MarkLock.unlocked_at.is_not(None))
    .correlate(Event)
    .scalar_subquery(),
).where(Event.id.in_(bindparam("event_ids", expanding=True)))
_SIGNED = select(SheetSignature.seat_id, SheetSignature.round).where(
    SheetSignature.seat_id.in_(bindparam("seat_ids", expanding=True)),
    SheetSignature.returned_at.is_(None),
)

_MOST = 4096  # sheets whose aspects are remembered
_aspects: dict[tuple[str, tuple[Held, ...], int], dict[str, Aspect]] = {}


@dataclass(slots=True, kw_only=True)
class Desk:
    """One judge's desk at one event: what they may mark, and whether still."""

    seat: JudgeSeat
    event: Event
    works: frozenset[str]
    aspects: Mapping[str, Aspect] = field(default_factory=dict)  # this seat's, by code
    scheme: Scheme | None = None  # what marks are given by
    closed: str = ""  # why marks are late: "signed" | "locked"
    is_open: bool = False  # marking has begun
    next_seq: int = 1  # of the event's next mark


def find_desks(
    session: Session, wanted: Mapping[int, Collection[str]]
) -> dict[int, list[Desk]]:
    """Return the desks these users' marks may belong to, events locked for this write.

    The rows of the events are locked in one order, so that neither a lock of the marks
    nor another batch comes between our checks and our rows.

    Args:
        session: the transaction that will write.
        wanted: by user id the uids of the events their marks name, "" for none.
    """
    seats = [
        seat
        for seat in judges.list_seats_of_all(session, wanted)
        if seat.event.uid in wanted[seat.user_id]
        or ("" in wanted[seat.user_id] and seat.event.state in MARKED_STATES)
    ]
    desks: dict[int, list[Desk]] = {user_id: [] for user_id in wanted}
    for desk in _open_desks(session, seats):
        desks[desk.seat.user_id].append(desk)
    return desks


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
    return _open_desks(session, [seat])[0]


def _lock_events(session: Session, event_ids: Iterable[int]) -> None:
    # Not against those who only refer to the event, such as a tablet's report: they
    # may hold the log already, which we want next.
    session.execute(_LOCK, {"event_ids": sorted(event_ids)}).all()


def _open_desks(session: Session, seats: Sequence[JudgeSeat]) -> list[Desk]:
    """Return the desks of these seats; what is asked for, is asked for all at once."""
    event_ids = {seat.event_id for seat in seats}
    if not event_ids:
        return []
    _lock_events(session, event_ids)
    works = list_work_codes(session, event_ids)
    digests = schemes.list_frozen(session, event_ids)
    panels = judges.list_held(session, event_ids)
    counts = _count_marks(session, event_ids)
    signed = _list_signed(session, [seat.id for seat in seats])
    desks = []
    for seat in seats:
        count = counts[seat.event_id]
        desk = Desk(
            seat=seat,
            event=seat.event,
            works=works[seat.event_id],
            next_seq=count.last_seq + 1,
        )
        digest = digests.get(seat.event_id)
        if digest is not None:
            scheme = schemes.open_scheme(session, digest)
            desk.scheme = scheme
            desk.aspects = _aspects_of(digest, scheme, seat, panels[seat.event_id])
            desk.is_open = seat.event.state in MARKED_STATES
        if seat.event.state != life.MARKING:
            desk.closed = "locked"
        elif (seat.id, count.round) in signed:
            desk.closed = "signed"
        desks.append(desk)
    return desks


def _aspects_of(
    digest: str, scheme: Scheme, seat: JudgeSeat, panel: tuple[Held, ...]
) -> Mapping[str, Aspect]:
    key = (digest, panel, seat.id)
    found = _aspects.get(key)
    if found is None:
        if len(_aspects) >= _MOST:
            _aspects.clear()
        own = judges.list_aspects(scheme, seat, panel)
        found = _aspects[key] = {aspect.code: aspect for aspect in own}
    return found


class _Count(NamedTuple):
    """Where the marks of an event stand."""

    last_seq: int  # number of the newest mark event, 0 where there is none
    round: int  # see `queries.current_round`


def _count_marks(session: Session, event_ids: Collection[int]) -> dict[int, _Count]:
    """Return where the marks of each of these events stand."""
    rows = session.execute(_COUNTS, {"event_ids": list(event_ids)})
    return {event_id: _Count(seq or 0, done + 1) for event_id, seq, done in rows}


def _list_signed(
    session: Session, seat_ids: Collection[int]
) -> frozenset[tuple[int, int]]:
    """Return the seats with a signature that stands, each with the round it is of."""
    rows = session.execute(_SIGNED, {"seat_ids": list(seat_ids)})
    return frozenset((seat_id, number) for seat_id, number in rows)
