"""Batches and applications, with all that was said of them."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.users.models import User
from extensions import Base, PublicId, UtcDateTime
from people.attachments.models import Attachment
from people.codes.models import Occupation
from people.districts.models import District
from people.persons.models import Person
from people.units.models import Unit
from talentpool.admission.models.proposals import Proposal
from talentpool.admission.rules import applications as rules
from talentpool.admission.rules.claims import CLAIM_STATES, CLAIMED
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.rules import CLASSES, LEVELS
from talentpool.standard.models import ProfileVersion


class Batch(PublicId, Base):
    """A batch (批次): a window to apply in, and the steps that follow."""

    __tablename__ = "admission_batch"
    __table_args__ = (
        CheckConstraint(f"level in {LEVELS}", name="level"),
        CheckConstraint("closes_on >= opens_on", name="window"),
        CheckConstraint("notice_days >= 5", name="notice_long_enough"),
        CheckConstraint("experts_min >= 5", name="enough_experts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"), index=True)
    level: Mapped[str] = mapped_column(String(10))  # what it admits to
    profile_version_id: Mapped[int] = mapped_column(ForeignKey("profile_version.id"))
    opens_on: Mapped[date] = mapped_column(Date, index=True)
    closes_on: Mapped[date] = mapped_column(Date)
    chain: Mapped[str] = mapped_column(String(120))  # steps, separated by spaces
    references_needed: Mapped[int] = mapped_column(SmallInteger, default=0)
    experts_min: Mapped[int] = mapped_column(SmallInteger, default=5)
    trim: Mapped[int] = mapped_column(SmallInteger, default=1)  # sheets left out, twice
    pass_mark: Mapped[int] = mapped_column(SmallInteger, default=60)  # of 100
    unit_notice_days: Mapped[int] = mapped_column(SmallInteger, default=5)
    review_days: Mapped[int] = mapped_column(SmallInteger, default=10)
    notice_days: Mapped[int] = mapped_column(SmallInteger, default=5)
    objection_days: Mapped[int] = mapped_column(SmallInteger, default=10)
    shown_days: Mapped[int] = mapped_column(SmallInteger, default=5)  # after the notice
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(64))  # actor's name
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    district: Mapped[District] = relationship()
    profile_version: Mapped[ProfileVersion] = relationship()

    @property
    def steps(self) -> tuple[str, ...]:
        return tuple(self.chain.split())


class Application(PublicId, Base):
    """One person's way into the pool within a batch, from the draft to the entry.

    What is typed lies sealed in `answers_sealed`; the columns beside it are filled when
    it is submitted.
    """

    __tablename__ = "application"
    __table_args__ = (
        ForeignKeyConstraint(
            ["occupation_edition", "occupation_code"],
            ["occupation.edition", "occupation.code"],
        ),
        CheckConstraint(f"way in {rules.WAYS}", name="way"),
        CheckConstraint(f"state in {rules.STATES}", name="state"),
        CheckConstraint(
            f"confirmed_how in {rules.HOW_CONFIRMED}", name="confirmed_how"
        ),
        CheckConstraint(f"level in ('', {str(LEVELS)[1:-1]})", name="level"),
        CheckConstraint(f"pool_class in ('', {str(CLASSES)[1:-1]})", name="pool_class"),
        CheckConstraint(
            "state in ('draft', 'withdrawn') or (person_id is not null "
            "and district_code is not null and occupation_code is not null)",
            name="complete_once_submitted",
        ),
        CheckConstraint(
            "state not in ('running', 'returned', 'admitted') "
            "or confirmed_how <> '' or way = 'self'",
            name="nominee_agreed",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("admission_batch.id"), index=True)
    way: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12), default="draft", index=True)
    step: Mapped[str] = mapped_column(String(12), default="")  # where it is, running
    round: Mapped[int] = mapped_column(SmallInteger, default=0)  # times submitted
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"))
    submitter_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id"), index=True
    )
    nominee_user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id"), index=True
    )
    nominator: Mapped[str] = mapped_column(String(120), default="")  # its name
    nominator_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    district_code: Mapped[str | None] = mapped_column(
        ForeignKey("district.code"), index=True
    )
    occupation_edition: Mapped[int | None] = mapped_column(SmallInteger)
    occupation_code: Mapped[str | None] = mapped_column(String(12))
    trade: Mapped[str] = mapped_column(String(80), default="")
    post: Mapped[str] = mapped_column(String(80), default="")
    recommendation: Mapped[str] = mapped_column(String(1000), default="")
    answers_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # AES-GCM
    outcome: Mapped[str] = mapped_column(String(12), default="")  # of `verdict`
    verdict: Mapped[str] = mapped_column(Text, default="")  # as JSON
    confirmed_how: Mapped[str] = mapped_column(String(8), default="")
    confirm_document: Mapped[str] = mapped_column(String(120), default="")
    reason: Mapped[str] = mapped_column(String(400), default="")  # of the last return
    level: Mapped[str] = mapped_column(String(10), default="")  # as decided
    pool_class: Mapped[str] = mapped_column(String(12), default="")
    minute_number: Mapped[str] = mapped_column(String(60), default="")
    craftsman_id: Mapped[int | None] = mapped_column(
        ForeignKey("craftsman.id"), index=True
    )
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    step_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_on: Mapped[date | None] = mapped_column(Date, index=True)  # of the step

    batch: Mapped[Batch] = relationship()
    proposal: Mapped[Proposal | None] = relationship()
    submitter: Mapped[User | None] = relationship(foreign_keys=[submitter_id])
    nominee_user: Mapped[User | None] = relationship(foreign_keys=[nominee_user_id])
    nominator_unit: Mapped[Unit | None] = relationship(foreign_keys=[nominator_unit_id])
    person: Mapped[Person | None] = relationship()
    unit: Mapped[Unit | None] = relationship(foreign_keys=[unit_id])
    occupation: Mapped[Occupation | None] = relationship()
    craftsman: Mapped[Craftsman | None] = relationship()


class Claim(PublicId, Base):
    """One thing an application claims, with its own evidence and who checked it.

    A later claim on the same field takes the place of an earlier one; none is lost.
    """

    __tablename__ = "application_claim"
    __table_args__ = (
        CheckConstraint(f"state in {CLAIM_STATES}", name="state"),
        CheckConstraint(
            "state = 'claimed' or checked_by <> ''", name="check_has_a_name"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id"), index=True
    )
    field: Mapped[str] = mapped_column(String(24))  # a field of PersonFacts
    value: Mapped[str] = mapped_column(String(40))
    document: Mapped[str] = mapped_column(String(120), default="")
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    state: Mapped[str] = mapped_column(String(10), default=CLAIMED)
    note: Mapped[str] = mapped_column(String(200), default="")  # of who checked
    is_current: Mapped[bool] = mapped_column(default=True)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(64))
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_by: Mapped[str] = mapped_column(String(64), default="")

    application: Mapped[Application] = relationship()
    attachment: Mapped[Attachment | None] = relationship()


class Move(PublicId, Base):
    """One thing that happened to an application: never changed, only added."""

    __tablename__ = "application_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id"), index=True
    )
    round: Mapped[int] = mapped_column(SmallInteger)
    verdict: Mapped[str] = mapped_column(String(12))  # submitted, passed, returned …
    from_step: Mapped[str] = mapped_column(String(12), default="")
    to_step: Mapped[str] = mapped_column(String(12), default="")
    reason: Mapped[str] = mapped_column(String(400), default="")
    role: Mapped[str] = mapped_column(String(12), default="")  # of who did it
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(64))  # actor's name

    application: Mapped[Application] = relationship()


class Reference(PublicId, Base):
    """A referee's word for a nominee; the referee has no other part in it."""

    __tablename__ = "application_reference"
    __table_args__ = (UniqueConstraint("application_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id"), index=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    text: Mapped[str] = mapped_column(String(1000))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)

    application: Mapped[Application] = relationship()
    user: Mapped[User] = relationship()


class Snapshot(PublicId, Base):
    """The dossier as it stood when an application was submitted, sealed."""

    __tablename__ = "application_snapshot"
    __table_args__ = (UniqueConstraint("application_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    round: Mapped[int] = mapped_column(SmallInteger)
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # AES-GCM of JSON
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of the JSON
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)

    application: Mapped[Application] = relationship()
