"""Paper sheets that are keyed in twice."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from competition.events.models import Event
from extensions import Base, PublicId, UtcDateTime
from scoring.judges.models import JudgeSeat

_OPEN = text("closed_at IS NULL")


class KeyingSheet(PublicId, Base):
    """One paper sheet, of a seat and a work, opened for keying."""

    __tablename__ = "keying_sheet"
    __table_args__ = (
        Index(
            "uq_keying_sheet_open",
            "seat_id",
            "entry",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_keying_sheet_event_id", "event_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("judge_seat.id"))
    entry: Mapped[str] = mapped_column(String(32))  # work code
    lost: Mapped[str] = mapped_column(String(200), default="")  # words of a lost tablet
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by: Mapped[str] = mapped_column(String(64))
    number: Mapped[str] = mapped_column(String(32), default="")  # once closed
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by: Mapped[str] = mapped_column(String(64), default="")  # "": both agreed

    event: Mapped[Event] = relationship()
    seat: Mapped[JudgeSeat] = relationship()


class KeyingPass(Base):
    """What one person read from a sheet."""

    __tablename__ = "keying_pass"
    __table_args__ = (
        UniqueConstraint("sheet_id", "turn"),
        CheckConstraint("turn in (1, 2)", name="turn"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("keying_sheet.id"))
    turn: Mapped[int] = mapped_column(SmallInteger)
    keyed_by: Mapped[str] = mapped_column(String(64))
    number: Mapped[str] = mapped_column(String(32), default="")
    cells: Mapped[str] = mapped_column(Text, default="{}")  # {aspect: [value, comment]}
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    sheet: Mapped[KeyingSheet] = relationship()
