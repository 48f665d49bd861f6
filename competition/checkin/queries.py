"""Who is expected, who came, who is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_sqlalchemy.pagination import Pagination, SelectPagination
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from competition.checkin.models import (
    CheckIn,
    CheckInRefusal,
    CheckInSession,
    Gate,
    GateScan,
)
from competition.checkin.rules import (
    ABSENT,
    IN,
    LATE,
    OUT,
    PRESENT,
    REFUSED,
    STORED,
)
from competition.registration.models import Entry
from competition.registration.queries import find_ticket
from competition.registration.rules.entries import ACCEPTED
from paging import paginate
from people.persons.models import Person
from people.units.models import Unit

MISSING = "missing"  # a filter: expected and not seen yet
FILTERS = (MISSING, PRESENT, LATE, REFUSED, ABSENT)
MAX_CANDIDATES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Headcount:
    """How a check-in stands. expected = present + late + refused + absent + missing."""

    expected: int
    present: int
    late: int
    refused: int
    absent: int

    @property
    def missing(self) -> int:
        return self.expected - self.present - self.late - self.refused - self.absent


def find_session(session: Session, event_id: int) -> CheckInSession | None:
    """Return the check-in of an event, or None before it was opened."""
    return session.scalar(
        select(CheckInSession).where(CheckInSession.event_id == event_id)
    )


def find_checkin(session: Session, entry_id: int) -> CheckIn | None:
    """Return how an entry's check-in stands, or None while nobody came."""
    return session.scalar(select(CheckIn).where(CheckIn.entry_id == entry_id))


def find_entry(session: Session, uid: str) -> Entry | None:
    """Return an entry with everything the desk compares."""
    return session.scalar(_whole_entry().where(Entry.uid == uid))


def find_by_ticket_number(session: Session, number: str) -> Entry | None:
    """Return the entry whose ticket bears this number; spaces and case do not count."""
    ticket = find_ticket(session, number)
    if ticket is None:
        return None
    return session.scalar(_whole_entry().where(Entry.id == ticket.entry_id))


def find_by_person(session: Session, event_id: int, person_id: int) -> Entry | None:
    """Return a person's entry for an event."""
    return session.scalar(
        _whole_entry().where(Entry.event_id == event_id, Entry.person_id == person_id)
    )


def search_entries(session: Session, event_id: int, text: str) -> list[Entry]:
    """Return accepted entries whose name or unit holds `text`, by name, a dozen."""
    statement = _expected(event_id, text).options(*_details()).limit(MAX_CANDIDATES)
    return list(session.scalars(statement))


def headcount(session: Session, event_id: int) -> Headcount:
    """Return the counts of an event's check-in, in one statement."""
    counted = session.execute(
        select(CheckIn.status, func.count(Entry.id))
        .select_from(Entry)
        .outerjoin(CheckIn, CheckIn.entry_id == Entry.id)
        .where(Entry.event_id == event_id, Entry.state == ACCEPTED)
        .group_by(CheckIn.status)
    )
    by_status = {status: count for status, count in counted}  # noqa: C416 - typed rows
    return Headcount(
        expected=sum(by_status.values()),
        present=by_status.get(PRESENT, 0),
        late=by_status.get(LATE, 0),
        refused=by_status.get(REFUSED, 0),
        absent=by_status.get(ABSENT, 0),
    )


def list_entries(
    session: Session, event_id: int, *, status: str, text: str, page: int
) -> Pagination:
    """Return a page of (entry, check-in or None), by name; status: one of FILTERS."""
    statement = _expected(event_id, text).add_columns(CheckIn).options(*_details())
    if status == MISSING:
        statement = statement.where(CheckIn.id.is_(None))
    elif status:
        statement = statement.where(CheckIn.status == status)
    return _RowPagination(
        select=statement,
        session=session,
        page=max(page, 1),
        per_page=50,
        error_out=False,
    )


def list_refusals(
    session: Session, event_id: int, limit: int = 20
) -> list[CheckInRefusal]:
    """Return who or what was turned away, newest first."""
    return list(
        session.scalars(
            select(CheckInRefusal)
            .where(CheckInRefusal.event_id == event_id)
            .options(joinedload(CheckInRefusal.entry).joinedload(Entry.person))
            .order_by(CheckInRefusal.id.desc())
            .limit(limit)
        )
    )


def list_missing_ids(session: Session, event_id: int) -> list[int]:
    """Return the ids of accepted entries that nobody came for."""
    return list(
        session.scalars(
            select(Entry.id)
            .outerjoin(CheckIn, CheckIn.entry_id == Entry.id)
            .where(
                Entry.event_id == event_id,
                Entry.state == ACCEPTED,
                CheckIn.id.is_(None),
            )
            .order_by(Entry.id)
        )
    )


def list_gates(session: Session, event_id: int) -> list[Gate]:
    """Return the rooms of an event that are in use, by name."""
    return list(
        session.scalars(
            select(Gate)
            .where(Gate.event_id == event_id, Gate.ended_at.is_(None))
            .order_by(Gate.name)
        )
    )


def find_gate(session: Session, uid: str) -> Gate | None:
    """Return a room, ended ones too."""
    return session.scalar(select(Gate).where(Gate.uid == uid))


def list_inside(session: Session, gate_id: int) -> set[int]:
    """Return the entries that are in a room now: whose last passage led in."""
    return list_inside_of(session, [gate_id])[gate_id]


def list_inside_of(session: Session, gate_ids: Sequence[int]) -> dict[int, set[int]]:
    """Return who is in each room now, in one statement."""
    rows = session.execute(
        select(GateScan.gate_id, GateScan.entry_id, GateScan.value)
        .where(
            GateScan.gate_id.in_(gate_ids),
            GateScan.status == STORED,
            GateScan.value.in_((IN, OUT)),
        )
        .order_by(GateScan.counted_at, GateScan.seq)
    )
    inside: dict[int, set[int]] = {gate_id: set() for gate_id in gate_ids}
    for gate_id, entry_id, value in rows:
        if gate_id is None or entry_id is None:
            continue
        if value == IN:
            inside[gate_id].add(entry_id)
        else:
            inside[gate_id].discard(entry_id)
    return inside


def list_expected(session: Session, event_id: int) -> list[tuple[Entry, str]]:
    """Return every accepted entry with how its check-in stands, "" for not seen."""
    rows = session.execute(
        _expected(event_id, "").add_columns(CheckIn.status).options(*_details())
    ).unique()
    return [(entry, status or "") for entry, status in rows]


def list_scans(
    session: Session, event_id: int, *, outcome: str, page: int
) -> Pagination:
    """Return a page of what the devices at the gates did, newest first.

    outcome: one of rules.OUTCOMES; "refused" for those turned away, "" for all.
    """
    statement = (
        select(GateScan)
        .options(
            joinedload(GateScan.entry).joinedload(Entry.person),
            joinedload(GateScan.gate),
        )
        .where(GateScan.event_id == event_id)
        .order_by(GateScan.seq.desc())
    )
    if outcome == REFUSED:
        statement = statement.where(GateScan.value.not_in((IN, OUT)))
    elif outcome:
        statement = statement.where(GateScan.status == outcome)
    return paginate(session, statement, page)


def count_open_questions(session: Session, event_id: int) -> int:
    """Count the scans that did not count: two devices disagreed, or it was closed."""
    return (
        session.scalar(
            select(func.count()).where(
                GateScan.event_id == event_id, GateScan.status != STORED
            )
        )
        or 0
    )


class _RowPagination(SelectPagination):
    """Pages of rows, where Flask-SQLAlchemy's own pages of single objects."""

    def _query_items(self) -> list[tuple[Entry, CheckIn | None]]:
        statement = self._query_args["select"]
        statement = statement.limit(self.per_page).offset(self._query_offset)
        rows = self._query_args["session"].execute(statement).unique()
        return [(entry, checkin) for entry, checkin in rows]


def _expected(event_id: int, text: str) -> Select[Entry]:
    statement = (
        select(Entry)
        .join(Entry.person)
        .outerjoin(Entry.unit)
        .outerjoin(CheckIn, CheckIn.entry_id == Entry.id)
        .where(Entry.event_id == event_id, Entry.state == ACCEPTED)
        .order_by(Person.name, Entry.id)
    )
    for word in text.split():
        statement = statement.where(
            or_(
                Person.name.icontains(word, autoescape=True),
                Unit.name.icontains(word, autoescape=True),
            )
        )
    return statement


def _whole_entry() -> Select[Entry]:
    return select(Entry).options(*_details())


def _details() -> tuple:  # type: ignore[type-arg]
    return (
        joinedload(Entry.person),
        joinedload(Entry.unit),
        joinedload(Entry.group),
        joinedload(Entry.ticket),
        selectinload(Entry.photo),
    )
