"""Reading who qualified, what was taken, and the points a taken file carries."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from competition.events import rules as life
from competition.events.models import Competition, Event
from competition.registration.models import Entry
from people.districts.queries import within
from scoring.ladder.models import QualifierFile, QualifierRow, TrustedSender
from scoring.results.services.carry import Outside, outside_source


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was taken, with what it says of itself."""

    file: QualifierFile
    source: dict[str, Any]


def list_taken(session: Session, event_id: int) -> list[Taken]:
    """Return the files taken for an event, newest first, with their entries."""
    files = session.scalars(
        select(QualifierFile)
        .where(QualifierFile.event_id == event_id)
        .options(
            selectinload(QualifierFile.rows)
            .joinedload(QualifierRow.entry)
            .joinedload(Entry.person)
        )
        .order_by(QualifierFile.taken_at.desc(), QualifierFile.id.desc())
    )
    return [Taken(found, json.loads(found.source)) for found in files]


def find_file(session: Session, event_id: int, digest: str) -> QualifierFile | None:
    """Return the file of this content taken for an event, or None."""
    return session.scalar(
        select(QualifierFile).where(
            QualifierFile.event_id == event_id, QualifierFile.digest == digest
        )
    )


def find_sender(session: Session, public_key: str) -> TrustedSender | None:
    """Return the trusted sender of this key, or None."""
    return session.scalar(
        select(TrustedSender).where(TrustedSender.public_key == public_key)
    )


def list_sources(session: Session, event: Event) -> list[Event]:
    """Return published events below `event`: other tiers of its district, newest first.

    The same trade comes first.
    """
    competition = event.competition
    found = session.scalars(
        select(Event)
        .join(Event.competition)
        .options(contains_eager(Event.competition))
        .where(
            Event.state == life.PUBLISHED,
            Event.id != event.id,
            within(Competition.district_code, competition.district_code),
        )
        .order_by(Event.starts_at.desc(), Event.id)
        .limit(200)
    )
    own = (event.occupation_edition, event.occupation_code)
    return sorted(found, key=lambda e: (e.occupation_edition, e.occupation_code) != own)


def find_entry(session: Session, event_id: int, person_id: int) -> Entry | None:
    """Return a person's entry for an event, or None."""
    return session.scalar(
        select(Entry).where(Entry.event_id == event_id, Entry.person_id == person_id)
    )


def find_user_of(
    session: Session, event: Event, source_uid: str, person_id: int
) -> int | None:
    """Return the account that entered a person for an event of this installation.

    None where it is elsewhere, or that account has an entry for `event` already.
    """
    user_id = session.scalar(
        select(Entry.user_id)
        .join(Entry.event)
        .where(Event.uid == source_uid, Entry.person_id == person_id)
    )
    taken = select(Entry.id).where(Entry.event_id == event.id, Entry.user_id == user_id)
    if user_id is None or session.scalar(taken) is not None:
        return None
    return user_id


def list_entries(session: Session, uids: Sequence[str]) -> dict[str, Entry]:
    """Return entries with person, unit and group, by uid."""
    found = session.scalars(
        select(Entry)
        .where(Entry.uid.in_(uids))
        .options(
            joinedload(Entry.person),
            joinedload(Entry.unit),
            joinedload(Entry.group),
        )
    )
    return {entry.uid: entry for entry in found}


@outside_source
def find_outside(session: Session, event: Event, named: str) -> list[Outside]:
    """Return the taken files of `event` whose source is an event of that uid or name.

    Where one was corrected and taken again, the newest counts.
    """
    found: dict[str, Outside] = {}
    for taken in list_taken(session, event.id):
        source = taken.source
        if named not in (source["event"], source["event_name"]):
            continue
        found.setdefault(
            source["event"],
            Outside(
                event=source["event"],
                event_name=source["event_name"],
                publication=source["publication"],
                digest=source["digest"],
                totals={
                    row.entry.person_id: row.total
                    for row in taken.file.rows
                    if row.entry.person_id is not None
                },
                components={
                    row.entry.person_id: json.loads(row.components)
                    for row in taken.file.rows
                    if row.entry.person_id is not None
                },
            ),
        )
    return list(found.values())
