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
    term_ends_on: Mapped[date | None] = mapped_column(Date)  # then to be re-confirmed
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
    number: Mapped[str] = mapped_column(String(40), default="")
    issuer: Mapped[str] = mapped_column(String(120), default="")
    issued_on: Mapped[date | None] = mapped_column(Date)

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
    title: Mapped[str] = mapped_column(String(160))
    text: Mapped[str] = mapped_column(Text, default="")
    number: Mapped[str] = mapped_column(String(60), default="")  # of patent or standard
    named_after_person: Mapped[bool] = mapped_column(default=False)
    benefit_yuan: Mapped[int | None] = mapped_column(BigInteger)  # shown in 万元
    role: Mapped[str] = mapped_column(String(40), default="")
    achieved_on: Mapped[date | None] = mapped_column(Date)


class Studio(Fact, Base):
    """A studio the craftsman leads or works in (创新工作室)."""

    __tablename__ = "studio"
    __table_args__ = _fact_args(
        CheckConstraint(f"kind in {STUDIO_KINDS}", name="kind"),
        CheckConstraint(f"level in {LEVELS}", name="level"),
        CheckConstraint(f"role in {STUDIO_ROLES}", name="role"),
    )

    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(14))
    level: Mapped[str] = mapped_column(String(10))
    role: Mapped[str] = mapped_column(String(8), default="leader")
    alliance: Mapped[str] = mapped_column(String(80), default="")  # 联盟
    founded_on: Mapped[date | None] = mapped_column(Date)


class Evidence(Fact, Base):
    """A document that proves a fact: the file, its hash, and who checked it."""

    __tablename__ = "evidence"
    __table_args__ = _fact_args(Index("ix_evidence_fact_uid", "fact_uid"))

    fact_uid: Mapped[str] = mapped_column(String(36))  # what it proves
    title: Mapped[str] = mapped_column(String(120))
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    sha256: Mapped[str] = mapped_column(String(64), default="")

    attachment: Mapped[Attachment | None] = relationship()


FACT_MODELS = (
    SkillCertificate,
    HonourAward,
    CompetitionRecord,
    Achievement,
    Studio,
    Evidence,
)
