"""Finding persons."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from people.persons.models import Person
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
    """Return the person with this ID number, however it was typed, or None."""
    number = normalise_id_number(id_number)
    wanted = get_vault().lookup(number, ID_CONTEXT)
    return session.scalar(select(Person).where(Person.id_number_hash == wanted))


def open_id_number(person: Person) -> str:
    """Return the ID number in clear; whoever shows it logs that, with its purpose."""
    return get_vault().open(person.id_number_sealed, ID_CONTEXT)


def open_phone(person: Person) -> str:
    """Return the phone number in clear, "" where none is known."""
    if person.phone_sealed is None:
        return ""
    return get_vault().open(person.phone_sealed, PHONE_CONTEXT)
