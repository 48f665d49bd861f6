"""What the chief judge's desk shows: how far the panel is, and what waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from scoring.evidence import queries as evidence
from scoring.judges.models import JudgeSeat
from scoring.judges.queries import list_aspects
from scoring.marking import queries as marking
from scoring.marking.queries import Pending
from scoring.marking.rules.book import Gaps
from scoring.marking.rules.calls import COMMENT, Call, Dispute, list_calls
from scoring.marking.rules.panel import find_closed, list_owed, list_watched
from scoring.marking.rules.progress import Found, Lane, count_states, map_gaps
from scoring.results import queries
from scoring.results.services.compute import Ground


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a panel is, at one moment."""

    gaps: Gaps  # its re-scores are those of open cells
    closed: frozenset[tuple[str, str]]  # cells whose values nobody may see yet
    pending: Sequence[Pending]
    disputes: Sequence[Dispute]  # without a note
    calls: Sequence[Call]
    lanes: Mapping[str, Mapping[str, Lane]]  # by work and seat
    counts: Mapping[str, int]  # works by what they wait for

    @property
    def open_lanes(self) -> dict[str, dict[str, Lane]]:
        """The lanes that wait for something, of works that have any."""
        waiting = {
            work: {seat: lane for seat, lane in line.items() if lane.is_waiting}
            for work, line in self.lanes.items()
        }
        return {work: line for work, line in waiting.items() if line}


def read_progress(
    session: Session, event_id: int, ground: Ground, seats: Sequence[JudgeSeat]
) -> Progress:
    """Read how far the panel is; a fixed number of queries, however many works."""
    gaps = ground.gaps
    pending = queries.list_pending(session, event_id)
    excused = ground.excused
    disputes = evidence.list_open_disputes(
        session, event_id, ground.scheme, ground.counted, excused=excused
    )
    closed = find_closed(ground.scheme, ground.counted)
    calls = [
        call
        for call in list_calls(
            ground.scheme.aspects,
            ground.counted,
            evidence.list_photographed(session, event_id),
            excused=excused,
        )
        # That a mark is low would lead those who have not marked yet.
        if call.what != COMMENT or (call.entry, call.aspect) not in closed
    ]
    calls += _list_owed(session, event_id, ground)
    rescores = [r for r in gaps.rescores if (r.entry, r.aspect) not in closed]
    waiting = [(p.status, (p.entry, p.aspect, p.seat)) for p in pending]
    lanes = map_gaps(
        {fact.entry: fact.entry in excused for fact in ground.works},
        {seat.seat: list_aspects(ground.scheme, seat, seats) for seat in seats},
        ground.counted,
        Found(
            conflicts=[cell for status, cell in waiting if status == "conflict"],
            late=[cell for status, cell in waiting if status == "late"],
            rescores=[(r.entry, r.aspect, seat) for r in rescores for seat in r.values],
            disputes=disputes,
            calls=calls,
        ),
    )
    return Progress(
        gaps=replace(gaps, rescores=tuple(rescores)),
        closed=closed,
        pending=pending,
        disputes=disputes,
        calls=calls,
        lanes=lanes,
        counts=count_states(lanes),
    )


def _list_owed(session: Session, event_id: int, ground: Ground) -> list[Call]:
    watched = list_watched(ground.scheme)
    return list_owed(
        watched,
        marking.list_stored(session, event_id, watched),
        settled=evidence.list_settled(session, event_id),
        excused=ground.excused,
    )
