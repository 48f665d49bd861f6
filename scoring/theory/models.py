"""Files of results for a seat, and the columns an organiser's files have.

Words used here:
    checked: the file is kept with its meaning; no mark is made yet.
    taken: a second person has confirmed it; its marks are made.
    undone: its marks are withdrawn, each by an event of its own with the reason.
    discarded: it was given up before a mark was made.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from competition.events.models import Event
from extensions import Base, PublicId, UtcDateTime
from scoring.judges.models import JudgeSeat

CHECKED, TAKEN, UNDONE, DISCARDED = "checked", "taken", "undone", "discarded"
STATES = (CHECKED, TAKEN, UNDONE, DISCARDED)


class MarkImport(PublicId, Base):
    """One file of results for one seat."""

    __tablename__ = "mark_import"
    __table_args__ = (
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint("state <> 'undone' or reason <> ''", name="undone_with_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("judge_seat.id"))
    state: Mapped[str] = mapped_column(String(10), default=CHECKED)
    file_name: Mapped[str] = mapped_column(String(120))
    file_sha256: Mapped[str] = mapped_column(String(64))
    # JSON: headings and rows; once it is decided, of the columns that mean something.
    content: Mapped[str] = mapped_column(Text)
    meanings: Mapped[str] = mapped_column(Text, default="{}")  # JSON {column: meaning}
    # JSON list of [mark's id, work code, aspect, id of the mark it replaced or ""].
    made: Mapped[str] = mapped_column(Text, default="[]")
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_by: Mapped[str] = mapped_column(String(64))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # taken, discarded
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[str] = mapped_column(String(64), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")  # of the undoing

    event: Mapped[Event] = relationship()
    seat: Mapped[JudgeSeat] = relationship()


class MarkColumn(Base):
    """What a heading meant in an organiser's last file."""

    __tablename__ = "mark_column"
    __table_args__ = (UniqueConstraint("organiser", "heading"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organiser: Mapped[str] = mapped_column(String(200))  # folded name
    heading: Mapped[str] = mapped_column(String(120))  # folded
    meaning: Mapped[str] = mapped_column(String(32))  # "entry", or an aspect's code
    name: Mapped[str] = mapped_column(String(200), default="")  # of the aspect
