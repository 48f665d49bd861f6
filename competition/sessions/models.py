"""The sessions of events: when and where which stage is held, on how many stations."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from competition.events.models import Event
from competition.sessions.rules import PARTS, ROUNDS
from extensions import Base, PublicId, UtcDateTime


class EventSession(PublicId, Base):
    """One session (场次) of a stage of an event."""

    __tablename__ = "event_session"
    __table_args__ = (
        CheckConstraint(f"round in {ROUNDS}", name="round"),
        CheckConstraint(f"part in {PARTS}", name="part"),
        CheckConstraint("starts_at < ends_at", name="times_in_order"),
        CheckConstraint("stations is null or stations > 0", name="stations"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    round: Mapped[str] = mapped_column(String(12))
    part: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(40), default="")  # "Session 1"; may be ""
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    venue: Mapped[str] = mapped_column(String(120), default="")  # "": the event's own
    stations: Mapped[int | None] = mapped_column(SmallInteger)  # how many
    # What is brought for it and cannot be in two places, separated by commas.
    equipment: Mapped[str] = mapped_column(String(200), default="")

    event: Mapped[Event] = relationship()
