"""Looking for somebody who is there already, at the moment a person is newly entered.

The scan of everybody comes later and finds more; this finds what two records tell at
once: the same ID number, or a likeness by name, birth date, phone and unit.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from ledger.log.services import Actor, record
from people.persons.models import Person
from people.persons.queries import find_by_id_number, open_id_number
from people.persons.rules import normalise_id_number
from people.persons.services import register_person
from people.units.models import Unit
from talentpool.identity import queries
from talentpool.identity.models import Likeness
from talentpool.identity.rules.score import (
    Known,
    Score,
    compare,
    could_be_proposed,
)
from talentpool.identity.services.scan import new_likeness, with_number

MOST = 400  # records that are compared; more share a filler, and the scan says so


@dataclass(frozen=True, slots=True)
class Alike:
    """A record that may be the person somebody is about to enter."""

    person_id: int
    score: Score


def register_and_look(
    session: Session,
    *,
    name: str,
    id_number: str,
    phone: str,
    unit: Unit | None,
    now: datetime,
    actor: Actor,
) -> Person:
    """Register a person as `register_person` does; one newly made is looked for.

    Raises:
        DomainError: as `register_person`.
    """
    was_known = is_known(session, normalise_id_number(id_number))
    person = register_person(
        session,
        name=name,
        id_number=id_number,
        phone=phone,
        unit=unit,
        now=now,
        actor=actor,
    )
    if not was_known:
        note_alike(session, person, actor=actor, now=now)
    return person


def is_known(session: Session, id_number: str) -> bool:
    """Tell whether somebody is registered with this ID number."""
    return find_by_id_number(session, id_number) is not None


def find_alike(session: Session, given: Known, *, but: int = 0) -> list[Alike]:
    """Return the records alike enough to be shown to a person, the likeliest first.

    Args:
        session: any.
        given: what was typed, with the ID number in clear.
        but: the id of a record that is the person's own.

    Source: rules I-20 to I-22 and I-36 in docs/rules/identity.md.
    """
    ids = session.scalars(
        select(Person.id)
        .where(Person.id != but, Person.merged_into_id.is_(None), _near(given))
        .order_by(Person.id)
        .limit(MOST)
    ).all()
    subjects = queries.load_subjects(session, ids)
    close = [
        number
        for number, subject in subjects.items()
        if could_be_proposed(compare(given, subject.known))
    ]
    numbers = queries.load_id_numbers(session, close)
    scored = [
        Alike(n, compare(given, with_number(subjects[n].known, numbers[n])))
        for n in close
    ]
    found = [one for one in scored if one.score.is_proposed]
    return sorted(found, key=lambda one: (-one.score.points, one.person_id))


def note_alike(
    session: Session, person: Person, *, actor: Actor, now: datetime
) -> list[Likeness]:
    """Put a newly registered person beside those alike, to be judged; no commit.

    A pair that was judged before is not asked about again.
    """
    session.flush()
    own = queries.load_subjects(session, [person.id]).get(person.id)
    if own is None:
        return []
    known = with_number(own.known, open_id_number(person))
    alike = find_alike(session, known, but=person.id)
    others = queries.load_subjects(session, [one.person_id for one in alike])
    numbers = queries.load_id_numbers(session, others)
    made = []
    for one in alike:
        if queries.find_of_pair(session, person.id, one.person_id) is not None:
            continue
        pair = (min(person.id, one.person_id), max(person.id, one.person_id))
        both = {person.id: own, one.person_id: others[one.person_id]}
        texts = {person.id: known.id_number, one.person_id: numbers[one.person_id]}
        first, second = (both[number] for number in pair)
        text = queries.fingerprint_of(
            first.known, second.known, (texts[pair[0]], texts[pair[1]])
        )
        likeness = new_likeness(pair, first, second, one.score, text, now)
        session.add(likeness)
        made.append(likeness)
    if made:
        session.flush()
        record(
            session,
            actor=actor,
            action="identity.noticed",
            subject=f"person:{person.uid}",
            now=now,
            body={"pairs": [likeness.uid for likeness in made]},
        )
    return made


def _near(given: Known) -> ColumnElement[bool]:
    """Return what a record shares with whoever could be shown: two telling values."""
    born, name = Person.birth_date == given.birth, Person.name == given.name
    initial = Person.name.startswith(given.name[:1], autoescape=True)
    parts = [and_(born, initial), name]
    if given.phone:
        parts.append(Person.phone_hash == given.phone)
    if given.unit:
        at_work = Person.unit_id == given.unit
        parts += [and_(at_work, initial), and_(at_work, born)]
    return or_(*parts)
