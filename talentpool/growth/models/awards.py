"""Award rounds, what is nominated into them, their experts and the experts' sheets."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.users.models import User
from extensions import Base, PublicId, UtcDateTime
from people.districts.models import District
from talentpool.admission.rules.experts import SHEET_STATES
from talentpool.dossiers.rules import LEVELS
from talentpool.growth.models.innovations import Innovation
from talentpool.growth.rules.awards import NOMINATION_STATES, STATES, Terms


class AwardRound(PublicId, Base):
    """One call for an award (评选)."""

    __tablename__ = "award_round"
    __table_args__ = (
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint(f"level in {LEVELS}", name="level"),
        CheckConstraint("closes_on >= opens_on", name="window"),
        CheckConstraint("finished_to >= finished_from", name="period"),
        Index("ix_award_round_district_code_state", "district_code", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    year: Mapped[int] = mapped_column(SmallInteger)
    level: Mapped[str] = mapped_column(String(10))
    issuer: Mapped[str] = mapped_column(String(120))
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"))
    kinds: Mapped[str] = mapped_column(String(60))  # codes, parted by spaces
    opens_on: Mapped[date] = mapped_column(Date)  # the days of nomination
    closes_on: Mapped[date] = mapped_column(Date)
    finished_from: Mapped[date] = mapped_column(Date)  # when a project was finished
    finished_to: Mapped[date] = mapped_column(Date)
    # The scheme with the round's prizes, as it was when the round was opened.
    scheme: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(200), default="")  # cancelled
    opened_by: Mapped[str] = mapped_column(String(64))  # uid of the account
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    document: Mapped[str] = mapped_column(String(120), default="")  # of the decision

    district: Mapped[District] = relationship()

    @property
    def terms(self) -> Terms:
        return Terms(
            kinds=self.kinds.split(),
            opens_on=self.opens_on,
            closes_on=self.closes_on,
            finished_from=self.finished_from,
            finished_to=self.finished_to,
        )


class AwardNomination(PublicId, Base):
    """One project in one round."""

    __tablename__ = "award_nomination"
    __table_args__ = (
        UniqueConstraint("round_id", "innovation_id"),
        CheckConstraint(f"state in {NOMINATION_STATES}", name="state"),
        CheckConstraint("state <> 'awarded' or prize <> ''", name="award_has_prize"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("award_round.id"))
    innovation_id: Mapped[int] = mapped_column(ForeignKey("innovation.id"), index=True)
    statement: Mapped[str] = mapped_column(String(400), default="")
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(200), default="")
    nominated_by: Mapped[str] = mapped_column(String(64))  # uid of the account
    nominated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # What a person said of a tie over the last place of a prize: 1 goes first.
    tie_place: Mapped[int | None] = mapped_column(SmallInteger)
    tie_reason: Mapped[str] = mapped_column(String(200), default="")
    # As published.
    rank: Mapped[int | None] = mapped_column(SmallInteger)
    total: Mapped[str] = mapped_column(String(12), default="")
    prize: Mapped[str] = mapped_column(String(30), default="")

    round: Mapped[AwardRound] = relationship()
    innovation: Mapped[Innovation] = relationship()


class AwardExpert(PublicId, Base):
    """A user appointed to mark a round; ended by `ended_at`, never deleted."""

    __tablename__ = "award_expert"
    __table_args__ = (UniqueConstraint("round_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("award_round.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    appointed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    appointed_by: Mapped[str] = mapped_column(String(64))  # actor's name
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    round: Mapped[AwardRound] = relationship()
    user: Mapped[User] = relationship()


class AwardSheet(PublicId, Base):
    """One expert's sheet for one nominated project; signed once."""

    __tablename__ = "award_sheet"
    __table_args__ = (
        UniqueConstraint("nomination_id", "user_id"),
        CheckConstraint(f"state in {SHEET_STATES}", name="state"),
        CheckConstraint("state = 'marked' or comment <> ''", name="recusal_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("award_nomination.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    state: Mapped[str] = mapped_column(String(8))
    marks: Mapped[str] = mapped_column(Text, default="{}")  # JSON, as entered
    comment: Mapped[str] = mapped_column(String(400), default="")
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    nomination: Mapped[AwardNomination] = relationship()
    user: Mapped[User] = relationship()
