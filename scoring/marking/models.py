"""Marks as events, the judges' signatures under them, and the locks over them.

Words used here:
    cell: one judge's place for one aspect of one work.
    counted: the newest *stored* event of a cell; a void leaves the cell empty.
    conflict: an event made on a base that no longer was the newest one; kept, shown,
        not counted. The judge settles it by a new event.
    late: an event that arrived after the judge signed or the marks were locked; kept,
        shown, not counted.
    check: the countersignature of another person, who leads the panel.
    round: 1, and one more after every unlock; everybody signs again in each.
"""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from competition.events.models import Event
from extensions import Base, PublicId, UtcDateTime
from scoring.judges.models import JudgeSeat

KINDS = ("mark", "void")
STORED = "stored"
CONFLICT = "conflict"
LATE = "late"
STATUSES = (STORED, CONFLICT, LATE)
AGREED, RETURNED = "agreed", "returned"
OUTCOMES = (AGREED, RETURNED)

_ONLY_STORED = text("status = 'stored'")


class MarkEvent(Base):
    """One thing a judge did to one cell. Triggers refuse UPDATE and DELETE."""

    __tablename__ = "mark_event"
    __table_args__ = (
        UniqueConstraint("event_id", "seq"),
        CheckConstraint(f"kind in {KINDS}", name="kind"),
        CheckConstraint(f"status in {STATUSES}", name="status"),
        # One successor per base: two writers can never both be the newest of a cell.
        Index(
            "uq_mark_event_successor",
            "seat_id",
            "entry",
            "aspect",
            "base",
            unique=True,
            sqlite_where=_ONLY_STORED,
            postgresql_where=_ONLY_STORED,
        ),
        Index("ix_mark_event_cell", "event_id", "entry", "aspect", "seat_id"),
        # What of a tablet's numbers is here, over all events.
        Index("ix_mark_event_device", "device", "device_seq"),
    )

    # Made on the tablet: 128 random bits or a UUIDv7. That it is the key makes a
    # second arrival harmless.
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    seq: Mapped[int] = mapped_column(Integer)  # server's order in the event, gapless
    seat_id: Mapped[int] = mapped_column(ForeignKey("judge_seat.id"))
    entry: Mapped[str] = mapped_column(String(32))  # work code
    aspect: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(4))
    value: Mapped[str] = mapped_column(String(200))  # as entered; "" in a void
    exact: Mapped[str] = mapped_column(String(200))  # its one exact spelling
    base: Mapped[str] = mapped_column(String(36), default="")  # `based_on`; "" is null
    reason: Mapped[str] = mapped_column(String(400), default="")  # the judge's words
    device: Mapped[str] = mapped_column(String(64))
    device_seq: Mapped[int] = mapped_column(Integer)
    marked_at: Mapped[str] = mapped_column(String(40))  # tablet's clock, as sent
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(8))
    status_reason: Mapped[str] = mapped_column(String(40), default="")  # a code
    # What counted in the cell when this was answered; the answer is repeated from it.
    current: Mapped[str] = mapped_column(String(36), default="")
    body_hash: Mapped[str] = mapped_column(String(64))  # see outbox

    event: Mapped[Event] = relationship()
    seat: Mapped[JudgeSeat] = relationship()


class SheetSignature(PublicId, Base):
    """A judge's word that the marks of this seat are complete and theirs."""

    __tablename__ = "sheet_signature"
    __table_args__ = (Index("ix_sheet_signature_seat_id_round", "seat_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("judge_seat.id"))
    round: Mapped[int] = mapped_column(SmallInteger)
    digest: Mapped[str] = mapped_column(String(64))  # of the counted marks, see rules
    marks: Mapped[int] = mapped_column(Integer)  # how many counted marks it covers
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    returned_by: Mapped[str] = mapped_column(String(64), default="")
    returned_reason: Mapped[str] = mapped_column(String(400), default="")
    device: Mapped[str] = mapped_column(String(64), default="")  # signed on

    seat: Mapped[JudgeSeat] = relationship()


class SheetCheck(PublicId, Base):
    """What another person said of a signed sheet. Triggers refuse any change."""

    __tablename__ = "sheet_check"
    __table_args__ = (CheckConstraint(f"outcome in {OUTCOMES}", name="outcome"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # One word on each signature: a returned sheet is signed, and checked, anew.
    signature_id: Mapped[int] = mapped_column(
        ForeignKey("sheet_signature.id"), unique=True
    )
    seat_id: Mapped[int] = mapped_column(ForeignKey("judge_seat.id"))  # who checked
    outcome: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(400), default="")  # of a return
    device: Mapped[str] = mapped_column(String(64), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(64))

    signature: Mapped[SheetSignature] = relationship()
    seat: Mapped[JudgeSeat] = relationship()


class MarkLock(PublicId, Base):
    """The chief judge's lock over an event's marks; undone by two persons only."""

    __tablename__ = "mark_lock"
    __table_args__ = (UniqueConstraint("event_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    round: Mapped[int] = mapped_column(SmallInteger)
    digest: Mapped[str] = mapped_column(String(64))  # of all counted marks
    last_seq: Mapped[int] = mapped_column(Integer)
    # How many checked sheets it closed; null in locks of before sheets were checked.
    checks: Mapped[int | None] = mapped_column(Integer)
    locked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    locked_by: Mapped[str] = mapped_column(String(64))
    unlock_reason: Mapped[str] = mapped_column(Text, default="")
    unlock_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    unlock_asked_by: Mapped[str] = mapped_column(String(64), default="")
    unlocked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    unlocked_by: Mapped[str] = mapped_column(String(64), default="")

    event: Mapped[Event] = relationship()
