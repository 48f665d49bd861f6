"""Who judges what."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts.users.models import User
from competition.events.models import Event
from scoring.judges.models import JudgeSeat
from scoring.scheme.rules.tree import Aspect, Scheme


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


def list_aspects(
    scheme: Scheme, seat: JudgeSeat, seats: Sequence[JudgeSeat]
) -> list[Aspect]:
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
