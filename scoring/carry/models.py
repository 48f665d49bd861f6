"""Marks that came to the desk by hand.

Words used here:
    parcel: a file or a run of QR frames with the unsent marks of one judge's tablet.
    taken: a second person has confirmed the parcel; its marks are with the server.
    declined: somebody at the desk has put it away with a reason; the tablet, which
        deletes nothing, still has its marks.
"""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from competition.events.models import Event
from extensions import Base, PublicId, UtcDateTime
from scoring.judges.models import JudgeSeat

WAITING, TAKEN, DECLINED = "waiting", "taken", "declined"
STATES = (WAITING, TAKEN, DECLINED)


class Parcel(PublicId, Base):
    """One file of carried marks, kept sealed as it came."""

    __tablename__ = "carry_parcel"
    __table_args__ = (
        UniqueConstraint("event_id", "digest"),
        CheckConstraint(f"state in {STATES}", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("judge_seat.id"))
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of the file
    file: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)  # sealed
    device: Mapped[str] = mapped_column(String(64))
    head: Mapped[int] = mapped_column(Integer)  # last number the device had given
    marks: Mapped[int] = mapped_column(Integer)
    photos: Mapped[int] = mapped_column(Integer)
    made_at: Mapped[str] = mapped_column(String(40))  # tablet's clock
    state: Mapped[str] = mapped_column(String(8), default=WAITING)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_by: Mapped[str] = mapped_column(String(64))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    reason: Mapped[str] = mapped_column(String(400), default="")  # of declining
    # JSON list of what became of each mark and photo, once taken.
    answers: Mapped[str] = mapped_column(Text, default="")

    event: Mapped[Event] = relationship()
    seat: Mapped[JudgeSeat] = relationship()
