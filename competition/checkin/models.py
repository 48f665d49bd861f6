"""What happened at the check-in desk."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from competition.checkin.rules import CHECKIN_GATE, OUTCOMES, REASONS, STATUSES
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


class Gate(PublicId, Base):
    """A room of an event with entry and exit; the check-in itself is none of these."""

    __tablename__ = "gate"
    __table_args__ = (UniqueConstraint("event_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    name: Mapped[str] = mapped_column(String(40))
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # to who enters
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship()

    @property
    def key(self) -> str:
        """What scans call it."""
        return self.uid.replace("-", "")


class GateScan(Base):
    """What a device at a gate did; added only. Triggers refuse any change."""

    __tablename__ = "gate_scan"
    __table_args__ = (
        UniqueConstraint("event_id", "seq"),
        CheckConstraint(f"status in {OUTCOMES}", name="status"),
    )

    # Made on the device. That it is the key makes a second arrival harmless.
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    seq: Mapped[int] = mapped_column(Integer)  # server's order in the event, gapless
    gate_id: Mapped[int | None] = mapped_column(ForeignKey("gate.id"), index=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"), index=True)
    value: Mapped[str] = mapped_column(String(40))  # in | out | refused:<code>
    note: Mapped[str] = mapped_column(String(400), default="")
    device: Mapped[str] = mapped_column(String(64))
    device_seq: Mapped[int] = mapped_column(Integer)
    scanned_at: Mapped[str] = mapped_column(String(40))  # device's clock, as sent
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(64))  # uid of the officer
    status: Mapped[str] = mapped_column(String(8))
    status_reason: Mapped[str] = mapped_column(String(40), default="")  # a code
    body_hash: Mapped[str] = mapped_column(String(64))  # see outbox

    gate: Mapped[Gate | None] = relationship()
    entry: Mapped[Entry | None] = relationship()

    @property
    def gate_key(self) -> str:
        """What the scan called its gate."""
        return self.gate.key if self.gate else CHECKIN_GATE
