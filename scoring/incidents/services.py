"""Recording incidents, and deciding them: by two persons, through the scheme."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.users.models import User
from accounts.users.queries import is_same_person
from competition.codes.queries import list_works
from competition.events.models import Event
from errors import DomainError
from ledger.log.services import Actor, record
from scoring.incidents import queries, rules
from scoring.incidents.models import Incident
from scoring.judges.queries import list_seats
from scoring.results.rules.rulings import Ruling
from scoring.results.services.decisions import check_ruling, decide
from scoring.scheme.rules.numbers import find_number


class IncidentError(DomainError):
    """An incident cannot be recorded or decided like this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What somebody saw."""

    entry: str  # work code
    kind: str
    happened_at: datetime
    what: str
    ruling: Ruling | None = None  # what is asked for; None is the record alone
    lost_seconds: int = 0
    paper: str = ""  # number of the sheet it is keyed in from


def report_incident(
    session: Session, *, event: Event, report: Report, user: User, now: datetime
) -> Incident:
    """Record an incident; nothing follows until another person decides.

    Raises:
        IncidentError: no such work, in the future, no time lost where equipment
            failed, or a sheet that was keyed in already.
        DecisionError: what is asked for is nothing of the frozen scheme.
    """
    session.get_one(Event, event.id, with_for_update={"key_share": True})
    if report.entry not in {work.work_code for work in list_works(session, event.id)}:
        raise IncidentError(_("There is no work %(code)s.", code=report.entry))
    if report.happened_at > now:
        raise IncidentError(_("An incident is recorded after it happened."))
    if report.kind == rules.EQUIPMENT and not report.lost_seconds:
        raise IncidentError(_("Say how long the contestant could not work."))
    _check_paper(session, event, report.paper)
    if report.ruling is not None:
        check_ruling(session, event=event, ruling=report.ruling)
    ruling = report.ruling or Ruling(report.entry, "", "", "")
    incident = Incident(
        event=event,
        number=queries.next_number(session, event.id),
        entry=report.entry,
        kind=report.kind,
        happened_at=report.happened_at,
        what=report.what,
        recorded_at=now,
        recorded_by=user.uid,
        ruling_kind=ruling.kind,
        ruling_target=ruling.target,
        ruling_value=ruling.value,
        lost_seconds=report.lost_seconds if report.kind == rules.EQUIPMENT else 0,
        paper=report.paper,
        state=rules.OPEN,
    )
    session.add(incident)
    session.flush()
    _log(session, incident, "incidents.recorded", user, now)
    return incident


def approve(
    session: Session,
    *,
    incident: Incident,
    reason: str,
    clock: str,
    user: User,
    now: datetime,
    paper: str = "",
) -> None:
    """Approve an incident: what it asks for becomes a decision on the work.

    Args:
        session: the transaction.
        incident: open.
        reason: of the decision.
        clock: the time used by the clock, in seconds, where time is given back; ""
            keeps the time lost on record until it is known.
        user: who decides, not who recorded it.
        now: when.
        paper: number of the sheet the decision is keyed in from.

    Raises:
        IncidentError: decided already, one's own record, no reason or no number.
        DecisionError: see `decide`.
    """
    _check_decider(session, incident, reason, user)
    ruling = _ruling(session, incident, clock)
    if ruling is not None:
        incident.decision = decide(
            session,
            event=incident.event,
            ruling=ruling,
            reason=_(
                "Incident no. %(number)s: %(reason)s",
                number=incident.number,
                reason=reason,
            )[:400],
            actor=Actor("human", user.uid),
            now=now,
        )
    incident.decision_paper = paper
    _close(session, incident, rules.APPROVED, reason, user, now)


def decline(
    session: Session,
    *,
    incident: Incident,
    reason: str,
    user: User,
    now: datetime,
    paper: str = "",
) -> None:
    """Decline an incident: it stays in the register, and nothing follows.

    Raises:
        IncidentError: decided already, one's own record, or no reason.
    """
    _check_decider(session, incident, reason, user)
    incident.decision_paper = paper
    _close(session, incident, rules.DECLINED, reason, user, now)


def may_decide(
    session: Session, incident: Incident, user: User, *, may_lock: bool
) -> bool:
    """Tell whether a user who oversees the marks decides this incident.

    Who may lock the marks decides, the chief judge. What a chief judge recorded would
    then be decided by nobody: the supervisor does.
    """
    if is_same_person(session, incident.recorded_by, user.uid):
        return False
    return may_lock or is_chiefs(session, incident)


def is_chiefs(session: Session, incident: Incident) -> bool:
    """Tell whether a chief judge of the event recorded it."""
    seats = list_seats(session, incident.event_id)
    return incident.recorded_by in {s.user.uid for s in seats if s.is_chief}


def _check_paper(session: Session, event: Event, paper: str) -> None:
    known = queries.find_by_paper(session, event.id, paper) if paper else None
    if known is not None:
        raise IncidentError(
            _(
                "Sheet %(paper)s was keyed in already, as incident no. %(number)s.",
                paper=paper,
                number=known.number,
            )
        )


def _check_decider(
    session: Session, incident: Incident, reason: str, user: User
) -> None:
    session.refresh(incident, with_for_update=True)
    if incident.state != rules.OPEN:
        raise IncidentError(_("This incident was decided already."))
    if is_same_person(session, incident.recorded_by, user.uid):
        raise IncidentError(_("Another person than who recorded it decides."))
    if not reason.strip():
        raise IncidentError(_("Give the reason for the decision."))


def _ruling(session: Session, incident: Incident, clock: str) -> Ruling | None:
    if incident.kind == rules.EQUIPMENT and clock.strip():
        number = find_number(clock.strip())
        if number is None or number < 0:
            raise IncidentError(_("Enter the time by the clock in seconds."))
        before = queries.count_lost(session, incident.event_id, incident.entry)
        used = rules.time_used(Fraction(number), before + incident.lost_seconds)
        return Ruling(incident.entry, rules.TIME, "", _plain(used))
    if incident.ruling_kind:
        return Ruling(
            incident.entry,
            incident.ruling_kind,
            incident.ruling_target,
            incident.ruling_value,
        )
    return None


def _plain(number: Fraction) -> str:
    """Return a number that was typed as a decimal as a decimal again."""
    digits = 0
    while (number * 10**digits).denominator != 1:
        digits += 1
    whole = int(number * 10**digits)
    if not digits:
        return str(whole)
    text = str(whole).zfill(digits + 1)
    return f"{text[:-digits]}.{text[-digits:]}"


def _close(
    session: Session,
    incident: Incident,
    state: str,
    reason: str,
    user: User,
    now: datetime,
) -> None:
    incident.state, incident.decision_reason = state, reason.strip()
    incident.decided_at, incident.decided_by = now, user.uid
    session.flush()
    _log(session, incident, f"incidents.{state}", user, now)


def _log(
    session: Session, incident: Incident, action: str, user: User, now: datetime
) -> None:
    record(
        session,
        actor=Actor("human", user.uid),
        action=action,
        subject=f"incident:{incident.uid}",
        scope=f"event:{incident.event.uid}",
        now=now,
        body={
            "number": incident.number,
            "entry": incident.entry,
            "kind": incident.kind,
            "ruling": [
                incident.ruling_kind,
                incident.ruling_target,
                incident.ruling_value,
            ],
            "lost_seconds": incident.lost_seconds,
            "what": incident.what,
            "reason": incident.decision_reason,
            "paper": incident.paper,
            "decision_paper": incident.decision_paper,
            "decision": incident.decision.uid if incident.decision else "",
        },
    )
