"""The tablets judges mark on, what they last said, and who vouched for a missing one.

Words used here:
    device: the id a tablet made for itself; it comes with every mark.
    use: a tablet in the hands of a seat.
    lost: somebody said that the tablet is not to be found.
    history lost: the tablet cannot show that all it made has come, because it began to
        count anew or is another one than the seat had before.
    override: two persons vouch, with a reason and the number of a paper sheet, that
        nothing of a tablet is missing in the marks of an event.
"""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
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
from scoring.judges.models import JudgeSeat

RESTARTED = "restarted"
NEW_DEVICE = "new_device"
FLAGS = ("", RESTARTED, NEW_DEVICE)


class Tablet(PublicId, Base):
    """One tablet, as its own device id tells it from others."""

    __tablename__ = "tablet"
    __table_args__ = (CheckConstraint(f"flag in {FLAGS}", name="flag"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    device: Mapped[str] = mapped_column(String(64), unique=True)
    number: Mapped[int] = mapped_column(Integer, unique=True)  # by first sight
    name: Mapped[str] = mapped_column(String(40), default="")  # given by the desk
    app: Mapped[str] = mapped_column(String(64), default="")  # version of its pages
    boot: Mapped[str] = mapped_column(String(64), default="")
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))  # open on it
    head: Mapped[int] = mapped_column(Integer, default=0)
    waiting: Mapped[int] = mapped_column(Integer, default=0)
    attention: Mapped[int] = mapped_column(Integer, default=0)
    refused: Mapped[str] = mapped_column(Text, default="")  # numbers, space-separated
    offset: Mapped[int | None] = mapped_column(Integer)  # s, its clock less ours
    jumped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # its clock did
    battery: Mapped[int | None] = mapped_column(SmallInteger)  # per cent
    persisted: Mapped[bool | None] = mapped_column()  # the browser keeps its store
    free_mb: Mapped[int | None] = mapped_column(Integer)
    ready: Mapped[bool | None] = mapped_column()  # for the hall, by its own check
    first_seen: Mapped[datetime] = mapped_column(UtcDateTime)
    reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    flag: Mapped[str] = mapped_column(String(12), default="")
    flagged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lost_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lost_by: Mapped[str] = mapped_column(String(64), default="")
    lost_reason: Mapped[str] = mapped_column(String(400), default="")
    back_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime
    )  # reported though lost

    @property
    def refused_numbers(self) -> frozenset[int]:
        return frozenset(map(int, self.refused.split()))


class TabletUse(Base):
    """A tablet in the hands of a seat, as its reports told."""

    __tablename__ = "tablet_use"
    __table_args__ = (UniqueConstraint("tablet_id", "seat_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tablet_id: Mapped[int] = mapped_column(ForeignKey("tablet.id"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("judge_seat.id"), index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)

    tablet: Mapped[Tablet] = relationship()
    seat: Mapped[JudgeSeat] = relationship()


class TabletOverride(PublicId, Base):
    """Two persons' word that the marks of an event are complete without a tablet."""

    __tablename__ = "tablet_override"

    id: Mapped[int] = mapped_column(primary_key=True)
    tablet_id: Mapped[int] = mapped_column(ForeignKey("tablet.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    round: Mapped[int] = mapped_column(SmallInteger)
    reason: Mapped[str] = mapped_column(String(400))
    sheet: Mapped[str] = mapped_column(String(60))  # number of the paper sheet
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by: Mapped[str] = mapped_column(String(64))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_by: Mapped[str] = mapped_column(String(64), default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # it came back, full

    event: Mapped[Event] = relationship()
    tablet: Mapped[Tablet] = relationship()
