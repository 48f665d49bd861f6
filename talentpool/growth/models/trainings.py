"""Training, practice and exchange, and who took part."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from extensions import Base, PublicId, UtcDateTime
from people.districts.models import District
from people.persons.models import Person
from people.units.models import Unit
from talentpool.growth.rules.trainings import KINDS, RESULTS, STATES


class Training(PublicId, Base):
    """One course, exercise (练兵) or exchange; it counts once it is held."""

    __tablename__ = "training"
    __table_args__ = (
        CheckConstraint(f"kind in {KINDS}", name="kind"),
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
        Index("ix_training_district_code_state", "district_code", "state"),
        Index("ix_training_last_on", "last_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(160))
    trade: Mapped[str] = mapped_column(String(80), default="")
    first_on: Mapped[date] = mapped_column(Date)
    last_on: Mapped[date] = mapped_column(Date)
    minutes: Mapped[int]  # for one person who attends all of it
    organiser: Mapped[str] = mapped_column(String(120))
    place: Mapped[str] = mapped_column(String(160), default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"))
    state: Mapped[str] = mapped_column(String(9), default="open")
    reason: Mapped[str] = mapped_column(String(200), default="")  # cancelled, opened
    recorded_by: Mapped[str] = mapped_column(String(64))  # uid of the account
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)

    unit: Mapped[Unit | None] = relationship()
    district: Mapped[District] = relationship()


class Attendance(PublicId, Base):
    """One person's part in a training."""

    __tablename__ = "training_attendance"
    __table_args__ = (
        UniqueConstraint("training_id", "person_id"),
        CheckConstraint(f"result in {RESULTS}", name="result"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(ForeignKey("training.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    minutes: Mapped[int]
    result: Mapped[str] = mapped_column(String(6), default="")
    mark: Mapped[str] = mapped_column(String(8), default="")  # as it was given
    added_by: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    training: Mapped[Training] = relationship()
    person: Mapped[Person] = relationship()
