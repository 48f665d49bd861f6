"""Finding batches, and what a file's rows are held against."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

from flask_babel import gettext as _
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from competition.bulk.models import EntryBatch, EntryTrace, PhotoBatch
from competition.events.models import Event
from competition.events.queries import find_event
from competition.events.rules import CANCELLED
from competition.registration.models import Entry, EntryPaper
from competition.registration.rules.entries import DRAFT, TAKES_PLACE
from errors import DomainError
from paging import paginate
from people.attachments.models import Attachment
from people.codes.models import SkillLevel
from people.districts.models import District
from people.persons.models import Person
from people.persons.queries import ID_CONTEXT, follow
from people.units.models import Unit
from people.vault.services import get_vault
from workbooks import fold

T = TypeVar("T")
_PART = 500  # values in one statement


class UnclearEventError(DomainError):
    """No event, or several, answer to the text."""

    status = 404


def get_event_named(session: Session, text: str) -> Event:
    """Return the event of this uid, or of this name where only one has it.

    Raises:
        UnclearEventError: there is none, or there are several; the message lists them.
    """
    uids = session.scalars(
        select(Event.uid)
        .where((Event.uid == text) | (Event.name == text))
        .order_by(Event.id)
    ).all()
    event = find_event(session, uids[0]) if len(uids) == 1 else None
    if event is not None:
        return event
    if not uids:
        raise UnclearEventError(_("There is no event %(name)s.", name=text))
    raise UnclearEventError(
        _(
            "Several events are called %(name)s: %(listed)s",
            name=text,
            listed=", ".join(uids),
        )
    )


def find_batch(session: Session, uid: str) -> EntryBatch | None:
    """Return a batch with its event, or None."""
    return session.scalar(
        select(EntryBatch)
        .where(EntryBatch.uid == uid)
        .options(joinedload(EntryBatch.event).joinedload(Event.competition))
    )


def find_photos(session: Session, uid: str) -> PhotoBatch | None:
    """Return an archive of photos with its event, or None."""
    return session.scalar(
        select(PhotoBatch)
        .where(PhotoBatch.uid == uid)
        .options(joinedload(PhotoBatch.event).joinedload(Event.competition))
    )


def list_waiting_photos(
    session: Session, *, event_id: int, user_id: int
) -> list[PhotoBatch]:
    """Return a user's archives for an event that wait for their word, newest first."""
    return list(
        session.scalars(
            select(PhotoBatch)
            .where(
                PhotoBatch.event_id == event_id,
                PhotoBatch.user_id == user_id,
                PhotoBatch.state == "checked",
            )
            .order_by(PhotoBatch.id.desc())
        )
    )


def list_attachments(session: Session, ids: Collection[int]) -> dict[int, Attachment]:
    """Return stored files by their ids."""
    found: dict[int, Attachment] = {}
    for part in _parts(sorted(ids)):
        rows = session.scalars(select(Attachment).where(Attachment.id.in_(part)))
        found |= {row.id: row for row in rows}
    return found


def list_batches(
    session: Session, *, event_id: int, user_id: int | None, page: int
) -> Pagination:
    """Return a page of an event's batches, newest first; of one user where named."""
    statement = select(EntryBatch).where(EntryBatch.event_id == event_id)
    if user_id is not None:
        statement = statement.where(EntryBatch.user_id == user_id)
    newest_first = statement.order_by(EntryBatch.id.desc())
    return paginate(session, newest_first, page, per_page=10)


def list_traces(session: Session, batch_id: int) -> list[EntryTrace]:
    """Return what a batch made or changed, by row."""
    return list(
        session.scalars(
            select(EntryTrace)
            .where(EntryTrace.batch_id == batch_id)
            .options(joinedload(EntryTrace.entry).joinedload(Entry.person))
            .order_by(EntryTrace.row, EntryTrace.entry_id)
        )
    )


def list_later(session: Session, batch: EntryBatch) -> list[EntryTrace]:
    """Return what of a batch somebody has worked on since, by row."""
    with_papers = set(
        session.scalars(
            select(EntryPaper.entry_id)
            .join(EntryTrace, EntryTrace.entry_id == EntryPaper.entry_id)
            .where(EntryTrace.batch_id == batch.id, EntryTrace.made_entry)
        )
    )
    return [
        trace
        for trace in list_traces(session, batch.id)
        if trace.entry.state != DRAFT
        or trace.entry.user_id is not None
        or trace.entry.saved_at != trace.saved_at
        or trace.entry_id in with_papers
    ]


def list_codes(session: Session, event: Event) -> dict[str, dict[str, str]]:
    """Return what cells of code columns may say: {table: {folded text: code}}."""
    levels: dict[str, str] = {}
    for level in session.scalars(select(SkillLevel)):
        both = (level.national_level + level.name, level.name + level.national_level)
        for text in (level.code, level.name, level.national_level, *both):
            if text:
                levels.setdefault(fold(text), level.code)
    places = list(session.scalars(select(District).order_by(District.code)))
    often = Counter(place.name for place in places)
    districts = {place.code: place.code for place in places}
    districts |= {fold(p.name): p.code for p in places if often[p.name] == 1}
    groups = {fold(group.code): group.uid for group in event.groups}
    groups |= {fold(group.name): group.uid for group in event.groups}
    return {"level": levels, "district": districts, "group": groups}


def map_persons(session: Session, numbers: Collection[str]) -> dict[str, Person]:
    """Return who has these ID numbers; merged records lead to the one that counts."""
    vault = get_vault()
    by_hash = {vault.lookup(number, ID_CONTEXT): number for number in numbers}
    found: dict[str, Person] = {}
    for part in _parts(list(by_hash)):
        rows = session.scalars(select(Person).where(Person.id_number_hash.in_(part)))
        for person in rows.all():
            number = by_hash[person.id_number_hash]
            found[number] = follow(session, person)
    return found


def map_units(
    session: Session, codes: Collection[str], names: Collection[str]
) -> tuple[dict[str, Unit], dict[str, list[Unit]]]:
    """Return units by credit code, and those of each name."""
    by_code: dict[str, Unit] = {}
    by_name: dict[str, list[Unit]] = {}
    for part in _parts(sorted(codes)):
        for unit in session.scalars(select(Unit).where(Unit.credit_code.in_(part))):
            by_code[unit.credit_code] = unit
    for part in _parts(sorted(names)):
        rows = select(Unit).where(Unit.name.in_(part)).order_by(Unit.id)
        for unit in session.scalars(rows):
            by_name.setdefault(unit.name, []).append(unit)
    return by_code, by_name


def map_entries(
    session: Session, event_id: int, person_ids: Collection[int]
) -> dict[int, Entry]:
    """Return these persons' entries of an event, by person."""
    found: dict[int, Entry] = {}
    for part in _parts(sorted(person_ids)):
        rows = session.scalars(
            select(Entry).where(Entry.event_id == event_id, Entry.person_id.in_(part))
        )
        found |= {row.person_id: row for row in rows if row.person_id is not None}
    return found


def count_other_events(
    session: Session, event: Event, person_ids: Collection[int]
) -> dict[int, int]:
    """Return in how many other events of the competition each person holds a place."""
    found: dict[int, int] = {}
    for part in _parts(sorted(person_ids)):
        rows = session.execute(
            select(Entry.person_id, func.count())
            .join(Entry.event)
            .where(
                Event.competition_id == event.competition_id,
                Event.id != event.id,
                Entry.person_id.in_(part),
                Event.state != CANCELLED,
                Entry.state.in_(TAKES_PLACE),
            )
            .group_by(Entry.person_id)
        )
        found |= {person: count for person, count in rows if person is not None}
    return found


def count_by_unit(session: Session, event_id: int) -> dict[int, int]:
    """Return how many of each unit are entered, drafts of its own hand among them."""
    ours = Entry.state.in_(TAKES_PLACE)
    drafted = (Entry.state == DRAFT) & Entry.user_id.is_(None)
    rows = session.execute(
        select(Entry.unit_id, func.count())
        .where(Entry.event_id == event_id, ours | drafted, Entry.unit_id.is_not(None))
        .group_by(Entry.unit_id)
    )
    return {unit: count for unit, count in rows if unit is not None}


def _parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), _PART):
        yield values[start : start + _PART]
