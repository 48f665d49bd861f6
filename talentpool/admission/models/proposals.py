"""Proposals for the pool and what officers stated about them."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from competition.events.models import Event
from competition.registration.models import Entry
from extensions import Base, PublicId, UtcDateTime
from people.consent.models import Consent
from people.persons.models import Person
from talentpool.admission.rules.proposals import OPEN, STATES
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.rules import CLASSES, LEVELS
from talentpool.standard.models import ProfileVersion


class Proposal(PublicId, Base):
    """One published entry proposed for the pool, with the standard's verdict."""

    __tablename__ = "proposal"
    __table_args__ = (
        UniqueConstraint("publication_uid", "entry_id"),
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint(f"level in ('', {str(LEVELS)[1:-1]})", name="level"),
        CheckConstraint(f"pool_class in ('', {str(CLASSES)[1:-1]})", name="pool_class"),
        CheckConstraint(
            "state not in ('admitted', 'refused') or decided_by <> ''",
            name="decision_has_a_name",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_uid: Mapped[str] = mapped_column(String(36), index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"), index=True)
    state: Mapped[str] = mapped_column(String(10), default=OPEN, index=True)
    place: Mapped[int | None] = mapped_column(SmallInteger)
    of_count: Mapped[int | None] = mapped_column(SmallInteger)
    award: Mapped[str] = mapped_column(String(40), default="")
    total: Mapped[str] = mapped_column(String(24), default="")
    profile_version_id: Mapped[int] = mapped_column(ForeignKey("profile_version.id"))
    outcome: Mapped[str] = mapped_column(String(12))  # admissible | open | barred
    verdict: Mapped[str] = mapped_column(Text)  # the whole verdict, as JSON
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    judged_at: Mapped[datetime] = mapped_column(UtcDateTime)  # of `verdict`
    # Suspended until then: the first day on which who left the pool may come back.
    barred_until: Mapped[date | None] = mapped_column(Date)
    level: Mapped[str] = mapped_column(String(10), default="")  # as decided
    pool_class: Mapped[str] = mapped_column(String(12), default="")
    minute_number: Mapped[str] = mapped_column(String(60), default="")  # 会议纪要号
    reason: Mapped[str] = mapped_column(String(400), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("consent.id"))
    craftsman_id: Mapped[int | None] = mapped_column(
        ForeignKey("craftsman.id"), index=True
    )

    event: Mapped[Event] = relationship()
    entry: Mapped[Entry] = relationship()
    person: Mapped[Person] = relationship()
    profile_version: Mapped[ProfileVersion] = relationship()
    consent: Mapped[Consent | None] = relationship()
    craftsman: Mapped[Craftsman | None] = relationship()

    @property
    def standing(self) -> str:
        """Return the state, and "barred" where a bar of re-entry suspends it."""
        return self.state if self.barred_until is None else "barred"


class Statement(PublicId, Base):
    """What an officer stated about a proposed person, with the document behind it.

    A later statement on the same field takes the place of an earlier one; none is lost.
    """

    __tablename__ = "proposal_statement"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    field: Mapped[str] = mapped_column(String(24))  # a field of PersonFacts
    value: Mapped[str] = mapped_column(String(40))
    document: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(64))

    proposal: Mapped[Proposal] = relationship()
