"""The badges of a panel."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from accounts.badges.models import Badge
from accounts.badges.queries import list_newest
from competition.events.models import Event
from scoring.judges import queries as judges
from scoring.judges.models import JudgeSeat


@dataclass(frozen=True, slots=True)
class SeatBadge:
    """A seat of the panel and the newest badge made for it, if any."""

    seat: JudgeSeat
    badge: Badge | None


def badge_scope(event: Event) -> str:
    """Return how a badge names the event it was made for."""
    return f"event:{event.uid}"


def list_seat_badges(session: Session, event: Event) -> list[SeatBadge]:
    """Return every seat of the panel, in its order, with its newest badge."""
    badges = list_newest(session, badge_scope(event))
    seats = judges.list_seats(session, event.id)
    return [SeatBadge(seat, badges.get(seat.user_id)) for seat in seats]


def lacks_badge(found: SeatBadge) -> bool:
    """Tell whether a seat has no badge that anybody could still use."""
    return found.badge is None or found.badge.revoked_at is not None
