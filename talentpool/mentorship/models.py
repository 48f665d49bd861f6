"""Mentor–apprentice pairs."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    SmallInteger,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from extensions import Base, PublicId, UtcDateTime
from people.codes.models import Occupation, SkillLevel
from people.persons.models import Person
from talentpool.dossiers.models import Craftsman
from talentpool.mentorship.rules import CAUSES, RELATIONS, STATES


class Pair(PublicId, Base):
    """A mentor and an apprentice under one agreement (师徒协议)."""

    __tablename__ = "mentor_pair"
    __table_args__ = (
        ForeignKeyConstraint(
            ["occupation_edition", "occupation_code"],
            ["occupation.edition", "occupation.code"],
        ),
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint(f"relation in {RELATIONS}", name="relation"),
        CheckConstraint(f"cause in {CAUSES}", name="cause"),
        CheckConstraint("ends_on > starts_on", name="term"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mentor_id: Mapped[int] = mapped_column(ForeignKey("craftsman.id"), index=True)
    apprentice_person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), index=True
    )
    apprentice_craftsman_id: Mapped[int | None] = mapped_column(
        ForeignKey("craftsman.id"), index=True
    )
    apprentice_level: Mapped[str | None] = mapped_column(  # at the start
        ForeignKey("skill_level.code")
    )
    occupation_edition: Mapped[int] = mapped_column(SmallInteger)
    occupation_code: Mapped[str] = mapped_column(String(12), index=True)
    trade: Mapped[str] = mapped_column(String(80))
    relation: Mapped[str] = mapped_column(String(10))
    agreement_number: Mapped[str | None] = mapped_column(String(40), unique=True)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    goals: Mapped[str] = mapped_column(Text, default="")
    exception_reason: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(10), default="draft", index=True)
    cause: Mapped[str] = mapped_column(String(16), default="")
    closed_on: Mapped[date | None] = mapped_column(Date)
    successor_of_id: Mapped[int | None] = mapped_column(ForeignKey("mentor_pair.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(64))

    mentor: Mapped[Craftsman] = relationship(foreign_keys=[mentor_id])
    apprentice: Mapped[Person] = relationship()
    apprentice_craftsman: Mapped[Craftsman | None] = relationship(
        foreign_keys=[apprentice_craftsman_id]
    )
    skill_level: Mapped[SkillLevel | None] = relationship()
    occupation: Mapped[Occupation] = relationship()
