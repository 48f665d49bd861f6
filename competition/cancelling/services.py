"""Cancelling an event, or a competition with all its events.

Where anybody has handed in an entry two persons of the committee do it: one says why,
another confirms. What is locked was held: its result and certificates stay.
"""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.users.queries import is_same_person
from competition.cancelling import queries
from competition.cancelling.models import ASKED, CONFIRMED, DECLINED, Cancellation
from competition.events import rules as life
from competition.events.models import Competition, Event
from competition.events.services import move_event
from errors import DomainError
from ledger.log.services import Actor, record


class CancellingError(DomainError):
    """It cannot be cancelled like this, or not any more."""


class ReasonMissingError(DomainError):
    """Nobody is told why."""

    status = 422


def ask(
    session: Session,
    *,
    target: Event | Competition,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Cancellation:
    """Ask for something to be cancelled; it is at once where nobody has entered.

    Raises:
        ReasonMissingError: no reason.
        CancellingError: it is cancelled, asked for already, or its marks are locked.
    """
    _hold(session, target)
    if not reason.strip():
        raise ReasonMissingError(_("Say why: everybody reads it."))
    if queries.find_open(session, target) is not None:
        raise CancellingError(_("This is asked for already; another person confirms."))
    events = _require_ending(target)
    wish = Cancellation(
        event_id=target.id if isinstance(target, Event) else None,
        competition_id=None if isinstance(target, Event) else target.id,
        state=ASKED,
        reason=reason.strip()[:400],
        asked_at=now,
        asked_by=actor.name,
        decided_by="",
    )
    session.add(wish)
    session.flush()
    _log(session, wish, "asked", actor, now)
    if queries.count_handed_in(session, events) == 0:
        _carry_out(session, wish, events, actor, now)
    return wish


def confirm(
    session: Session, *, wish: Cancellation, actor: Actor, now: datetime
) -> None:
    """Cancel it, as the second person.

    Raises:
        CancellingError: decided already, the same person, or the marks were locked.
    """
    target = target_of(wish)
    _hold_wish(session, wish)
    if is_same_person(session, wish.asked_by, actor.name):
        raise CancellingError(
            _("You asked for this yourself: another person has to confirm it.")
        )
    _carry_out(session, wish, _require_ending(target), actor, now)


def decline(
    session: Session, *, wish: Cancellation, actor: Actor, now: datetime
) -> None:
    """Leave it as it is; who asked may take it back, and anybody else say no.

    Raises:
        CancellingError: decided already.
    """
    _hold_wish(session, wish)
    _decide(wish, DECLINED, actor, now)
    _log(session, wish, "declined", actor, now)


def target_of(wish: Cancellation) -> Event | Competition:
    """Return what a wish is about."""
    target = wish.event or wish.competition
    assert target is not None  # noqa: S101 - a constraint of the table
    return target


def _carry_out(
    session: Session,
    wish: Cancellation,
    events: list[Event],
    actor: Actor,
    now: datetime,
) -> None:
    _decide(wish, CONFIRMED, actor, now)
    if wish.competition is not None:
        wish.competition.cancelled_reason = wish.reason
    _log(session, wish, "confirmed", actor, now, [event.uid for event in events])
    for event in events:
        own = queries.find_open(session, event)
        if own is not None:  # it comes true with the competition
            _decide(own, CONFIRMED, actor, now)
        move_event(
            session,
            event=event,
            to=life.CANCELLED,
            actor=actor,
            now=now,
            reason=wish.reason,
        )


def _require_ending(target: Event | Competition) -> list[Event]:
    events = queries.list_ending(target)
    if target.cancelled_reason:
        raise CancellingError(_("It is cancelled already."))
    if isinstance(target, Event) and not events:
        raise CancellingError(
            _("Nobody knows of a draft: it need not be cancelled.")
            if target.state == life.DRAFT
            else _(
                "The marks of this event are locked: it was held, and its result "
                "stands."
            )
        )
    return events


def _hold(session: Session, target: Event | Competition) -> None:
    """Let two who press at once act one after the other."""
    session.get_one(
        type(target), target.id, with_for_update=True, populate_existing=True
    )


def _hold_wish(session: Session, wish: Cancellation) -> None:
    session.get_one(Cancellation, wish.id, with_for_update=True, populate_existing=True)
    if wish.state != ASKED:
        raise CancellingError(_("This has been decided meanwhile."))


def _decide(wish: Cancellation, state: str, actor: Actor, now: datetime) -> None:
    wish.state, wish.decided_at, wish.decided_by = state, now, actor.name


def _log(
    session: Session,
    wish: Cancellation,
    verb: str,
    actor: Actor,
    now: datetime,
    events: list[str] | None = None,
) -> None:
    kind = "event" if wish.event_id is not None else "competition"
    about = f"{kind}:{target_of(wish).uid}"
    body = {"wish": wish.uid, "reason": wish.reason}
    record(
        session,
        actor=actor,
        action=f"events.cancelling_{verb}",
        subject=about,
        scope=about,
        now=now,
        body=body if events is None else {**body, "events": events},
    )
