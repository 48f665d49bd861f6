"""Which of the rows that were counted once somebody may see now."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from people.persons.models import Person
from talentpool.dossiers.models import (
    Achievement,
    Craftsman,
    FirmService,
    HonourAward,
    Studio,
)
from talentpool.growth.models.trainings import Attendance
from talentpool.growth.queries.trainings import trainings_within
from talentpool.mentorship.models import Pair
from talentpool.reports.queries.selection import chosen, with_person
from talentpool.reports.rules.counted import Id
from talentpool.reports.rules.window import Window

# How each kind of row leads to the dossier it lies in.
_DOSSIERS: Mapping[str, tuple[Any, Any]] = {
    "craftsman": (Craftsman, Craftsman.id),
    "pair": (Pair, Pair.mentor_id),
    "honour": (HonourAward, HonourAward.craftsman_id),
    "achievement": (Achievement, Achievement.craftsman_id),
    "studio": (Studio, Studio.craftsman_id),
    "service": (FirmService, FirmService.craftsman_id),
}


def list_seen(
    session: Session, subject: str, ids: Sequence[Id], window: Window
) -> set[Id]:
    """Return those of the rows that a figure would show the reader of a window today.

    Whoever was erased, took the consent to the pool back, or left the reader's places
    is not among them.
    """
    if subject == "person":
        there = select(Person.id).where(Person.id.in_(ids), Person.erased_at.is_(None))
        return set(session.scalars(there))
    if subject == "attendance":
        held = (
            select(Attendance.id)
            .join(Attendance.person)
            .join(Attendance.training)
            .where(
                Attendance.id.in_(ids),
                Person.erased_at.is_(None),
                trainings_within(window.scopes),
            )
        )
        return set(session.scalars(held))
    if subject not in _DOSSIERS:  # nobody's dossier: events, entries, occupations
        return set(ids)
    model, owner = _DOSSIERS[subject]
    rows = select(model.id)
    if model is not Craftsman:
        rows = rows.join(Craftsman, Craftsman.id == owner)
    seen = with_person(rows).where(model.id.in_(ids), chosen(window))
    return set(session.scalars(seen))
