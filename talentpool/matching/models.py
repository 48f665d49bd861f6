"""Demands of firms, who was asked to serve them, and what came of it."""

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
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.users.models import User
from extensions import Base, PublicId, UtcDateTime
from people.codes.models import Occupation, SkillLevel
from people.districts.models import District
from people.units.models import Unit
from talentpool.dossiers.models import Craftsman
from talentpool.matching.rules.desk import (
    ASSIGNMENT_STATES,
    OUTCOME_STATES,
    STATES,
)
from talentpool.matching.rules.match import KINDS


class Demand(PublicId, Base):
    """What a firm or unit asks the pool for."""

    __tablename__ = "demand"
    __table_args__ = (
        ForeignKeyConstraint(
            ["occupation_edition", "occupation_code"],
            ["occupation.edition", "occupation.code"],
        ),
        CheckConstraint(f"kind in {KINDS}", name="kind"),
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint("until >= since", name="days"),
        CheckConstraint(
            "state not in ('unmet', 'withdrawn') or reason <> ''", name="reason"
        ),
        Index("ix_demand_district_code_state", "district_code", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(120))
    problem: Mapped[str] = mapped_column(Text)
    trade: Mapped[str] = mapped_column(String(80))  # as the firm says it
    occupation_edition: Mapped[int] = mapped_column(SmallInteger)
    occupation_code: Mapped[str] = mapped_column(String(12))
    level_code: Mapped[str | None] = mapped_column(ForeignKey("skill_level.code"))
    apprentice_level_code: Mapped[str | None] = (
        mapped_column(  # where a mentor is asked
            ForeignKey("skill_level.code")
        )
    )
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"))
    place: Mapped[str] = mapped_column(String(160), default="")
    since: Mapped[date] = mapped_column(Date)  # the firm wants somebody from, to
    until: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(9), default="open", index=True)
    reason: Mapped[str] = mapped_column(String(200), default="")  # unmet, withdrawn
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    unit: Mapped[Unit] = relationship()
    asked_by: Mapped[User] = relationship()
    district: Mapped[District] = relationship()
    occupation: Mapped[Occupation] = relationship()
    level: Mapped[SkillLevel | None] = relationship(foreign_keys=[level_code])
    apprentice_level: Mapped[SkillLevel | None] = relationship(
        foreign_keys=[apprentice_level_code]
    )


class Assignment(PublicId, Base):
    """A craftsman who was asked to serve a demand, and why this one."""

    __tablename__ = "demand_assignment"
    __table_args__ = (
        UniqueConstraint("demand_id", "craftsman_id"),
        CheckConstraint(f"state in {ASSIGNMENT_STATES}", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id"))
    craftsman_id: Mapped[int] = mapped_column(ForeignKey("craftsman.id"), index=True)
    assigned_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    assigned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # What the liaison saw: the reasons as JSON (rules.match.Match), the place in the
    # list and its length, and the version of the rules. "" where the person was chosen
    # outside of the list.
    reasons: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int | None]
    looked: Mapped[int | None]
    rules_version: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(String(200))  # the liaison's own words
    state: Mapped[str] = mapped_column(String(8), default="asked")
    answer: Mapped[str] = mapped_column(String(200), default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    demand: Mapped[Demand] = relationship()
    craftsman: Mapped[Craftsman] = relationship()
    assigned_by: Mapped[User] = relationship()


class Outcome(PublicId, Base):
    """What a craftsman did at a firm on a day."""

    __tablename__ = "demand_outcome"
    __table_args__ = (
        CheckConstraint(f"state in {OUTCOME_STATES}", name="state"),
        CheckConstraint("visits + problems + trained > 0", name="not_empty"),
        *(
            CheckConstraint(f"{name} >= 0", name=f"{name}_not_negative")
            for name in ("visits", "problems", "trained")
        ),
        CheckConstraint(
            "(state = 'confirmed') = (fact_uid is not null)", name="confirmed"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(
        ForeignKey("demand_assignment.id"), index=True
    )
    served_on: Mapped[date] = mapped_column(Date)
    visits: Mapped[int]
    problems: Mapped[int]  # solved
    trained: Mapped[int]  # people
    text: Mapped[str] = mapped_column(String(400))
    state: Mapped[str] = mapped_column(String(9), default="recorded")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(String(200), default="")  # why it is disputed
    # The service in the dossier that stands for it (`FirmService`).
    fact_uid: Mapped[str | None] = mapped_column(String(36), unique=True)

    assignment: Mapped[Assignment] = relationship()
