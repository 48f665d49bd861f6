"""Entries: who takes part in which event, their papers, verdicts and tickets."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    and_,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.users.models import User
from competition.events.models import Event, EventGroup
from competition.registration.rules.entries import (
    ENTRY_STATES,
    PAPER_KINDS,
    PAPER_STATES,
    RESERVE,
    SUBMITTED,
    WAITING_STATES,
)
from extensions import Base, PublicId, UtcDateTime
from people.attachments.models import Attachment
from people.codes.models import SkillLevel
from people.persons.models import Person
from people.units.models import Unit


class Entry(PublicId, Base):
    """One person's entry for one event (报名), from the draft to the verdict.

    While it is a draft everything typed lives sealed in `answers_sealed`; the columns
    beside it are filled when it is submitted.
    """

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("event_id", "person_id"),
        UniqueConstraint("event_id", "user_id"),
        CheckConstraint(f"state in {ENTRY_STATES}", name="state"),
        CheckConstraint(
            "state in ('draft', 'withdrawn') or "
            "(person_id is not null and group_id is not null)",
            name="complete_once_submitted",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("event_group.id"), index=True
    )
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    state: Mapped[str] = mapped_column(String(12), default="draft", index=True)
    reason: Mapped[str] = mapped_column(String(400), default="")  # of the last verdict
    trade_years: Mapped[int | None] = mapped_column(SmallInteger)
    level_code: Mapped[str | None] = mapped_column(ForeignKey("skill_level.code"))
    certificate_number: Mapped[str] = mapped_column(String(40), default="")
    answers_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # AES-GCM
    # Fields the committee asked to correct, separated by spaces; "" is none.
    reopened: Mapped[str] = mapped_column(String(120), default="")
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # A team's substitute, or a member whom one has replaced: takes no part.
    is_substitute: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Version of the event's questions that the answers belong to; none is not begun.
    form_number: Mapped[int | None] = mapped_column(SmallInteger)
    # Since when a substitute has passed the review and may take a member's place.
    reserve_since: Mapped[datetime | None] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship()
    group: Mapped[EventGroup | None] = relationship()
    user: Mapped[User | None] = relationship()
    person: Mapped[Person | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
    level: Mapped[SkillLevel | None] = relationship()
    papers: Mapped[list["EntryPaper"]] = relationship(
        back_populates="entry", order_by="EntryPaper.id"
    )
    photo: Mapped[Attachment | None] = relationship(
        secondary="entry_paper",
        primaryjoin="and_(Entry.id == EntryPaper.entry_id, EntryPaper.kind == 'photo')",
        secondaryjoin="EntryPaper.attachment_id == Attachment.id",
        uselist=False,
        viewonly=True,
    )
    ticket: Mapped["Ticket | None"] = relationship(back_populates="entry")
    guest: Mapped["GuestDraft | None"] = relationship(
        back_populates="entry", cascade="all, delete-orphan"
    )

    @property
    def shown_state(self) -> str:
        """The state as people read it: a reviewed substitute is in reserve."""
        is_reserve = self.state == SUBMITTED and self.reserve_since is not None
        return RESERVE if is_reserve else self.state


# A substitute who has passed the review.
IN_RESERVE = and_(Entry.state == SUBMITTED, Entry.reserve_since.is_not(None))


class GuestDraft(Base):
    """What makes a draft a visitor's own who has no account yet."""

    __tablename__ = "guest_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), index=True)  # SHA-256, hex
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    entry: Mapped[Entry] = relationship(back_populates="guest")


class EntryPaper(PublicId, Base):
    """The photo or a paper of an entry, and what the reviewer said about it."""

    __tablename__ = "entry_paper"
    __table_args__ = (
        UniqueConstraint("entry_id", "kind"),
        CheckConstraint(f"kind in {PAPER_KINDS}", name="kind"),
        CheckConstraint(f"state in {PAPER_STATES}", name="state"),
        CheckConstraint("state != 'rejected' or reason != ''", name="reason_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    kind: Mapped[str] = mapped_column(String(12))
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    state: Mapped[str] = mapped_column(String(12), default="pending")
    reason: Mapped[str] = mapped_column(String(200), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    entry: Mapped[Entry] = relationship(back_populates="papers")
    attachment: Mapped[Attachment] = relationship()


class EntryFile(PublicId, Base):
    """A file that answers one of the event's own questions."""

    __tablename__ = "entry_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    code: Mapped[str] = mapped_column(String(8))  # of the question
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))

    entry: Mapped[Entry] = relationship()
    attachment: Mapped[Attachment] = relationship()


class EntryVerdict(PublicId, Base):
    """One step of an entry with the rules as they stood: never changed, only added."""

    __tablename__ = "entry_verdict"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(12))  # the state it led to
    reason: Mapped[str] = mapped_column(String(400), default="")
    checks: Mapped[str] = mapped_column(Text, default="[]")  # JSON of rules.RuleCheck
    given_by: Mapped[str] = mapped_column(String(64))  # actor's name
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)

    entry: Mapped[Entry] = relationship()


class EntryRevision(PublicId, Base):
    """An entry as it was submitted once: what the next submission is compared with."""

    __tablename__ = "entry_revision"
    __table_args__ = (UniqueConstraint("entry_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    number: Mapped[int] = mapped_column(SmallInteger)  # 1, 2, 3 … of the entry
    is_correction: Mapped[bool]  # of the one before, which a reviewer gave back
    answers_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # AES-GCM
    papers: Mapped[str] = mapped_column(Text)  # JSON: kind → SHA-256 of the file
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)

    entry: Mapped[Entry] = relationship()


class UnitWord(PublicId, Base):
    """What an entry's own unit says of it, before the committee decides."""

    __tablename__ = "unit_word"
    __table_args__ = (
        CheckConstraint("word in ('confirmed', 'objected')", name="word"),
        CheckConstraint("word = 'confirmed' or reason != ''", name="reason_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    word: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(200), default="")
    given_by: Mapped[str] = mapped_column(String(64))  # actor's name
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)

    entry: Mapped[Entry] = relationship()


class WaitingPlace(PublicId, Base):
    """An entry's place on the waiting list (候补), and the offer made to it."""

    __tablename__ = "waiting_place"
    __table_args__ = (
        CheckConstraint(f"state in {WAITING_STATES}", name="state"),
        Index("ix_waiting_place_event_id_state", "event_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)  # the order of the list
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    offered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship()
    entry: Mapped[Entry] = relationship()


class RuleVersion(PublicId, Base):
    """The rules of an event as one text; verdicts cite its number."""

    __tablename__ = "rule_version"
    __table_args__ = (UniqueConstraint("event_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    number: Mapped[int] = mapped_column(SmallInteger)  # 1, 2, 3 … of the event
    document: Mapped[str] = mapped_column(Text)  # TOML, see rules.document
    digest: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(200), default="")
    made_by: Mapped[str] = mapped_column(String(64))  # actor's name
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Ticket(PublicId, Base):
    """The admission ticket (准考证) of an accepted entry."""

    __tablename__ = "ticket"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), unique=True)
    number: Mapped[str] = mapped_column(String(12), unique=True)  # random, typed
    text: Mapped[str] = mapped_column(String(400))  # what the QR code says
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_until: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    entry: Mapped[Entry] = relationship(back_populates="ticket")
