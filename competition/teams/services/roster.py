"""Registering a team, changing it, taking it back: while registration is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.users.models import User
from competition.events.models import Event
from competition.events.services import is_open
from competition.registration.models import Entry
from competition.registration.rules.entries import ACCEPTED
from competition.registration.services.rulebook import rulebook_of
from competition.registration.services.waiting import leave_waiting, move_up
from competition.teams.models import Team, TeamCoach, TeamMember
from competition.teams.queries import teams as queries
from competition.teams.rules import (
    MEMBER,
    SUBSTITUTE,
    Candidate,
    Fault,
    Terms,
    find_faults,
    terms_of,
)
from errors import DomainError
from ledger.log.services import Actor, record
from people.persons.queries import ID_CONTEXT
from people.persons.rules import normalise_id_number
from people.units.models import Unit
from people.vault.services import get_vault


class TeamError(DomainError):
    """A team cannot be like this, or not now; `faults` names everything at once."""

    status = 422

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Coach:
    """A coach as typed; the ID number is kept as a keyed hash only."""

    name: str
    unit: Unit | None = None
    id_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamValues:
    """What a team is made of."""

    name: str
    leader_name: str = ""
    leader: User | None = None
    coaches: Sequence[Coach] = ()
    members: Sequence[Entry] = ()
    substitutes: Sequence[Entry] = ()


def get_terms(session: Session, event: Event) -> Terms:
    """Return what an event asks of its teams.

    Raises:
        TeamError: the event is for individuals.
    """
    terms = find_terms(session, event)
    if terms is None:
        raise TeamError(_("This event is for individuals."))
    return terms


def find_terms(session: Session, event: Event) -> Terms | None:
    """Return what an event asks of its teams, None where it has none."""
    return terms_of(rulebook_of(session, event).document)


def register_team(
    session: Session,
    *,
    event: Event,
    unit: Unit,
    values: TeamValues,
    actor: Actor,
    now: datetime,
) -> Team:
    """Register a unit's team; members may still lack until the committee decides.

    Raises:
        TeamError: registration is closed, the name is taken, or see `find_faults`.
    """
    terms = _hold_open(session, event, now)
    team = Team(event=event, unit=unit, name=values.name, registered_at=now)
    team.leader_name, team.leader = values.leader_name, values.leader
    _refuse(session, team, terms, values)
    session.add(team)
    session.flush()
    body = _apply(session, team, values, now)
    _log(session, team, "teams.registered", actor, now, {"unit": unit.uid, **body})
    return team


def change_team(
    session: Session, *, team: Team, values: TeamValues, actor: Actor, now: datetime
) -> None:
    """Change a team while registration is open.

    Raises:
        TeamError: as of `register_team`; or a member the committee has accepted would
            leave, which only happens by replacing them.
    """
    terms = _hold_open(session, team.event, now)
    refuse_ended(team)
    _refuse(session, team, terms, values)
    renamed = [team.name, values.name] if team.name != values.name else []
    team.name, team.leader_name = values.name, values.leader_name
    team.leader = values.leader
    body = _apply(session, team, values, now)
    _log(session, team, "teams.changed", actor, now, {"renamed": renamed, **body})


def end_team(
    session: Session, *, team: Team, reason: str, actor: Actor, now: datetime
) -> None:
    """Take a team back; its people's entries stay.

    Raises:
        TeamError: registration is closed, no reason, or a member is accepted already.
    """
    _hold_open(session, team.event, now)
    refuse_ended(team)
    if not reason.strip():
        raise TeamError(_("Say why the team is taken back."))
    roster = queries.list_roster(session, team.id)
    decided = [row.entry for row in roster if _is_decided(row.entry)]
    if decided:
        raise TeamError(*(_decided_text(entry) for entry in decided))
    for row in roster:
        leave_roster(row, reason=reason, now=now)
        row.entry.is_substitute = False
    team.ended_at = now
    session.flush()
    uids = [row.entry.uid for row in roster]
    body = {"reason": reason.strip()[:200], "entries": uids}
    _log(session, team, "teams.ended", actor, now, body)


def leave_roster(row: TeamMember, *, reason: str, now: datetime) -> None:
    """End somebody's time on a roster; it stays on record."""
    row.ended_at, row.reason = now, reason.strip()[:200]


def hold_event(session: Session, event: Event) -> None:
    """Hold an event, so that two cannot change its rosters at a time."""
    session.scalar(
        select(Event.id).where(Event.id == event.id).with_for_update(key_share=True)
    )


def refuse_ended(team: Team) -> None:
    """Refuse to change a team that was taken back.

    Raises:
        TeamError: it was.
    """
    if team.ended_at is not None:
        raise TeamError(_("This team has been taken back."))


def _hold_open(session: Session, event: Event, now: datetime) -> Terms:
    hold_event(session, event)
    if not is_open(event, now):
        raise TeamError(_("Registration for this event is not open at present."))
    return get_terms(session, event)


def _refuse(session: Session, team: Team, terms: Terms, values: TeamValues) -> None:
    """Refuse values that cannot stand, with everything that is wrong at once."""
    roster_now = queries.list_roster(session, team.id) if team.id else []
    standing = {row.entry_id: row for row in roster_now}
    taken = queries.list_taken(session, team.event.id)
    wanted = [
        *((entry, MEMBER) for entry in values.members),
        *((entry, SUBSTITUTE) for entry in values.substitutes),
    ]
    roster = [
        Candidate(
            uid=entry.uid,
            name=entry.person.name if entry.person else "",
            role=role,
            state=entry.shown_state,
            is_of_unit=entry.unit_id == team.unit.id
            and entry.event_id == team.event.id,
            has_other_team=taken.get(entry.id, team.id) != team.id,
        )
        for entry, role in wanted
    ]
    kept = {entry.id for entry, _role in wanted}
    faults = [_text(fault) for fault in find_faults(terms, roster)]
    faults += [
        _decided_text(row.entry)
        for entry_id, row in standing.items()
        if entry_id not in kept and _is_decided(row.entry)
    ]
    if not values.name:
        faults.insert(0, _("Give the team a name."))
    elif queries.has_name(session, team.event.id, values.name, team.id):
        faults.insert(0, _("Another team of this event bears this name."))
    if faults:
        raise TeamError(*faults)


def _apply(
    session: Session, team: Team, values: TeamValues, now: datetime
) -> dict[str, Any]:
    """Write roster and coaches; return what the log keeps of it: no names."""
    wanted = {entry.id: (entry, MEMBER) for entry in values.members}
    wanted |= {entry.id: (entry, SUBSTITUTE) for entry in values.substitutes}
    before = {row.entry_id: row for row in queries.list_roster(session, team.id)}
    left, joined = [], []
    for entry_id, row in before.items():
        if entry_id in wanted and wanted[entry_id][1] == row.role:
            continue
        leave_roster(row, reason="", now=now)
        left.append(row.entry.uid)
        row.entry.is_substitute = False
    session.flush()
    for entry_id, (entry, role) in wanted.items():
        if entry_id in before and before[entry_id].role == role:
            continue
        session.add(TeamMember(team=team, entry=entry, role=role, since=now))
        entry.is_substitute = role == SUBSTITUTE
        if entry.is_substitute:
            leave_waiting(session, entry=entry, now=now)
        joined.append([entry.uid, role])
    numbers = {coach.name: coach.id_number_hash for coach in team.coaches}
    move_up(session, event=team.event, now=now)
    team.coaches = [
        _coach(coach, team.unit, numbers.get(coach.name, ""))
        for coach in values.coaches
    ]
    session.flush()
    return {
        "left": left,
        "joined": joined,
        "coaches": len(team.coaches),
        "leader": team.leader.uid if team.leader else "",
    }


def _coach(coach: Coach, own_unit: Unit, known: str) -> TeamCoach:
    """Return a coach to keep; of the team's own unit where no other is named.

    A number that was given before stays: it is never shown, so nobody types it again.
    """
    number = normalise_id_number(coach.id_number) if coach.id_number else ""
    return TeamCoach(
        name=coach.name,
        unit=coach.unit or own_unit,
        id_number_hash=get_vault().lookup(number, ID_CONTEXT) if number else known,
    )


def _is_decided(entry: Entry) -> bool:
    return entry.state == ACCEPTED or entry.reserve_since is not None


def _decided_text(entry: Entry) -> str:
    name = entry.person.name if entry.person else ""
    text: str = _(
        "%(name)s has been accepted by the committee: replace them by a substitute.",
        name=name,
    )
    return text


def _text(fault: Fault) -> str:
    texts = {
        "too_many_members": _("A team has %(limit)s members at most."),
        "too_many_substitutes": _("A team has %(limit)s substitutes at most."),
        "twice": _("%(name)s is chosen as member and as substitute."),
        "other_unit": _("%(name)s does not belong to the team's unit or event."),
        "other_team": _("%(name)s is in another team of this event."),
        "not_standing": _("%(name)s has no entry that stands."),
        "decided": _("%(name)s was accepted in the other role: it stays as it is."),
    }
    said: str = texts[fault.code] % {"name": fault.name, "limit": fault.limit}
    return said


def _log(
    session: Session,
    team: Team,
    action: str,
    actor: Actor,
    now: datetime,
    body: dict[str, Any],
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"team:{team.uid}",
        scope=f"event:{team.event.uid}",
        now=now,
        body=body,
    )
