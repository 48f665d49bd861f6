"""Pairs of records that may be one person, what was said of them, and merges."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from extensions import Base, PublicId, UtcDateTime
from people.persons.models import Person
from talentpool.identity.rules.judgement import STATES, VERDICTS


class Likeness(PublicId, Base):
    """Two persons who may be one, as scored; the smaller id is the first."""

    __tablename__ = "identity_likeness"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id <= second_id", name="order"),
        CheckConstraint(f"state in {STATES}", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    second_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    score: Mapped[int] = mapped_column(SmallInteger)
    signals: Mapped[str] = mapped_column(Text)  # JSON: [[name, outcome, points]]
    fingerprint: Mapped[str] = mapped_column(String(64))  # of all that was compared
    # Where each of them is; "" is known to those alone who may look everywhere.
    first_district: Mapped[str] = mapped_column(String(6))
    second_district: Mapped[str] = mapped_column(String(6))
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)  # opened, or opened again

    first: Mapped[Person] = relationship(foreign_keys=[first_id])
    second: Mapped[Person] = relationship(foreign_keys=[second_id])


class Judgement(PublicId, Base):
    """What a person said of two records; only added, never changed."""

    __tablename__ = "identity_judgement"
    __table_args__ = (CheckConstraint(f"verdict in {VERDICTS}", name="verdict"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    likeness_id: Mapped[int] = mapped_column(
        ForeignKey("identity_likeness.id"), index=True
    )
    verdict: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(200))
    score: Mapped[int] = mapped_column(SmallInteger)
    fingerprint: Mapped[str] = mapped_column(String(64))  # what it was said about
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    given_by: Mapped[str] = mapped_column(String(64))

    likeness: Mapped[Likeness] = relationship()


class Merge(PublicId, Base):
    """One person's record led over to another's, with all that is needed to undo it."""

    __tablename__ = "identity_merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    likeness_id: Mapped[int] = mapped_column(
        ForeignKey("identity_likeness.id"), index=True
    )
    kept_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    merged_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[str] = mapped_column(String(200))
    moved: Mapped[int] = mapped_column(Integer)  # rows that changed their owner
    # Sealed JSON of every changed cell, before and after; None once erased.
    cells_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    merged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    merged_by: Mapped[str] = mapped_column(String(64))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[str] = mapped_column(String(64), default="")
    undo_reason: Mapped[str] = mapped_column(String(200), default="")

    likeness: Mapped[Likeness] = relationship()
    kept: Mapped[Person] = relationship(foreign_keys=[kept_id])
    merged: Mapped[Person] = relationship(foreign_keys=[merged_id])


class Scan(Base):
    """One run over everybody, and what came of it."""

    __tablename__ = "identity_scan"

    id: Mapped[int] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    persons: Mapped[int] = mapped_column(Integer)
    compared: Mapped[int] = mapped_column(Integer)  # pairs
    found: Mapped[int] = mapped_column(Integer)  # pairs nobody had seen
    reopened: Mapped[int] = mapped_column(Integer)
    skipped: Mapped[int] = mapped_column(Integer)  # values too common to compare by
