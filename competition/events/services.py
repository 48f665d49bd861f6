"""Making, changing and moving competitions and events."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from competition.events import rules
from competition.events.models import Competition, Event, EventGroup
from competition.events.signals import (
    event_cloned,
    event_moved,
    event_rescheduled,
)
from errors import DomainError
from extensions import LOCAL
from ledger.log.services import Actor, record

StepCheck = Callable[[Session, Event], None]

_step_checks: dict[str, list[StepCheck]] = {}


class StepRefusedError(DomainError):
    """The event cannot go to that state from where it is."""


class ReasonNeededError(DomainError):
    """A step back needs a reason."""


class EventFixedError(DomainError):
    """What was to be changed is fixed by now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetitionValues:
    """What a competition is made of."""

    name: str
    tier: str
    grade: str
    year: int
    district_code: str
    organiser: str
    undertaker: str
    starts_on: date
    ends_on: date
    max_events: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventValues:
    """What an event is made of, besides its groups."""

    name: str
    occupation_edition: int
    occupation_code: str
    registration_opens_at: datetime
    registration_closes_at: datetime
    starts_at: datetime
    late_after_minutes: int = 15
    venue: str = ""
    notice: str = ""
    quota: int | None = None
    unit_quota: int | None = None
    min_entries: int = 0
    age_min: int | None = None
    age_max: int | None = None
    age_on: date | None = None
    min_level_code: str | None = None
    min_trade_years: int | None = None
    papers: str = "id_card"


def create_competition(
    session: Session, *, values: CompetitionValues, actor: Actor, now: datetime
) -> Competition:
    """Make a competition without events."""
    competition = Competition()
    changed = _apply(competition, values)
    session.add(competition)
    session.flush()
    _log(session, competition, "created", actor, now, changed)
    return competition


def edit_competition(
    session: Session,
    *,
    competition: Competition,
    values: CompetitionValues,
    actor: Actor,
    now: datetime,
) -> None:
    """Change a competition; what is unchanged is not logged."""
    changed = _apply(competition, values)
    if changed:
        _log(session, competition, "changed", actor, now, changed)


def create_event(
    session: Session,
    *,
    competition: Competition,
    values: EventValues,
    groups: Sequence[str],
    actor: Actor,
    now: datetime,
) -> Event:
    """Make an event in state draft with its groups, given by name.

    Raises:
        EventFixedError: the competition is cancelled.
    """
    if competition.cancelled_reason:
        raise EventFixedError(_("This competition is cancelled: it gets no events."))
    event = Event(competition=competition, state=rules.DRAFT, scheme_digest="")
    changed = _apply(event, _with_age_day(values))
    session.add(event)
    _set_groups(session, event, groups)
    session.flush()
    _log(session, event, "created", actor, now, {**changed, "groups": groups})
    return event


def edit_event(
    session: Session,
    *,
    event: Event,
    values: EventValues,
    groups: Sequence[str],
    actor: Actor,
    now: datetime,
) -> None:
    """Change an event.

    Raises:
        EventFixedError: marking has begun, or a group that may have entries would go.
    """
    if rules.STATES.index(event.state) >= rules.STATES.index(rules.MARKING):
        raise EventFixedError(
            _("Marking has begun: the event can no longer be changed.")
        )
    before = [group.name for group in event.groups]
    _set_groups(session, event, groups)
    changed = _apply(event, _with_age_day(values))
    if before != list(groups):
        changed["groups"] = [before, list(groups)]
    if changed:
        _log(session, event, "changed", actor, now, changed)
    if {"starts_at", "venue"} & changed.keys():
        event_rescheduled.send(None, session=session, event=event, now=now)


def clone_event(
    session: Session,
    *,
    event: Event,
    competition: Competition,
    name: str,
    actor: Actor,
    now: datetime,
) -> Event:
    """Make a draft like `event` in `competition`, its dates moved by as many days.

    Rooms above copy what they know of the event: see `event_cloned`.
    """
    moved = competition.starts_on - event.competition.starts_on
    values = {field.name: getattr(event, field.name) for field in fields(EventValues)}
    for field in ("registration_opens_at", "registration_closes_at", "starts_at"):
        values[field] += moved
    if values["age_on"] is not None:
        first_day = event.starts_at.astimezone(LOCAL).date()
        values["age_on"] = rules.move_reference_day(values["age_on"], first_day, moved)
    copy = create_event(
        session,
        competition=competition,
        values=EventValues(**{**values, "name": name}),
        groups=[group.name for group in event.groups],
        actor=actor,
        now=now,
    )
    event_cloned.send(
        None, session=session, source=event, copy=copy, actor=actor, now=now
    )
    return copy


def checks_step(to: str) -> Callable[[StepCheck], StepCheck]:
    """Register what a room above asks before an event may go to state `to`.

    The check raises a `DomainError` that says what is missing.
    """

    def register(check: StepCheck) -> StepCheck:
        checks = _step_checks.setdefault(to, [])
        if check not in checks:
            checks.append(check)
        return check

    return register


def move_event(
    session: Session,
    *,
    event: Event,
    to: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> None:
    """Take one step of an event's life; every step, whoever takes it, comes by here.

    Raises:
        StepRefusedError: no such step, or dates and groups do not allow it.
        ReasonNeededError: a step back, or the end, without a reason.
        DomainError: a check of a room above refuses (see `checks_step`).
    """
    # Two officers may press at once: the second sees what the first has done.
    before = session.scalar(
        select(Event.state).where(Event.id == event.id).with_for_update(key_share=True)
    )
    if before is None or not rules.is_step(before, to):
        raise StepRefusedError(
            _("The event has moved on meanwhile. Reload the page to see its state.")
        )
    if rules.needs_reason(before, to) and not reason.strip():
        raise ReasonNeededError(_("Say why the event goes back a step."))
    faults = fault_texts(event, to, now)
    if faults:
        raise StepRefusedError(" ".join(faults))
    for check in _step_checks.get(to, ()):
        check(session, event)
    event.state = to
    if to == rules.CANCELLED:
        event.cancelled_reason = reason.strip()[:400]
    record(
        session,
        actor=actor,
        action="events.moved",
        subject=f"event:{event.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={"from": before, "to": to, "reason": reason.strip()},
    )
    event_moved.send(None, session=session, event=event, actor=actor, now=now)


def timetable_of(event: Event) -> rules.Timetable:
    """Return what the rules ask about an event's dates."""
    return rules.Timetable(
        opens_at=event.registration_opens_at,
        closes_at=event.registration_closes_at,
        starts_at=event.starts_at,
        group_count=len(event.groups),
    )


def is_open(event: Event, now: datetime) -> bool:
    """Tell whether entries for `event` can be made now."""
    return rules.is_open(event.state, timetable_of(event), now)


def fault_texts(event: Event, to: str, now: datetime) -> list[str]:
    """Say what about an event's own dates and groups keeps it from state `to`."""
    faults = rules.faults_of_step(to, timetable_of(event), now)
    texts = [_fault_text(code) for code in faults]
    if to == rules.REGISTRATION and event.competition.cancelled_reason:
        texts.append(_("This competition is cancelled."))
    return texts


def _fault_text(code: str) -> str:
    texts: dict[str, str] = {
        "no_groups": _("Add at least one group first."),
        "dates_out_of_order": _(
            "Registration must open before it closes, and close before the event."
        ),
        "closes_in_past": _("The end of registration has passed: set a later one."),
    }
    return texts[code]


def _set_groups(session: Session, event: Event, names: Sequence[str]) -> None:
    kept = {group.name: group for group in event.groups}
    gone = [group for name, group in kept.items() if name not in names]
    if gone and event.state != rules.DRAFT:
        raise EventFixedError(
            _("Registration has begun: groups can be added, not taken away.")
        )
    for group in gone:
        event.groups.remove(group)
        session.delete(group)
    session.flush()
    for name in names:
        if name not in kept:
            event.groups.append(EventGroup(name=name, code=_new_code(event, name)))


def _new_code(event: Event, name: str) -> str:
    taken = {group.code for group in event.groups}
    wanted = rules.KNOWN_GROUPS.get(name, "")
    if wanted and wanted not in taken:
        return wanted
    number = len(taken) + 1
    while f"g{number}" in taken:
        number += 1
    return f"g{number}"


def _with_age_day(values: EventValues) -> EventValues:
    """Return `values` with the day ages are taken at, by default the event's first."""
    has_limit = values.age_min is not None or values.age_max is not None
    if not has_limit or values.age_on is not None:
        return values
    return replace(values, age_on=values.starts_at.astimezone(LOCAL).date())


def _apply(target: object, values: object) -> dict[str, Any]:
    """Set what differs and return {field: [before, after]}."""
    changed: dict[str, Any] = {}
    for field in fields(values):  # type: ignore[arg-type]
        before, after = getattr(target, field.name), getattr(values, field.name)
        if before != after:
            setattr(target, field.name, after)
            changed[field.name] = [before, after]
    return changed


def _log(
    session: Session,
    target: Competition | Event,
    verb: str,
    actor: Actor,
    now: datetime,
    changed: dict[str, Any],
) -> None:
    is_event = isinstance(target, Event)
    name = f"{'event' if is_event else 'competition'}:{target.uid}"
    record(
        session,
        actor=actor,
        action=f"events.{'' if is_event else 'competition_'}{verb}",
        subject=name,
        scope=name,
        now=now,
        body={"changed": changed},
    )
