"""The nightly look for records that cannot be right, and what a person says of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from errors import DomainError
from extensions import LOCAL
from ledger.log.services import Actor, record
from talentpool.life.models import RecordFinding
from talentpool.life.queries.records import list_ids_after, load_records
from talentpool.life.rules.consistency import Found, check

BATCH = 500


@dataclass(slots=True)
class Checked:
    """What one run found."""

    dossiers: int = 0
    new: int = 0
    gone: int = 0
    open: int = 0


class AcceptedError(DomainError):
    """The finding is not open any more."""

    def __init__(self) -> None:
        super().__init__(_("This finding is not open any more."))


def check_batch(
    session: Session, last: int, checked: Checked, *, now: datetime
) -> int | None:
    """Check the next dossiers after id `last`; return the last id, None at the end.

    The caller commits after each batch, so that a long run can be broken off. A finding
    is its own record; it is written where the dossiers are, not in the log.
    """
    ids = list_ids_after(session, last, BATCH)
    if not ids:
        return None
    today = now.astimezone(LOCAL).date()
    records = load_records(session, ids, today)
    found = {number: check(records[number]) for number in ids}
    _store(session, ids, found, checked, now)
    checked.dossiers += len(ids)
    return ids[-1]


def _store(
    session: Session,
    ids: Sequence[int],
    found: dict[int, list[Found]],
    checked: Checked,
    now: datetime,
) -> None:
    known = {
        (row.craftsman_id, row.code, row.key): row
        for row in session.scalars(
            select(RecordFinding).where(RecordFinding.craftsman_id.in_(ids))
        )
    }
    for number, findings in found.items():
        for item in findings:
            row = known.pop((number, item.code, item.key), None)
            if row is None:
                row = RecordFinding(
                    craftsman_id=number, code=item.code, key=item.key, found_at=now
                )
                row.state = "open"
                session.add(row)
                checked.new += 1
            elif row.state == "gone" or (row.first, row.second) != (
                item.first,
                item.second,
            ):
                # It came back, or the values changed: what was accepted is another.
                row.state, row.accepted_by, row.accepted_at = "open", "", None
                row.reason = ""
                checked.new += 1
            row.first, row.second, row.seen_at = item.first, item.second, now
            checked.open += row.state == "open"
    for row in known.values():
        if row.state != "gone":
            row.state = "gone"
            checked.gone += 1
    session.flush()


def log_run(session: Session, checked: Checked, *, actor: Actor, now: datetime) -> None:
    """Write one entry for a whole run."""
    record(
        session,
        actor=actor,
        action="records.checked",
        subject="craftsman:all",
        now=now,
        body={
            "dossiers": checked.dossiers,
            "new": checked.new,
            "gone": checked.gone,
            "open": checked.open,
        },
    )


def accept(
    session: Session,
    finding: RecordFinding,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Say that what was found is true all the same; it is not shown again as it is.

    Raises:
        AcceptedError: it is not open.
    """
    session.refresh(finding, ["state"], with_for_update=True)
    if finding.state != "open":
        raise AcceptedError
    finding.state, finding.reason = "accepted", reason
    finding.accepted_by, finding.accepted_at = actor.name, now
    session.flush()
    record(
        session,
        actor=actor,
        action="records.accepted",
        subject=f"craftsman:{finding.craftsman.uid}",
        now=now,
        body={"finding": finding.uid, "code": finding.code, "reason": reason},
    )
