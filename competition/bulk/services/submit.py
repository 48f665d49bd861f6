"""Submitting the drafts of a file once their papers are there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from accounts.roles.rules import EVERYWHERE, Scope
from competition.events.models import Event
from competition.events.queries import scopes_of
from competition.registration.models import Entry
from competition.registration.rules.eligibility import blocking
from competition.registration.rules.entries import DRAFT, unanswered
from competition.registration.services.checks import check_entry
from competition.registration.services.drafts import answers_of
from competition.registration.services.more import find_more_faults
from competition.registration.services.submissions import submit_entry
from errors import DomainError
from ledger.log.services import Actor
from people.units.models import Unit

MOST_AT_ONCE = 200


@dataclass(slots=True)
class Outcome:
    """What became of the drafts that were looked at."""

    submitted: int = 0
    incomplete: int = 0  # a paper lacks, or a rule is not met by now
    left: int = 0  # beyond what is done at once


def list_begun(session: Session, event: Event, scopes: Sequence[Scope]) -> list[Entry]:
    """Return the drafts without an account that `scopes` may complete, oldest first."""
    statement = (
        select(Entry)
        .outerjoin(Entry.unit)
        .where(
            Entry.event_id == event.id,
            Entry.state == DRAFT,
            Entry.user_id.is_(None),
            Entry.person_id.is_not(None),
        )
        .options(
            joinedload(Entry.person),
            contains_eager(Entry.unit),
            selectinload(Entry.papers),
        )
        .order_by(Entry.id)
    )
    around = {EVERYWHERE, Scope("event", event.uid), *scopes_of(event.competition)}
    if not around & set(scopes):
        own = [scope.key for scope in scopes if scope.kind == "unit"]
        statement = statement.where(Unit.uid.in_(own))
    return list(session.scalars(statement))


def submit_complete(
    session: Session,
    *,
    event: Event,
    scopes: Sequence[Scope],
    actor: Actor,
    now: datetime,
) -> Outcome:
    """Submit every draft that every rule lets pass; the others stay as they are.

    Whoever calls this has the word of each person that they agree to the notice.
    """
    outcome = Outcome()
    for entry in list_begun(session, event, scopes):
        if outcome.submitted == MOST_AT_ONCE:
            outcome.left += 1
        elif not _is_complete(session, entry, now):
            outcome.incomplete += 1
        else:
            _submit(session, entry, outcome, actor, now)
    return outcome


def _is_complete(session: Session, entry: Entry, now: datetime) -> bool:
    if not entry.papers or unanswered(answers_of(entry)):
        return False
    if find_more_faults(session, entry):
        return False
    return not blocking(check_entry(session, entry=entry, now=now))


def _submit(
    session: Session, entry: Entry, outcome: Outcome, actor: Actor, now: datetime
) -> None:
    try:
        with session.begin_nested():
            submit_entry(session, entry=entry, has_consented=True, actor=actor, now=now)
    except DomainError:
        session.refresh(entry)
        outcome.incomplete += 1
    else:
        outcome.submitted += 1
