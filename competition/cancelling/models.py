"""Wishes to cancel an event or a competition, and what became of each.

Words used here:
    asked: somebody of the committee wants it; where there are entries a second person
        of the committee confirms.
    confirmed: it is cancelled.
    declined: it is held after all; who asked can take it back so, too.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from competition.events.models import Competition, Event
from extensions import Base, PublicId, UtcDateTime

ASKED, CONFIRMED, DECLINED = "asked", "confirmed", "declined"
STATES = (ASKED, CONFIRMED, DECLINED)
_OPEN = text("state = 'asked'")


class Cancellation(PublicId, Base):
    """One wish to cancel an event, or a competition with all its events."""

    __tablename__ = "cancellation"
    __table_args__ = (
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint("reason <> ''", name="reason_given"),
        CheckConstraint(
            "(event_id is null) <> (competition_id is null)", name="of_one"
        ),
        Index(
            "uq_cancellation_event_open",
            "event_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(
            "uq_cancellation_competition_open",
            "competition_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    competition_id: Mapped[int | None] = mapped_column(
        ForeignKey("competition.id"), index=True
    )
    state: Mapped[str] = mapped_column(String(10), default=ASKED)
    reason: Mapped[str] = mapped_column(String(400))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by: Mapped[str] = mapped_column(String(64))  # actor's name
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(64), default="")

    event: Mapped[Event | None] = relationship()
    competition: Mapped[Competition | None] = relationship()
