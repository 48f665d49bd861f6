"""Registering persons: one row for one human being, whatever room asks."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from flask_babel import gettext as _
from sqlalchemy import Table, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bulk import draw_ids, insert_rows
from errors import DomainError
from extensions import LOCAL, new_uid
from ledger.log.rules import commitment
from ledger.log.services import Actor, record
from people.attachments.models import Attachment
from people.persons import queries
from people.persons.models import Person, PersonChange, new_salt
from people.persons.rules import (
    IdFacts,
    IdFault,
    NameFault,
    NewPerson,
    check_id_number,
    find_name_fault,
    is_phone,
    mask_phone,
    normalise_name,
    normalise_phone,
)
from people.units.models import Unit
from people.vault.services import Vault, get_vault

T = TypeVar("T")
_PART = 500  # rows in one statement


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
    if name not in queries.list_names(session, known):
        raise OtherNameError
    missing: dict[str, Any] = {}
    if phone and known.phone_sealed is None:
        missing["phone"] = phone
    if unit is not None and known.unit_id is None:
        missing["unit"] = unit
    update_person(session, person=known, changes=missing, now=now, actor=actor)
    return known


def bulk_register(
    session: Session, rows: Sequence[NewPerson], *, now: datetime, actor: Actor
) -> list[int]:
    """Insert persons quickly, with one log entry for all; return their ids in order.

    Args:
        session: the caller's transaction.
        rows: persons nobody has registered yet, each once.
        now: the server's clock.
        actor: the import.
    """
    vault = get_vault()
    table = Person.__table__
    assert isinstance(table, Table)  # noqa: S101 - tells the type checker
    ids = draw_ids(session, table, len(rows))
    made = [_columns(vault, row, now) for row in rows]
    insert_rows(
        session,
        table,
        [{"id": n, **row} for n, row in zip(ids, made, strict=True)],
    )
    if made:
        named = sorted(
            f"{values['uid']} "
            + commitment(
                values["salt"], {"id_number": row.facts.number, "name": row.name}
            )
            for row, values in zip(rows, made, strict=True)
        )
        record(
            session,
            actor=actor,
            action="person.bulk_registered",
            subject="person:batch",
            now=now,
            body={
                "count": len(made),
                "digest": hashlib.sha256("\n".join(named).encode()).hexdigest(),
            },
        )
    return ids


def bulk_unregister(
    session: Session, ids: Sequence[int], *, now: datetime, actor: Actor
) -> None:
    """Remove persons that were registered by mistake, with one log entry for all.

    The caller has made sure that nothing refers to them.
    """
    uids: list[str] = []
    for part in _parts(ids):
        uids += session.scalars(select(Person.uid).where(Person.id.in_(part)))
        session.execute(delete(Person).where(Person.id.in_(part)))
    if uids:
        named = "\n".join(sorted(uids))
        record(
            session,
            actor=actor,
            action="person.bulk_removed",
            subject="person:batch",
            now=now,
            body={
                "count": len(uids),
                "digest": hashlib.sha256(named.encode()).hexdigest(),
            },
        )


def _columns(vault: Vault, row: NewPerson, now: datetime) -> dict[str, Any]:
    sealed = vault.seal(row.phone, queries.PHONE_CONTEXT) if row.phone else None
    return {
        "uid": new_uid(),
        "name": row.name,
        "sex": row.facts.sex,
        "birth_date": row.facts.birth_date,
        "id_type": "resident",
        "id_number_sealed": vault.seal(row.facts.number, queries.ID_CONTEXT),
        "id_number_hash": vault.lookup(row.facts.number, queries.ID_CONTEXT),
        "phone_sealed": sealed,
        "phone_hash": queries.hash_phone(row.phone),
        "nation": row.nation,
        "education": row.education,
        "politics": row.politics,
        "unit_id": row.unit_id,
        "salt": new_salt(),
        "created_at": now,
    }


def _parts(values: Sequence[T]) -> list[Sequence[T]]:
    return [values[start : start + _PART] for start in range(0, len(values), _PART)]


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
    said = record(
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
    session.add_all(
        PersonChange(
            person_id=person.id,
            log_seq=said.seq,
            field=field,
            old=_kept(field, before[field]),
            new=_kept(field, after[field]),
        )
        for field in changed
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


def _kept(field: str, value: str) -> str:
    return mask_phone(value) if field == "phone" and value else value


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
        person.phone_hash = queries.hash_phone(value)
    else:
        setattr(person, field, value)


def _plain(value: Any) -> str:  # noqa: ANN401
    """Return what the log commits to: an identifier for a row, else the text."""
    if isinstance(value, Unit | Attachment):
        return value.uid
    return value or ""
