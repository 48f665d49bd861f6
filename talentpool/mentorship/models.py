"""Mentor–apprentice pairs, their agreements, and who looks for whom."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from extensions import Base, PublicId, UtcDateTime
from people.attachments.models import Attachment
from people.codes.models import Occupation, SkillLevel
from people.persons.models import Person
from people.units.models import Unit
from talentpool.dossiers.models import Craftsman
from talentpool.mentorship.rules.agreements import (
    AGREEMENT_STATES,
    PARTIES,
    SECTIONS,
)
from talentpool.mentorship.rules.assessments import KINDS, VIEWS
from talentpool.mentorship.rules.pairs import CAUSES, RELATIONS, STATES
from talentpool.mentorship.rules.plans import MILESTONE_STATES
from talentpool.mentorship.rules.rewards import REWARD_STATES
from talentpool.mentorship.rules.wishes import OFFER_STATES, SIDES

_LIVE_OFFER = text("state <> 'closed'")


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
        Index("ix_mentor_pair_state_ends_on", "state", "ends_on"),
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


class Agreement(PublicId, Base):
    """One version of a pair's agreement (师徒协议书); its sections never change."""

    __tablename__ = "pair_agreement"
    __table_args__ = (
        UniqueConstraint("pair_id", "version"),
        CheckConstraint(f"state in {AGREEMENT_STATES}", name="state"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("ends_on > starts_on", name="term"),
        CheckConstraint("state <> 'filed' or filed_by <> ''", name="filing_has_a_name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("mentor_pair.id"), index=True)
    version: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(String(8), index=True)
    template: Mapped[str] = mapped_column(String(24))
    language: Mapped[str] = mapped_column(String(2), default="zh")
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    confirm_by: Mapped[date] = mapped_column(Date, index=True)  # the deadline
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    # Where the mentor is of another unit, which signs too.
    mentor_unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("unit.id"), index=True
    )
    # Of a minor: who consented or was told, and on which document.
    guardian: Mapped[str] = mapped_column(String(160), default="")
    digest: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(200), default="")  # of a change
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(64))
    filed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    filed_by: Mapped[str] = mapped_column(String(64), default="")
    waiver: Mapped[str] = mapped_column(String(200), default="")  # of a limit
    waived: Mapped[str] = mapped_column(String(80), default="")  # codes, by spaces
    signature: Mapped[str] = mapped_column(String(128), default="")  # Ed25519, hex

    pair: Mapped[Pair] = relationship()
    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    mentor_unit: Mapped[Unit | None] = relationship(foreign_keys=[mentor_unit_id])
    sections: Mapped[list["Section"]] = relationship(order_by="Section.position")


class Section(Base):
    """The text of one section in one version of an agreement."""

    __tablename__ = "agreement_section"
    __table_args__ = (
        UniqueConstraint("agreement_id", "code"),
        CheckConstraint(f"code in {SECTIONS}", name="code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("pair_agreement.id"))
    code: Mapped[str] = mapped_column(String(12))
    position: Mapped[int] = mapped_column(SmallInteger)
    text: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))


class Confirmation(PublicId, Base):
    """A party's signature under a section, by its digest. Rows are only added."""

    __tablename__ = "agreement_confirmation"
    __table_args__ = (
        UniqueConstraint("pair_id", "party", "section", "section_digest"),
        CheckConstraint(f"party in {PARTIES}", name="party"),
        CheckConstraint(f"section in {SECTIONS}", name="section"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("mentor_pair.id"))
    agreement_id: Mapped[int] = mapped_column(  # the version that was read
        ForeignKey("pair_agreement.id"), index=True
    )
    party: Mapped[str] = mapped_column(String(12))
    section: Mapped[str] = mapped_column(String(12))
    section_digest: Mapped[str] = mapped_column(String(64))
    agreement_digest: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_by: Mapped[str] = mapped_column(String(64))  # uid of the account


class Offer(PublicId, Base):
    """Somebody looks for an apprentice, or for a mentor; seen by the other side."""

    __tablename__ = "mentor_offer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["occupation_edition", "occupation_code"],
            ["occupation.edition", "occupation.code"],
        ),
        CheckConstraint(f"side in {SIDES}", name="side"),
        CheckConstraint(f"state in {OFFER_STATES}", name="state"),
        Index(
            "ix_mentor_offer_side_occupation_code_state",
            *("side", "occupation_code", "state"),
        ),
        Index(
            "uq_mentor_offer_live",
            *("person_id", "side", "occupation_edition", "occupation_code"),
            unique=True,
            sqlite_where=_LIVE_OFFER,
            postgresql_where=_LIVE_OFFER,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    side: Mapped[str] = mapped_column(String(10))
    occupation_edition: Mapped[int] = mapped_column(SmallInteger)
    occupation_code: Mapped[str] = mapped_column(String(12))
    trade: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(String(400), default="")
    state: Mapped[str] = mapped_column(String(8))
    # The pair that ended and left an apprentice without a mentor.
    after_pair_id: Mapped[int | None] = mapped_column(
        ForeignKey("mentor_pair.id"), index=True
    )
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()


class Wish(PublicId, Base):
    """One who looks wishes for one of the other side; both ways makes a match."""

    __tablename__ = "mentor_wish"
    __table_args__ = (
        UniqueConstraint("offer_id", "wanted_id"),
        CheckConstraint("rank between 1 and 9", name="rank"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("mentor_offer.id"))
    wanted_id: Mapped[int] = mapped_column(ForeignKey("mentor_offer.id"), index=True)
    rank: Mapped[int] = mapped_column(SmallInteger)  # 1 is wished for most
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Set when a pair was drawn up from it.
    pair_id: Mapped[int | None] = mapped_column(
        ForeignKey("mentor_pair.id"), index=True
    )

    offer: Mapped[Offer] = relationship(foreign_keys=[offer_id])
    wanted: Mapped[Offer] = relationship(foreign_keys=[wanted_id])


class TaskSheet(PublicId, Base):
    """A version of the task sheet (任务书) of a pair; rows are only added."""

    __tablename__ = "pair_task_sheet"
    __table_args__ = (UniqueConstraint("pair_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("mentor_pair.id"))
    version: Mapped[int] = mapped_column(SmallInteger)
    tasks: Mapped[str] = mapped_column(Text)  # JSON: uid, title and day of each
    reason: Mapped[str] = mapped_column(String(200), default="")
    digest: Mapped[str] = mapped_column(String(64))  # of `tasks`
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(64))


class Milestone(PublicId, Base):
    """Something the apprentice shall have reached by a day, and how that was shown."""

    __tablename__ = "pair_milestone"
    __table_args__ = (
        CheckConstraint(f"state in {MILESTONE_STATES}", name="state"),
        CheckConstraint(
            "state <> 'reached' or (signed_by <> '' and reached_on is not null "
            "and attachment_id is not null)",
            name="evidence_day_and_signer",
        ),
        Index("ix_pair_milestone_state_due_on", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("mentor_pair.id"), index=True)
    position: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str] = mapped_column(String(120))
    due_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(8), default="open")
    note: Mapped[str] = mapped_column(String(400), default="")  # of the apprentice
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    claimed_by: Mapped[str] = mapped_column(String(64), default="")
    reached_on: Mapped[date | None] = mapped_column(Date)
    answer: Mapped[str] = mapped_column(String(200), default="")  # of the mentor
    signed_by: Mapped[str] = mapped_column(String(64), default="")
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    pair: Mapped[Pair] = relationship()
    attachment: Mapped[Attachment | None] = relationship()


class LogEntry(PublicId, Base):
    """What was taught and learned on a day; confirmed by the mentor."""

    __tablename__ = "pair_log"
    __table_args__ = (
        CheckConstraint("minutes between 0 and 960", name="minutes"),
        Index("ix_pair_log_pair_id_held_on", "pair_id", "held_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("mentor_pair.id"))
    held_on: Mapped[date] = mapped_column(Date)
    minutes: Mapped[int] = mapped_column(SmallInteger)
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    written_by: Mapped[str] = mapped_column(String(64))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_by: Mapped[str] = mapped_column(String(64), default="")

    pair: Mapped[Pair] = relationship()
    photos: Mapped[list["LogPhoto"]] = relationship(order_by="LogPhoto.id")


class LogPhoto(PublicId, Base):
    """A photo of an entry of the log."""

    __tablename__ = "pair_log_photo"

    id: Mapped[int] = mapped_column(primary_key=True)
    log_id: Mapped[int] = mapped_column(ForeignKey("pair_log.id"), index=True)
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))

    attachment: Mapped[Attachment] = relationship()


class Assessment(PublicId, Base):
    """One assessment of a pair: due on a day, closed by a person."""

    __tablename__ = "pair_assessment"
    __table_args__ = (
        CheckConstraint(f"kind in {KINDS}", name="kind"),
        CheckConstraint("outcome in ('', 'passed', 'failed')", name="outcome"),
        CheckConstraint("outcome = '' or closed_by <> ''", name="outcome_has_a_name"),
        Index("ix_pair_assessment_outcome_due_on", "outcome", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("mentor_pair.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    due_on: Mapped[date] = mapped_column(Date)
    outcome: Mapped[str] = mapped_column(String(8), default="")
    band: Mapped[str] = mapped_column(String(10), default="")
    note: Mapped[str] = mapped_column(String(400), default="")  # of a disagreement
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str] = mapped_column(String(64), default="")

    pair: Mapped[Pair] = relationship()
    views: Mapped[list["View"]] = relationship(order_by="View.id")


class View(PublicId, Base):
    """How one of those who judge sees the apprentice. Rows are only added."""

    __tablename__ = "assessment_view"
    __table_args__ = (
        UniqueConstraint("assessment_id", "role"),
        CheckConstraint(f"role in {VIEWS}", name="role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("pair_assessment.id"))
    role: Mapped[str] = mapped_column(String(10))
    marks: Mapped[str] = mapped_column(Text)  # JSON: text by criterion
    comment: Mapped[str] = mapped_column(String(400), default="")
    document: Mapped[str] = mapped_column(String(120), default="")  # of a skill test
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_by: Mapped[str] = mapped_column(String(64))

    attachment: Mapped[Attachment | None] = relationship()


class Reward(PublicId, Base):
    """A mentor may be rewarded for an apprentice; once per rule and apprentice."""

    __tablename__ = "mentor_reward"
    __table_args__ = (
        UniqueConstraint("apprentice_person_id", "mentor_id", "rule"),
        CheckConstraint(f"state in {REWARD_STATES}", name="state"),
        CheckConstraint("yuan > 0", name="yuan"),
        CheckConstraint(
            "state = 'proposed' or decided_by <> ''", name="decision_has_a_name"
        ),
        CheckConstraint("state <> 'paid' or payment <> ''", name="payment_is_named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("mentor_pair.id"), index=True)
    mentor_id: Mapped[int] = mapped_column(ForeignKey("craftsman.id"), index=True)
    apprentice_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    rule: Mapped[str] = mapped_column(String(24))
    ground: Mapped[str] = mapped_column(String(36))  # uid of the apprentice's fact
    ground_on: Mapped[date] = mapped_column(Date)
    yuan: Mapped[int]
    state: Mapped[str] = mapped_column(String(8), default="proposed", index=True)
    reason: Mapped[str] = mapped_column(String(200), default="")  # of the decision
    payment: Mapped[str] = mapped_column(String(80), default="")  # its reference
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(64), default="")

    pair: Mapped[Pair] = relationship()
