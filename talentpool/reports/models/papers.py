"""Dated snapshots, and the texts of work reports."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from extensions import Base, PublicId, UtcDateTime
from people.districts.models import District
from people.units.models import Unit
from talentpool.reports.models.plans import Plan

KINDS = ("statistics", "report")


class Snapshot(PublicId, Base):
    """What the figures said on a day. Append-only (triggers); numbers, no names."""

    __tablename__ = "report_snapshot"
    __table_args__ = (CheckConstraint(f"kind in {KINDS}", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(160))
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"), index=True)
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    content: Mapped[str] = mapped_column(Text)  # a rules.papers.Paper as JSON
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of it; in the log too
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_by: Mapped[str] = mapped_column(String(64))

    district: Mapped[District] = relationship()


class SnapshotRows(Base):
    """Who or what a figure of a snapshot counted. Append-only (triggers); no names."""

    __tablename__ = "report_snapshot_rows"
    __table_args__ = (UniqueConstraint("snapshot_id", "figure"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("report_snapshot.id"))
    figure: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(12))  # what a row is
    count: Mapped[int]
    ids: Mapped[bytes] = mapped_column(LargeBinary)  # see rules.counted
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of them; in the log too


class WorkReport(PublicId, Base):
    """A work report whose text holds figures by name; they are filled when read."""

    __tablename__ = "work_report"
    __table_args__ = (
        CheckConstraint(
            "first_year <= last_year and last_year - first_year < 10", name="term"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(160))
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("report_plan.id"))
    first_year: Mapped[int] = mapped_column(SmallInteger)
    last_year: Mapped[int] = mapped_column(SmallInteger)
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    district: Mapped[District] = relationship()
    unit: Mapped[Unit | None] = relationship()
    plan: Mapped[Plan | None] = relationship()
