"""A substitute takes a member's place: before the close, or until check-in closes."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.checkin.queries import find_checkin, find_session
from competition.checkin.rules import PRESENT
from competition.events.rules import CHECKIN
from competition.events.services import is_open
from competition.registration.models import Entry
from competition.registration.queries import find_waiting
from competition.registration.rules import entries as rules
from competition.registration.services.checks import check_submitted
from competition.registration.services.submissions import add_verdict, hold_entry
from competition.registration.services.tickets import issue_ticket, revoke_ticket
from competition.teams.models import Team, TeamMember
from competition.teams.rules import MEMBER, SUBSTITUTE, may_come_in, may_replace
from competition.teams.services.roster import (
    TeamError,
    get_terms,
    hold_event,
    leave_roster,
    refuse_ended,
)
from ledger.log.services import Actor, record


def replace_member(
    session: Session,
    *,
    team: Team,
    member: TeamMember,
    substitute: TeamMember,
    reason: str,
    actor: Actor,
    now: datetime,
) -> TeamMember:
    """Put a substitute in a member's place; the member's entry is withdrawn.

    A substitute the committee has reviewed is accepted at once, with a ticket of their
    own; another one goes on under review, with the member's place.

    Raises:
        TeamError: too late, no reason, not of this team, or the member was let in.
        EntryStepError: an entry has moved on meanwhile.
    """
    hold_event(session, team.event)
    refuse_ended(team)
    _refuse_late(session, team, now)
    if not reason.strip():
        raise TeamError(_("Say why the member is replaced."))
    _refuse_strangers(team, member, substitute)
    _refuse_present(session, member.entry)
    if not may_come_in(substitute.entry.shown_state, is_open=is_open(team.event, now)):
        raise TeamError(
            _("After the close only a substitute whom the committee has reviewed.")
        )
    for row in (member, substitute):
        leave_roster(row, reason=reason, now=now)
    session.flush()
    joined = TeamMember(team=team, entry=substitute.entry, role=MEMBER, since=now)
    session.add(joined)
    _step_back(session, member.entry, substitute.entry, reason, actor, now)
    _step_in(session, substitute.entry, actor, now)
    record(
        session,
        actor=actor,
        action="teams.replaced",
        subject=f"team:{team.uid}",
        scope=f"event:{team.event.uid}",
        now=now,
        body={
            "out": member.entry.uid,
            "in": substitute.entry.uid,
            "reason": reason.strip()[:200],
        },
    )
    return joined


def can_replace(session: Session, team: Team, now: datetime) -> bool:
    """Tell whether substitutes of a team may take places now."""
    try:
        _refuse_late(session, team, now)
    except TeamError:
        return False
    return team.ended_at is None


def _refuse_late(session: Session, team: Team, now: datetime) -> None:
    event = team.event
    terms = get_terms(session, event)
    opened = is_open(event, now)
    desk = find_session(session, event.id) if event.state == CHECKIN else None
    is_over = desk is not None and desk.closed_at is not None
    if is_over or not may_replace(terms, event.state, is_open=opened):
        raise TeamError(_("The time for replacing members is over."))


def _refuse_strangers(team: Team, member: TeamMember, substitute: TeamMember) -> None:
    wanted = ((member, MEMBER), (substitute, SUBSTITUTE))
    if any(
        row.team_id != team.id or row.role != role or row.ended_at is not None
        for row, role in wanted
    ):
        raise TeamError(_("Choose a member and a substitute of this team."))


def _refuse_present(session: Session, entry: Entry) -> None:
    standing = find_checkin(session, entry.id)
    if standing is not None and standing.status == PRESENT:
        raise TeamError(
            _("The member has been let in at check-in: that is taken back first.")
        )


def _step_back(
    session: Session,
    entry: Entry,
    successor: Entry,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Withdraw the member's entry; its place on the waiting list passes on."""
    entry.is_substitute = True
    place = find_waiting(session, entry.id)
    if place is not None:
        place.entry = successor
    if not rules.is_step(entry.state, rules.WITHDRAWN):
        return  # withdrawn or rejected before
    before = hold_entry(session, entry, rules.WITHDRAWN)
    said = _("Replaced in the team: %(reason)s", reason=reason.strip())
    entry.state, entry.reason, entry.decided_at = rules.WITHDRAWN, said[:400], now
    revoke_ticket(session, entry=entry, actor=actor, now=now)
    add_verdict(session, entry, before, [], actor, now)


def _step_in(session: Session, entry: Entry, actor: Actor, now: datetime) -> None:
    is_reviewed = entry.shown_state == rules.RESERVE
    entry.is_substitute = False
    if not is_reviewed:
        session.flush()
        return
    before = hold_entry(session, entry, rules.ACCEPTED)
    session.flush()
    checks = check_submitted(session, entry=entry)
    entry.state, entry.reserve_since = rules.ACCEPTED, None
    entry.reason, entry.decided_at = "", now
    issue_ticket(session, entry=entry, actor=actor, now=now)
    add_verdict(session, entry, before, checks, actor, now)
