"""The experts of a batch and their sheets."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.users.models import User
from extensions import Base, PublicId, UtcDateTime
from talentpool.admission.models.applications import Application, Batch
from talentpool.admission.rules.experts import SHEET_STATES


class Expert(PublicId, Base):
    """A user appointed to the panel of a batch; ended by `ended_at`, never deleted."""

    __tablename__ = "batch_expert"
    __table_args__ = (UniqueConstraint("batch_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("admission_batch.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    appointed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    appointed_by: Mapped[str] = mapped_column(String(64))  # actor's name
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    batch: Mapped[Batch] = relationship()
    user: Mapped[User] = relationship()


class ExpertSheet(PublicId, Base):
    """One expert's sheet for one round of an application; signed once."""

    __tablename__ = "expert_sheet"
    __table_args__ = (
        UniqueConstraint("application_id", "round", "user_id"),
        CheckConstraint(f"state in {SHEET_STATES}", name="state"),
        CheckConstraint("state = 'marked' or comment <> ''", name="recusal_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id"), index=True
    )
    round: Mapped[int] = mapped_column(SmallInteger)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    state: Mapped[str] = mapped_column(String(8))
    marks: Mapped[str] = mapped_column(String(200), default="{}")  # JSON, as entered
    total: Mapped[str] = mapped_column(String(12), default="")
    comment: Mapped[str] = mapped_column(String(400), default="")
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    application: Mapped[Application] = relationship()
    user: Mapped[User] = relationship()
