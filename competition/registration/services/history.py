"""Whom rules would have refused: the entrants of the same trade's last events.

A rule is held against each of them alone, on the day that lies as far before their own
event as the rule's day lies before this one.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from competition.events.models import Competition, Event
from competition.registration.models import Entry
from competition.registration.rules.document import Document
from competition.registration.rules.eligibility import (
    MISSING,
    NOT_MET,
    Facts,
    check_eligibility,
)
from competition.registration.rules.entries import ACCEPTED, REJECTED, TAKES_PLACE
from competition.registration.services.checks import stated
from competition.registration.services.drafts import answers_of
from competition.registration.services.rulebook import level_ranks, requirements_from

MOST = 2000  # entrants that are looked at
_BACK = timedelta(days=550)  # last year's event, also where it was held late
# Of one person among many; places and papers say nothing about last year's people.
_LEFT_OUT = frozenset({"open", "group", "one_entry", "max_events", "quota"})


@dataclass(frozen=True, slots=True)
class RuleEffect:
    """What one rule would have done to them."""

    rule: str
    refused: int
    unknown: int  # nobody asked them then


@dataclass(frozen=True, slots=True)
class Effect:
    """What a document would have done to the entrants of earlier events."""

    events: Sequence[Event]
    entrants: int
    refused: int  # by one rule or more
    rules: Sequence[RuleEffect]


def effect_of(session: Session, event: Event, document: Document) -> Effect:
    """Return how many of last year's entrants each rule would have refused."""
    entries = _entrants(session, event)
    ranks = level_ranks(session)
    refused: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    order: dict[str, None] = {}
    hit = 0
    for entry in entries:
        moved = _moved(document, event, entry.event)
        asked = requirements_from(moved, entry.event, ranks, is_open=True)
        found = [
            check
            for check in check_eligibility(asked, _facts(entry, ranks))
            if check.rule not in _LEFT_OUT and not check.rule.startswith("paper_")
        ]
        order |= dict.fromkeys(check.rule for check in found)
        refused.update(c.rule for c in found if c.verdict == NOT_MET)
        unknown.update(c.rule for c in found if c.verdict == MISSING)
        hit += any(check.verdict == NOT_MET for check in found)
    return Effect(
        events=list({entry.event_id: entry.event for entry in entries}.values()),
        entrants=len(entries),
        refused=hit,
        rules=[RuleEffect(rule, refused[rule], unknown[rule]) for rule in order],
    )


def _entrants(session: Session, event: Event) -> list[Entry]:
    return list(
        session.scalars(
            select(Entry)
            .join(Entry.event)
            .join(Event.competition)
            .where(
                Event.occupation_edition == event.occupation_edition,
                Event.occupation_code == event.occupation_code,
                Event.id != event.id,
                Event.starts_at < event.starts_at,
                Event.starts_at >= event.starts_at - _BACK,
                Competition.district_code == event.competition.district_code,
                Entry.state.in_({*TAKES_PLACE, ACCEPTED, REJECTED}),
            )
            .options(
                contains_eager(Entry.event).contains_eager(Event.competition),
                contains_eager(Entry.event).selectinload(Event.groups),
                joinedload(Entry.person),
                joinedload(Entry.group),
            )
            .order_by(Event.starts_at.desc(), Entry.id)
            .limit(MOST)
        )
    )


def _moved(document: Document, event: Event, other: Event) -> Document:
    """Return the rules as they would have read for `other`, their day moved along."""
    if document.age_on is None:
        return document
    back = event.starts_at.date() - other.starts_at.date()
    return replace(document, age_on=document.age_on - back)


def _facts(entry: Entry, ranks: dict[str, int]) -> Facts:
    return Facts(
        group=entry.group.code if entry.group else "",
        birth_date=entry.person.birth_date if entry.person else None,
        level_rank=ranks.get(entry.level_code or ""),
        trade_years=entry.trade_years,
        **stated(answers_of(entry)),
    )
