"""Compute every result again with the verifier's own method before it is published.

The program that judges is the one that stands in every bundle: it finds the marks that
count from the mark events, the facts from the decisions, and scores them itself.
"""

import json
from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from competition.events.models import Event
from scoring.bundle import verify
from scoring.bundle.services.contents import make_facts
from scoring.bundle.services.make import program
from scoring.judges.models import JudgeSeat
from scoring.marking.models import STORED, MarkEvent
from scoring.results.models import Decision, ResultVersion
from scoring.results.queries import list_decisions
from scoring.results.services.gate import Recheck, register_publish_check
from scoring.scheme.queries import list_versions


def listen() -> None:
    """Have the verifier asked at every lock and every publication."""
    register_publish_check("bundle", recheck)


def recheck(session: Session, event: Event, result: ResultVersion) -> Recheck:
    """Compute a result again from the events it rests on, and compare every row."""
    return Recheck(
        program=sha256(program()).hexdigest(),
        differences=tuple(_differences(session, event, result)),
    )


def _differences(session: Session, event: Event, result: ResultVersion) -> list[str]:
    told = json.loads(result.rows)
    try:
        scheme = verify.Scheme(_scheme_text(session, event, result))
        # Marks for aspects that a later version dropped stay on record, uncounted.
        counted = (
            mark
            for mark in _counted(session, event, result.last_seq)
            if mark[1] in scheme.aspects
        )
        found = verify.review(
            scheme,
            counted,
            make_facts(session, event, _standing_at(session, event, result)),
            told,
        )
        return verify.differences(told["results"], found)
    except verify.BadError as error:
        return [str(error)]
    except verify.TROUBLE as error:  # what it cannot compute it does not confirm
        return [f"{type(error).__name__}: {error}"]


def _scheme_text(session: Session, event: Event, result: ResultVersion) -> str:
    return next(
        version.text
        for version in list_versions(session, event.id)
        if version.frozen_at and version.digest == result.scheme_digest
    )


def _counted(
    session: Session, event: Event, last_seq: int
) -> Iterator[tuple[str, str, str, str]]:
    """Yield entry, aspect, judge and value of the newest stored mark of each cell."""
    rows = session.execute(
        select(
            MarkEvent.entry,
            MarkEvent.aspect,
            JudgeSeat.seat,
            MarkEvent.value,
            MarkEvent.kind,
        )
        .join(JudgeSeat, JudgeSeat.id == MarkEvent.seat_id)
        .where(
            MarkEvent.event_id == event.id,
            MarkEvent.status == STORED,
            MarkEvent.seq <= last_seq,
        )
        .order_by(MarkEvent.seq)
    )
    newest: dict[tuple[str, str, str], tuple[str, str]] = {}
    for entry, aspect, seat, value, kind in rows:
        newest[entry, aspect, seat] = (value, kind)
    for cell, (value, kind) in newest.items():
        if kind != "void":
            yield (*cell, value)


def _standing_at(
    session: Session, event: Event, result: ResultVersion
) -> list[Decision]:
    """Return the decisions that stood when the result was computed."""
    made = [
        decision
        for decision in list_decisions(session, event.id)
        if decision.made_at <= result.computed_at
    ]
    revoked = {decision.target for decision in made if decision.kind == "revoke"}
    return [decision for decision in made if decision.uid not in revoked]
