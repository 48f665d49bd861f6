"""Reasons a committee keeps for its reviews."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from competition.reasons.rules import ABOUT, LONGEST
from extensions import Base, PublicId, UtcDateTime

_STANDS = text("retired_at is null")


class KeptReason(PublicId, Base):
    """A reason an organiser keeps; once it is retired it is offered no more."""

    __tablename__ = "kept_reason"
    __table_args__ = (
        CheckConstraint(f"about in {ABOUT}", name="about"),
        CheckConstraint("text <> ''", name="text_given"),
        CheckConstraint("used >= 0", name="used_not_negative"),
        Index(
            "uq_kept_reason_standing",
            "organiser",
            "about",
            "text",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organiser: Mapped[str] = mapped_column(String(200))  # district:folded name
    about: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(String(LONGEST))  # Chinese
    text_en: Mapped[str] = mapped_column(String(LONGEST), default="")
    used: Mapped[int] = mapped_column(Integer, default=0)  # reasons given with it
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(64))  # actor's name
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
