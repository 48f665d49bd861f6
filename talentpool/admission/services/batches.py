"""Opening and closing batches."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from errors import DomainError
from extensions import LOCAL
from ledger.log.services import Actor, record
from talentpool.admission.models.applications import Batch
from talentpool.admission.rules.batches import (
    EXPERTS_MIN,
    NOTICE_DAYS_MIN,
    OPEN,
    chain_of,
    find_chain_fault,
    limits_of,
    phase,
)
from talentpool.standard.queries import read_profile
from talentpool.standard.services import ensure_in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchValues:
    """What is said of a batch."""

    name: str
    district_code: str
    level: str
    opens_on: date
    closes_on: date
    steps: Sequence[str]
    references_needed: int = 0
    pass_mark: int = 60
    # None takes what the standard in force says.
    experts_min: int | None = None
    trim: int | None = None
    unit_notice_days: int | None = None
    review_days: int | None = None
    notice_days: int | None = None
    objection_days: int | None = None
    shown_days: int | None = None


class BatchError(DomainError):
    """A batch cannot be like this; every fault is named."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = tuple(faults)


class BatchNotOpenError(DomainError):
    """One cannot apply in this batch now."""

    def __init__(self) -> None:
        super().__init__(_("This batch does not take applications at present."))


def open_batch(
    session: Session, *, values: BatchValues, actor: Actor, now: datetime
) -> Batch:
    """Announce a batch by the standard in force; the caller commits.

    Raises:
        BatchError: the window, the steps or the numbers cannot be; all faults.
    """
    chain = chain_of(values.steps)
    version = ensure_in_force(session, now=now)
    limits = limits_of(read_profile(version.toml))
    given = {name: v for name, v in asdict(values).items() if v is not None}
    columns = {**limits, **given}
    faults = list(_faults(columns, limits, chain))
    if faults:
        raise BatchError(faults)
    del columns["steps"]
    batch = Batch(
        **columns,
        chain=" ".join(chain),
        profile_version=version,
        created_at=now,
        created_by=actor.name,
    )
    session.add(batch)
    session.flush()
    body = {
        **{name: str(value) for name, value in columns.items()},
        "chain": batch.chain,
        "standard": batch.profile_version.digest,
    }
    _log(session, batch, "batch.opened", actor, now, body)
    return batch


def close_batch(session: Session, batch: Batch, *, actor: Actor, now: datetime) -> None:
    """Close a batch for good; applications on their way go on. Twice is once."""
    if batch.closed_at is not None:
        return
    batch.closed_at = now
    _log(session, batch, "batch.closed", actor, now, {})


def is_open(batch: Batch, now: datetime) -> bool:
    """Tell whether one can apply in a batch now; its days are local days."""
    return phase_of(batch, now) == OPEN


def phase_of(batch: Batch, now: datetime) -> str:
    """Return where a batch stands now: planned, open, reviewing or closed."""
    today = now.astimezone(LOCAL).date()
    closed = batch.closed_at is not None
    return phase(batch.opens_on, batch.closes_on, today, is_closed=closed)


def _faults(
    columns: Mapping[str, Any], limits: Mapping[str, int], chain: Sequence[str]
) -> list[str]:
    """Name every fault; a batch may ask for more than the standard, never for less."""
    found = []
    experts_min = max(EXPERTS_MIN, limits["experts_min"])
    notice_days = max(NOTICE_DAYS_MIN, limits["notice_days"])
    if columns["closes_on"] < columns["opens_on"]:
        found.append(_("The window closes before it opens."))
    if find_chain_fault(chain):
        found.append(_("Choose at least one office that checks the applications."))
    if columns["experts_min"] < experts_min:
        found.append(_("A panel has at least %(count)s experts.", count=experts_min))
    if columns["experts_min"] < 2 * columns["trim"] + 1:
        found.append(_("So many sheets cannot be left out of so few."))
    if columns["notice_days"] < notice_days:
        found.append(
            _(
                "A public notice lasts at least %(count)s working days.",
                count=notice_days,
            )
        )
    return found


def _log(
    session: Session,
    batch: Batch,
    action: str,
    actor: Actor,
    now: datetime,
    body: dict[str, str],
) -> None:
    session.flush()
    record(
        session,
        actor=actor,
        action=action,
        subject=f"batch:{batch.uid}",
        scope=f"batch:{batch.uid}",
        now=now,
        body=body,
    )
