"""Submitting again, in one go, what a unit was given back and has mended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from competition.bulk.services.submit import MOST_AT_ONCE
from competition.events.models import Event
from competition.events.rules import CLOSED, REGISTRATION
from competition.registration.models import Entry, EntryPaper
from competition.registration.rules.eligibility import blocking
from competition.registration.rules.entries import MORE, RETURNED, unanswered
from competition.registration.services.checks import check_entry
from competition.registration.services.drafts import answers_of
from competition.registration.services.more import find_more_faults
from competition.registration.services.revisions import list_changed_since
from competition.registration.services.submissions import submit_entry
from errors import DomainError
from ledger.log.services import Actor
from people.units.models import Unit

# Why an entry stays: its kind, and what it is about.
Fault = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Left:
    """An entry that was not submitted again, with every fault that is left."""

    entry: Entry
    faults: Sequence[Fault]  # ("own" | "paper" | "field" | "rule" | "other", what)


@dataclass(frozen=True, slots=True)
class Again:
    """What became of the entries that were given back."""

    submitted: Sequence[Entry]
    left: Sequence[Left]
    later: int  # beyond what is done at once


def list_given_back(session: Session, competition_id: int, unit: Unit) -> list[Entry]:
    """Return a unit's entries that wait for correction, by event and name."""
    return list(
        session.scalars(
            select(Entry)
            .join(Entry.event)
            .join(Entry.person)
            .where(
                Event.competition_id == competition_id,
                Event.state.in_((REGISTRATION, CLOSED)),
                Entry.unit_id == unit.id,
                Entry.state == RETURNED,
            )
            .options(
                contains_eager(Entry.event).joinedload(Event.competition),
                contains_eager(Entry.event).selectinload(Event.groups),
                contains_eager(Entry.person),
                joinedload(Entry.unit),
                selectinload(Entry.papers).joinedload(EntryPaper.attachment),
            )
            .order_by(Event.starts_at, Event.id, Entry.id)
        )
    )


def submit_again(
    session: Session, *, competition_id: int, unit: Unit, actor: Actor, now: datetime
) -> Again:
    """Submit every returned entry of a unit whose faults are mended.

    One that a person made under an account of their own is left to that person.
    Whoever calls this has the word of the others that they agree to the notice.
    """
    submitted: list[Entry] = []
    left: list[Left] = []
    later = 0
    for entry in list_given_back(session, competition_id, unit):
        if len(submitted) + len(left) == MOST_AT_ONCE:
            later += 1
            continue
        faults = find_faults(session, entry, now) or _submit(session, entry, actor, now)
        if faults:
            left.append(Left(entry, faults))
        else:
            submitted.append(entry)
    return Again(submitted, left, later)


def find_faults(session: Session, entry: Entry, now: datetime) -> list[Fault]:
    """Return all that keeps a returned entry from being submitted again by its unit."""
    if entry.user_id is not None:
        return [("own", "")]
    found: list[Fault] = [
        ("paper", paper.kind) for paper in entry.papers if paper.state == "rejected"
    ]
    changed = list_changed_since(session, entry)
    empty = unanswered(answers_of(entry))
    if find_more_faults(session, entry):
        empty.append(MORE)
    asked = entry.reopened.split()
    untouched = [name for name in asked if changed is not None and name not in changed]
    found += [("field", name) for name in dict.fromkeys((*empty, *untouched))]
    checks = blocking(check_entry(session, entry=entry, now=now))
    return found + [("rule", check.rule) for check in checks]


def _submit(session: Session, entry: Entry, actor: Actor, now: datetime) -> list[Fault]:
    try:
        with session.begin_nested():
            submit_entry(session, entry=entry, has_consented=True, actor=actor, now=now)
    except DomainError as error:
        session.refresh(entry)
        return [("other", error.message)]
    return []
