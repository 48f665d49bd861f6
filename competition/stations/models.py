"""How the hall of an event stands, and what contestants need of a station."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    SmallInteger,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from competition.events.models import Event
from competition.registration.models import Entry
from competition.stations.rules.plan import HARD, OFF, STRENGTHS
from extensions import Base, PublicId, UtcDateTime


class StationPlan(Base):
    """What the draw of stations of an event has to keep."""

    __tablename__ = "station_plan"
    __table_args__ = (
        CheckConstraint(f"beside in {STRENGTHS}", name="beside"),
        CheckConstraint(f"behind in {STRENGTHS}", name="behind"),
        CheckConstraint("hall >= 0 and per_row >= 0", name="sizes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), unique=True)
    hall: Mapped[int] = mapped_column(SmallInteger, default=0)  # stations; see Plan
    per_row: Mapped[int] = mapped_column(SmallInteger, default=0)
    beside: Mapped[str] = mapped_column(String(4), default=HARD)
    behind: Mapped[str] = mapped_column(String(4), default=OFF)
    spread: Mapped[bool] = mapped_column(default=False)
    features: Mapped[str] = mapped_column(Text, default="")  # lines, as typed
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(64))

    event: Mapped[Event] = relationship()


class StationNeed(PublicId, Base):
    """What a contestant needs of a station; the committee alone reads it."""

    __tablename__ = "station_need"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), unique=True)
    features: Mapped[str] = mapped_column(String(400))  # words of the plan, by commas

    entry: Mapped[Entry] = relationship()
