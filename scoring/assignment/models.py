"""Whom the committee asks to judge, and what they are qualified for."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.users.models import User
from competition.events.models import Event
from extensions import Base, PublicId, UtcDateTime
from scoring.assignment.rules import LEVELS

ANSWERS = ("", "yes", "no")


class JudgeQualification(PublicId, Base):
    """What a judge is qualified for (裁判员资格)."""

    __tablename__ = "judge_qualification"
    __table_args__ = (
        UniqueConstraint("user_id", "occupation_code"),
        CheckConstraint(f"level in {LEVELS}", name="level"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    # An occupation, or the beginning of several: "6-18" is all mechanical working.
    occupation_code: Mapped[str] = mapped_column(String(12))
    level: Mapped[str] = mapped_column(String(12))
    number: Mapped[str] = mapped_column(String(40), default="")  # of the certificate
    valid_until: Mapped[date | None] = mapped_column(Date)

    user: Mapped[User] = relationship()


class JudgeInvitation(PublicId, Base):
    """A judge asked for an event: invited, answered, trained."""

    __tablename__ = "judge_invitation"
    __table_args__ = (
        UniqueConstraint("event_id", "user_id"),
        CheckConstraint(f"answer in {ANSWERS}", name="answer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    invited_by: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str] = mapped_column(String(4), default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trained_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trained_by: Mapped[str] = mapped_column(String(64), default="")

    event: Mapped[Event] = relationship()
    user: Mapped[User] = relationship()
