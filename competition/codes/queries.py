"""Reading the blind chain: one layer at a time, or all of it once it is decoded."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from accounts.users.models import User
from competition.checkin.models import CheckIn
from competition.checkin.rules import PRESENT as CHECKED_IN
from competition.codes.models import ContestCode, StationCode, WorkCode
from competition.codes.rules import (
    ABSENT,
    CONTEST_NO,
    PRESENT,
    STATION,
    WITHDRAWN,
    WORK_CODE,
    DecodedEntry,
    Work,
)
from competition.events.models import Event, EventGroup
from competition.events.rules import DECODED, PUBLISHED
from competition.registration.models import Entry, EntryVerdict
from competition.registration.rules.entries import ACCEPTED
from competition.registration.rules.entries import WITHDRAWN as ENTRY_WITHDRAWN
from competition.teams.models import Team, TeamMember
from competition.teams.rules import MEMBER
from errors import DomainError
from people.persons.models import Person
from people.units.models import Unit
from people.vault.services import get_vault

LayerModel = type[ContestCode] | type[StationCode] | type[WorkCode]
MODELS: dict[str, LayerModel] = {
    CONTEST_NO: ContestCode,
    STATION: StationCode,
    WORK_CODE: WorkCode,
}


_CODES_OF = select(  # made once: every mark that arrives asks it
    WorkCode.event_id, WorkCode.work_code
).where(WorkCode.event_id.in_(bindparam("event_ids", expanding=True)))


class NotDecodedError(DomainError):
    """Somebody asked who a work code belongs to before it was decoded."""

    status = 403


@dataclass(frozen=True, slots=True)
class Link:
    """One row of one layer: what was known, what it became, and the group."""

    source: str
    code: str
    group_code: str
    detail: str = ""  # the unit, in layer 1


def list_works(session: Session, event_id: int) -> list[Work]:
    """Return what is to be marked, by work code.

    Reads the last layer and nothing else: no table of this statement leads to a person
    (a test holds it to that).
    """
    rows = session.execute(
        select(WorkCode.work_code, WorkCode.group_code)
        .where(WorkCode.event_id == event_id)
        .order_by(WorkCode.work_code)
    )
    return [Work(work_code, group_code) for work_code, group_code in rows]


def list_work_codes(
    session: Session, event_ids: Collection[int]
) -> dict[int, frozenset[str]]:
    """Return the codes of the works of several events, by event; see `list_works`."""
    rows = session.execute(_CODES_OF, {"event_ids": list(event_ids)})
    found: dict[int, set[str]] = {event_id: set() for event_id in event_ids}
    for event_id, code in rows:
        found[event_id].add(code)
    return {event_id: frozenset(codes) for event_id, codes in found.items()}


def count_codes(session: Session, event_id: int, layer: str) -> int:
    """Count the rows of one layer."""
    model = MODELS[layer]
    found = session.scalar(select(func.count()).where(model.event_id == event_id))
    return found or 0


def list_present(session: Session, event_id: int) -> list[tuple[int, str, str]]:
    """Return (id, uid, group code) of every entry that was let in; for layer 1."""
    rows = session.execute(
        select(Entry.id, Entry.uid, func.coalesce(EventGroup.code, ""))
        .join(CheckIn, CheckIn.entry_id == Entry.id)
        .outerjoin(EventGroup, EventGroup.id == Entry.group_id)
        .where(Entry.event_id == event_id, CheckIn.status == CHECKED_IN)
        .order_by(Entry.uid)
    )
    return [(entry_id, uid, group) for entry_id, uid, group in rows]


def list_entry_ids(session: Session, event_id: int) -> dict[str, int]:
    """Return {contest number: id of the entry}; for constraints of the next layer."""
    rows = session.execute(
        select(ContestCode.contest_no, ContestCode.entry_id)
        .where(ContestCode.event_id == event_id)
        .order_by(ContestCode.contest_no)
    )
    return {row.contest_no: row.entry_id for row in rows}


def list_contest_links(session: Session, event_id: int) -> list[Link]:
    """Return layer 1 with the names, by contest number; officer 1 only."""
    rows = session.execute(
        select(
            Person.name,
            ContestCode.contest_no,
            ContestCode.group_code,
            func.coalesce(Unit.name, ""),
        )
        .join(Entry, Entry.id == ContestCode.entry_id)
        .join(Person, Person.id == Entry.person_id)
        .outerjoin(Unit, Unit.id == Entry.unit_id)
        .where(ContestCode.event_id == event_id)
        .order_by(ContestCode.contest_no)
    )
    return [Link(*row) for row in rows]


def list_station_links(session: Session, event_id: int) -> list[Link]:
    """Return layer 2, by station; officer 2 only."""
    rows = session.execute(
        select(StationCode.contest_no, StationCode.station, StationCode.group_code)
        .where(StationCode.event_id == event_id)
        .order_by(StationCode.station)
    )
    return [Link(*row) for row in rows]


def list_work_links(session: Session, event_id: int) -> list[Link]:
    """Return layer 3, by station; officer 3 only, and once it is decoded."""
    rows = session.execute(
        select(
            WorkCode.station_sealed,
            WorkCode.draw_id,
            WorkCode.work_code,
            WorkCode.group_code,
        ).where(WorkCode.event_id == event_id)
    )
    links = [
        Link(open_station(sealed, draw_id=draw_id, work_code=code), code, group)
        for sealed, draw_id, code, group in rows
    ]
    return sorted(links, key=lambda link: link.source)


def seal_station(station: str, *, draw_id: int, work_code: str) -> bytes:
    """Return a station sealed to its draw and code: it opens in this row only."""
    return get_vault().seal(station, _context(draw_id, work_code))


def open_station(sealed: bytes, *, draw_id: int, work_code: str) -> str:
    """Return the station a work code stands for.

    Raises:
        cryptography.exceptions.InvalidTag: another key, another row, or altered bytes.
    """
    return get_vault().open(sealed, _context(draw_id, work_code))


def list_groups(session: Session, event_id: int, layer: str) -> dict[str, str]:
    """Return {code of the layer: group code}, which the next layer copies."""
    if layer == CONTEST_NO:
        statement = select(
            ContestCode.contest_no.label("code"), ContestCode.group_code
        ).where(ContestCode.event_id == event_id)
    else:
        statement = select(
            StationCode.station.label("code"), StationCode.group_code
        ).where(StationCode.event_id == event_id)
    return {row.code: row.group_code for row in session.execute(statement)}


def count_without_work(session: Session, event_id: int) -> dict[str, int]:
    """Return how many accepted entries of each group have no work code.

    They count as entered where a scheme's awards ask for it. Numbers only: no entry is
    named.
    """
    group = func.coalesce(EventGroup.code, "")
    entered = session.execute(
        select(group, func.count())
        .select_from(Entry)
        .outerjoin(EventGroup, EventGroup.id == Entry.group_id)
        .where(Entry.event_id == event_id, Entry.state == "accepted")
        .group_by(group)
    )
    missing = Counter(dict(entered.all()))
    missing.subtract(work.group_code for work in list_works(session, event_id))
    return {code: count for code, count in missing.items() if count > 0}


def list_event_ids(session: Session, person_id: int) -> list[int]:
    """Return the events one person was accepted for, for their own results."""
    return list(
        session.scalars(
            select(Entry.event_id)
            .where(Entry.person_id == person_id, Entry.state == "accepted")
            .order_by(Entry.event_id)
        )
    )


def has_entry_of(session: Session, event_id: int, user: User) -> bool:
    """Tell whether a user, or their person by another account, takes part."""
    own = Entry.user_id == user.id
    if user.person_id is not None:
        own |= Entry.person_id == user.person_id
    found = session.scalar(
        select(Entry.id)
        .where(Entry.event_id == event_id, own, Entry.state != ENTRY_WITHDRAWN)
        .limit(1)
    )
    return found is not None


def has_entry_of_unit(session: Session, event_id: int, unit_id: int) -> bool:
    """Tell whether a unit has somebody accepted for an event."""
    found = select(Entry.id).where(
        Entry.event_id == event_id,
        Entry.unit_id == unit_id,
        Entry.state == "accepted",
    )
    return session.scalar(found.limit(1)) is not None


def list_decoded(session: Session, event_id: int) -> list[DecodedEntry]:
    """Return every accepted or withdrawn entry with its work code, by entry uid.

    Raises:
        NotDecodedError: the event has not been decoded by two persons.
    """
    state = session.scalar(select(Event.state).where(Event.id == event_id))
    if state not in {DECODED, PUBLISHED}:
        raise NotDecodedError(
            _("The codes of this event have not been decoded by two persons yet.")
        )
    rows = session.execute(
        select(
            Entry.uid.label("entry_uid"),
            Entry.id.label("entry_id"),
            Person.id.label("person_id"),
            Person.name,
            func.coalesce(Unit.name, "").label("unit_name"),
            func.coalesce(EventGroup.code, "").label("group_code"),
            func.coalesce(Team.name, "").label("team_name"),
            StationCode.station,
            Entry.state,
            CheckIn.status,
        )
        .join(Person, Person.id == Entry.person_id)
        .outerjoin(Unit, Unit.id == Entry.unit_id)
        .outerjoin(EventGroup, EventGroup.id == Entry.group_id)
        .outerjoin(
            TeamMember,
            and_(
                TeamMember.entry_id == Entry.id,
                TeamMember.ended_at.is_(None),
                TeamMember.role == MEMBER,
            ),
        )
        .outerjoin(Team, Team.id == TeamMember.team_id)
        .outerjoin(CheckIn, CheckIn.entry_id == Entry.id)
        .outerjoin(ContestCode, ContestCode.entry_id == Entry.id)
        .outerjoin(
            StationCode,
            and_(
                StationCode.event_id == ContestCode.event_id,
                StationCode.contest_no == ContestCode.contest_no,
            ),
        )
        .where(
            Entry.event_id == event_id,
            Entry.is_substitute.is_(False),
            # Somebody who withdrew before they were accepted never took part.
            or_(
                Entry.state == ACCEPTED,
                and_(Entry.state == ENTRY_WITHDRAWN, _was_accepted()),
            ),
        )
        .order_by(Entry.uid)
    ).mappings()
    works = {link.source: link.code for link in list_work_links(session, event_id)}
    apart = {"state", "status", "station"}
    return [
        DecodedEntry(
            status=_status(row["state"], row["status"]),
            work_code=works.get(row["station"]),
            **{k: v for k, v in row.items() if k not in apart},
        )
        for row in rows
    ]


def _context(draw_id: int, work_code: str) -> str:
    return f"work_code.station:{draw_id}:{work_code}"


def _was_accepted() -> ColumnElement[bool]:
    return exists().where(
        EntryVerdict.entry_id == Entry.id, EntryVerdict.verdict == ACCEPTED
    )


def _status(entry_state: str, checkin_status: str | None) -> str:
    if entry_state == ENTRY_WITHDRAWN:
        return WITHDRAWN
    return PRESENT if checkin_status == CHECKED_IN else ABSENT
