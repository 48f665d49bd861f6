"""Reading the medals of a competition out of its standing publications."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from competition.events import rules as life
from competition.events.models import Event
from competition.registration.models import Entry
from people.districts.models import District
from people.units.models import Unit
from scoring.medals.rules import Medal, place_awards, place_teams
from scoring.results.models import Publication
from scoring.results.queries import select_closed
from scoring.scheme import queries as schemes
from scoring.scheme.models import SchemeVersion
from scoring.scheme.rules.tree import Scheme

_Sides = tuple[tuple[str, str], tuple[str, str]]  # unit and district: key and name
_NOWHERE: _Sides = (("", ""), ("", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMedals:
    """The medals of one published event, gold first."""

    event: Event
    is_of_teams: bool
    names: tuple[str, ...]  # the awards that count as gold, silver, bronze; () of teams
    medals: tuple[Medal, ...]


def list_stand(
    session: Session, competition_id: int, now: datetime
) -> list[tuple[int, str]]:
    """Return event and digest of the publications the public sees by now."""
    rows = session.execute(
        select(Publication.event_id, Publication.digest)
        .join(Event, Event.id == Publication.event_id)
        .where(
            Event.competition_id == competition_id,
            Publication.withdrawn_at.is_(None),
            Publication.event_id.not_in(select_closed(now)),
        )
        .order_by(Publication.event_id)
    )
    return [(event_id, digest) for event_id, digest in rows]


def count_events(session: Session, competition_id: int) -> int:
    """Return how many events of a competition the public knows of."""
    found = select(func.count()).where(
        Event.competition_id == competition_id,
        Event.state.not_in((life.DRAFT, life.CANCELLED)),
    )
    return session.scalar(found) or 0


def list_medals(
    session: Session, competition_id: int, now: datetime
) -> list[EventMedals]:
    """Return the medals of the events whose lists are public, in few statements."""
    publications = session.scalars(
        select(Publication)
        .join(Publication.event)
        .options(joinedload(Publication.event))
        .where(
            Event.competition_id == competition_id,
            Publication.withdrawn_at.is_(None),
            Publication.event_id.not_in(select_closed(now)),
        )
        .order_by(Event.name, Event.id)
    ).all()
    read = [(p, json.loads(p.snapshot), json.loads(p.links)) for p in publications]
    found = _load_schemes(session, [(p.event_id, s["scheme"]) for p, s, _ in read])
    sides = _load_sides(session, [p.event_id for p in publications])
    return [
        _read(
            publication.event,
            snapshot,
            [sides.get(uid, _NOWHERE) for uid, _code in links],
            found[publication.event_id, snapshot["scheme"]],
        )
        for publication, snapshot, links in read
    ]


def _read(
    event: Event, snapshot: dict[str, Any], sides: list[_Sides], scheme: Scheme
) -> EventMedals:
    rows, teams = snapshot["rows"], snapshot.get("teams", [])
    is_of_teams = bool(teams) and any("team" in row for row in rows)
    if is_of_teams:
        places = place_teams(teams)
        won = [
            _medal(places[team["team"]], team["team"], sides[team["members"][0] - 1])
            for team in teams
            if team["team"] in places
        ]
    else:
        places = _places(scheme)
        won = [
            _medal(places[row["award"]], row["name"], side)
            for row, side in zip(rows, sides, strict=True)
            if row["award"] in places
        ]
    return EventMedals(
        event=event,
        is_of_teams=is_of_teams,
        names=() if is_of_teams else tuple(places),
        medals=tuple(sorted(won, key=lambda medal: medal.place)),
    )


def _places(scheme: Scheme) -> dict[str, int]:
    return place_awards(
        scheme.medals.names if scheme.medals else (),
        [award.name for award in scheme.awards],
    )


def _medal(place: int, winner: str, sides: _Sides) -> Medal:
    unit, district = sides
    return Medal(place=place, winner=winner, unit=unit, district=district)


def _load_sides(session: Session, event_ids: Collection[int]) -> dict[str, _Sides]:
    """Return unit and district of each entry of these events, by its uid."""
    rows = session.execute(
        select(Entry.uid, Unit.uid, Unit.name, District.code, District.name)
        .join(Unit, Unit.id == Entry.unit_id)
        .join(District, District.code == Unit.district_code)
        .where(Entry.event_id.in_(event_ids))
    )
    return {uid: ((key, name), (code, place)) for uid, key, name, code, place in rows}


def _load_schemes(
    session: Session, wanted: Collection[tuple[int, str]]
) -> dict[tuple[int, str], Scheme]:
    """Return the schemes results were published by, by event and digest."""
    rows = session.scalars(
        select(SchemeVersion).where(
            SchemeVersion.event_id.in_([event_id for event_id, _digest in wanted])
        )
    )
    return {
        (row.event_id, row.digest): schemes.load_scheme(row)
        for row in rows
        if (row.event_id, row.digest) in wanted
    }
