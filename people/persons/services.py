"""Registering persons: one row for one human being, whatever room asks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from errors import DomainError
from extensions import LOCAL
from ledger.log.rules import commitment
from ledger.log.services import Actor, record
from people.attachments.models import Attachment
from people.persons import queries
from people.persons.models import Person, new_salt
from people.persons.rules import (
    IdFacts,
    IdFault,
    NameFault,
    check_id_number,
    find_name_fault,
    is_phone,
    normalise_name,
    normalise_phone,
)
from people.units.models import Unit
from people.vault.services import get_vault


class IdNumberError(DomainError):
    """The text is no ID number; `fault` says why."""

    def __init__(self, fault: IdFault) -> None:
        super().__init__(id_message(fault))
        self.fault = fault


class PersonNameError(DomainError):
    """The text is no person's name; `fault` says why."""

    def __init__(self, fault: NameFault) -> None:
        super().__init__(name_message(fault))
        self.fault = fault


class PhoneError(DomainError):
    """The text is no phone number."""

    def __init__(self) -> None:
        super().__init__(_("Enter a mobile number with 11 digits."))


class OtherNameError(DomainError):
    """The ID number is known, under another name."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This ID number is already registered under another name. Check both; "
                "if they are right, please contact the committee."
            )
        )


def id_message(fault: IdFault) -> str:
    """Return what to tell the user about a fault of an ID number."""
    messages: dict[IdFault, str] = {
        IdFault.LENGTH: _("An ID number has 18 characters."),
        IdFault.OLD_FORM: _("Enter the 18-digit number of the present ID card."),
        IdFault.CHARACTER: _("An ID number holds 17 digits and a digit or X."),
        IdFault.REGION: _("The first digits of this ID number name no region."),
        IdFault.DATE: _("The birth date in this ID number does not exist."),
        IdFault.FUTURE: _("The birth date in this ID number lies in the future."),
        IdFault.CHECK: _(
            "This ID number is mistyped: its last character does not fit the others. "
            "Compare it with the card."
        ),
    }
    return messages[fault]


def name_message(fault: NameFault) -> str:
    """Return what to tell the user about a fault of a name."""
    messages: dict[NameFault, str] = {
        NameFault.EMPTY: _("Enter the name as on the ID card."),
        NameFault.LENGTH: _("A name has at most 80 characters."),
        NameFault.CHARACTER: _(
            "A name holds letters, characters and the dot · only. Enter it as on the "
            "ID card."
        ),
    }
    return messages[fault]


def register_person(
    session: Session,
    *,
    name: str,
    id_number: str,
    phone: str,
    unit: Unit | None,
    now: datetime,
    actor: Actor,
) -> Person:
    """Return the person with this ID number; make and log them when they are new.

    For a person who is there only what is missing is filled in: who knows an ID number
    may not move its holder to another unit or phone. `update_person` does that.

    Args:
        session: the caller's transaction.
        name: as on the ID card.
        id_number: as typed; see `check_id_number` for what is put right.
        phone: as typed; "" where none is known.
        unit: the employer or school.
        now: the server's clock.
        actor: who registers them.

    Raises:
        IdNumberError, PersonNameError, PhoneError: a field is wrong.
        OtherNameError: the ID number is known under another name.
    """
    facts = _checked_id(id_number, now)
    name, phone = _checked_name(name), _checked_phone(phone)
    known = queries.find_by_id_number(session, facts.number)
    if known is None:
        known = _add(session, facts, name, now, actor)
    if known.name != name:
        raise OtherNameError
    missing: dict[str, Any] = {}
    if phone and known.phone_sealed is None:
        missing["phone"] = phone
    if unit is not None and known.unit_id is None:
        missing["unit"] = unit
    update_person(session, person=known, changes=missing, now=now, actor=actor)
    return known


def update_person(
    session: Session,
    *,
    person: Person,
    changes: Mapping[str, Any],
    now: datetime,
    actor: Actor,
) -> None:
    """Change a person's data and log which fields; no difference, no entry.

    Args:
        session: the caller's transaction.
        person: whose.
        changes: any of name, phone, unit (Unit), photo (Attachment), nation,
            education, politics. The ID number never changes.
        now: the server's clock.
        actor: who changes them.

    Raises:
        PersonNameError, PhoneError: a field is wrong.
    """
    new = {field: _tidy(field, value) for field, value in changes.items()}
    before = {field: _plain(_current(person, field)) for field in new}
    after = {field: _plain(value) for field, value in new.items()}
    changed = sorted(field for field in new if before[field] != after[field])
    if not changed:
        return
    for field in changed:
        _set(person, field, new[field])
    record(
        session,
        actor=actor,
        action="person.updated",
        subject=f"person:{person.uid}",
        now=now,
        body={
            "fields": changed,
            "before": commitment(person.salt, {f: before[f] for f in changed}),
            "after": commitment(person.salt, {f: after[f] for f in changed}),
        },
    )


def log_reveal(
    session: Session,
    *,
    person: Person,
    fields: str,
    purpose: str,
    now: datetime,
    actor: Actor,
) -> None:
    """Log that somebody saw personal fields in clear, and why (GB/T 35273)."""
    record(
        session,
        actor=actor,
        action="person.revealed",
        subject=f"person:{person.uid}",
        now=now,
        body={"fields": fields, "purpose": purpose},
    )


def _add(
    session: Session, facts: IdFacts, name: str, now: datetime, actor: Actor
) -> Person:
    vault = get_vault()
    person = Person(
        name=name,
        sex=facts.sex,
        birth_date=facts.birth_date,
        id_number_sealed=vault.seal(facts.number, queries.ID_CONTEXT),
        id_number_hash=vault.lookup(facts.number, queries.ID_CONTEXT),
        salt=new_salt(),
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError:
        # Somebody else registered the same person in this very moment.
        known = queries.find_by_id_number(session, facts.number)
        if known is None:
            raise
        return known
    who = {"id_number": facts.number, "name": name}
    record(
        session,
        actor=actor,
        action="person.registered",
        subject=f"person:{person.uid}",
        now=now,
        body={"identity": commitment(person.salt, who)},
    )
    return person


def _checked_id(text: str, now: datetime) -> IdFacts:
    facts = check_id_number(text, today=now.astimezone(LOCAL).date())
    if isinstance(facts, IdFault):
        raise IdNumberError(facts)
    return facts


def _checked_name(text: str) -> str:
    name = normalise_name(text)
    fault = find_name_fault(name)
    if fault is not None:
        raise PersonNameError(fault)
    return name


def _checked_phone(text: str) -> str:
    number = normalise_phone(text)
    if number and not is_phone(number):
        raise PhoneError
    return number


_CODES = ("nation", "education", "politics")


def _tidy(field: str, value: Any) -> Any:  # noqa: ANN401 - each field has its type
    if field == "name":
        return _checked_name(value)
    if field == "phone":
        return _checked_phone(value)
    if field in ("unit", "photo", *_CODES):
        return value
    raise ValueError(f"not a field of a person that may change: {field}")


def _current(person: Person, field: str) -> Any:  # noqa: ANN401
    return queries.open_phone(person) if field == "phone" else getattr(person, field)


def _set(person: Person, field: str, value: Any) -> None:  # noqa: ANN401
    if field == "phone":
        sealed = get_vault().seal(value, queries.PHONE_CONTEXT) if value else None
        person.phone_sealed = sealed
    else:
        setattr(person, field, value)


def _plain(value: Any) -> str:  # noqa: ANN401
    """Return what the log commits to: an identifier for a row, else the text."""
    if isinstance(value, Unit | Attachment):
        return value.uid
    return value or ""
