"""Compare proposals with the log and the published result they rest on."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ledger.log.queries import iter_said
from ledger.log.services import register_check
from scoring.results.models import Publication
from talentpool.admission.models.proposals import Proposal
from talentpool.admission.rules.proposals import ADMITTED, REFUSED
from talentpool.admission.services.propose import body_of


def listen() -> None:
    """Have proposals checked with every verification of the log."""
    register_check("proposals", lambda session: list(find_disagreements(session)))


def find_disagreements(session: Session) -> Iterator[str]:
    """Name every proposal that differs from the log, or from what was published."""
    logged: dict[str, dict[str, Any]] = {}
    for said in iter_said(session, "proposal."):
        logged.setdefault(said.uid, {}).update(said.body)
    places = _published_places(session)
    rows = session.scalars(
        select(Proposal)
        .options(
            joinedload(Proposal.entry),
            joinedload(Proposal.profile_version),
            joinedload(Proposal.craftsman),
        )
        .order_by(Proposal.id)
    )
    for row in rows:
        said_of_it = logged.pop(row.uid, None)
        if said_of_it is None:
            yield f"proposal {row.uid} is not in the log"
        elif any(said_of_it.get(name) != value for name, value in _now(row).items()):
            yield f"proposal {row.uid} differs from the log"
        if _place(row) != places.get((row.publication_uid, row.entry.uid)):
            yield f"proposal {row.uid} claims another place than was published"
    yield from (f"proposal {uid} is in the log and nowhere else" for uid in logged)


def _now(row: Proposal) -> dict[str, Any]:
    decided = {
        "reason": row.reason,
        "level": row.level,
        "class": row.pool_class,
        "minute": row.minute_number,
        "craftsman": row.craftsman.uid if row.craftsman else "",
    }
    return body_of(row) | (decided if row.state in {ADMITTED, REFUSED} else {})


def _place(row: Proposal) -> tuple[object, ...]:
    return row.place, row.of_count, row.award, row.total


def _published_places(session: Session) -> dict[tuple[str, str], tuple[object, ...]]:
    """Return rank, of, award and total by (publication, entry)."""
    places: dict[tuple[str, str], tuple[object, ...]] = {}
    for publication in session.scalars(select(Publication)):
        try:
            links = json.loads(publication.links)
            rows = json.loads(publication.snapshot)["rows"]
            for (entry_uid, _work), row in zip(links, rows, strict=True):
                place = (row["rank"], row["of"], row["award"], row["total"])
                places[publication.uid, entry_uid] = place
        except (ValueError, KeyError, TypeError):
            continue  # changed by hand: the check of publications names it
    return places
