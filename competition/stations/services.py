"""Keeping the plan of a hall; what a draw of stations has to keep because of it."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.events.models import Event
from competition.registration.models import Entry
from competition.registration.rules.entries import ACCEPTED
from competition.sessions.rules import split_names
from competition.stations import queries
from competition.stations.models import StationNeed, StationPlan
from competition.stations.rules import placing
from competition.stations.rules.plan import (
    LONGEST_FEATURE,
    MOST_STATIONS,
    Plan,
    PlanTextError,
    constrain,
    list_stations,
    list_stations_of,
    read_features,
)
from competition.stations.rules.proof import Obstacle, find_obstacles
from errors import DomainError
from ledger.log.services import Actor, record


class StationPlanError(DomainError):
    """The plan, or a need, cannot be kept like this."""

    status = 422


def save_plan(
    session: Session, *, event: Event, plan: Plan, actor: Actor, now: datetime
) -> None:
    """Keep how the hall of an event stands and what its draw of stations keeps.

    Raises:
        StationPlanError: lines that do not say which stations have what.
    """
    try:
        read_features(plan.features)
    except PlanTextError as error:
        lines = str(_(", ")).join(str(line) for line in error.lines)
        raise StationPlanError(
            _(
                "These lines do not say which stations have what: %(lines)s. Write "
                "numbers, a colon and what is there: 1-8, 12: FANUC.",
                lines=lines,
            )
        ) from None
    found = queries.find_plan(session, event.id)
    if found is None:
        found = StationPlan(event_id=event.id)
        session.add(found)
    for name, value in asdict(plan).items():
        setattr(found, name, value)
    found.changed_at, found.changed_by = now, actor.name
    session.flush()
    body = {"plan": asdict(plan)}
    _log(session, event, f"event:{event.uid}", "stations.planned", actor, now, body)


def add_need(
    session: Session,
    *,
    event: Event,
    entry_uid: str,
    feature: str,
    actor: Actor,
    now: datetime,
) -> StationNeed:
    """Say what a contestant needs of a station, in the words of the plan.

    Raises:
        StationPlanError: nobody accepted, no station has it, or it was said.
    """
    entry = session.query(Entry).filter_by(event_id=event.id, uid=entry_uid).first()
    if entry is None or entry.state != ACCEPTED:
        raise StationPlanError(_("Choose somebody who takes part."))
    words = " ".join(feature.split())[:LONGEST_FEATURE]
    plan = queries.find_plan(session, event.id)
    there = read_features(plan.features) if plan else {}
    if words not in {name for names in there.values() for name in names}:
        raise StationPlanError(_("No station of the plan has that: choose from it."))
    need = queries.find_need_of(session, entry.id)
    if need is None:
        need = StationNeed(entry=entry, features="")
        session.add(need)
    said = split_names(need.features)
    if words in said:
        raise StationPlanError(_("That was said of this contestant already."))
    need.features = ", ".join([*said, words])
    session.flush()
    # What somebody needs is nobody's business who reads the log.
    _log(session, event, f"entry:{entry.uid}", "stations.need_added", actor, now, {})
    return need


def remove_need(
    session: Session, *, event: Event, need: StationNeed, actor: Actor, now: datetime
) -> None:
    """Take back all that a contestant needs."""
    uid = need.entry.uid
    session.delete(need)
    _log(session, event, f"entry:{uid}", "stations.need_removed", actor, now, {})


def list_targets(
    session: Session, event_id: int, count: int, hall_size: int = 0
) -> tuple[str, ...]:
    """Return the stations `count` contestants draw from.

    The hall is as large as `hall_size` says, else the plan, else the timetable's
    sessions of practical work; else there is one station for each.
    """
    plan = queries.find_plan(session, event_id)
    size = hall_size or (plan.hall if plan else 0)
    if not size:
        sizes = queries.list_session_sizes(session, event_id)
        if sum(sizes) >= count > 0:
            return list_stations_of(sizes)
    return list_stations(count, min(size or count, MOST_STATIONS))


def constraints_of(
    session: Session,
    event_id: int,
    targets: tuple[str, ...],
    entries: Mapping[str, int],
) -> str:
    """Return what a draw has to keep, as it commits to it; "" where it is nothing.

    It says which contest numbers are of one unit and which need what, by opaque codes,
    and no name, unit or word of the plan.

    Args:
        session: where to look.
        event_id: of the event.
        targets: stations, in their printed order.
        entries: by contest number the entry's id.
    """
    found = queries.find_plan(session, event_id)
    if found is None:
        return ""
    units = queries.list_units_of(session, list(entries.values()))
    needs = queries.list_needs_of(session, list(entries.values()))
    given = constrain(
        queries.read_plan(found),
        targets,
        {item: units.get(entry_id, "") for item, entry_id in entries.items()},
        {
            item: needs[entry_id]
            for item, entry_id in entries.items()
            if entry_id in needs
        },
    )
    return "" if given.asks_nothing else placing.write(given)


def foresee_obstacles(session: Session, event_id: int) -> list[Obstacle]:
    """Return why the plan could not be kept if everybody accepted came."""
    ids = queries.list_accepted_ids(session, event_id)
    entries = {f"{n:03d}": entry_id for n, entry_id in enumerate(ids, start=1)}
    targets = list_targets(session, event_id, len(entries))
    text = constraints_of(session, event_id, targets, entries)
    if not text:
        return []
    return find_obstacles(sorted(entries), targets, placing.read(text))


def tell_obstacle(obstacle: Obstacle) -> str:
    """Return why a hard constraint cannot be kept, and what to change."""
    texts = {
        "few_stations": _(
            "%(count)s contestants and %(room)s stations: add stations or a batch."
        ),
        "few_features": _(
            "%(count)s contestants need %(label)s and %(room)s stations have it: say "
            "of more stations that they have it, or take a need back."
        ),
        "large_class": _(
            "%(count)s contestants are of one unit (%(label)s), and the hall holds "
            "%(room)s of them apart: make that constraint soft, add stations, or use "
            "more batches."
        ),
        "not_found": _(
            "No arrangement was found that keeps every hard constraint at once: make "
            "one of them soft, or add stations."
        ),
    }
    params = {
        "count": obstacle.count,
        "room": obstacle.room,
        "label": obstacle.label,
    }
    return str(texts[obstacle.code]) % params


def _log(
    session: Session,
    event: Event,
    subject: str,
    action: str,
    actor: Actor,
    now: datetime,
    body: Mapping[str, object],
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=subject,
        scope=f"event:{event.uid}",
        now=now,
        body=body,
    )
