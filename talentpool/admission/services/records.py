"""A published place as a verified fact of a dossier, with the way back to its proof."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from competition.registration.models import Entry
from extensions import LOCAL
from ledger.log.services import Actor
from talentpool.dossiers import queries as dossiers
from talentpool.dossiers.models import CompetitionRecord, Craftsman
from talentpool.dossiers.services.facts import add_fact, correct_fact


def place_record(
    session: Session,
    craftsman: Craftsman,
    entry: Entry,
    row: Any,  # noqa: ANN401 - a published row or a proposal, read by `_values`
    publication_uid: str,
    *,
    actor: Actor,
    now: datetime,
) -> CompetitionRecord:
    """Write the place of a published entry into a dossier.

    When an earlier publication of the same entry left a record, the new one supersedes
    it; the same publication again changes nothing.
    """
    values = _values(entry, row, publication_uid)
    earlier = [
        fact
        for fact in dossiers.list_records_of_entry(session, entry.uid)
        if fact.craftsman_id == craftsman.id
    ]
    if earlier and earlier[-1].publication_uid == publication_uid:
        return earlier[-1]
    if earlier:
        return correct_fact(
            session,
            earlier[-1],
            values=values,
            reason=f"publication {publication_uid}",
            actor=actor,
            now=now,
            verified=True,
        )
    return add_fact(
        session,
        CompetitionRecord,
        craftsman=craftsman,
        values=values,
        actor=actor,
        now=now,
        verified=True,
    )


def _values(entry: Entry, row: Any, publication_uid: str) -> dict[str, Any]:  # noqa: ANN401
    event = entry.event
    place = getattr(row, "rank", None) or getattr(row, "place", None)
    of_count = getattr(row, "of", None) or getattr(row, "of_count", None)
    return {
        "source": "competition",
        "competition_name": event.competition.name,
        "event_name": event.name,
        "tier": event.competition.tier,
        "grade": event.competition.grade,
        "trade": event.name,
        "held_on": event.starts_at.astimezone(LOCAL).date(),
        "place": place,
        "of_count": of_count if place else None,
        "award": row.award,
        "total": str(row.total),
        "publication_uid": publication_uid,
        "entry_uid": entry.uid,
    }
