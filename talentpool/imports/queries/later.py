"""What was done with the dossiers of a batch since it was loaded.

Asked of the tables themselves: whatever refers to a craftsman or a person counts, so
that a room built later need not be named here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import (
    Column,
    ColumnElement,
    FromClause,
    Table,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from extensions import Base
from people.persons.models import Person
from talentpool.dossiers.models import FACT_MODELS, Craftsman, DossierLook
from talentpool.identity.models import Judgement, Likeness
from talentpool.imports.models import ImportBatch, ImportChange, ImportEntry
from talentpool.search.models import SearchDirty, SearchDocument

MOST = 200  # that are listed
# What the import itself or the search's index wrote, and who only looked.
_OWN = {
    *(model.__tablename__ for model in FACT_MODELS),
    DossierLook.__tablename__,
    ImportEntry.__tablename__,
    Likeness.__tablename__,
    SearchDirty.__tablename__,
    SearchDocument.__tablename__,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """A dossier of a batch that something was built on since."""

    craftsman_id: int
    uid: str
    name: str
    row: int
    tables: tuple[str, ...]  # "" is the dossier itself: changed or added to


def list_later(
    session: Session, batch: ImportBatch, *, most: int = MOST
) -> list[Later]:
    """Return the dossiers of a batch that later work rests on, by row."""
    changed = _changed_again(session, batch, most=most)
    return sorted([*changed, *_built_on(session, batch, most)], key=lambda x: x.row)


def _changed_again(session: Session, batch: ImportBatch, *, most: int) -> list[Later]:
    """Return the dossiers the batch changed that were changed again since."""
    rows = session.execute(
        select(Craftsman.id, Craftsman.uid, Person.name, ImportChange.row)
        .join(ImportChange, ImportChange.craftsman_id == Craftsman.id)
        .join(Person, Person.id == Craftsman.person_id)
        .where(
            ImportChange.batch_id == batch.id,
            or_(
                Craftsman.updated_at > ImportChange.taken_at,
                Craftsman.merged_into_id.is_not(None),
            ),
        )
        .order_by(ImportChange.row)
        .limit(most)
    )
    return [
        Later(craftsman_id=r.id, uid=r.uid, name=r.name, row=r.row, tables=("",))
        for r in rows
    ]


def _built_on(session: Session, batch: ImportBatch, most: int) -> list[Later]:
    """Return the dossiers the batch made that something was built on since."""
    asked = list(_conditions())
    found = session.execute(
        select(
            Craftsman.id,
            Craftsman.uid,
            Person.name,
            ImportEntry.row,
            *(condition.label(f"c{n}") for n, (_t, condition) in enumerate(asked)),
        )
        .join(ImportEntry, ImportEntry.craftsman_id == Craftsman.id)
        .join(Person, Person.id == Craftsman.person_id)
        .where(
            ImportEntry.batch_id == batch.id,
            or_(*(condition for _table, condition in asked)),
        )
        .order_by(ImportEntry.row)
        .limit(most)
    )
    return [
        Later(
            craftsman_id=row.id,
            uid=row.uid,
            name=row.name,
            row=row.row,
            tables=tuple(
                dict.fromkeys(
                    table
                    for n, (table, _condition) in enumerate(asked)
                    if getattr(row, f"c{n}")
                )
            ),
        )
        for row in found
    ]


def _conditions() -> Iterator[tuple[str, ColumnElement[bool]]]:
    """Yield (table, whether it holds something that rests on the dossier)."""
    yield "", Craftsman.updated_at > Craftsman.created_at
    for model in FACT_MODELS:
        yield (
            "",
            exists().where(
                model.craftsman_id == Craftsman.id,
                or_(
                    model.recorded_at != Craftsman.created_at,
                    model.is_current.is_(False),
                ),
            ),
        )
    yield "identity_judgement", _is_judged()
    for table in Base.metadata.sorted_tables:
        # Under another name: the query itself reads craftsmen and persons.
        other = table.alias()
        for column in table.columns:
            if table.name not in _OWN and _refers(column, "craftsman"):
                yield table.name, exists().where(other.c[column.name] == Craftsman.id)
            if table.name not in _OWN and _refers(column, "person"):
                yield (
                    table.name,
                    exists().where(
                        other.c[column.name] == Craftsman.person_id,
                        ImportEntry.made_person.is_(True),
                        *_but_its_own(table, other),
                    ),
                )


def _but_its_own(table: Table, other: FromClause) -> list[ColumnElement[bool]]:
    """Leave out that the dossier itself refers to its person."""
    return [other.c.id != Craftsman.id] if table.name == "craftsman" else []


def _is_judged() -> ColumnElement[bool]:
    """Tell whether somebody compared this person with another: no machine's guess."""
    return exists().where(
        Judgement.likeness_id == Likeness.id,
        or_(
            Likeness.first_id == Craftsman.person_id,
            Likeness.second_id == Craftsman.person_id,
        ),
    )


def _refers(column: Column[object], table: str) -> bool:
    targets: list[Table] = [key.column.table for key in column.foreign_keys]
    return any(target.name == table for target in targets)


def count_entries(session: Session, batch: ImportBatch) -> int:
    """Return how many dossiers of a batch there are."""
    found = select(func.count()).select_from(ImportEntry)
    return session.scalar(found.where(ImportEntry.batch_id == batch.id)) or 0


def list_made(session: Session, batch: ImportBatch) -> list[tuple[int, int, bool]]:
    """Return (craftsman, person, whether the person was made too) of a batch."""
    rows = session.execute(
        select(Craftsman.id, Craftsman.person_id, ImportEntry.made_person)
        .join(ImportEntry, ImportEntry.craftsman_id == Craftsman.id)
        .where(ImportEntry.batch_id == batch.id)
        .order_by(Craftsman.id)
    )
    return [(row.id, row.person_id, row.made_person) for row in rows]
