"""The scoring engine over what counts now."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.codes.queries import count_without_work, list_works
from competition.events import rules as life
from competition.events.models import Event
from errors import DomainError
from ledger.log.rules import canonical, digest
from ledger.log.services import Actor, record
from scoring.marking import queries as marking
from scoring.marking.rules.book import Gaps, list_gaps
from scoring.marking.rules.cells import Counted, as_marks, panel_digest
from scoring.marking.rules.facts import EntryFacts
from scoring.results import queries
from scoring.results.models import ResultVersion
from scoring.results.rules.provisional import (
    Carried,
    carry_in,
    leave_out_carried,
    use_group_codes,
    without_places,
)
from scoring.results.rules.review import list_review
from scoring.results.rules.rulings import is_placeholder, list_excused, make_facts
from scoring.results.rules.scheme_change import keep_known
from scoring.results.rules.score import Scoring, score
from scoring.scheme import queries as schemes
from scoring.scheme.models import SchemeVersion
from scoring.scheme.rules.numbers import format_number
from scoring.scheme.rules.tree import Scheme


class NoSchemeError(DomainError):
    """Nothing can be computed without a frozen scheme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtIn:
    """Points carried in from earlier results, and the publications they come from."""

    points: Carried  # work code → component → points
    sources: Mapping[str, Mapping[str, str]]  # component → event, publication, …


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a result is computed from, read at one moment."""

    version: SchemeVersion
    scheme: Scheme  # without what is left out
    counted: list[Counted]
    facts: list[EntryFacts]
    last_seq: int
    left_out: tuple[str, ...] = ()  # carried components whose points are not known yet

    @property
    def gaps(self) -> Gaps:
        """Cells without a mark and judgements to be given again."""
        return list_gaps(self.scheme, as_marks(self.counted), self.facts)

    @property
    def works(self) -> list[EntryFacts]:
        """The works, without the placeholders of those who handed in none."""
        return [fact for fact in self.facts if not is_placeholder(fact.entry)]

    @property
    def excused(self) -> frozenset[str]:
        """Works that need no marks: withdrawn or disqualified."""
        return list_excused(self.works)


def read_ground(
    session: Session, event_id: int, carried: Carried | None = None
) -> Ground:
    """Read what a result would be computed from now.

    Carried points are those given, else those the newest result brought in; until the
    codes are decoded there are none, and the ground does without them.

    Raises:
        NoSchemeError: no scheme is frozen.
    """
    version, facts = read_frame(session, event_id)
    if carried is None and schemes.load_scheme(version).carried:
        carried = _find_carried(session, queries.find_result(session, event_id))
    return _gather(session, event_id, version, facts, carried=carried)


def read_ground_of(session: Session, result: ResultVersion) -> Ground:
    """Read again what a kept result was computed from, whatever came after it."""
    version = queries.get_scheme(session, result)
    facts = _read_facts(session, result.event_id, until=result.computed_at)
    carried = None
    if schemes.load_scheme(version).carried:
        carried = _find_carried(session, result, is_past=True)
    return _gather(
        session,
        result.event_id,
        version,
        facts,
        carried=carried,
        last_seq=result.last_seq,
    )


def _gather(
    session: Session,
    event_id: int,
    version: SchemeVersion,
    facts: list[EntryFacts],
    *,
    carried: Carried | None,
    last_seq: int | None = None,
) -> Ground:
    scheme = schemes.load_scheme(version)
    if scheme.promotions or scheme.honours or scheme.groupings:
        groups = session.get_one(Event, event_id).groups
        scheme = use_group_codes(scheme, {group.name: group.code for group in groups})
    left_out: tuple[str, ...] = ()
    if scheme.carried and carried is None:
        left_out = tuple(component.code for component in scheme.carried)
        scheme, facts = leave_out_carried(scheme, facts)
    elif scheme.carried:
        facts = carry_in(facts, carried or {})
    newest = marking.last_seq(session, event_id) if last_seq is None else last_seq
    return Ground(
        version=version,
        scheme=scheme,
        # Marks for aspects that a later version of the scheme dropped do not count.
        counted=keep_known(
            scheme, marking.list_counted(session, event_id, up_to=last_seq)
        ),
        facts=facts,
        last_seq=newest,
        left_out=left_out,
    )


def _find_carried(
    session: Session, result: ResultVersion | None, *, is_past: bool = False
) -> Carried | None:
    """Return the points a result brought in; None while the codes are not decoded.

    Unless the result is looked at as a past one it has to be of the round that counts.
    """
    stored = None if result is None else json.loads(result.rows).get("carried")
    if result is None or stored is None or is_shut(result):
        return None
    now = marking.current_round(session, result.event_id)
    if not is_past and result.round != now:
        return None
    return {
        entry: {code: Fraction(points) for code, points in found.items()}
        for entry, found in stored.items()
    }


def is_shut(result: ResultVersion) -> bool:
    """Tell whether a result's numbers must stay hidden from readers of codes.

    Scores carried from elsewhere went into it, and the marks are open again.
    """
    is_decoded = result.event.state in {life.DECODED, life.PUBLISHED}
    return not is_decoded and "carried" in json.loads(result.rows)


def read_frame(
    session: Session, event_id: int
) -> tuple[SchemeVersion, list[EntryFacts]]:
    """Read what stands around the marks: the frozen scheme and the facts of entries.

    Raises:
        NoSchemeError: no scheme is frozen.
    """
    version = schemes.find_frozen(session, event_id)
    if version is None:
        raise NoSchemeError(_("Freeze the scoring scheme of this event first."))
    return version, _read_facts(session, event_id)


def _read_facts(
    session: Session, event_id: int, *, until: datetime | None = None
) -> list[EntryFacts]:
    works = {w.work_code: w.group_code for w in list_works(session, event_id)}
    return make_facts(
        works,
        queries.list_rulings(session, event_id, until=until),
        count_without_work(session, event_id),
    )


def score_ground(ground: Ground) -> Scoring:
    """Compute, without storing anything; nobody is ranked while points are left out.

    Raises:
        ScoringError: marks are missing, disagree or are to be given again.
    """
    scoring = score(ground.scheme, as_marks(ground.counted), ground.facts)
    return without_places(scoring) if ground.left_out else scoring


def compute(
    session: Session,
    *,
    event: Event,
    actor: Actor,
    now: datetime,
    carried: BroughtIn | None = None,
) -> ResultVersion:
    """Compute the result by work codes and keep it as a new version.

    `carried` are the points of carried components; without them they are left out.

    Raises:
        NoSchemeError: no scheme is frozen.
        ScoringError: marks are missing, disagree or are to be given again.
    """
    ground = read_ground(session, event.id, carried.points if carried else None)
    scoring = score_ground(ground)
    rows = {
        "results": list_review(ground.scheme, scoring),
        "warnings": [warning.message for warning in scoring.warnings],
        **_tell_carried(ground, carried),
    }
    newest = queries.find_result(session, event.id)
    result = ResultVersion(
        event_id=event.id,
        version=newest.version + 1 if newest else 1,
        round=marking.current_round(session, event.id),
        scheme_digest=ground.version.digest,
        marks_digest=panel_digest(ground.counted),
        last_seq=ground.last_seq,
        rows=canonical(rows),
        digest=digest(rows),
        computed_at=now,
        computed_by=actor.name,
    )
    session.add(result)
    session.flush()
    record(
        session,
        actor=actor,
        action="results.computed",
        subject=f"result:{result.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={
            "version": result.version,
            "scheme": result.scheme_digest,
            "marks": result.marks_digest,
            "result": result.digest,
        },
    )
    return result


def _tell_carried(ground: Ground, carried: BroughtIn | None) -> dict[str, Any]:
    """Return what a result's rows say of carried components; nothing without any."""
    if ground.left_out:
        return {"provisional": list(ground.left_out)}
    if carried is None:
        return {}
    return {
        "carried": {
            entry: {code: format_number(points) for code, points in found.items()}
            for entry, found in carried.points.items()
        },
        "sources": carried.sources,
    }
