"""Reading plans, samples and findings."""

import json
from collections.abc import Iterable, Mapping

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from scoring.marking.models import MarkLock
from scoring.recheck.models import (
    RecheckFinding,
    RecheckPlan,
    RecheckSample,
    RecheckSecret,
)
from scoring.recheck.rules import Plan, Sample, State, read_state


def find_plan(session: Session, event_id: int) -> Plan:
    """Return what an event's recheck asks for."""
    row = session.scalar(
        select(RecheckPlan)
        .where(RecheckPlan.event_id == event_id)
        .order_by(RecheckPlan.id.desc())
        .limit(1)
    )
    if row is None:
        return Plan()
    return Plan(
        top_kind=row.top_kind, top_value=row.top_value, rest_percent=row.rest_percent
    )


def find_secret(session: Session, event_id: int, round_: int) -> RecheckSecret | None:
    """Return what was committed to for a round."""
    return session.scalar(
        select(RecheckSecret).where(
            RecheckSecret.event_id == event_id, RecheckSecret.round == round_
        )
    )


def find_row(session: Session, event_id: int, round_: int) -> RecheckSample | None:
    """Return the sample drawn for a round."""
    return session.scalar(
        select(RecheckSample).where(
            RecheckSample.event_id == event_id, RecheckSample.round == round_
        )
    )


def list_rows(session: Session, event_id: int) -> list[RecheckSample]:
    """Return every sample of an event, the first round first."""
    return list(
        session.scalars(
            select(RecheckSample)
            .where(RecheckSample.event_id == event_id)
            .order_by(RecheckSample.round)
        )
    )


def list_states(session: Session, event_ids: Iterable[int]) -> dict[int, State]:
    """Return how far the recheck of each lock that stands is, by event; two queries."""
    rows = session.scalars(
        select(RecheckSample)
        .join(
            MarkLock,
            and_(
                MarkLock.event_id == RecheckSample.event_id,
                MarkLock.round == RecheckSample.round,
            ),
        )
        .where(
            RecheckSample.event_id.in_(list(event_ids)),
            MarkLock.unlocked_at.is_(None),
        )
    ).all()
    found: dict[int, dict[str, str]] = {row.id: {} for row in rows}
    findings = select(RecheckFinding).where(RecheckFinding.sample_id.in_(found))
    for finding in session.scalars(findings):
        found[finding.sample_id][finding.entry] = finding.outcome
    return {row.event_id: read_state(read_sample(row), found[row.id]) for row in rows}


def list_findings(session: Session, row: RecheckSample) -> list[RecheckFinding]:
    """Return what was found in the works of a sample, in the order found."""
    return list(
        session.scalars(
            select(RecheckFinding)
            .where(RecheckFinding.sample_id == row.id)
            .order_by(RecheckFinding.id)
        )
    )


def read_sample(row: RecheckSample) -> Sample:
    """Return the works of a kept sample."""
    kept: Mapping[str, list[str]] = json.loads(row.works)
    return Sample(
        top=tuple(kept["top"]),
        again=tuple(kept["again"]),
        drawn=tuple(kept["drawn"]),
        left=tuple(kept["left"]),
    )


def find_state(session: Session, row: RecheckSample) -> State:
    """Return how far the recheck of a sample is."""
    found = {f.entry: f.outcome for f in list_findings(session, row)}
    return read_state(read_sample(row), found)
