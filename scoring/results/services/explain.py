"""Explaining kept results: what they were computed from is read and scored again.

An explanation is told only where the whole field, scored again, is the kept result.
What is shared by all entries of a result is kept in memory: results never change.
"""

import json
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from errors import DomainError
from people.vault.services import get_vault
from scoring.marking.rules.cells import as_marks
from scoring.marking.rules.facts import EntryFacts, Mark
from scoring.results.models import ResultVersion
from scoring.results.rules.review import list_review
from scoring.results.rules.score import Scoring, ScoringError
from scoring.results.rules.trace.make import TraceError, Tracer
from scoring.results.rules.trace.part_steps import judge_order
from scoring.results.rules.trace.shape import Trace
from scoring.results.services.compute import is_shut, read_ground_of, score_ground
from scoring.scheme.rules.tree import Scheme

_MOST_KEPT = 4  # results; each holds every mark of its event
_SAME = ("entry", "group", "status", "rank", "total", "components", "tied_by", "award")


class NotExplainedError(DomainError):
    """The kept result cannot be led back to its marks; nothing is explained."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A kept result with all it came from, ready to explain its entries."""

    scheme: Scheme
    scheme_digest: str
    marks_digest: str
    facts: tuple[EntryFacts, ...]
    marks: tuple[Mark, ...]
    scoring: Scoring
    is_provisional: bool  # nobody is ranked: points carried in are still to come
    tracer: Tracer
    judges: tuple[str, ...]  # seats, in the order the public sees them numbered

    def trace(self, work_code: str) -> Trace:
        """Explain one work.

        Raises:
            NotExplainedError: the result has no such work, or its steps lead elsewhere.
        """
        try:
            return self.tracer.trace(work_code)
        except (TraceError, KeyError) as error:
            raise NotExplainedError(_no_explanation()) from error


_kept: OrderedDict[str, Explained] = OrderedDict()
_lock = Lock()


def explain_result(session: Session, result: ResultVersion) -> Explained:
    """Return a kept result with what it came from.

    Raises:
        NotExplainedError: scored again, marks and decisions give another result, or
            the marks are open again and the result holds scores of elsewhere.
    """
    if is_shut(result):
        raise NotExplainedError(_no_explanation())
    with _lock:
        found = _kept.get(result.uid)
        if found is not None:
            _kept.move_to_end(result.uid)
            return found
    found = _read(session, result)
    with _lock:
        _kept[result.uid] = found
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return found


def _read(session: Session, result: ResultVersion) -> Explained:
    ground = read_ground_of(session, result)
    marks = as_marks(ground.counted)
    try:
        scoring = score_ground(ground)
    except ScoringError as error:
        raise NotExplainedError(_no_explanation()) from error
    again = list_review(ground.scheme, scoring)
    kept = json.loads(result.rows)["results"]
    if [[r[name] for name in _SAME] for r in kept] != [
        [r[name] for name in _SAME] for r in again
    ]:
        raise NotExplainedError(_no_explanation())
    return Explained(
        scheme=ground.scheme,
        scheme_digest=result.scheme_digest,
        marks_digest=result.marks_digest,
        facts=tuple(ground.facts),
        marks=tuple(marks),
        scoring=scoring,
        is_provisional=bool(ground.left_out),
        tracer=Tracer(ground.scheme, ground.facts, marks, scoring),
        judges=order_judges(result, {mark.judge for mark in marks}),
    )


def order_judges(result: ResultVersion, seats: set[str]) -> tuple[str, ...]:
    """Return the seats in the order in which the public sees "Judge 1" to "Judge n".

    One order for the whole event, so that entries can be compared, made with a key of
    the installation, so that nobody outside can tell which number is which seat.
    """
    vault = get_vault()

    def secret(seat: str) -> str:
        return vault.lookup(f"{result.event_id}\n{seat}", "judge-number")

    return tuple(sorted(sorted(seats, key=judge_order), key=secret))


def _no_explanation() -> str:
    said: str = _(
        "The marks no longer lead to this result, so nothing is explained here. Tell "
        "the supervisor: the ledger shows what happened."
    )
    return said
