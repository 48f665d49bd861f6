"""Asking the rules of an event about one entry: as typed, and as submitted."""

from datetime import datetime

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
from people.codes.models import SkillLevel
from people.persons.models import Person
from people.persons.queries import find_by_id_number
from people.persons.rules import IdFault, check_id_number
from people.units.models import Unit
from people.units.queries import find_by_credit_code, find_unit


def check_entry(session: Session, *, entry: Entry, now: datetime) -> list[RuleCheck]:
    """Hold the event's rules against a draft, for the contestant to see."""
    answers = answers_of(entry)
    person = find_by_id_number(session, answers.id_number)
    unit = known_unit(session, answers)
    may_enter = is_open(entry.event, now) or entry.state == rules.RETURNED
    return check_eligibility(
        requirements_of(entry.event, is_open=may_enter),
        _facts(session, entry, answers, person, unit, now),
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
    return check_eligibility(
        requirements_of(entry.event, is_open=True),
        Facts(
            group=entry.group.code if entry.group else "",
            birth_date=person.birth_date if person else None,
            level_rank=entry.level.rank if entry.level else None,
            trade_years=entry.trade_years,
            has_unit=unit is not None,
            papers=frozenset(paper.kind for paper in entry.papers),
            same_person=rivals.same_person,
            same_unit=rivals.same_unit,
            in_event=rivals.in_event,
            other_events=rivals.other_events,
        ),
    )


def requirements_of(event: Event, *, is_open: bool) -> Requirements:
    """Return what an event asks of its entries, as the rules read it."""
    return Requirements(
        is_open=is_open,
        groups=frozenset(group.code for group in event.groups),
        papers=tuple(event.papers.split()),
        age_min=event.age_min,
        age_max=event.age_max,
        age_on=event.age_on,
        min_level_rank=event.min_level.rank if event.min_level else None,
        min_trade_years=event.min_trade_years,
        quota=event.quota,
        unit_quota=event.unit_quota,
        max_events=event.competition.max_events,
    )


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
        has_unit=unit is not None or bool(answers.unit_code),
        papers=frozenset(paper.kind for paper in entry.papers),
        same_person=rivals.same_person,
        same_unit=rivals.same_unit,
        in_event=rivals.in_event,
        other_events=rivals.other_events,
    )
