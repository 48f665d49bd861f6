"""Scoring schemes as they were attached to events, and the drafts they come from.

Words used here:
    draft: the working copy of an event's scheme, one per event; it may have faults.
    version: a scheme attached to an event; it has none. Marks are given by the newest
        frozen one.
"""

from datetime import datetime

from sqlalchemy import (
    ForeignKey,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
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
    # Of a version that replaces a frozen one: what it changed in the results so far,
    # as its confirmer saw it; canonical JSON, see `scoring.results.services.change`.
    report: Mapped[str] = mapped_column(Text, default="")
    declined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    declined_by: Mapped[str] = mapped_column(String(64), default="")
    declined_reason: Mapped[str] = mapped_column(String(400), default="")

    event: Mapped[Event] = relationship()


class SchemeDraft(PublicId, Base):
    """The draft of an event's scheme; every change counts its revision up."""

    __tablename__ = "scheme_draft"
    __table_args__ = (UniqueConstraint("event_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    revision: Mapped[int] = mapped_column(Integer)  # 1, 2, 3 …
    text: Mapped[str] = mapped_column(Text)  # TOML that can be read; may have faults
    previous: Mapped[str] = mapped_column(Text, default="")  # before the last change
    origin: Mapped[str] = mapped_column(String(200))  # what it began as, to be shown
    # Number of the version it began as or became last; 0 where there is none.
    based_on: Mapped[int] = mapped_column(SmallInteger, default=0)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    begun_by: Mapped[str] = mapped_column(String(64))  # actor's name
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(64))

    event: Mapped[Event] = relationship()
