"""Appeals with their papers and steps, and an event's terms for them."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from competition.events.models import Event
from competition.registration.models import Entry
from extensions import Base, PublicId, UtcDateTime
from people.attachments.models import Attachment
from scoring.appeals import rules


class AppealTerms(PublicId, Base):
    """When appeals may be filed at an event; without a row the defaults hold."""

    __tablename__ = "appeal_terms"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), unique=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of the event
    hours_after_end: Mapped[int] = mapped_column(
        SmallInteger, default=rules.HOURS_AFTER_END
    )
    # In working days:
    days_after_publication: Mapped[int] = mapped_column(
        SmallInteger, default=rules.DAYS_AFTER_PUBLICATION
    )
    decision_days: Mapped[int] = mapped_column(
        SmallInteger, default=rules.DECISION_DAYS
    )
    second_days: Mapped[int] = mapped_column(SmallInteger, default=rules.SECOND_DAYS)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_by: Mapped[str] = mapped_column(String(64))


class Appeal(PublicId, Base):
    """An appeal on behalf of one entry."""

    __tablename__ = "appeal"
    __table_args__ = (
        CheckConstraint(f"state in {rules.STATES}", name="state"),
        CheckConstraint(f"outcome in {rules.OUTCOMES}", name="outcome"),
        CheckConstraint(f"filed_in in {rules.WINDOWS}", name="window"),
        Index(
            "uq_appeal_paper",
            "event_id",
            "paper",
            unique=True,
            sqlite_where=text("paper <> ''"),
            postgresql_where=text("paper <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    filed_by: Mapped[str] = mapped_column(String(64), index=True)  # uid of the user
    receipt: Mapped[str] = mapped_column(String(12), unique=True)  # to name it by
    filed_in: Mapped[str] = mapped_column(String(12))  # which window
    filed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Of the sheet it was keyed in from.
    paper: Mapped[str] = mapped_column(String(8), default="", server_default="")
    grounds_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # AES-GCM
    state: Mapped[str] = mapped_column(String(10), default=rules.FILED, index=True)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hearing_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hearing_place: Mapped[str] = mapped_column(String(120), default="")
    outcome: Mapped[str] = mapped_column(String(10), default="")  # newest decision's
    revises: Mapped[bool] = mapped_column(default=False)  # marks are opened for it
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    second_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship()
    entry: Mapped[Entry] = relationship()
    papers: Mapped[list["AppealPaper"]] = relationship(order_by="AppealPaper.id")
    steps: Mapped[list["AppealStep"]] = relationship(order_by="AppealStep.id")


class AppealPaper(PublicId, Base):
    """A paper handed in with an appeal."""

    __tablename__ = "appeal_paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))

    attachment: Mapped[Attachment] = relationship()


class AppealStep(PublicId, Base):
    """What was done about an appeal: never changed, only added."""

    __tablename__ = "appeal_step"
    __table_args__ = (CheckConstraint(f"kind in {rules.STEPS}", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str] = mapped_column(String(10), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_by: Mapped[str] = mapped_column(String(64))
