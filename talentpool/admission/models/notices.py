"""Notices, the unit's own and the public one, and objections to them."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from extensions import Base, PublicId, UtcDateTime
from people.attachments.models import Attachment
from talentpool.admission.models.applications import Application, Batch
from talentpool.admission.rules.notices import OBJECTION_KINDS, OBJECTION_STATES


class UnitNotice(PublicId, Base):
    """The unit's own notice of one application in one round."""

    __tablename__ = "unit_notice"
    __table_args__ = (
        UniqueConstraint("application_id", "round"),
        CheckConstraint("last_day >= first_day", name="days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    round: Mapped[int] = mapped_column(SmallInteger)
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    place: Mapped[str] = mapped_column(String(120))  # where it hangs
    put_up_at: Mapped[datetime] = mapped_column(UtcDateTime)
    put_up_by: Mapped[str] = mapped_column(String(64))  # actor's name

    application: Mapped[Application] = relationship()


class Notice(PublicId, Base):
    """A public notice (公示): its text is frozen, its days are counted once."""

    __tablename__ = "public_notice"
    __table_args__ = (
        CheckConstraint(
            "last_day >= first_day and shown_until >= last_day", name="days"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("admission_batch.id"), index=True)
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    shown_until: Mapped[date] = mapped_column(Date, index=True)  # then it is gone
    text: Mapped[str] = mapped_column(Text)  # JSON: name, unit, trade, recommender
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of `text`
    contact: Mapped[str] = mapped_column(String(200), default="")
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by: Mapped[str] = mapped_column(String(64))  # actor's name

    batch: Mapped[Batch] = relationship()
    lines: Mapped[list["NoticeLine"]] = relationship(
        back_populates="notice", order_by="NoticeLine.position"
    )


class NoticeLine(Base):
    """One application on a notice."""

    __tablename__ = "public_notice_line"
    __table_args__ = (UniqueConstraint("notice_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("public_notice.id"))
    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id"), index=True
    )
    position: Mapped[int] = mapped_column(SmallInteger)  # of the text's line

    notice: Mapped[Notice] = relationship(back_populates="lines")
    application: Mapped[Application] = relationship()


class Objection(PublicId, Base):
    """An objection to one entry: by name, or under a unit's seal; always encrypted."""

    __tablename__ = "objection"
    __table_args__ = (
        CheckConstraint(f"kind in {OBJECTION_KINDS}", name="kind"),
        CheckConstraint(f"state in {OBJECTION_STATES}", name="state"),
        CheckConstraint(
            "state = 'open' or (decided_by <> '' and outcome <> '')",
            name="outcome_has_a_name",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("public_notice.id"))
    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id"), index=True
    )
    receipt: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # who, contact, text
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    filed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10), default="open", index=True)
    outcome: Mapped[str] = mapped_column(String(400), default="")
    document: Mapped[str] = mapped_column(String(120), default="")  # of the outcome
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(64), default="")

    notice: Mapped[Notice] = relationship()
    application: Mapped[Application] = relationship()
    attachment: Mapped[Attachment | None] = relationship()
