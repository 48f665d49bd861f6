"""What a decision would do, before it is recorded. Nothing here is ever stored.

Points are told always; totals, ranks and awards only where every mark is there, and by
work codes.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

from sqlalchemy.orm import Session

from competition.events.models import Event
from scoring.marking.rules.penalties import penalty_points
from scoring.results import queries
from scoring.results.rules.compare import Shift, compare
from scoring.results.rules.rulings import Ruling, make_facts
from scoring.results.rules.score import ScoringError
from scoring.results.services.compute import Ground, read_ground, score_ground
from scoring.results.services.decisions import check_ruling
from scoring.scheme.rules.tree import Penalty


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a ruling would change."""

    penalty: Penalty | None  # where the ruling is one
    points: Fraction | None  # what the penalty takes, cut by its cap
    over_limit: str  # what the value above the limit does; "" where it does nothing
    replaces: str  # value of an earlier ruling of the kind that this one replaces
    own: Shift | None  # None while marks are missing
    others: tuple[Shift, ...]  # entries whose rank or award moves with it


def foresee(session: Session, *, event: Event, ruling: Ruling) -> Effect:
    """Work out what a ruling would do to its entry and to others.

    Raises:
        DecisionError: the ruling could not be recorded either.
    """
    scheme = check_ruling(session, event=event, ruling=ruling)
    penalty = next(
        (
            p
            for p in scheme.penalties
            if ruling.kind == "penalty" and p.code == ruling.target
        ),
        None,
    )
    ground = read_ground(session, event.id)
    shifts = _compare(session, event, ground, ruling)
    return Effect(
        penalty=penalty,
        points=None
        if penalty is None
        else penalty_points(penalty, Fraction(ruling.value)),
        over_limit=_over_limit(penalty, ruling),
        replaces=_find_replaced(session, event, ruling),
        own=next((s for s in shifts if s.entry == ruling.entry), None),
        others=tuple(
            s
            for s in shifts
            if s.entry != ruling.entry
            and (s.old_rank != s.new_rank or s.old_award != s.new_award)
        ),
    )


def _over_limit(penalty: Penalty | None, ruling: Ruling) -> str:
    if penalty is None or penalty.limit is None:
        return ""
    return (penalty.over_limit or "") if Fraction(ruling.value) > penalty.limit else ""


def _find_replaced(session: Session, event: Event, ruling: Ruling) -> str:
    """Return the number that a later one of the same kind takes the place of."""
    earlier = [
        known.value
        for known in queries.list_rulings(session, event.id)
        if known[:3] == ruling[:3]
    ]
    return earlier[-1] if earlier else ""


def _compare(
    session: Session, event: Event, ground: Ground, ruling: Ruling
) -> list[Shift]:
    """Score with and without the ruling; empty where the marks cannot be scored yet."""
    works = {fact.entry: fact.group for fact in ground.works}
    rulings = [*queries.list_rulings(session, event.id), ruling]
    decided = {fact.entry: fact for fact in make_facts(works, rulings, {})}
    after = replace(
        ground, facts=[decided.get(fact.entry, fact) for fact in ground.facts]
    )
    try:
        return compare(score_ground(ground), score_ground(after))
    except ScoringError:
        return []
