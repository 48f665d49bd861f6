"""Entries: who takes part in which event."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.users.models import User
from competition.events.models import Event, EventGroup
from extensions import Base, PublicId, UtcDateTime
from people.persons.models import Person
from people.units.models import Unit

ENTRY_STATES = (
    "draft",
    "submitted",
    "returned",
    "accepted",
    "rejected",
    "withdrawn",
)


class Entry(PublicId, Base):
    """One person's entry for one event (报名), from the draft to the verdict."""

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("event_id", "person_id"),
        UniqueConstraint("event_id", "user_id"),
        CheckConstraint(f"state in {ENTRY_STATES}", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("event_group.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    state: Mapped[str] = mapped_column(String(12), default="draft", index=True)
    reason: Mapped[str] = mapped_column(String(400), default="")  # of the last verdict
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship()
    group: Mapped[EventGroup | None] = relationship()
    user: Mapped[User | None] = relationship()
    person: Mapped[Person | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
