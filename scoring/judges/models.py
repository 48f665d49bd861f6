"""The judges' seats at an event."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.users.models import User
from competition.events.models import Event
from extensions import Base, PublicId, UtcDateTime

EVERYTHING = "*"


class JudgeSeat(PublicId, Base):
    """A judge at an event; sheets and exports name the seat, never the user."""

    __tablename__ = "judge_seat"
    __table_args__ = (
        UniqueConstraint("event_id", "user_id"),
        UniqueConstraint("event_id", "seat"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    seat: Mapped[str] = mapped_column(String(8))  # J1, J2 …
    is_chief: Mapped[bool] = mapped_column(default=False)
    # Codes of the criteria this judge marks, space-separated; "*" is all, "" is none.
    covers: Mapped[str] = mapped_column(Text, default=EVERYTHING)
    assigned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    assigned_by: Mapped[str] = mapped_column(String(64))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship()
    user: Mapped[User] = relationship()

    def marks(self, criterion_code: str) -> bool:
        """Tell whether this judge marks the criterion."""
        return self.covers == EVERYTHING or criterion_code in self.covers.split()
