"""What of a dossier can bring points, and the points by the standard in force."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.dossiers.models import (
    Achievement,
    CompetitionRecord,
    Craftsman,
    Fact,
    HonourAward,
)
from talentpool.standard.rules.points import Merit, Points, PointsModel
from talentpool.standard.services import points_of

# Where an achievement's level or its author's rank is not recorded, the lowest counts.
LOWEST_LEVEL = "enterprise"
LOWEST_RANK = 99
FactT = TypeVar("FactT", CompetitionRecord, HonourAward, Achievement)
_RANK = re.compile(r"[0-9]{1,2}", re.ASCII)

# Rooms above add merits they know of, by name.
merit_sources: dict[str, Callable[[Session, Craftsman], Iterable[Merit]]] = {}


def points_of_craftsman(
    session: Session, craftsman: Craftsman, *, on: date
) -> tuple[PointsModel, Points] | None:
    """Value a dossier by the points model in force; None where there is none."""
    return points_of(session, merits_of(session, craftsman), on=on)


def merits_of(session: Session, craftsman: Craftsman) -> list[Merit]:
    """Return the current facts that can bring points, in the order of their kind.

    A fact that nobody has verified has no document here and so brings nothing.
    """
    found = [
        *map(_from_competition, _current(session, CompetitionRecord, craftsman)),
        *(
            _from_honour(award)
            for award in _current(session, HonourAward, craftsman)
            if not award.revocation
        ),
        *map(_from_achievement, _current(session, Achievement, craftsman)),
    ]
    for source in merit_sources.values():
        found += source(session, craftsman)
    return found


def _current(
    session: Session, model: type[FactT], craftsman: Craftsman
) -> Iterator[FactT]:
    yield from session.scalars(
        select(model)
        .where(model.craftsman_id == craftsman.id, model.is_current)
        .order_by(model.id)
    )


def _from_competition(record: CompetitionRecord) -> Merit:
    return Merit(
        kind="competition",
        title=f"{record.competition_name} {record.event_name}",
        level=record.tier,
        rank=record.place,
        on=record.held_on or record.valid_from,
        document=_proof(record),
    )


def _from_honour(award: HonourAward) -> Merit:
    return Merit(
        kind="honour",
        title=award.name,
        level=award.level,
        on=award.awarded_on or award.valid_from,
        document=_proof(award),
    )


def _from_achievement(achievement: Achievement) -> Merit:
    rank = achievement.author_rank
    if rank is None:  # records from before ranks had a field of their own
        found = _RANK.search(achievement.role)
        rank = int(found[0]) if found else LOWEST_RANK
    return Merit(
        kind=achievement.kind,
        title=achievement.title,
        level=achievement.level or LOWEST_LEVEL,
        rank=rank,
        on=achievement.achieved_on or achievement.valid_from,
        document=_proof(achievement),
    )


def _proof(fact: Fact) -> str:
    return f"dossier:{fact.uid}" if fact.state == "verified" else ""
