"""Finding appeals, an event's terms for them, and what ties a person to one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from accounts.roles.queries import list_grants_of_person
from accounts.roles.rules import EVERYWHERE, Scope
from accounts.users.models import User
from accounts.users.queries import is_same_person
from competition.codes.rules import CODING_ROLES
from competition.draw.models import Draw
from competition.events.models import Competition, Event
from competition.events.queries import scopes_of
from competition.registration.models import Entry
from people.units.models import Unit
from scoring.appeals import rules
from scoring.appeals.models import Appeal, AppealPaper, AppealTerms
from scoring.judges.models import JudgeSeat
from scoring.marking.models import MarkLock
from scoring.results.models import Publication


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """An event's terms, its own or the defaults."""

    ended_at: datetime | None = None
    hours_after_end: int = rules.HOURS_AFTER_END
    days_after_publication: int = rules.DAYS_AFTER_PUBLICATION
    decision_days: int = rules.DECISION_DAYS
    second_days: int = rules.SECOND_DAYS


def find_terms_row(session: Session, event_id: int) -> AppealTerms | None:
    """Return what was set for an event, or None."""
    return session.scalar(select(AppealTerms).where(AppealTerms.event_id == event_id))


def get_terms(session: Session, event_id: int) -> Terms:
    """Return an event's terms; its end is the first lock where nobody said it."""
    row = find_terms_row(session, event_id)
    ended = row.ended_at if row else None
    if ended is None:
        ended = session.scalar(
            select(func.min(MarkLock.locked_at)).where(MarkLock.event_id == event_id)
        )
    if row is None:
        return Terms(ended_at=ended)
    return Terms(
        ended_at=ended,
        hours_after_end=row.hours_after_end,
        days_after_publication=row.days_after_publication,
        decision_days=row.decision_days,
        second_days=row.second_days,
    )


def find_appeal(
    session: Session, uid: str, *, event_id: int | None = None
) -> Appeal | None:
    """Return an appeal with all that belongs to it; of one event where given."""
    statement = _whole().where(Appeal.uid == uid)
    if event_id is not None:
        statement = statement.where(Appeal.event_id == event_id)
    return session.scalar(statement)


def list_of_event(session: Session, event_id: int, state: str = "") -> list[Appeal]:
    """Return an event's appeals, those that wait first, then the newest."""
    statement = _whole().where(Appeal.event_id == event_id)
    if state:
        statement = statement.where(Appeal.state == state)
    found = session.scalars(statement.order_by(Appeal.id.desc())).unique()
    return sorted(found, key=lambda appeal: appeal.state not in rules.OPEN_STATES)


def list_of_user(session: Session, user: User) -> list[Appeal]:
    """Return the appeals a user filed, and those on their own entries."""
    own = [Appeal.filed_by == user.uid, Entry.user_id == user.id]
    if user.person_id is not None:
        own.append(Entry.person_id == user.person_id)
    return list(
        session.scalars(
            _whole().join(Appeal.entry).where(or_(*own)).order_by(Appeal.id.desc())
        ).unique()
    )


def list_of_entry(session: Session, entry_uid: str) -> list[Appeal]:
    """Return an entry's appeals, oldest first."""
    return list(
        session.scalars(
            _whole()
            .join(Appeal.entry)
            .where(Entry.uid == entry_uid)
            .order_by(Appeal.id)
        ).unique()
    )


def is_keyed(session: Session, event_id: int, paper: str) -> bool:
    """Tell whether an appeal was keyed in from a sheet already."""
    found = select(Appeal.id).where(Appeal.event_id == event_id, Appeal.paper == paper)
    return session.scalar(found) is not None


def list_entries_of(
    session: Session, user: User, units: Sequence[str] = ()
) -> list[Entry]:
    """Return a user's own accepted entries and those of units, newest first."""
    own: list[ColumnElement[bool]] = [
        Entry.user_id == user.id,
        Entry.unit.has(Unit.uid.in_(units)),
    ]
    if user.person_id is not None:
        own.append(Entry.person_id == user.person_id)
    return list(
        session.scalars(
            select(Entry)
            .options(
                joinedload(Entry.event).joinedload(Event.competition),
                joinedload(Entry.person),
            )
            .where(or_(*own), Entry.state == "accepted")
            .order_by(Entry.id.desc())
        )
    )


def count_open(session: Session, event_uid: str) -> int:
    """Return how many appeals of an event are open."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Appeal)
            .join(Appeal.event)
            .where(Event.uid == event_uid, Appeal.state.in_(rules.OPEN_STATES))
        )
        or 0
    )


def count_open_of(session: Session, event_ids: Sequence[int]) -> dict[int, int]:
    """Return how many appeals are open, by event."""
    rows = session.execute(
        select(Appeal.event_id, func.count())
        .where(Appeal.event_id.in_(event_ids), Appeal.state.in_(rules.OPEN_STATES))
        .group_by(Appeal.event_id)
    )
    return {event_id: count for event_id, count in rows}  # noqa: C416 - rows


def list_events(session: Session, scopes: Sequence[Scope]) -> list[Event]:
    """Return the events with open appeals that lie in these scopes."""
    wanted = set(scopes)
    events = session.scalars(
        select(Event)
        .join(Appeal, Appeal.event_id == Event.id)
        .options(joinedload(Event.competition))
        .where(Appeal.state.in_(rules.OPEN_STATES))
        .order_by(Event.id)
    ).unique()
    return [
        event
        for event in events
        if wanted
        & {EVERYWHERE, Scope("event", event.uid), *scopes_of(event.competition)}
    ]


def find_paper(session: Session, appeal: Appeal, uid: str) -> AppealPaper | None:
    """Return a paper of an appeal, or None."""
    return session.scalar(
        select(AppealPaper).where(
            AppealPaper.appeal_id == appeal.id, AppealPaper.uid == uid
        )
    )


def find_correction(session: Session, appeal: Appeal) -> Publication | None:
    """Return the first publication after an appeal that opened the marks."""
    if not appeal.revises or appeal.decided_at is None:
        return None
    return session.scalar(
        select(Publication)
        .where(
            Publication.event_id == appeal.event_id,
            Publication.published_at > appeal.decided_at,
        )
        .order_by(Publication.version)
        .limit(1)
    )


def find_ties(session: Session, appeal: Appeal, user: User) -> rules.Ties:
    """Return what ties a user to an appeal, by any account of theirs."""
    accounts = [user]
    if user.person_id is not None:
        accounts = list(
            session.scalars(select(User).where(User.person_id == user.person_id))
        )
    ids, uids = [a.id for a in accounts], {a.uid for a in accounts}
    event, entry = appeal.event, appeal.entry
    around = {EVERYWHERE, Scope("event", event.uid), *scopes_of(event.competition)}
    seats = select(func.count()).where(
        JudgeSeat.event_id == event.id, JudgeSeat.user_id.in_(ids)
    )
    drawn = select(func.count()).where(
        Draw.event_id == event.id, Draw.committed_by.in_(uids)
    )
    codes = {
        grant.role
        for grant in list_grants_of_person(session, user)
        if grant.scope in around
    }
    units = {a.unit_id for a in accounts} | {
        a.person.unit_id for a in accounts if a.person is not None
    }
    decided = [s.taken_by for s in appeal.steps if s.kind == "decided"]
    return rules.Ties(
        has_marked=bool(session.scalar(seats)),
        has_coded=bool(codes & CODING_ROLES) or bool(session.scalar(drawn)),
        is_of_unit=entry.unit_id is not None and entry.unit_id in units,
        is_party=appeal.filed_by in uids
        or entry.user_id in ids
        or (user.person_id is not None and entry.person_id == user.person_id),
        has_decided=appeal.state == rules.SECOND
        and any(is_same_person(session, name, user.uid) for name in decided),
    )


def _whole() -> Select[Appeal]:
    return select(Appeal).options(
        joinedload(Appeal.event)
        .joinedload(Event.competition)
        .joinedload(Competition.district),
        joinedload(Appeal.entry).joinedload(Entry.person),
        joinedload(Appeal.entry).joinedload(Entry.unit),
        selectinload(Appeal.steps),
        selectinload(Appeal.papers).joinedload(AppealPaper.attachment),
    )
