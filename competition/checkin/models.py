"""What happened at the check-in desk."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from competition.checkin.rules import REASONS, STATUSES
from competition.events.models import Event
from competition.registration.models import Entry
from extensions import Base, PublicId, UtcDateTime


class CheckInSession(Base):
    """The check-in of one event: when it opened and closed, by whom."""

    __tablename__ = "checkin_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), unique=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by: Mapped[str] = mapped_column(String(64))  # actor's name
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str] = mapped_column(String(64), default="")

    event: Mapped[Event] = relationship()


class CheckIn(PublicId, Base):
    """How one entry's check-in stands; no row while nobody came and it is open."""

    __tablename__ = "checkin"
    __table_args__ = (
        CheckConstraint(f"status in {STATUSES}", name="status"),
        CheckConstraint(
            "status <> 'refused' or reason <> ''", name="refusal_has_a_reason"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    status: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(64))  # actor's name
    device: Mapped[str] = mapped_column(String(40), default="")
    reason: Mapped[str] = mapped_column(String(200), default="")
    # Of a late entry that was let in all the same: when, and the chief judge's uid.
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_by: Mapped[str] = mapped_column(String(64), default="")

    entry: Mapped[Entry] = relationship()


class CheckInRefusal(PublicId, Base):
    """One time somebody, or some ticket, was turned away; never changed or deleted."""

    __tablename__ = "checkin_refusal"
    __table_args__ = (CheckConstraint(f"code in {REASONS}", name="code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"), index=True)
    code: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(64))  # actor's name
    device: Mapped[str] = mapped_column(String(40), default="")

    entry: Mapped[Entry | None] = relationship()
