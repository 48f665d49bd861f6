"""Independent checks of a computed result: publishing waits until all of them agree.

A room above registers a program that computes the result again by other means. It runs
when the marks are locked, so that a difference is known early, and again when they are
published, where a difference refuses. A difference is an alarm: on the record, in the
process' log and among the figures.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from flask_babel import gettext as _
from prometheus_client import Counter
from sqlalchemy.orm import Session

from competition.events.models import Event
from errors import DomainError
from ledger.log.queries import last_actions
from ledger.log.services import Actor, record
from scoring.results.models import ResultVersion

CHECKER = Actor("system", "verifier")
VERIFIED, DISAGREED = "results.verified", "results.disagreed"
_MOST_KEPT = 20  # differences named on the record

_DISAGREED = Counter(
    "jiangcai_results_disagreed", "Results an independent computation did not confirm."
)
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    """What one independent program says about a result."""

    program: str  # SHA-256 of the program, hex
    differences: tuple[str, ...]  # by codes; none where it agrees


PublishCheck = Callable[[Session, Event, ResultVersion], Recheck]
CHECKS: dict[str, PublishCheck] = {}


class ResultsDisagreeError(DomainError):
    """An independent computation comes to another result: nothing is published."""

    def __init__(self, result_uid: str, rechecks: Mapping[str, Recheck]) -> None:
        found = [d for check in rechecks.values() for d in check.differences]
        super().__init__(
            _(
                "The independent verifier comes to another result, so it is not "
                "published: %(difference)s. Keep everything as it is and call the "
                "operator; the difference is on record.",
                difference=found[0] if found else "",
            )
        )
        self.result_uid = result_uid
        self.rechecks = rechecks


def register_publish_check(name: str, check: PublishCheck) -> None:
    """Let a room above compute every result again before it is published.

    Call it from the room's `listen()`; registering a name again replaces it.
    """
    CHECKS[name] = check


def verify_result(
    session: Session, *, event: Event, result: ResultVersion, now: datetime
) -> bool:
    """Run the checks on a new result and put what they say on the record; no refusal.

    Returns whether all agree.
    """
    rechecks = _run(session, event, result)
    if _differ(rechecks):
        record_disagreement(
            session, event=event, result_uid=result.uid, rechecks=rechecks, now=now
        )
        return False
    if rechecks:
        _record(session, VERIFIED, event, result.uid, rechecks, now)
    return True


def require_agreement(
    session: Session, *, event: Event, result: ResultVersion
) -> dict[str, str]:
    """Run the checks again before a publication; return the programs that agreed.

    Raises:
        ResultsDisagreeError: one does not agree. Whoever catches it rolls back and
            calls `record_disagreement` in a transaction of its own.
    """
    rechecks = _run(session, event, result)
    if _differ(rechecks):
        raise ResultsDisagreeError(result.uid, rechecks)
    return {name: check.program for name, check in rechecks.items()}


def record_disagreement(
    session: Session,
    *,
    event: Event,
    result_uid: str,
    rechecks: Mapping[str, Recheck],
    now: datetime,
) -> None:
    """Raise the alarm: a row of the log, an error in the process' log, a figure."""
    _DISAGREED.inc()
    _log.error(
        "results_disagree",
        event_uid=event.uid,
        result=result_uid,
        differences=sum(len(check.differences) for check in rechecks.values()),
    )
    _record(session, DISAGREED, event, result_uid, rechecks, now)


def list_disagreeing(session: Session, events: Iterable[Event]) -> set[str]:
    """Return the uids of the events whose newest result a check did not confirm."""
    said = last_actions(
        session, [f"event:{event.uid}" for event in events], [VERIFIED, DISAGREED]
    )
    return {
        scope.partition(":")[2] for scope, action in said.items() if action == DISAGREED
    }


def _run(session: Session, event: Event, result: ResultVersion) -> dict[str, Recheck]:
    return {
        name: check(session, event, result) for name, check in sorted(CHECKS.items())
    }


def _differ(rechecks: Mapping[str, Recheck]) -> bool:
    return any(check.differences for check in rechecks.values())


def _record(
    session: Session,
    action: str,
    event: Event,
    result_uid: str,
    rechecks: Mapping[str, Recheck],
    now: datetime,
) -> None:
    record(
        session,
        actor=CHECKER,
        action=action,
        subject=f"result:{result_uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={
            name: {
                "program": check.program,
                "agrees": not check.differences,
                "differences": list(check.differences[:_MOST_KEPT]),
            }
            for name, check in rechecks.items()
        },
    )
