"""Finding proposals, always within the caller's scope."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_sqlalchemy.pagination import Pagination, SelectPagination
from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from accounts.roles.rules import EVERYWHERE, Scope
from competition.events.models import Event
from competition.registration.models import Entry
from people.districts.queries import within
from people.persons.models import Person
from people.units.models import Unit
from talentpool.admission.models.proposals import Proposal
from talentpool.admission.rules.proposals import OPEN
from talentpool.dossiers.rules import enclosing_districts

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Filter:
    """How a list of proposals is narrowed; "" leaves it open."""

    state: str = ""
    event_uid: str = ""


def find_proposal(session: Session, uid: str) -> Proposal | None:
    """Return a proposal with all it speaks of, or None."""
    return session.scalar(_whole().where(Proposal.uid == uid))


def list_proposals(
    session: Session, scopes: Iterable[Scope], *, wanted: Filter, page: int
) -> Pagination:
    """Return one page of proposals: open ones first, then the newest."""
    found = _whole().where(within_scopes(scopes))
    if wanted.state:
        found = found.where(Proposal.state == wanted.state)
    if wanted.event_uid:
        found = found.where(
            Proposal.event_id.in_(select(Event.id).where(Event.uid == wanted.event_uid))
        )
    found = found.order_by(
        Proposal.state != OPEN, Proposal.proposed_at.desc(), Proposal.place, Proposal.id
    )
    return SelectPagination(
        select=found, session=session, page=page, per_page=PER_PAGE, error_out=False
    )


def list_events(session: Session, scopes: Iterable[Scope]) -> list[Event]:
    """Return the events that have proposals here, newest first."""
    ids = select(Proposal.event_id).where(within_scopes(scopes))
    return list(
        session.scalars(
            select(Event)
            .where(Event.id.in_(ids))
            .options(joinedload(Event.competition))
            .order_by(Event.starts_at.desc(), Event.id)
        )
    )


def count_open(session: Session, scopes: Iterable[Scope]) -> int:
    """Return how many proposals wait for a decision within `scopes`."""
    found = select(func.count()).select_from(Proposal)
    found = found.where(Proposal.state == OPEN, within_scopes(scopes))
    return session.scalar(found) or 0


def list_of_publication(session: Session, publication_uid: str) -> list[Proposal]:
    """Return the proposals that rest on one publication, oldest first."""
    return list(
        session.scalars(
            select(Proposal)
            .where(Proposal.publication_uid == publication_uid)
            .order_by(Proposal.id)
        )
    )


def list_of_entries(session: Session, entry_ids: Iterable[int]) -> list[Proposal]:
    """Return every proposal of these entries, oldest first."""
    return list(
        session.scalars(
            select(Proposal)
            .where(Proposal.entry_id.in_(list(entry_ids)))
            .order_by(Proposal.id)
        )
    )


def list_entries(session: Session, uids: Iterable[str]) -> dict[str, Entry]:
    """Return entries by uid, each with person, unit, group and event."""
    found = (
        select(Entry)
        .where(Entry.uid.in_(list(uids)))
        .options(
            joinedload(Entry.person).joinedload(Person.unit),
            joinedload(Entry.unit),
            joinedload(Entry.group),
            joinedload(Entry.event).joinedload(Event.competition),
        )
    )
    return {entry.uid: entry for entry in session.scalars(found)}


def places_of(proposal: Proposal) -> list[Scope]:
    """Return every scope a proposal lies in."""
    codes = enclosing_districts(proposal.district_code)
    return [Scope("district", code) for code in codes]


def within_scopes(scopes: Iterable[Scope]) -> ColumnElement[bool]:
    """Return the condition on `Proposal` that it lies in one of `scopes`."""
    scopes = list(scopes)
    if EVERYWHERE in scopes:
        return true()
    parts = [
        within(Proposal.district_code, scope.key)
        for scope in scopes
        if scope.kind == "district"
    ]
    return or_(*parts) if parts else false()


def _whole() -> Select[Proposal]:
    entry = joinedload(Proposal.entry)
    return select(Proposal).options(
        joinedload(Proposal.person).joinedload(Person.unit).joinedload(Unit.district),
        entry.joinedload(Entry.group),
        entry.joinedload(Entry.unit),
        joinedload(Proposal.event).joinedload(Event.competition),
        joinedload(Proposal.event).joinedload(Event.occupation),
        joinedload(Proposal.profile_version),
        joinedload(Proposal.craftsman),
    )
