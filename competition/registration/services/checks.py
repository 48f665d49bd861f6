"""Asking the rules of an event about one entry: as typed, and as submitted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from competition.events.models import Event
from competition.events.services import is_open
from competition.registration import queries
from competition.registration.models import Entry
from competition.registration.rules import entries as rules
from competition.registration.rules.eligibility import (
    Facts,
    Requirements,
    RuleCheck,
    check_eligibility,
)
from competition.registration.rules.entries import Answers
from competition.registration.services.drafts import answers_of
from competition.registration.services.rulebook import (
    level_ranks,
    requirements_from,
    rulebook_of,
)
from people.codes.models import SkillLevel
from people.persons.models import Person
from people.persons.queries import find_by_id_number
from people.persons.rules import IdFault, check_id_number
from people.units.models import Unit
from people.units.queries import find_by_credit_code, find_unit

TeamCounter = Callable[[Session, Entry], int]
_counters: list[TeamCounter] = []


def counts_team(counter: TeamCounter) -> TeamCounter:
    """Register how the members of an entry's team are counted, 0 for none.

    Teams live in a higher topic.
    """
    _counters[:] = [counter]
    return counter


def check_entry(session: Session, *, entry: Entry, now: datetime) -> list[RuleCheck]:
    """Hold the event's rules against a draft, for the contestant to see."""
    answers = answers_of(entry)
    # A visitor without an account learns of nobody whether they have entered.
    is_guest = entry.guest is not None
    number = "" if is_guest else answers.id_number
    person = find_by_id_number(session, number) if number else None
    unit = known_unit(session, answers)
    may_enter = is_open(entry.event, now) or entry.state == rules.RETURNED
    return held_against(
        session,
        entry.event,
        _facts(session, entry, answers, person, unit, now),
        is_open=may_enter,
        is_substitute=entry.is_substitute,
    )


def check_submitted(session: Session, *, entry: Entry) -> list[RuleCheck]:
    """Hold the rules against a submitted entry; the dates no longer matter."""
    person, unit = entry.person, entry.unit
    rivals = queries.count_rivals(
        session,
        entry=entry,
        person_id=entry.person_id,
        unit_id=entry.unit_id,
    )
    answers = answers_of(entry)
    return held_against(
        session,
        entry.event,
        Facts(
            group=entry.group.code if entry.group else "",
            birth_date=person.birth_date if person else None,
            level_rank=entry.level.rank if entry.level else None,
            trade_years=entry.trade_years,
            **stated(answers),
            has_unit=unit is not None,
            papers=frozenset(paper.kind for paper in entry.papers),
            same_person=rivals.same_person,
            same_unit=rivals.same_unit,
            in_event=rivals.in_event,
            other_events=rivals.other_events,
            team_size=_counters[0](session, entry) if _counters else None,
        ),
        is_open=True,
        is_substitute=entry.is_substitute,
    )


def stated(answers: Answers) -> dict[str, Any]:
    """Return the facts that only the answers tell, as `Facts` names them."""
    return {
        "insurance_months": answers.months(),
        "residence": answers.residence,
        "household": answers.household,
        "standing": answers.standing,
        "holds_barred": answers.holds(),
    }


def requirements_of(
    session: Session, event: Event, *, is_open: bool
) -> tuple[Requirements, int]:
    """Return what an event asks of its entries now, and the version that says so."""
    book = rulebook_of(session, event)
    ranks = level_ranks(session) if book.document.level else {}
    asked = requirements_from(book.document, event, ranks, is_open=is_open)
    return asked, book.number


def held_against(
    session: Session,
    event: Event,
    facts: Facts,
    *,
    is_open: bool,
    is_substitute: bool = False,
) -> list[RuleCheck]:
    """Hold an event's rules against facts; each check cites the version.

    A substitute takes no place, so that no number of places is held against them.
    """
    asked, number = requirements_of(session, event, is_open=is_open)
    if is_substitute:
        asked = replace(asked, quota=None, unit_quota=None)
    return [replace(c, version=number) for c in check_eligibility(asked, facts)]


def known_unit(session: Session, answers: Answers) -> Unit | None:
    """Return the unit the answers name when it is registered already."""
    if answers.unit_uid:
        return find_unit(session, answers.unit_uid)
    if answers.unit_code:
        return find_by_credit_code(session, answers.unit_code)
    return None


def _facts(
    session: Session,
    entry: Entry,
    answers: Answers,
    person: Person | None,
    unit: Unit | None,
    now: datetime,
) -> Facts:
    number = check_id_number(answers.id_number, today=now.date())
    level = session.get(SkillLevel, answers.level) if answers.level else None
    groups = {group.uid: group.code for group in entry.event.groups}
    rivals = queries.count_rivals(
        session,
        entry=entry,
        person_id=person.id if person else None,
        unit_id=unit.id if unit else None,
    )
    return Facts(
        group=groups.get(answers.group, ""),
        birth_date=None if isinstance(number, IdFault) else number.birth_date,
        level_rank=level.rank if level else None,
        trade_years=answers.years(),
        **stated(answers),
        has_unit=unit is not None or bool(answers.unit_code),
        papers=frozenset(paper.kind for paper in entry.papers),
        same_person=rivals.same_person,
        same_unit=rivals.same_unit,
        in_event=rivals.in_event,
        other_events=rivals.other_events,
    )
