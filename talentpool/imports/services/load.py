"""Making the dossiers that the check found ready, all of them in one transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.roles.rules import Scope
from bulk import insert_rows
from errors import DomainError
from ledger.log.services import Actor, record
from people.persons.models import Person
from people.persons.rules import NewPerson, facts_of
from people.persons.services import bulk_register, register_person
from people.units.models import Unit
from people.units.services import register_unit
from talentpool.dossiers.services.bulk import NewCraftsman, bulk_load, table_of
from talentpool.identity.services.entry import note_alike
from talentpool.imports.models import ImportBatch, ImportEntry
from talentpool.imports.queries import known
from talentpool.imports.queries.batches import iter_ready
from talentpool.imports.rules.ready import NewUnit, Ready
from talentpool.imports.services.change import take_changes
from talentpool.imports.services.check import may_fill
from talentpool.search.services import reindex

FEW = 400  # dossiers that are told to the search one by one; more, and it is made anew


class PoolMovedError(DomainError):
    """What the check found is not so any more."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The pool has changed since the rows were checked. Nothing was loaded; "
                "the rows have been checked again."
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Whose rows are loaded, when, and which places they may fill."""

    batch: ImportBatch
    actor: Actor
    now: datetime
    scopes: Sequence[Scope]


def load(session: Session, source: Source) -> Iterator[int]:
    """Load what is ready; yield the rows done after each block, not to be committed.

    Raises:
        PoolMovedError: somebody registered one of the people, took a certificate
            number or changed a dossier since the check.
    """
    batch = source.batch
    few = batch.good + batch.differing <= FEW
    units: dict[str, int] = {}
    done = 0
    for count, ready in iter_ready(session, batch):
        _load_block(session, source, ready, units, announce=few)
        batch.loaded += len(ready)
        done += count
        yield done
    if batch.takes_changes:
        for was_as_seen in take_changes(
            session,
            batch,
            unit_of=lambda change: unit_id_of(
                session, source, units, change.unit_id, change.new_unit
            ),
            actor=source.actor,
            now=source.now,
        ):
            if not was_as_seen:
                raise PoolMovedError
            batch.updated += 1
            yield done
    if not few:
        reindex(session)


def finish(session: Session, source: Source) -> None:
    """Log that a batch has been loaded."""
    record(
        session,
        actor=source.actor,
        action="import.loaded",
        subject=f"import:{source.batch.uid}",
        now=source.now,
        body={"loaded": source.batch.loaded, "updated": source.batch.updated},
    )


def unit_id_of(
    session: Session,
    source: Source,
    units: dict[str, int],
    found: int | None,
    new: NewUnit | None,
) -> int | None:
    """Return the unit of a row, registering the one it brings along."""
    if new is None:
        return found
    code, name, district = new
    if code not in units:
        units[code] = register_unit(
            session,
            name=name,
            credit_code=code,
            district_code=district,
            now=source.now,
            actor=source.actor,
        ).id
    return units[code]


def _load_block(
    session: Session,
    source: Source,
    ready: Sequence[Ready],
    units: dict[str, int],
    *,
    announce: bool,
) -> None:
    if not ready:
        return
    _assert_still_so(session, source, ready)
    person_ids = _persons(session, source, ready, units, look=announce)
    state = "verified" if source.batch.takes_as_verified else "claimed"
    craftsmen = [
        NewCraftsman(
            head={"person_id": person_id, **one.head},
            facts={
                kind: [{**values, "state": state} for values in given]
                for kind, given in one.facts.items()
            },
        )
        for one, person_id in zip(ready, person_ids, strict=True)
    ]
    ids = bulk_load(
        session, craftsmen, actor=source.actor, now=source.now, announce=announce
    )
    insert_rows(
        session,
        table_of(ImportEntry),
        [
            {
                "batch_id": source.batch.id,
                "craftsman_id": craftsman_id,
                "row": one.row,
                "made_person": one.person_id is None,
            }
            for one, craftsman_id in zip(ready, ids, strict=True)
        ],
    )


def _assert_still_so(session: Session, source: Source, ready: Sequence[Ready]) -> None:
    """Make sure that the pool is as it was when these rows were checked."""
    hashes = [known.hash_of(one.id_number) for one in ready]
    there = known.find_heads(session, hashes)
    moved = any(
        there.get(number, (None, False)) != (one.person_id, False)
        or not may_fill(source.scopes, one.head["district_code"], one.unit_uid)
        for number, one in zip(hashes, ready, strict=True)
    )
    numbers = [n for one in ready if (n := one.head.get("certificate_number"))]
    if moved or (numbers and known.find_pool_numbers(session, numbers)):
        raise PoolMovedError


def _persons(
    session: Session,
    source: Source,
    ready: Sequence[Ready],
    units: dict[str, int],
    *,
    look: bool,
) -> list[int]:
    """Return the persons of the dossiers, registering those nobody knows yet.

    With `look` each of these is compared at once with those who are there; of a large
    file the next scan does that.
    """
    employers = [
        unit_id_of(session, source, units, one.unit_id, one.new_unit) for one in ready
    ]
    new = [
        (place, _new_person(one, employers[place]))
        for place, one in enumerate(ready)
        if one.person_id is None
    ]
    made = bulk_register(
        session, [person for _p, person in new], now=source.now, actor=source.actor
    )
    for number in made if look else ():
        person = session.get_one(Person, number)
        note_alike(session, person, actor=source.actor, now=source.now)
    ids = {place: number for (place, _p), number in zip(new, made, strict=True)}
    for place, one in enumerate(ready):
        if one.person_id is not None:
            ids[place] = _completed(session, source, one, employers[place])
    return [ids[place] for place in range(len(ready))]


def _new_person(one: Ready, unit_id: int | None) -> NewPerson:
    return NewPerson(
        facts=facts_of(one.id_number),
        name=one.name,
        phone=one.phone,
        unit_id=unit_id,
        nation=one.of_person.get("nation", ""),
        education=one.of_person.get("education", ""),
        politics=one.of_person.get("politics", ""),
    )


def _completed(
    session: Session, source: Source, one: Ready, unit_id: int | None
) -> int:
    """Return somebody who is registered; what was missing about them is filled in."""
    return register_person(
        session,
        name=one.name,
        id_number=one.id_number,
        phone=one.phone,
        unit=session.get(Unit, unit_id) if unit_id else None,
        now=source.now,
        actor=source.actor,
    ).id
