"""Practice of a panel on sample works: rounds, reference marks, marks.

Apart from the real marks in every way: other tables, other addresses, another store on
the tablet. Nothing here ever counts.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from competition.events.models import Event
from extensions import Base, PublicId, UtcDateTime
from scoring.judges.models import JudgeSeat


class PracticeRound(PublicId, Base):
    """One practice of an event's panel, by the scheme frozen at its beginning."""

    __tablename__ = "practice_round"
    __table_args__ = (UniqueConstraint("event_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    scheme_version: Mapped[int] = mapped_column(SmallInteger)
    # Line by line a sample's code, a tab, and what the sample is.
    works: Mapped[str] = mapped_column(Text)
    tolerance: Mapped[int] = mapped_column(SmallInteger)  # percent of an aspect's max
    required: Mapped[int] = mapped_column(SmallInteger)  # percent; 0 is only shown
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by: Mapped[str] = mapped_column(String(64))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str] = mapped_column(String(64), default="")

    event: Mapped[Event] = relationship()

    def list_works(self) -> list[tuple[str, str]]:
        """Return code and description of each sample."""
        lines = (line.partition("\t") for line in self.works.splitlines())
        return [(code, name) for code, _tab, name in lines]


class PracticeReference(Base):
    """What the experts say a sample's mark should be."""

    __tablename__ = "practice_reference"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("practice_round.id"), primary_key=True
    )
    work: Mapped[str] = mapped_column(String(32), primary_key=True)
    aspect: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))


class PracticeMark(Base):
    """One mark on a sample, as the tablet sent it; the newest of a cell stands."""

    __tablename__ = "practice_mark"
    __table_args__ = (UniqueConstraint("round_id", "seq"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)  # made on the tablet
    round_id: Mapped[int] = mapped_column(ForeignKey("practice_round.id"))
    seq: Mapped[int] = mapped_column(Integer)  # the server's order in the round
    seat_id: Mapped[int] = mapped_column(ForeignKey("judge_seat.id"))
    work: Mapped[str] = mapped_column(String(32))
    aspect: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(4))
    value: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(400), default="")
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    body_hash: Mapped[str] = mapped_column(String(64))

    round: Mapped[PracticeRound] = relationship()
    seat: Mapped[JudgeSeat] = relationship()
