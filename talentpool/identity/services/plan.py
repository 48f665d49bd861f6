"""What a merge of two persons would do, row by row, before it is done.

Words used here:
    kept: the record that counts from then on; merged: the one that leads to it.
    owner column: a column that names a person or a craftsman. Which there are is read
        from the tables themselves, so that a new table is moved without being named.
    staying row: a row that cannot move, because the kept record has its like and the
        table takes only one; it stays with the merged record, which is kept too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, UniqueConstraint, select
from sqlalchemy.orm import Session

from extensions import Base
from people.persons.models import Person
from talentpool.dossiers.models import Craftsman
from talentpool.identity.rules.cells import Cell

# Owner columns that no merge touches: the links themselves, the record of likeness and
# merges, what is made anew from the dossiers, and the record of an import.
APART = frozenset({"merged_into_id"})
APART_TABLES = frozenset(
    {
        *("identity_likeness", "identity_merge"),
        *("search_document", "search_dirty"),
        *("dossier_look", "person_change"),  # of the record they were about
        "import_entry",  # what a batch brought in stays the batch's, to be undone
    }
)

# Fields a person chooses between, with the columns each stands for. The ID number is
# not among them: it, the birth date and the sex are those of the record that is kept.
PERSON_FIELDS: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "phone": ("phone_hash", "phone_sealed"),
    "unit": ("unit_id",),
    "nation": ("nation",),
    "education": ("education",),
    "politics": ("politics",),
    "photo": ("photo_id",),
}
CRAFTSMAN_FIELDS: dict[str, tuple[str, ...]] = {
    "level": ("level",),
    "pool_class": ("pool_class",),
    "entered_on": ("entered_on",),
    "term_ends_on": ("term_ends_on",),
    "occupation": ("occupation_edition", "occupation_code", "trade"),
    "trade_since": ("trade_since",),
    "post": ("post", "post_kind"),
    "employment": ("employment",),
    "front_line": ("front_line",),
    "union_member": ("union_member",),
    "worker_type": ("worker_type",),
    "district": ("district_code",),
    "willing_to_serve": ("willing_to_serve",),
}


@dataclass(frozen=True, slots=True)
class Staying:
    """A row that cannot move."""

    table: str
    row: int
    column: str


@dataclass(slots=True)
class Plan:
    """All that a merge changes, in the order in which it does."""

    kept: Person
    merged: Person
    kept_craftsman: Craftsman | None
    merged_craftsman: Craftsman | None
    links: list[Cell] = field(default_factory=list)
    moves: list[Cell] = field(default_factory=list)
    choices: list[Cell] = field(default_factory=list)
    staying: list[Staying] = field(default_factory=list)

    @property
    def cells(self) -> list[Cell]:
        return [*self.links, *self.moves, *self.choices]

    def moved_rows(self) -> dict[str, list[int]]:
        """Return the ids of the rows that move, by table."""
        found: dict[str, list[int]] = {}
        for cell in self.moves:
            rows = found.setdefault(cell.table, [])
            if cell.row not in rows:
                rows.append(cell.row)
        return found


def make_plan(
    session: Session, *, kept: Person, merged: Person, taken: frozenset[str]
) -> Plan:
    """Return what merging would change; nothing is changed.

    Args:
        session: the caller's transaction.
        kept: the record that counts from then on.
        merged: the record that leads to it.
        taken: fields whose value is taken from `merged`.
    """
    session.flush()
    plan = Plan(kept, merged, _craftsman(session, kept), _craftsman(session, merged))
    plan.links.append(_link("person", merged, kept))
    pairs: list[tuple[str, int, int]] = [("person", merged.id, kept.id)]
    if plan.kept_craftsman is not None and plan.merged_craftsman is not None:
        plan.links.append(
            _link("craftsman", plan.merged_craftsman, plan.kept_craftsman)
        )
        pairs.append(("craftsman", plan.merged_craftsman.id, plan.kept_craftsman.id))
    for owner, before, after in pairs:
        for table, column in owner_columns(owner):
            _plan_column(session, plan, table, column, before, after)
    plan.choices += _choices("person", PERSON_FIELDS, merged, kept, taken)
    if plan.kept_craftsman is not None and plan.merged_craftsman is not None:
        plan.choices += _choices(
            "craftsman",
            CRAFTSMAN_FIELDS,
            plan.merged_craftsman,
            plan.kept_craftsman,
            taken,
        )
    return plan


def owner_columns(owner: str) -> Iterator[tuple[Table, Column[Any]]]:
    """Yield every column that names a row of `owner` and moves with it."""
    for table in Base.metadata.sorted_tables:
        if table.name in APART_TABLES or "id" not in table.columns:
            continue  # a row without a number of its own is a link, not a thing
        for column in table.columns:
            named = {key.target_fullname for key in column.foreign_keys}
            if f"{owner}.id" in named and column.name not in APART:
                yield table, column


def differing_fields(
    fields: Mapping[str, tuple[str, ...]], one: object, other: object
) -> list[str]:
    """Return the fields in which two records differ, in their order."""
    return [
        name
        for name, columns in fields.items()
        if any(
            getattr(one, c) != getattr(other, c)
            for c in columns
            if not c.endswith("_sealed")  # the same value is sealed anew each time
        )
    ]


def _craftsman(session: Session, person: Person) -> Craftsman | None:
    return session.scalar(
        select(Craftsman).where(
            Craftsman.person_id == person.id, Craftsman.merged_into_id.is_(None)
        )
    )


def _link(table: str, merged: Person | Craftsman, kept: Person | Craftsman) -> Cell:
    return Cell(table, merged.id, "merged_into_id", None, kept.id)


def _plan_column(
    session: Session,
    plan: Plan,
    table: Table,
    column: Column[Any],
    before: int,
    after: int,
) -> None:
    rows = session.execute(
        select(table).where(column == before).order_by(table.c.id)
    ).mappings()
    for row in rows:
        if _would_clash(session, table, column, dict(row), after):
            plan.staying.append(Staying(table.name, row["id"], column.name))
        else:
            plan.moves.append(Cell(table.name, row["id"], column.name, before, after))


def _would_clash(
    session: Session,
    table: Table,
    column: Column[Any],
    row: Mapping[str, Any],
    after: int,
) -> bool:
    for columns, where in _unique_with(table, column):
        if where is not None and not session.scalar(
            select(table.c.id).where(table.c.id == row["id"], where)
        ):
            continue  # the index says nothing of this row
        same = [
            table.c[name] == (after if name == column.name else row[name])
            for name in columns
        ]
        if any(row[name] is None for name in columns if name != column.name):
            continue  # nothing is like "unknown"
        if where is not None:
            same.append(where)
        if session.execute(select(table.c.id).where(*same).limit(1)).first():
            return True
    return False


def _unique_with(
    table: Table, column: Column[Any]
) -> Iterator[tuple[list[str], ColumnElement[bool] | None]]:
    """Yield the columns that must be unique and hold this one, and among which rows."""
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint) and column.name in {
            c.name for c in constraint.columns
        }:
            yield [c.name for c in constraint.columns], None
    for index in table.indexes:
        if index.unique and column.name in index.columns:
            where = index.dialect_options["postgresql"]["where"]
            yield [c.name for c in index.columns], where


def _choices(
    table: str,
    fields: Mapping[str, tuple[str, ...]],
    merged: Person | Craftsman,
    kept: Person | Craftsman,
    taken: frozenset[str],
) -> Iterator[Cell]:
    for name in differing_fields(fields, merged, kept):
        if name in taken:
            for column in fields[name]:
                before, after = getattr(kept, column), getattr(merged, column)
                if before != after:
                    yield Cell(table, kept.id, column, before, after)
