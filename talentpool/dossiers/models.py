"""Craftsmen and the dated facts of their dossiers.

Facts are append-only: triggers refuse DELETE, and any UPDATE but of `is_current` and
the state of verification (see migration 0006).
"""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from extensions import Base, PublicId, UtcDateTime
from people.attachments.models import Attachment
from people.codes.models import Honour, Occupation, SkillLevel
from people.districts.models import District
from people.persons.models import Person
from talentpool.dossiers.rules import (
    ACHIEVEMENT_KINDS,
    CLASSES,
    EMPLOYMENT,
    FACT_STATES,
    LEVELS,
    POOL_STATES,
    POST_KINDS,
    SOURCES,
    STUDIO_KINDS,
    STUDIO_ROLES,
    WORKER_TYPES,
)
from talentpool.standard.models import ProfileVersion

_OPEN = text("is_current and valid_to is null")


class Craftsman(PublicId, Base):
    """A person in the pool (在库工匠): the head of a dossier."""

    __tablename__ = "craftsman"
    __table_args__ = (
        ForeignKeyConstraint(
            ["occupation_edition", "occupation_code"],
            ["occupation.edition", "occupation.code"],
        ),
        CheckConstraint(f"state in {POOL_STATES}", name="state"),
        CheckConstraint(f"pool_class in {CLASSES}", name="pool_class"),
        CheckConstraint(f"level in {LEVELS}", name="level"),
        CheckConstraint(f"employment in {EMPLOYMENT}", name="employment"),
        CheckConstraint(f"post_kind in {POST_KINDS}", name="post_kind"),
        CheckConstraint(f"worker_type in {WORKER_TYPES}", name="worker_type"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="active", index=True)
    pool_class: Mapped[str] = mapped_column(String(12))
    level: Mapped[str] = mapped_column(String(10), index=True)
    entered_on: Mapped[date] = mapped_column(Date)
    # The last day of the term; then the dossier is to be re-confirmed.
    term_ends_on: Mapped[date | None] = mapped_column(Date, index=True)
    certificate_number: Mapped[str] = mapped_column(String(20), unique=True)
    profile_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("profile_version.id")
    )
    occupation_edition: Mapped[int] = mapped_column(SmallInteger)
    occupation_code: Mapped[str] = mapped_column(String(12), index=True)
    trade: Mapped[str] = mapped_column(String(80))  # 工种, as the craftsman says it
    trade_since: Mapped[date | None] = mapped_column(Date)  # years in trade count here
    post: Mapped[str] = mapped_column(String(80), default="")
    post_kind: Mapped[str] = mapped_column(String(12), default="")
    employment: Mapped[str] = mapped_column(String(12), default="")
    front_line: Mapped[bool | None]  # None: not stated
    union_member: Mapped[bool | None]
    worker_type: Mapped[str] = mapped_column(String(14), default="")
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"), index=True)
    willing_to_serve: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    # The dossier that took this one's place; its addresses lead there.
    merged_into_id: Mapped[int | None] = mapped_column(
        ForeignKey("craftsman.id"), index=True
    )

    person: Mapped[Person] = relationship()
    occupation: Mapped[Occupation] = relationship()
    district: Mapped[District] = relationship()
    profile_version: Mapped[ProfileVersion | None] = relationship()


class Fact(PublicId):
    """Mixin: what every dated fact carries. Only current facts count."""

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(12))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(64))  # actor's name
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10), default="claimed")
    verified_by: Mapped[str] = mapped_column(String(64), default="")
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_current: Mapped[bool] = mapped_column(default=True)  # False: superseded
    reason: Mapped[str] = mapped_column(String(200), default="")  # of a correction

    @declared_attr
    def craftsman_id(cls) -> Mapped[int]:  # noqa: N805 - SQLAlchemy's way
        return mapped_column(ForeignKey("craftsman.id"), index=True)

    @declared_attr
    def supersedes_id(cls) -> Mapped[int | None]:  # noqa: N805
        table = cls.__tablename__  # type: ignore[attr-defined]
        return mapped_column(ForeignKey(f"{table}.id"), unique=True)

    @declared_attr
    def craftsman(cls) -> Mapped[Craftsman]:  # noqa: N805
        return relationship()


def _fact_args(*more: object) -> tuple[object, ...]:
    # Made anew for each table: a constraint belongs to one table only.
    return (
        CheckConstraint(f"state in {FACT_STATES}", name="state"),
        CheckConstraint(f"source in {SOURCES}", name="source"),
        CheckConstraint(
            "valid_to is null or valid_to >= valid_from", name="valid_range"
        ),
        *more,
    )


class SkillCertificate(Fact, Base):
    """A certificate of a skill level (职业技能等级证书)."""

    __tablename__ = "skill_certificate"
    __table_args__ = _fact_args()

    level_code: Mapped[str] = mapped_column(ForeignKey("skill_level.code"), index=True)
    trade: Mapped[str] = mapped_column(String(80))
    number: Mapped[str] = mapped_column(String(40), default="", index=True)
    issuer: Mapped[str] = mapped_column(String(120), default="")
    issued_on: Mapped[date | None] = mapped_column(Date)
    # As on a certificate of the older scale of five; "" on one of the eight levels.
    printed_level: Mapped[str] = mapped_column(String(20), default="")

    skill_level: Mapped[SkillLevel] = relationship()


class HonourAward(Fact, Base):
    """An honour the craftsman was given."""

    __tablename__ = "honour_award"
    __table_args__ = _fact_args(CheckConstraint(f"level in {LEVELS}", name="level"))

    honour_id: Mapped[int | None] = mapped_column(ForeignKey("honour.id"))
    name: Mapped[str] = mapped_column(String(120))
    level: Mapped[str] = mapped_column(String(10), index=True)
    issuer: Mapped[str] = mapped_column(String(120), default="")
    awarded_on: Mapped[date | None] = mapped_column(Date)
    document: Mapped[str] = mapped_column(String(120), default="")  # number of the deed
    # The document that took it away again, on `valid_to`; "" where nobody did.
    revocation: Mapped[str] = mapped_column(String(120), default="")
    # The innovation project it was given for, and the person's part in it; "" else.
    project_uid: Mapped[str] = mapped_column(String(36), default="", index=True)
    given_for: Mapped[str] = mapped_column(String(160), default="")  # its title
    role: Mapped[str] = mapped_column(String(11), default="")

    honour: Mapped[Honour | None] = relationship()


class CompetitionRecord(Fact, Base):
    """A place in a competition, with the way back to the signed result."""

    __tablename__ = "competition_record"
    __table_args__ = _fact_args(
        CheckConstraint(f"tier in {LEVELS}", name="tier"),
        CheckConstraint("place >= 1 and place <= of_count", name="place_within_field"),
        Index("ix_competition_record_entry_uid", "entry_uid"),
    )

    competition_name: Mapped[str] = mapped_column(String(120))
    event_name: Mapped[str] = mapped_column(String(80))
    tier: Mapped[str] = mapped_column(String(10), index=True)
    grade: Mapped[str] = mapped_column(String(8), default="")  # "1" 一类, "2" 二类
    trade: Mapped[str] = mapped_column(String(80))
    held_on: Mapped[date | None] = mapped_column(Date)
    place: Mapped[int | None] = mapped_column(SmallInteger)  # None: took part, no rank
    of_count: Mapped[int | None] = mapped_column(SmallInteger)  # how many were ranked
    award: Mapped[str] = mapped_column(String(40), default="")
    total: Mapped[str] = mapped_column(String(24), default="")  # marks, as published
    document: Mapped[str] = mapped_column(String(120), default="")
    publication_uid: Mapped[str] = mapped_column(String(36), default="", index=True)
    entry_uid: Mapped[str] = mapped_column(String(36), default="")


class Achievement(Fact, Base):
    """An innovation, a method, a patent or a standard the craftsman had a part in."""

    __tablename__ = "achievement"
    __table_args__ = _fact_args(
        CheckConstraint(f"kind in {ACHIEVEMENT_KINDS}", name="kind"),
        CheckConstraint("benefit_yuan >= 0", name="benefit_not_negative"),
    )

    kind: Mapped[str] = mapped_column(String(12), index=True)
    level: Mapped[str] = mapped_column(String(10), default="")  # of LEVELS; "" unknown
    author_rank: Mapped[int | None] = mapped_column(SmallInteger)  # 1 is the first
    title: Mapped[str] = mapped_column(String(160))
    text: Mapped[str] = mapped_column(Text, default="")
    number: Mapped[str] = mapped_column(String(60), default="")  # of patent or standard
    named_after_person: Mapped[bool] = mapped_column(default=False)
    benefit_yuan: Mapped[int | None] = mapped_column(BigInteger)  # shown in 万元
    role: Mapped[str] = mapped_column(String(40), default="")
    achieved_on: Mapped[date | None] = mapped_column(Date)
    # The innovation project it is a part of; "" for what stands alone.
    project_uid: Mapped[str] = mapped_column(String(36), default="", index=True)


class Studio(Fact, Base):
    """A studio the craftsman leads or works in (创新工作室)."""

    __tablename__ = "studio"
    __table_args__ = _fact_args(
        CheckConstraint(f"kind in {STUDIO_KINDS}", name="kind"),
        CheckConstraint(f"level in {LEVELS}", name="level"),
        CheckConstraint(f"role in {STUDIO_ROLES}", name="role"),
    )

    name: Mapped[str] = mapped_column(String(120), index=True)
    kind: Mapped[str] = mapped_column(String(14))
    level: Mapped[str] = mapped_column(String(10))
    role: Mapped[str] = mapped_column(String(8), default="leader")
    alliance: Mapped[str] = mapped_column(String(80), default="", index=True)  # 联盟
    founded_on: Mapped[date | None] = mapped_column(Date)


class PostHeld(Fact, Base):
    """A post at a unit, from a day to a day (岗位经历)."""

    __tablename__ = "post_held"
    __table_args__ = _fact_args(
        CheckConstraint(f"post_kind in {POST_KINDS}", name="post_kind"),
        CheckConstraint("valid_from is not null", name="has_a_beginning"),
    )

    unit_name: Mapped[str] = mapped_column(String(120), default="")
    post: Mapped[str] = mapped_column(String(80), default="")
    post_kind: Mapped[str] = mapped_column(String(12), default="")
    document: Mapped[str] = mapped_column(String(120), default="")


class FirmService(Fact, Base):
    """Service to firms (助企服务): visits, firms, problems solved, people trained."""

    __tablename__ = "firm_service"
    __table_args__ = _fact_args(
        *(
            CheckConstraint(f"{name} >= 0", name=f"{name}_not_negative")
            for name in ("visits", "firms", "problems", "trained")
        )
    )

    title: Mapped[str] = mapped_column(String(160))
    firm: Mapped[str] = mapped_column(String(160), default="")  # who was served
    text: Mapped[str] = mapped_column(Text, default="")
    served_on: Mapped[date | None] = mapped_column(Date)
    visits: Mapped[int] = mapped_column(default=0)
    firms: Mapped[int] = mapped_column(default=0)
    problems: Mapped[int] = mapped_column(default=0)  # solved
    trained: Mapped[int] = mapped_column(default=0)  # people


class Membership(Fact, Base):
    """Time at one tier of the pool, by a numbered decision; one open per tier."""

    __tablename__ = "pool_membership"
    __table_args__ = _fact_args(
        CheckConstraint(f"level in {LEVELS}", name="level"),
        CheckConstraint(f"pool_class in {CLASSES}", name="pool_class"),
        CheckConstraint("valid_from is not null", name="has_a_beginning"),
        Index(
            "uq_pool_membership_open",
            "craftsman_id",
            "level",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    level: Mapped[str] = mapped_column(String(10))
    pool_class: Mapped[str] = mapped_column(String(12))
    decision: Mapped[str] = mapped_column(String(120), default="")  # its number
    cause: Mapped[str] = mapped_column(String(24), default="")  # of its end


class PoolStep(Fact, Base):
    """A change of state in the pool, with cause, document and effective day."""

    __tablename__ = "pool_step"
    __table_args__ = _fact_args(
        CheckConstraint(f"to_state in {POOL_STATES}", name="to_state"),
        CheckConstraint("valid_from is not null", name="has_a_beginning"),
    )

    to_state: Mapped[str] = mapped_column(String(10))
    cause: Mapped[str] = mapped_column(String(24), default="")
    clause: Mapped[str] = mapped_column(String(20), default="")
    document: Mapped[str] = mapped_column(String(120), default="")
    decided_by: Mapped[str] = mapped_column(String(80), default="")  # a body, a person
    ground: Mapped[str] = mapped_column(String(400), default="")


class Evidence(Fact, Base):
    """A document that proves a fact: the file, its hash, and who checked it."""

    __tablename__ = "evidence"
    __table_args__ = _fact_args(Index("ix_evidence_fact_uid", "fact_uid"))

    fact_uid: Mapped[str] = mapped_column(String(36))  # what it proves
    title: Mapped[str] = mapped_column(String(120))
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    sha256: Mapped[str] = mapped_column(String(64), default="")

    attachment: Mapped[Attachment | None] = relationship()


class DossierLook(Base):
    """Somebody opened somebody else's dossier; rows are added, and purged by age."""

    __tablename__ = "dossier_look"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    craftsman_id: Mapped[int] = mapped_column(ForeignKey("craftsman.id"), index=True)
    page: Mapped[str] = mapped_column(String(10))  # of LOOKED_AT
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


FACT_MODELS = (
    SkillCertificate,
    HonourAward,
    CompetitionRecord,
    Achievement,
    Studio,
    PostHeld,
    FirmService,
    Membership,
    PoolStep,
    Evidence,
)
