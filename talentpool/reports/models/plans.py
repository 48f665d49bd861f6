"""Plans with targets."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from extensions import Base, PublicId, UtcDateTime
from people.districts.models import District
from talentpool.reports.rules.plans import KINDS


class Plan(PublicId, Base):
    """What a place wants to reach in some years (规划)."""

    __tablename__ = "report_plan"
    __table_args__ = (
        UniqueConstraint("district_code", "name"),
        CheckConstraint(
            "first_year <= last_year and last_year - first_year < 10", name="term"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"))
    first_year: Mapped[int] = mapped_column(SmallInteger)
    last_year: Mapped[int] = mapped_column(SmallInteger)
    document: Mapped[str] = mapped_column(String(120), default="")  # its number
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(64))

    district: Mapped[District] = relationship()
    targets: Mapped[list["Target"]] = relationship(
        back_populates="plan",
        order_by="Target.id",
        cascade="all, delete-orphan",
    )


class Target(PublicId, Base):
    """What one figure is to reach; numbers are tenths of the figure's unit."""

    __tablename__ = "report_target"
    __table_args__ = (
        UniqueConstraint("plan_id", "figure", "kind"),
        CheckConstraint(f"kind in {KINDS}", name="kind"),
        CheckConstraint("goal_tenths > 0", name="goal_positive"),
        CheckConstraint("baseline_tenths >= 0", name="baseline_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("report_plan.id"))
    figure: Mapped[str] = mapped_column(String(40))  # of the register
    kind: Mapped[str] = mapped_column(String(4))
    goal_tenths: Mapped[int] = mapped_column(BigInteger)
    # As the plan states it; None: counted for the day before the first.
    baseline_tenths: Mapped[int | None] = mapped_column(BigInteger)

    plan: Mapped[Plan] = relationship(back_populates="targets")
    years: Mapped[list["YearGoal"]] = relationship(
        order_by="YearGoal.year", cascade="all, delete-orphan"
    )

    @property
    def goal(self) -> Decimal:
        """Return the goal in the figure's unit."""
        return Decimal(self.goal_tenths) / 10

    @property
    def baseline(self) -> Decimal | None:
        """Return the stated baseline in the figure's unit."""
        tenths = self.baseline_tenths
        return None if tenths is None else Decimal(tenths) / 10


class YearGoal(Base):
    """What is to be reached in one year, or by its end."""

    __tablename__ = "report_year_goal"
    __table_args__ = (
        UniqueConstraint("target_id", "year"),
        CheckConstraint("goal_tenths >= 0", name="goal_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("report_target.id"))
    year: Mapped[int] = mapped_column(SmallInteger)
    goal_tenths: Mapped[int] = mapped_column(BigInteger)
