"""Scoring schemes as they were attached to events, version by version."""

from datetime import datetime

from sqlalchemy import ForeignKey, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from competition.events.models import Event
from extensions import Base, PublicId, UtcDateTime


class SchemeVersion(PublicId, Base):
    """One version of an event's scheme. Once frozen, a trigger refuses every change."""

    __tablename__ = "scheme_version"
    __table_args__ = (UniqueConstraint("event_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    version: Mapped[int] = mapped_column(SmallInteger)  # 1, 2, 3 … within the event
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)  # the TOML as it came
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of `text`, UTF-8
    reason: Mapped[str] = mapped_column(String(400), default="")  # from version 2 on
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(64))  # actor's name
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    frozen_by: Mapped[str] = mapped_column(String(64), default="")

    event: Mapped[Event] = relationship()
