"""Rows by the hundred thousand: COPY on PostgreSQL, one `executemany` on SQLite.

What the ORM would fill in is filled in here too; constraints and triggers hold as ever.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Dialect, Table, func, select, text
from sqlalchemy.orm import Session

Row = Mapping[str, Any]


def insert_rows(session: Session, model: type[Any], rows: Sequence[Row]) -> None:
    """Insert rows that all have the same columns, in the caller's transaction."""
    if not rows:
        return
    table: Table = model.__table__
    connection = session.connection()
    dialect = connection.dialect
    filled = [c for c in table.columns if c.key in rows[0] or c.default is not None]
    values = zip(*(_values(c, rows, dialect) for c in filled), strict=True)
    names = ", ".join(f'"{column.name}"' for column in filled)
    driver: Any = connection.connection.driver_connection
    if dialect.name == "postgresql":
        with (
            driver.cursor() as cursor,
            cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy,
        ):
            for row in values:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(filled))
    statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608 - names of our own tables
    driver.executemany(statement, values)


def next_ids(session: Session, model: type[Any], number: int) -> range:
    """Reserve ids for rows that are inserted with them."""
    first = (session.scalar(select(func.max(model.id))) or 0) + 1
    if session.get_bind().dialect.name == "postgresql":
        name = f"{model.__tablename__}_id_seq"
        # Ids that a rolled back transaction drew are not drawn again.
        first = max(first, session.scalar(text(f"select nextval('{name}')")) or 0)
        session.execute(text(f"select setval('{name}', {first + number})"))
    return range(first, first + number)


def _values(
    column: Column[Any], rows: Sequence[Row], dialect: Dialect
) -> Iterator[Any]:
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    default = column.default
    made: Callable[[], Any] = lambda: None  # noqa: E731
    if default is not None and column.key not in rows[0]:
        arg: Any = default.arg  # type: ignore[attr-defined]
        made = (lambda: arg) if default.is_scalar else (lambda: arg(None))
        raw = (made() for _row in rows)
    else:
        raw = (row[column.key] for row in rows)
    return raw if process is None else map(process, raw)
