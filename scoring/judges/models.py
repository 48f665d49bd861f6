"""The judges' seats at an event."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.users.models import User
from competition.events.models import Event
from extensions import Base, PublicId, UtcDateTime

EVERYTHING = "*"
FIRST_PANEL = "A"


def covers_criterion(covers: str, code: str) -> bool:
    """Tell whether `JudgeSeat.covers` holds a criterion."""
    return covers == EVERYTHING or code in covers.split()


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
    panel: Mapped[str] = mapped_column(String(8), default=FIRST_PANEL)
    is_chair: Mapped[bool] = mapped_column(default=False)  # of the panel
    # Codes of the criteria this judge marks, space-separated; "*" is all, "" is none.
    covers: Mapped[str] = mapped_column(Text, default=EVERYTHING)
    assigned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    assigned_by: Mapped[str] = mapped_column(String(64))
    # Since when a declared tie keeps this judge from marking, and why they may all the
    # same; the tie itself is not known here.
    recused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recusal_reason: Mapped[str] = mapped_column(String(400), default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship()
    user: Mapped[User] = relationship()

    def marks(self, criterion_code: str) -> bool:
        """Tell whether this judge marks the criterion."""
        return covers_criterion(self.covers, criterion_code)
