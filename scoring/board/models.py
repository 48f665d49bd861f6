"""Hall boards: how each is run, its two stored variants, and the public feed."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from competition.events.models import Event
from extensions import Base, PublicId, UtcDateTime
from scoring.board.rules.state import SHOWS

PUBLIC, JURY = "public", "jury"
VARIANTS = (PUBLIC, JURY)


class BoardPlan(PublicId, Base):
    """How the hall board of an event is run."""

    __tablename__ = "board_plan"
    __table_args__ = (CheckConstraint(f"shows in {SHOWS}", name="shows"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), unique=True)
    shows: Mapped[str] = mapped_column(String(10))  # what the event's rules allow
    freeze_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    final_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # What the jury's variant was computed from; it changes when the board may.
    seen: Mapped[str] = mapped_column(String(200), default="")
    computed: Mapped[int] = mapped_column(Integer, default=0)  # how often, in all

    event: Mapped[Event] = relationship()


class BoardVariant(Base):
    """What one audience sees: the public's and the jury's numbers lie apart."""

    __tablename__ = "board_variant"
    __table_args__ = (
        UniqueConstraint("event_id", "variant"),
        CheckConstraint(f"variant in {VARIANTS}", name="variant"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    variant: Mapped[str] = mapped_column(String(6))
    state: Mapped[str] = mapped_column(Text)  # JSON, see rules.state
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BoardItem(Base):
    """One signed line of an event's public feed; never changed."""

    __tablename__ = "board_item"
    __table_args__ = (UniqueConstraint("event_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    seq: Mapped[int] = mapped_column(Integer)  # 1, 2, 3 … within the event
    line: Mapped[str] = mapped_column(Text)  # see rules.feed
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
