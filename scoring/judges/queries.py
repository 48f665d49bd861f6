"""Who judges what."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from accounts.users.models import User
from competition.events.models import Event
from competition.sessions.queries import Times, provides_uses
from competition.sessions.rules import JUDGE, Use
from scoring.judges.models import JudgeSeat, covers_criterion
from scoring.judges.rules import Place, list_checkers, list_led
from scoring.scheme.rules.tree import Aspect, Scheme

_OF_USERS = (  # made once, as the next one: every mark that arrives asks them
    select(JudgeSeat)
    .options(joinedload(JudgeSeat.event))
    .where(
        JudgeSeat.user_id.in_(bindparam("user_ids", expanding=True)),
        JudgeSeat.ended_at.is_(None),
    )
    .order_by(JudgeSeat.id)
)
_HELD = (
    select(JudgeSeat.event_id, JudgeSeat.id, JudgeSeat.covers)
    .where(
        JudgeSeat.event_id.in_(bindparam("event_ids", expanding=True)),
        JudgeSeat.ended_at.is_(None),
    )
    .order_by(JudgeSeat.id)
)


class Holder(Protocol):
    """Whoever marks criteria at an event: a seat, or the little that is read of it."""

    @property
    def id(self) -> int: ...

    def marks(self, criterion_code: str) -> bool: ...


class Held(NamedTuple):
    """A seat that is held, as far as it matters for who marks what."""

    id: int
    covers: str

    def marks(self, criterion_code: str) -> bool:
        return covers_criterion(self.covers, criterion_code)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many judges mark a criterion, against what its aspects expect."""

    criterion: str
    expected: tuple[int, ...]  # distinct `judges` of its aspects, fewest first
    assigned: int

    @property
    def is_right(self) -> bool:
        return self.assigned == max(self.expected)


def list_seats(session: Session, event_id: int) -> list[JudgeSeat]:
    """Return the seats of an event that are held now, in the order they were given."""
    return list(
        session.scalars(
            select(JudgeSeat)
            .options(joinedload(JudgeSeat.user).joinedload(User.unit))
            .where(JudgeSeat.event_id == event_id, JudgeSeat.ended_at.is_(None))
            .order_by(JudgeSeat.id)
        )
    )


def list_seat_names(session: Session, event_id: int) -> dict[str, str]:
    """Return who sits or sat on each seat of an event, by seat."""
    seats = session.scalars(
        select(JudgeSeat)
        .options(joinedload(JudgeSeat.user))
        .where(JudgeSeat.event_id == event_id)
    )
    return {seat.seat: seat.user.display_name for seat in seats}


def find_seat(session: Session, event_id: int, user_id: int) -> JudgeSeat | None:
    """Return the seat a user holds at an event."""
    return session.scalar(
        select(JudgeSeat).where(
            JudgeSeat.event_id == event_id,
            JudgeSeat.user_id == user_id,
            JudgeSeat.ended_at.is_(None),
        )
    )


def list_seats_of(session: Session, user_id: int) -> list[JudgeSeat]:
    """Return the seats a user holds, newest event first."""
    return list(
        session.scalars(
            select(JudgeSeat)
            .join(JudgeSeat.event)
            .options(joinedload(JudgeSeat.event).joinedload(Event.competition))
            .where(JudgeSeat.user_id == user_id, JudgeSeat.ended_at.is_(None))
            .order_by(Event.starts_at.desc(), JudgeSeat.id)
        )
    )


def list_seats_of_all(session: Session, user_ids: Collection[int]) -> list[JudgeSeat]:
    """Return the seats these users hold, with their events."""
    return list(session.scalars(_OF_USERS, {"user_ids": list(user_ids)}))


def list_held(
    session: Session, event_ids: Collection[int]
) -> dict[int, tuple[Held, ...]]:
    """Return who marks what at each of the events, in the order of `list_seats`."""
    rows = session.execute(_HELD, {"event_ids": list(event_ids)})
    found: dict[int, list[Held]] = {event_id: [] for event_id in event_ids}
    for event_id, seat_id, covers in rows:
        found[event_id].append(Held(seat_id, covers))
    return {event_id: tuple(held) for event_id, held in found.items()}


def list_aspects(scheme: Scheme, seat: Holder, seats: Sequence[Holder]) -> list[Aspect]:
    """Return the aspects a seat marks, in the scheme's order.

    Where an aspect expects fewer judges than mark its criterion (a measured size on a
    sheet that three judge), the first of `seats`, in the order given, mark it.
    """
    found: list[Aspect] = []
    for component in scheme.components:
        for criterion in component.criteria:
            marking = [other.id for other in seats if other.marks(criterion.code)]
            if seat.id in marking:
                turn = marking.index(seat.id)
                found += [a for a in criterion.aspects if turn < a.judges]
    return found


def list_markers(
    scheme: Scheme, seats: Sequence[JudgeSeat]
) -> dict[str, tuple[str, ...]]:
    """Return the seats that mark each aspect, by its code."""
    markers: dict[str, list[str]] = {aspect.code: [] for aspect in scheme.aspects}
    for seat in seats:
        for aspect in list_aspects(scheme, seat, seats):
            markers[aspect.code].append(seat.seat)
    return {code: tuple(found) for code, found in markers.items()}


def list_places(seats: Iterable[JudgeSeat]) -> list[Place]:
    """Return the seats as the rules about panels take them."""
    return [
        Place(
            seat=seat.seat,
            panel=seat.panel,
            is_chair=seat.is_chair,
            is_chief=seat.is_chief,
        )
        for seat in seats
    ]


def may_check_any(session: Session, seat: JudgeSeat) -> bool:
    """Tell whether a seat leads a panel or may check another's sheet."""
    seats = list_seats(session, seat.event_id)
    places = list_places(seats)
    return bool(list_led(places, seat.seat)) or any(
        seat.seat in list_checkers(places, other.seat)
        for other in seats
        if other.covers and other.id != seat.id
    )


def list_coverage(scheme: Scheme, seats: Sequence[JudgeSeat]) -> list[Coverage]:
    """Compare the judges each criterion has with the judges its aspects expect."""
    return [
        Coverage(
            criterion=criterion.code,
            expected=tuple(sorted({aspect.judges for aspect in criterion.aspects})),
            assigned=sum(seat.marks(criterion.code) for seat in seats),
        )
        for component in scheme.components
        for criterion in component.criteria
    ]


@provides_uses
def list_judge_uses(
    session: Session, events: Sequence[Event], times: dict[int, list[Times]]
) -> list[Use]:
    """Tell the calendar which judges events need: each as long as the event is held."""
    by_id = {event.id: event.uid for event in events}
    rows = session.execute(
        select(JudgeSeat.event_id, User.uid, User.display_name)
        .join(JudgeSeat.user)
        .where(JudgeSeat.event_id.in_(by_id), JudgeSeat.ended_at.is_(None))
    )
    return [
        Use(
            owner=by_id[event_id],
            kind=JUDGE,
            key=uid,
            label=name,
            begins=begins,
            ends=ends,
        )
        for event_id, uid, name in rows
        for begins, ends in times[event_id]
    ]
