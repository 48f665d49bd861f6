"""What stands beside the marks: photos, the panel's notes, who may read comments.

Words used here:
    photo: evidence for a mark, kept as it came and named by its hash.
    note: what the panel said about marks that lie far apart; it settles a dispute.
"""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from extensions import Base, PublicId, UtcDateTime
from people.attachments.models import Attachment
from scoring.judges.models import JudgeSeat


class MarkPhoto(PublicId, Base):
    """A photo that a judge took of a work for one mark. Triggers refuse any change."""

    __tablename__ = "mark_photo"
    __table_args__ = (
        # That the tablet names it by its hash makes a second arrival harmless.
        UniqueConstraint("mark_id", "sha256"),
        CheckConstraint("status in ('stored', 'late')", name="status"),
        Index("ix_mark_photo_cell", "event_id", "entry", "aspect", "seat_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("judge_seat.id"))
    mark_id: Mapped[str] = mapped_column(ForeignKey("mark_event.id"))
    entry: Mapped[str] = mapped_column(String(32))  # work code
    aspect: Mapped[str] = mapped_column(String(32))
    sha256: Mapped[str] = mapped_column(String(64))  # of the file as it came
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(8))  # late: after signature or lock
    status_reason: Mapped[str] = mapped_column(String(40), default="")

    seat: Mapped[JudgeSeat] = relationship()
    attachment: Mapped[Attachment] = relationship()


class DiscussionNote(PublicId, Base):
    """What a panel said about marks that lie far apart. Triggers refuse any change."""

    __tablename__ = "discussion_note"
    __table_args__ = (Index("ix_discussion_note_cell", "event_id", "entry", "aspect"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    entry: Mapped[str] = mapped_column(String(32))  # work code
    aspect: Mapped[str] = mapped_column(String(32))
    # Canonical JSON {seat: id of the mark}: the marks it is about. Another mark in the
    # cell, and the note no longer settles it.
    marks: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(String(1000))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(64))


class CommentPolicy(PublicId, Base):
    """Whether contestants read the judges' comments, once published; newest row counts.

    Triggers refuse UPDATE and DELETE. Without a row they do not.
    """

    __tablename__ = "comment_policy"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    is_released: Mapped[bool] = mapped_column()
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_by: Mapped[str] = mapped_column(String(64))
