"""Reading plans, reports and snapshots, within the places somebody may see."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import (
    InstrumentedAttribute,
    Session,
    defer,
    joinedload,
    selectinload,
)

from accounts.roles.rules import EVERYWHERE, Scope
from people.districts.queries import within
from talentpool.reports.models.papers import Snapshot, SnapshotRows, WorkReport
from talentpool.reports.models.plans import Plan, Target

MOST_SHOWN = 200


def find_plan(session: Session, uid: str) -> Plan | None:
    """Return a plan with its targets, or None."""
    return session.scalar(
        select(Plan)
        .options(
            joinedload(Plan.district),
            selectinload(Plan.targets).selectinload(Target.years),
        )
        .where(Plan.uid == uid)
    )


def list_plans(session: Session, scopes: Sequence[Scope]) -> list[Plan]:
    """Return the plans of these places, newest term first."""
    return list(
        session.scalars(
            select(Plan)
            .options(joinedload(Plan.district))
            .where(_lies_in(Plan.district_code, scopes))
            .order_by(Plan.first_year.desc(), Plan.district_code, Plan.name)
            .limit(MOST_SHOWN)
        )
    )


def find_report(session: Session, uid: str) -> WorkReport | None:
    """Return a work report, or None."""
    return session.scalar(_reports().where(WorkReport.uid == uid))


def list_reports(session: Session, scopes: Sequence[Scope]) -> list[WorkReport]:
    """Return the work reports of these places, newest first."""
    return list(
        session.scalars(
            _reports()
            .where(_lies_in(WorkReport.district_code, scopes))
            .order_by(WorkReport.last_year.desc(), WorkReport.id.desc())
            .limit(MOST_SHOWN)
        )
    )


def find_snapshot(session: Session, uid: str) -> Snapshot | None:
    """Return a snapshot, or None."""
    return session.scalar(
        select(Snapshot)
        .options(joinedload(Snapshot.district))
        .where(Snapshot.uid == uid)
    )


def list_rows(session: Session, snapshot: Snapshot) -> list[SnapshotRows]:
    """Return what a snapshot kept of each figure, in the order of the register."""
    return list(
        session.scalars(
            select(SnapshotRows)
            .options(defer(SnapshotRows.ids))
            .where(SnapshotRows.snapshot_id == snapshot.id)
            .order_by(SnapshotRows.id)
        )
    )


def find_rows(
    session: Session, snapshot: Snapshot, figure_id: str
) -> SnapshotRows | None:
    """Return what a snapshot kept of a figure, or None."""
    return session.scalar(
        select(SnapshotRows).where(
            SnapshotRows.snapshot_id == snapshot.id, SnapshotRows.figure == figure_id
        )
    )


def list_snapshots(session: Session, scopes: Sequence[Scope]) -> list[Snapshot]:
    """Return the snapshots of these places, newest first."""
    return list(
        session.scalars(
            select(Snapshot)
            .options(joinedload(Snapshot.district))
            .where(_lies_in(Snapshot.district_code, scopes))
            .order_by(Snapshot.taken_at.desc(), Snapshot.id.desc())
            .limit(MOST_SHOWN)
        )
    )


def _reports() -> Select[WorkReport]:
    return select(WorkReport).options(
        joinedload(WorkReport.district),
        joinedload(WorkReport.unit),
        joinedload(WorkReport.plan).selectinload(Plan.targets),
    )


def _lies_in(
    column: InstrumentedAttribute[str], scopes: Sequence[Scope]
) -> ColumnElement[bool]:
    if EVERYWHERE in scopes:
        return true()
    parts = [within(column, scope.key) for scope in scopes if scope.kind == "district"]
    return or_(*parts) if parts else false()
