"""Dossiers as rows of a pool file: what `pool import` reads."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ledger.log.services import Actor, record
from people.persons.models import Person
from people.persons.queries import open_id_number, open_phone
from talentpool.dossiers.models import Craftsman
from talentpool.imports.queries.known import find_facts
from talentpool.imports.rules.columns import FACTS, FIELDS, HEAD
from talentpool.imports.services.texts import text_of_value

_PART = 500
_OF_PERSON = {"name", "nation", "education", "politics"}
Values = dict[str, str]  # by field; codes are still codes


def iter_rows(session: Session) -> Iterator[tuple[int, Values]]:
    """Yield (dossier, row) for every dossier, by age in the system.

    A dossier with several certificates, honours … takes several rows: the head stands
    in each.
    """
    last, number = 0, 0
    while True:
        craftsmen = session.scalars(
            select(Craftsman)
            .where(Craftsman.id > last)
            .options(joinedload(Craftsman.person).joinedload(Person.unit))
            .order_by(Craftsman.id)
            .limit(_PART)
        ).all()
        if not craftsmen:
            return
        facts = find_facts(session, [craftsman.id for craftsman in craftsmen])
        for craftsman in craftsmen:
            number += 1
            head = _head(craftsman)
            lists = [facts.get((craftsman.id, kind), ()) for kind in FACTS]
            for row in list(zip_longest(*lists)) or [()]:
                yield number, head | _facts(row)
        last = craftsmen[-1].id
        session.expunge_all()


def _head(craftsman: Craftsman) -> Values:
    person = craftsman.person
    values: Values = {
        "id_number": open_id_number(person),
        "phone": open_phone(person),
        "unit": person.unit.name if person.unit else "",
        "credit_code": person.unit.credit_code if person.unit else "",
    }
    for field in HEAD:
        if field.key not in values:
            owner = person if field.key in _OF_PERSON else craftsman
            values[field.key] = text_of_value(field, getattr(owner, field.key))
    return values


def _facts(row: Sequence[Any]) -> Values:
    by_kind = dict(zip(FACTS, row, strict=False))
    return {
        field.key: text_of_value(field, getattr(by_kind[field.fact], field.column))
        for field in FIELDS
        if field.fact and by_kind.get(field.fact) is not None
    }


def log_export(session: Session, *, count: int, actor: Actor, now: datetime) -> None:
    """Log that every dossier was taken out in clear; no commit."""
    record(
        session,
        actor=actor,
        action="pool.exported",
        subject="pool:dossiers",
        now=now,
        body={"kind": "dossiers", "count": count, "clear": True},
    )
