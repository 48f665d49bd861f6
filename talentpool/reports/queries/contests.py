"""What the figures of competitions count, and how many come from them to the pool.

Events are those of the yearly figures (`scoring.figures`), within the reader's places.
"""

from typing import Any

from sqlalchemy import Select, and_, exists, false, or_, select

from competition.events.models import Competition, Event
from competition.registration.models import Entry
from people.codes.models import Occupation
from people.districts.queries import within
from people.persons.models import Person
from people.units.models import Unit
from scoring.figures.queries import is_held
from talentpool.admission.models.proposals import Proposal
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.rules import LIVE_STATES
from talentpool.reports.queries.selection import (
    Column,
    Selection,
    age_band,
    in_moments,
)
from talentpool.reports.rules.window import Window


def events(window: Window) -> Selection:
    """Select the events held in the period."""
    rows = select(Event.id).join(Event.competition).where(_held(window))
    if window.unit_uid:
        own = _accepted().where(Entry.event_id == Event.id, Unit.uid == window.unit_uid)
        rows = rows.where(own.exists())
    by = {
        "tier": Competition.tier,
        "occupation": Event.occupation_code,
        "district": Competition.district_code,
    }
    return Selection(subject="event", id=Event.id, rows=rows, by=by)


def entrants(window: Window) -> Selection:
    """Select the accepted entries of the events held in the period."""
    rows = (
        _accepted()
        .join(Event, Event.id == Entry.event_id)
        .join(Event.competition)
        .where(_held(window), *_unit(window))
    )
    by = {
        "tier": Competition.tier,
        "occupation": Event.occupation_code,
        "district": Competition.district_code,
    }
    return Selection(subject="entry", id=Entry.id, rows=rows, by=by)


def people(window: Window) -> Selection:
    """Select the persons behind the entrants, each once."""
    entries = entrants(window).rows.with_only_columns(Entry.person_id)
    return _persons(window, Person.id.in_(entries))


def trades(window: Window) -> Selection:
    """Select the occupations of the events held in the period."""
    here = events(window).rows.with_only_columns(Event.id).subquery()
    same = and_(
        Event.id == here.c.id,
        Event.occupation_edition == Occupation.edition,
        Event.occupation_code == Occupation.code,
    )
    rows = select(Occupation.code).where(exists().where(same))
    return Selection(subject="occupation", id=Occupation.code, rows=rows, by={})


def proposed(window: Window) -> Selection:
    """Select persons whom results of the period proposed for the pool."""
    return _persons(window, Person.id.in_(_proposals(window)), *_unit(window))


def admitted(window: Window) -> Selection:
    """Select those of them who are in the pool today."""
    member = exists().where(
        Craftsman.person_id == Person.id,
        Craftsman.merged_into_id.is_(None),
        Craftsman.state.in_(LIVE_STATES),
    )
    here = Person.id.in_(_proposals(window))
    return _persons(window, here, member, *_unit(window))


def _persons(window: Window, *conditions: Column) -> Selection:
    rows = select(Person.id).outerjoin(Unit, Unit.id == Person.unit_id)
    return Selection(
        subject="person",
        id=Person.id,
        rows=rows.where(Person.erased_at.is_(None), *conditions),
        by={"sex": Person.sex, "age": age_band(window.last)},
    )


def _accepted() -> Select[Any]:
    return (
        select(Entry.id)
        .outerjoin(Unit, Unit.id == Entry.unit_id)
        .where(Entry.state == "accepted")
    )


def _held(window: Window) -> Column:
    parts = [is_held(window.scopes), in_moments(Event.starts_at, window)]
    if window.district:
        parts.append(within(Competition.district_code, window.district))
    return and_(*parts)


def _unit(window: Window) -> list[Column]:
    return [Unit.uid == window.unit_uid] if window.unit_uid else []


def _proposals(window: Window) -> Select[Any]:
    places: list[Column] = [
        Proposal.id.is_not(None)
        if scope.kind == "all"
        else within(Proposal.district_code, scope.key)
        for scope in window.scopes
        if scope.kind in {"all", "district"}
    ]
    found = select(Proposal.person_id).where(
        or_(*places) if places else false(), in_moments(Proposal.proposed_at, window)
    )
    if window.district:
        found = found.where(within(Proposal.district_code, window.district))
    return found
