"""What the pool knows already of the people of some rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from people.persons.models import Person
from people.persons.queries import ID_CONTEXT, follow, list_names
from people.units.models import Unit
from people.vault.services import get_vault
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.queries import KINDS, find_by_person
from talentpool.imports.rules.columns import FACTS

PART = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownUnit:
    """A unit, as far as a row needs it; it outlives the transaction."""

    id: int
    uid: str
    credit_code: str
    district_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """Somebody with this ID number, and their dossier's head where there is one."""

    person: Person
    craftsman: Craftsman | None
    unit: Unit | None


def hash_of(id_number: str) -> str:
    """Return what a person with this number is found by."""
    return get_vault().lookup(id_number, ID_CONTEXT)


def find_people(session: Session, hashes: Sequence[str]) -> dict[str, KnownPerson]:
    """Return those who are registered, by the hash of their ID number."""
    found: dict[str, KnownPerson] = {}
    for part in _parts(hashes):
        rows = session.execute(
            select(Person, Craftsman)
            .outerjoin(Craftsman, Craftsman.person_id == Person.id)
            .where(Person.id_number_hash.in_(part))
            .options(selectinload(Person.unit))
        )
        for person, craftsman in rows:
            kept: Person = person
            dossier: Craftsman | None = craftsman
            if person.merged_into_id is not None:
                kept = follow(session, person)
                dossier = find_by_person(session, kept.id)
            found[person.id_number_hash] = KnownPerson(
                person=kept, craftsman=dossier, unit=kept.unit
            )
    return found


def find_heads(
    session: Session, hashes: Sequence[str]
) -> dict[str, tuple[int | None, bool]]:
    """Return (person, whether in the pool) of those registered, by their hash."""
    found: dict[str, tuple[int | None, bool]] = {}
    merged: list[str] = []
    for part in _parts(hashes):
        rows = session.execute(
            select(
                Person.id_number_hash, Person.id, Person.merged_into_id, Craftsman.id
            )
            .outerjoin(Craftsman, Craftsman.person_id == Person.id)
            .where(Person.id_number_hash.in_(part))
        )
        for number, who, into, own in rows:
            found[number] = (who, own is not None)
            merged += [number] if into is not None else []
    for number, one in find_people(session, merged).items():
        found[number] = (one.person.id, one.craftsman is not None)
    return found


def is_known_as(session: Session, known: KnownPerson, name: str) -> bool:
    """Tell whether somebody has this name, or had it in a record merged since."""
    return known.person.name == name or name in list_names(session, known.person)


def find_facts(
    session: Session, craftsman_ids: Iterable[int]
) -> dict[tuple[int, str], list[Any]]:
    """Return the current facts of some dossiers, by (craftsman, kind)."""
    found: dict[tuple[int, str], list[Any]] = {}
    for part in _parts(sorted(craftsman_ids)):
        for kind in FACTS:
            model = KINDS[kind]
            for fact in session.scalars(
                select(model)
                .where(model.craftsman_id.in_(part), model.is_current)
                .order_by(model.id)
            ):
                found.setdefault((fact.craftsman_id, kind), []).append(fact)
    return found


def find_units(session: Session, codes: Sequence[str]) -> dict[str, KnownUnit]:
    """Return units by their credit code."""
    found: dict[str, KnownUnit] = {}
    for part in _parts(codes):
        units = session.scalars(select(Unit).where(Unit.credit_code.in_(part)))
        found |= {unit.credit_code: known_unit(unit) for unit in units}
    return found


def find_units_by_name(
    session: Session, names: Sequence[str]
) -> dict[str, list[KnownUnit]]:
    """Return units by their whole name, which several may share."""
    found: dict[str, list[KnownUnit]] = {}
    for part in _parts(names):
        for unit in session.scalars(
            select(Unit).where(Unit.name.in_(part)).order_by(Unit.id)
        ):
            found.setdefault(unit.name, []).append(known_unit(unit))
    return found


def known_unit(unit: Unit) -> KnownUnit:
    """Return what a row needs of a unit."""
    return KnownUnit(
        id=unit.id,
        uid=unit.uid,
        credit_code=unit.credit_code,
        district_code=unit.district_code,
    )


def find_pool_numbers(session: Session, numbers: Sequence[str]) -> dict[str, int]:
    """Return who holds these pool certificates: the person, by number."""
    found: dict[str, int] = {}
    for part in _parts(numbers):
        rows = session.execute(
            select(Craftsman.certificate_number, Craftsman.person_id).where(
                Craftsman.certificate_number.in_(part)
            )
        )
        found |= {row.certificate_number: row.person_id for row in rows}
    return found


def _parts(values: Sequence[Any]) -> list[Sequence[Any]]:
    return [values[start : start + PART] for start in range(0, len(values), PART)]
