"""Keeping papers as dated snapshots, and the texts of work reports."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from accounts.roles.rules import Scope
from errors import DomainError
from ledger.log.services import Actor, record
from people.units.models import Unit
from talentpool.reports.models.papers import Snapshot, SnapshotRows, WorkReport
from talentpool.reports.models.plans import Plan
from talentpool.reports.queries.plans import list_rows
from talentpool.reports.queries.sources import select_rows
from talentpool.reports.rules.counted import Id, pack, unpack
from talentpool.reports.rules.counted import digest as digest_rows
from talentpool.reports.rules.papers import Paper, digest, from_json, to_json
from talentpool.reports.rules.register import load_register
from talentpool.reports.rules.window import Window


class ChangedSnapshotError(DomainError):
    """What is stored is not what was taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportValues:
    """What an officer says of a work report."""

    title: str
    district_code: str
    first_year: int
    last_year: int
    text: str
    unit: Unit | None = None
    plan: Plan | None = None


def take_snapshot(
    session: Session,
    paper: Paper,
    *,
    kind: str,
    window: Window,
    actor: Actor,
    now: datetime,
) -> Snapshot:
    """Keep a paper as it stands; its digest goes into the log; no commit.

    Args:
        session: of the transaction.
        paper: to be kept.
        kind: of `models.papers.KINDS`.
        window: what it speaks of; its district is the place of the snapshot.
        actor: who takes it.
        now: when.
    """
    content = to_json(paper)
    made = Snapshot(
        kind=kind,
        title=paper.title,
        district_code=window.district,
        first_day=window.first,
        last_day=window.last,
        content=content,
        digest=digest(content),
        taken_at=now,
        taken_by=actor.name,
    )
    session.add(made)
    session.flush()
    counted = _keep_rows(session, made, window)
    record(
        session,
        actor=actor,
        action="snapshot.taken",
        subject=f"snapshot:{made.uid}",
        now=now,
        body={
            "kind": kind,
            "digest": made.digest,
            "last_day": f"{window.last}",
            "rows": counted,
        },
    )
    return made


def _keep_rows(session: Session, snapshot: Snapshot, window: Window) -> dict[str, str]:
    """Keep who each figure counts now; return the digests by figure."""
    register = load_register()
    for figure in register.figures.values():
        if figure.part:
            continue  # a share; its part is a figure itself
        found = select_rows(figure, window)
        ids = list(session.scalars(found.rows.order_by(found.id)))
        packed = pack(ids)
        session.add(
            SnapshotRows(
                snapshot_id=snapshot.id,
                figure=figure.id,
                subject=found.subject,
                count=len(ids),
                ids=packed,
                digest=digest_rows(packed),
            )
        )
    session.flush()
    return {rows.figure: rows.digest for rows in list_rows(session, snapshot)}


def read_rows(rows: SnapshotRows, snapshot: Snapshot) -> list[Id]:
    """Return the ids that were counted, in their order.

    Raises:
        ChangedSnapshotError: what is stored has another digest than was logged.
    """
    if digest_rows(rows.ids) != rows.digest:
        raise ChangedSnapshotError(snapshot.title)
    return unpack(rows.ids)


def read_snapshot(snapshot: Snapshot) -> Paper:
    """Return the paper that was kept.

    Raises:
        ChangedSnapshotError: the stored text has another digest than was logged.
    """
    if digest(snapshot.content) != snapshot.digest:
        raise ChangedSnapshotError(snapshot.title)
    return from_json(snapshot.content)


def save_report(
    session: Session,
    report: WorkReport | None,
    *,
    values: ReportValues,
    actor: Actor,
    now: datetime,
) -> WorkReport:
    """Make a work report, or change it; logged, no commit."""
    action = "report.changed"
    if report is None:
        action = "report.made"
        report = WorkReport(made_at=now, made_by=actor.name)
        session.add(report)
    report.title = values.title
    report.district_code = values.district_code
    report.first_year, report.last_year = values.first_year, values.last_year
    report.text = values.text
    report.unit, report.plan = values.unit, values.plan
    report.changed_at = now
    session.flush()
    record(
        session,
        actor=actor,
        action=action,
        subject=f"work_report:{report.uid}",
        now=now,
        body={
            "years": f"{report.first_year}-{report.last_year}",
            "text": digest(report.text),
        },
    )
    return report


def windows_of(report: WorkReport, today: date) -> tuple[Window, Window]:
    """Return the term of a report so far, and the term of as many years before it."""
    years = report.last_year - report.first_year + 1

    def term(first_year: int, last: date) -> Window:
        return Window(
            scopes=(Scope("district", report.district_code),),
            first=date(first_year, 1, 1),
            last=last,
            today=today,
            district=report.district_code,
            unit_uid=report.unit.uid if report.unit else "",
        )

    last = max(
        min(date(report.last_year, 12, 31), today), date(report.first_year, 1, 1)
    )
    before = date(report.first_year - 1, 12, 31)
    return term(report.first_year, last), term(report.first_year - years, before)
