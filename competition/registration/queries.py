"""Finding entries: one's own, those to review, those accepted."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from accounts.access.services import resolves
from accounts.roles.rules import Scope
from competition.events.models import Competition, Event, EventGroup
from competition.events.queries import CountsByState, counts_entries, scopes_of
from competition.events.rules import CANCELLED
from competition.registration.models import (
    IN_RESERVE,
    Entry,
    EntryPaper,
    EntryVerdict,
    Ticket,
    WaitingPlace,
)
from competition.registration.rules.entries import (
    ACCEPTED,
    DRAFT,
    ENTRY_STATES,
    OFFERED,
    RESERVE,
    SUBMITTED,
    TAKES_PLACE,
    WAITING,
    WITHDRAWN,
)
from paging import paginate
from people.districts.queries import within
from people.persons.models import Person
from people.units.models import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Rivals:
    """Other entries that count against quotas; see rules.Facts."""

    in_event: int
    same_unit: int
    same_person: int
    other_events: int


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Another entry that may be of the same human being, and why."""

    entry: Entry
    why: tuple[str, ...]  # same_person, or what is alike


@counts_entries
def count_by_state(session: Session, event_ids: Sequence[int]) -> CountsByState:
    """Return the entries of each event by state, in one statement.

    Those on the waiting list count as "waiting", substitutes in reserve as "reserve".
    """
    shown = case((is_waiting(), WAITING), (IN_RESERVE, RESERVE), else_=Entry.state)
    state = shown.label("counted_as")
    rows = session.execute(
        select(Entry.event_id, state, func.count())
        .where(Entry.event_id.in_(event_ids))
        .group_by(Entry.event_id, "counted_as")
    )
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for event_id, state, count in rows:
        counts[event_id][state] = count
    return counts


def find_entry(session: Session, uid: str) -> Entry | None:
    """Return an entry with all that its pages show, or None."""
    return session.scalar(
        select(Entry)
        .where(Entry.uid == uid)
        .options(
            joinedload(Entry.event)
            .joinedload(Event.competition)
            .joinedload(Competition.district),
            joinedload(Entry.event).joinedload(Event.occupation),
            joinedload(Entry.event).joinedload(Event.min_level),
            joinedload(Entry.event).selectinload(Event.groups),
            joinedload(Entry.group),
            joinedload(Entry.user),
            joinedload(Entry.person),
            joinedload(Entry.unit),
            joinedload(Entry.level),
            joinedload(Entry.ticket),
            joinedload(Entry.guest),
            selectinload(Entry.papers).joinedload(EntryPaper.attachment),
        )
    )


def find_own_entry(session: Session, *, event_id: int, user_id: int) -> Entry | None:
    """Return a user's entry for an event, or None."""
    return session.scalar(
        select(Entry).where(Entry.event_id == event_id, Entry.user_id == user_id)
    )


def find_paper(session: Session, uid: str) -> EntryPaper | None:
    """Return a paper with its file and entry, or None."""
    return session.scalar(
        select(EntryPaper)
        .where(EntryPaper.uid == uid)
        .options(
            joinedload(EntryPaper.attachment),
            joinedload(EntryPaper.entry).joinedload(Entry.event),
        )
    )


def find_ticket(session: Session, number: str) -> Ticket | None:
    """Return the ticket with this number, however it was typed, or None."""
    typed = "".join(number.split()).replace("-", "").upper()
    wanted = f"{typed[:4]}-{typed[4:]}"
    return session.scalar(select(Ticket).where(Ticket.number == wanted))


def list_own(session: Session, user_id: int) -> list[Entry]:
    """Return a user's entries, newest first."""
    return list(
        session.scalars(
            select(Entry)
            .join(Entry.event)
            .where(Entry.user_id == user_id)
            .options(
                contains_eager(Entry.event).joinedload(Event.competition),
                joinedload(Entry.group),
                joinedload(Entry.ticket),
            )
            .order_by(Entry.id.desc())
        )
    )


def list_accepted(session: Session, event_id: int) -> list[Entry]:
    """Return the accepted entries of an event with person, unit, group and photo.

    By group, then unit, then name: the order of a printed list.
    """
    return list(
        session.scalars(
            _with_people()
            .where(Entry.event_id == event_id, Entry.state == ACCEPTED)
            .options(joinedload(Entry.photo), joinedload(Entry.ticket))
            .order_by(Entry.group_id, Unit.name, Person.name, Entry.id)
        ).unique()
    )


def list_for_review(
    session: Session,
    *,
    event_id: int,
    state: str = "",
    group_uid: str = "",
    text: str = "",
    page: int = 1,
) -> Pagination:
    """Return a page of an event's entries, those to review first; drafts left out."""
    statement = _with_people().where(Entry.event_id == event_id, Entry.state != DRAFT)
    if state == WAITING:
        statement = statement.where(is_waiting())
    elif state == RESERVE:
        statement = statement.where(IN_RESERVE)
    elif state:
        statement = statement.where(Entry.state == state, ~is_waiting(), ~IN_RESERVE)
    if group_uid:
        statement = statement.where(EventGroup.uid == group_uid)
    for word in text.split():
        statement = statement.where(
            or_(
                Person.name.icontains(word, autoescape=True),
                Unit.name.icontains(word, autoescape=True),
            )
        )
    is_due = and_(Entry.state == SUBMITTED, ~IN_RESERVE)
    statement = statement.order_by(
        case((is_due, 0), else_=1),
        case((is_due, Entry.submitted_at)),
        Entry.submitted_at.desc(),
        Entry.id,
    )
    return paginate(session, statement, page, per_page=25)


def list_of_units(
    session: Session, scopes: Iterable[Scope], page: int = 1
) -> Pagination:
    """Return a page of the entries of the units within `scopes`, newest first.

    A contestant's own draft is theirs; one that came in bulk is the unit's to finish.
    """
    held: list[ColumnElement[bool]] = [false()]
    for scope in scopes:
        if scope.kind == "all":
            held.append(Unit.id.is_not(None))
        elif scope.kind == "unit":
            held.append(Unit.uid == scope.key)
        elif scope.kind == "district":
            held.append(within(Unit.district_code, scope.key))
    statement = (
        _with_people()
        .where((Entry.state != DRAFT) | Entry.user_id.is_(None))
        .where(or_(*held))
        .order_by(Entry.started_at.desc(), Entry.id.desc())
    )
    return paginate(session, statement, page, per_page=25)


def list_verdicts(session: Session, entry_id: int) -> list[EntryVerdict]:
    """Return what was decided about an entry, newest first."""
    return list(
        session.scalars(
            select(EntryVerdict)
            .where(EntryVerdict.entry_id == entry_id)
            .order_by(EntryVerdict.id.desc())
        )
    )


def list_duplicates(session: Session, entry: Entry) -> list[Duplicate]:
    """Return entries in the same competition that may be of the same human being.

    The same person by ID number; else the same name with birth date or unit, or the
    same phone.
    """
    person = entry.person
    if person is None:
        return []
    likeness = {
        "same_person": Entry.person_id == person.id,
        "same_name_and_birth": (Person.name == person.name)
        & (Person.birth_date == person.birth_date),
        "same_name_and_unit": (Person.name == person.name)
        & (Entry.unit_id == entry.unit_id),
    }
    if person.phone_hash:
        likeness["same_phone"] = Person.phone_hash == person.phone_hash
    rows = session.execute(
        _with_people()
        .add_columns(*(condition.label(why) for why, condition in likeness.items()))
        .join(Event, Event.id == Entry.event_id)
        .where(
            Event.competition_id == entry.event.competition_id,
            Entry.id != entry.id,
            Entry.state.not_in((DRAFT, WITHDRAWN)),
            or_(*likeness.values()),
        )
        .order_by(Entry.id)
        .limit(20)
    )
    return [
        Duplicate(row[0], ("same_person",) if row[1] else _named(likeness, row[1:]))
        for row in rows
    ]


def count_rivals(
    session: Session, *, entry: Entry, person_id: int | None, unit_id: int | None
) -> Rivals:
    """Count the other entries that hold a place, in one statement."""

    def among(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    here = Entry.event_id == entry.event_id
    takes_part = here & Entry.is_substitute.is_(False)
    # What is not held takes nobody's place among the events one may enter.
    elsewhere = ~here & (Event.state != CANCELLED)
    row = session.execute(
        select(
            among(takes_part & ~is_waiting()),
            among(takes_part & (Entry.unit_id == unit_id)),
            among(here & (Entry.person_id == person_id)),
            among(elsewhere & (Entry.person_id == person_id)),
        )
        .join(Entry.event)
        .where(
            Event.competition_id == entry.event.competition_id,
            Entry.id != entry.id,
            Entry.state.in_(TAKES_PLACE),
        )
    ).one()
    return Rivals(
        in_event=row[0],
        same_unit=row[1] if unit_id is not None else 0,
        same_person=row[2] if person_id is not None else 0,
        other_events=row[3] if person_id is not None else 0,
    )


def count_states(session: Session, event_id: int) -> dict[str, int]:
    """Return how many entries of an event are in each state, absent ones as 0."""
    counts = count_by_state(session, [event_id]).get(event_id, {})
    return {s: counts.get(s, 0) for s in (*ENTRY_STATES, WAITING, RESERVE)}


def is_waiting() -> ColumnElement[bool]:
    """Return the condition that an entry is on the waiting list, without an offer."""
    return (
        select(WaitingPlace.id)
        .where(WaitingPlace.entry_id == Entry.id, WaitingPlace.state == WAITING)
        .exists()
    )


def find_waiting(session: Session, entry_id: int) -> WaitingPlace | None:
    """Return an entry's place on the waiting list, waiting or offered, or None."""
    return session.scalar(
        select(WaitingPlace).where(
            WaitingPlace.entry_id == entry_id,
            WaitingPlace.state.in_((WAITING, OFFERED)),
        )
    )


def list_waiting(session: Session, event_id: int) -> list[WaitingPlace]:
    """Return the open waiting list of an event: offers first, each in its order."""
    return list(
        session.scalars(
            select(WaitingPlace)
            .where(
                WaitingPlace.event_id == event_id,
                WaitingPlace.state.in_((WAITING, OFFERED)),
            )
            .options(
                joinedload(WaitingPlace.entry).joinedload(Entry.person),
                joinedload(WaitingPlace.entry).joinedload(Entry.unit),
            )
            .order_by(
                case((WaitingPlace.state == OFFERED, 0), else_=1), WaitingPlace.id
            )
        )
    )


def count_before(session: Session, waiting: WaitingPlace) -> int:
    """Return how many wait before this place."""
    found = select(func.count()).where(
        WaitingPlace.event_id == waiting.event_id,
        WaitingPlace.state == WAITING,
        WaitingPlace.id < waiting.id,
    )
    return session.scalar(found) or 0


def count_taken(session: Session, event_id: int) -> int:
    """Return how many places of an event are taken, offered ones among them."""
    takes = Entry.state.in_(TAKES_PLACE) & Entry.is_substitute.is_(False)
    found = select(func.count()).where(Entry.event_id == event_id, takes, ~is_waiting())
    return session.scalar(found) or 0


@resolves("entry")
def _scopes_of_entry(session: Session, uid: str) -> list[Scope] | None:
    event = session.scalar(
        select(Event)
        .join(Entry, Entry.event_id == Event.id)
        .where(Entry.uid == uid)
        .options(joinedload(Event.competition))
    )
    if event is None:
        return None
    return [Scope("event", event.uid), *scopes_of(event.competition)]


def _named(likeness: Iterable[str], found: Iterable[object]) -> tuple[str, ...]:
    return tuple(why for why, is_so in zip(likeness, found, strict=True) if is_so)


def _with_people() -> Select[Entry]:
    return (
        select(Entry)
        .outerjoin(Entry.person)
        .outerjoin(Entry.unit)
        .outerjoin(Entry.group)
        .options(
            contains_eager(Entry.person),
            contains_eager(Entry.unit),
            contains_eager(Entry.group),
        )
    )
