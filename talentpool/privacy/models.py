"""Erasing persons, by two; and what retention has removed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from extensions import Base, PublicId, UtcDateTime
from people.persons.models import Person
from talentpool.privacy.rules.erasing import STATES


class Erasure(PublicId, Base):
    """A person's wish to be erased: asked, confirmed by one, carried out by another."""

    __tablename__ = "erasure"
    __table_args__ = (
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint(
            "state <> 'done' or (confirmed_by <> '' and confirmed_by <> done_by)",
            name="two_persons",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    reason: Mapped[str] = mapped_column(String(200))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by: Mapped[str] = mapped_column(String(64))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_by: Mapped[str] = mapped_column(String(64), default="")
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[str] = mapped_column(String(64), default="")
    answer: Mapped[str] = mapped_column(String(200), default="")  # why declined
    # What was removed, as JSON: {table: {column: rows}}; no value of it.
    proof: Mapped[str] = mapped_column(Text, default="")

    person: Mapped[Person] = relationship()


class Purge(PublicId, Base):
    """One run of a retention rule: the proof that it removed what was due."""

    __tablename__ = "retention_purge"

    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(24), index=True)
    cutoff: Mapped[datetime] = mapped_column(UtcDateTime)  # older than this was due
    rows: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))  # of the ids, keyed
    run_at: Mapped[datetime] = mapped_column(UtcDateTime)
    run_by: Mapped[str] = mapped_column(String(64))
