"""Finding persons."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from people.persons.models import Person, PersonChange
from people.persons.rules import normalise_id_number
from people.vault.services import get_vault

ID_CONTEXT = "person.id_number"
PHONE_CONTEXT = "person.phone"


def find_person(session: Session, uid: str) -> Person | None:
    """Return the person with this public identifier, or None."""
    return session.scalar(select(Person).where(Person.uid == uid))


def get_person(session: Session, uid: str) -> Person:
    """Return the person with this public identifier.

    Raises:
        sqlalchemy.exc.NoResultFound: there is none.
    """
    return session.scalars(select(Person).where(Person.uid == uid)).one()


def find_by_id_number(session: Session, id_number: str) -> Person | None:
    """Return the person with this ID number, however it was typed, or None.

    Where two records were merged, the number of either leads to the one that counts.
    """
    number = normalise_id_number(id_number)
    wanted = get_vault().lookup(number, ID_CONTEXT)
    found = session.scalar(select(Person).where(Person.id_number_hash == wanted))
    return None if found is None else follow(session, found)


def follow(session: Session, person: Person) -> Person:
    """Return the record that counts for a person; most are their own."""
    while person.merged_into_id is not None:
        person = session.get_one(Person, person.merged_into_id)
    return person


def list_names(session: Session, person: Person) -> set[str]:
    """Return every name a person is known by: those of merged records too."""
    merged = select(Person.name).where(Person.merged_into_id == person.id)
    return {person.name, *session.scalars(merged)}


def hash_phone(number: str) -> str:
    """Return by what a phone is compared without being opened; "" of none."""
    return get_vault().lookup(number, PHONE_CONTEXT) if number else ""


def open_id_number(person: Person) -> str:
    """Return the ID number in clear; whoever shows it logs that, with its purpose."""
    return get_vault().open(person.id_number_sealed, ID_CONTEXT)


def open_phone(person: Person) -> str:
    """Return the phone number in clear, "" where none is known."""
    if person.phone_sealed is None:
        return ""
    return get_vault().open(person.phone_sealed, PHONE_CONTEXT)


def list_changes(
    session: Session, person_id: int
) -> dict[tuple[int, str], PersonChange]:
    """Return what changed about a person, by (number of the log's entry, field)."""
    found = select(PersonChange).where(PersonChange.person_id == person_id)
    return {(row.log_seq, row.field): row for row in session.scalars(found)}
