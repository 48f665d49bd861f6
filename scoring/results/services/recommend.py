"""Who of a decoded event is eligible to be recommended, with the facts of persons.

Nothing is granted here; a person recommends, and sees every reason for and against.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from competition.codes.queries import list_decoded
from competition.codes.rules import DecodedEntry
from competition.events.models import Event
from competition.registration.models import Entry
from people.codes.models import SkillLevel
from people.persons.models import Person
from people.persons.rules import age_on
from scoring.marking.rules.facts import EntryFacts
from scoring.ranking.rules.eligibility import Outcome
from scoring.results.services.compute import read_ground, score_ground

_HERE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommended:
    promotions: tuple[Outcome, ...]
    honours: tuple[Outcome, ...]
    people: Mapping[str, DecodedEntry]  # by work code

    @property
    def is_empty(self) -> bool:
        return not self.promotions and not self.honours


def list_recommended(session: Session, event: Event) -> Recommended:
    """Return who is eligible, by the rules of the frozen scheme.

    Age is taken on the day the event's rules name, else on the day it starts. The level
    held is the one given at registration; what nobody gave is not known. When somebody
    was promoted last is not known here: a person looks it up.

    Raises:
        NotDecodedError: the codes have not been decoded.
        NoSchemeError: no scheme is frozen.
        ScoringError: the marks cannot be scored as they are.
    """
    people = {
        entry.work_code: entry
        for entry in list_decoded(session, event.id)
        if entry.work_code
    }
    ground = read_ground(session, event.id)
    known = _read_people(session, event)
    facts = [
        _add(fact, people[fact.entry], known) if fact.entry in people else fact
        for fact in ground.facts
    ]
    scoring = score_ground(replace(ground, facts=facts))
    return Recommended(
        promotions=scoring.promotions, honours=scoring.honours, people=people
    )


def _read_people(session: Session, event: Event) -> dict[int, tuple[int, str | None]]:
    """Return age and level held by entry."""
    day = event.age_on or event.starts_at.astimezone(_HERE).date()
    rows = session.execute(
        select(Entry.id, Person.birth_date, SkillLevel.name)
        .join(Person, Person.id == Entry.person_id)
        .outerjoin(SkillLevel, SkillLevel.code == Entry.level_code)
        .where(Entry.event_id == event.id)
    )
    return {entry_id: (age_on(born, day), level) for entry_id, born, level in rows}


def _add(
    fact: EntryFacts,
    person: DecodedEntry,
    known: Mapping[int, tuple[int, str | None]],
) -> EntryFacts:
    age, level = known[person.entry_id]
    return replace(fact, unit=person.unit_name, age=age, held=level)
