"""Re-confirmations, yearly updates and findings about records."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from extensions import Base, PublicId, UtcDateTime
from talentpool.dossiers.models import Craftsman
from talentpool.life.rules.review import REVIEW_STATES, UPDATE_ROLES
from talentpool.standard.models import ProfileVersion

_OPEN = text("state = 'open'")


class Review(PublicId, Base):
    """The re-confirmation of one dossier at the end of one term."""

    __tablename__ = "pool_review"
    __table_args__ = (
        CheckConstraint(f"state in {REVIEW_STATES}", name="state"),
        CheckConstraint(
            "state = 'open' or decided_by <> ''", name="decision_has_a_name"
        ),
        Index(
            "uq_pool_review_open",
            "craftsman_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    craftsman_id: Mapped[int] = mapped_column(ForeignKey("craftsman.id"), index=True)
    profile_version_id: Mapped[int] = mapped_column(ForeignKey("profile_version.id"))
    term_ends_on: Mapped[date] = mapped_column(Date, index=True)  # of the term at issue
    state: Mapped[str] = mapped_column(String(10), default="open", index=True)
    causes: Mapped[str] = mapped_column(String(120), default="")  # codes, by spaces
    clauses: Mapped[str] = mapped_column(String(200), default="")  # what they rest on
    grounds: Mapped[str] = mapped_column(Text, default="")  # uids of facts, by spaces
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    reason: Mapped[str] = mapped_column(String(400), default="")
    document: Mapped[str] = mapped_column(String(120), default="")

    craftsman: Mapped[Craftsman] = relationship()
    profile_version: Mapped[ProfileVersion] = relationship()


class YearlyUpdate(PublicId, Base):
    """Somebody who knows says that a dossier is right as it stands. Append-only."""

    __tablename__ = "pool_update"
    __table_args__ = (CheckConstraint(f"role in {UPDATE_ROLES}", name="role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    craftsman_id: Mapped[int] = mapped_column(ForeignKey("craftsman.id"), index=True)
    made_on: Mapped[date] = mapped_column(Date)
    role: Mapped[str] = mapped_column(String(8))
    note: Mapped[str] = mapped_column(String(400), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(64))

    craftsman: Mapped[Craftsman] = relationship()


class RecordFinding(PublicId, Base):
    """What a rule of consistency found, until it is put right or accepted."""

    __tablename__ = "record_finding"
    __table_args__ = (
        Index(
            "uq_record_finding_craftsman_id_code_key",
            *("craftsman_id", "code", "key"),
            unique=True,
        ),
        CheckConstraint("state in ('open', 'accepted', 'gone')", name="state"),
        CheckConstraint(
            "state <> 'accepted' or accepted_by <> ''", name="acceptance_has_a_name"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    craftsman_id: Mapped[int] = mapped_column(ForeignKey("craftsman.id"))
    code: Mapped[str] = mapped_column(String(40), index=True)
    key: Mapped[str] = mapped_column(String(80), default="")
    first: Mapped[str] = mapped_column(String(40), default="")
    second: Mapped[str] = mapped_column(String(40), default="")
    state: Mapped[str] = mapped_column(String(10), default="open", index=True)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)  # the last night it held
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_by: Mapped[str] = mapped_column(String(64), default="")
    reason: Mapped[str] = mapped_column(String(400), default="")

    craftsman: Mapped[Craftsman] = relationship()
