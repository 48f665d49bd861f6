"""The chief judge's decisions on works: made with a reason, revoked by another."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.codes.queries import list_works
from competition.events import rules as life
from competition.events.models import Event
from errors import DomainError
from ledger.log.services import Actor, record
from scoring.marking.queries import list_pending
from scoring.results import queries
from scoring.results.models import Decision
from scoring.results.rules.rulings import Ruling, find_fault
from scoring.scheme import queries as schemes
from scoring.scheme.rules.tree import Scheme


class DecisionError(DomainError):
    """A decision that cannot be taken, or not like this."""


def decide(
    session: Session,
    *,
    event: Event,
    ruling: Ruling,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Decision:
    """Take a decision on a work.

    Raises:
        DecisionError: no such work or target, no number, no reason, or the marks are
            locked (a play-off may still be recorded then).
    """
    scheme = check_ruling(session, event=event, ruling=ruling)
    rests_on = next(
        (
            {"rule": p.rule, "approver": p.approver}
            for p in scheme.penalties
            if ruling.kind == "penalty" and p.code == ruling.target
        ),
        {},
    )
    return _add(session, event, ruling, reason, actor, now, rests_on)


def check_ruling(session: Session, *, event: Event, ruling: Ruling) -> Scheme:
    """Return the frozen scheme when a ruling may be recorded now.

    Raises:
        DecisionError: no such work or target, no number, or the marks are locked (a
            play-off may still be recorded then).
    """
    _check_state(event, ruling.kind)
    if ruling.entry not in {work.work_code for work in list_works(session, event.id)}:
        raise DecisionError(_("There is no work %(code)s.") % {"code": ruling.entry})
    version = schemes.find_frozen(session, event.id)
    if version is None:
        raise DecisionError(_("Freeze the scheme first."))
    scheme = schemes.load_scheme(version)
    fault = find_fault(scheme, ruling)
    if fault:
        raise DecisionError(_fault_text(fault))
    return scheme


def set_aside(
    session: Session,
    *,
    event: Event,
    mark_id: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Decision:
    """Put a late mark aside: it stays on record and does not count.

    Raises:
        DecisionError: there is no such late mark waiting, or no reason.
    """
    _check_state(event, "set_aside")
    waiting = {p.id: p for p in list_pending(session, event.id)}
    found = waiting.get(mark_id)
    if found is None or found.status != "late":
        raise DecisionError(_("No late mark is waiting under this number."))
    ruling = Ruling(found.entry, "set_aside", mark_id, "")
    return _add(session, event, ruling, reason, actor, now)


def revoke(
    session: Session,
    *,
    event: Event,
    uid: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Decision:
    """Take a decision back; both stay on record.

    Raises:
        DecisionError: no such decision, revoked already, or no reason.
    """
    standing = {d.uid: d for d in queries.list_standing(session, event.id)}
    if uid not in standing:
        raise DecisionError(_("This decision does not stand any more."))
    _check_state(event, standing[uid].kind)
    ruling = Ruling(standing[uid].entry, "revoke", uid, "")
    return _add(session, event, ruling, reason, actor, now)


def _check_state(event: Event, kind: str) -> None:
    open_states = {life.MARKING}
    if kind == "playoff":
        open_states.add(life.LOCKED)
    if event.state not in open_states:
        raise DecisionError(
            _("The marks of this event are not open: decisions wait for an unlock.")
        )


def _add(
    session: Session,
    event: Event,
    ruling: Ruling,
    reason: str,
    actor: Actor,
    now: datetime,
    rests_on: Mapping[str, str] = MappingProxyType({}),
) -> Decision:
    if not reason.strip():
        raise DecisionError(_("Give the reason for the decision."))
    decision = Decision(
        event_id=event.id,
        **ruling._asdict(),
        reason=reason.strip()[:400],
        made_at=now,
        made_by=actor.name,
    )
    session.add(decision)
    session.flush()
    record(
        session,
        actor=actor,
        action="decisions.revoked" if ruling.kind == "revoke" else "decisions.made",
        subject=f"decision:{decision.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={**ruling._asdict(), "reason": decision.reason, **rests_on},
    )
    return decision


def _fault_text(code: str) -> str:
    texts: dict[str, str] = {
        "kind": _("There is no such decision."),
        "target": _("The scheme has nothing of that code."),
        "value": _("Enter a number, 0 or more."),
    }
    return texts[code]
