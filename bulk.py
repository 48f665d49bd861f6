"""Putting many rows into one table at once, as fast as each database takes them.

    ids = draw_ids(session, Person.__table__, len(rows))
    insert_rows(session, Person.__table__, [{"id": n, …} for n, … in zip(ids, …)])

PostgreSQL gets them by COPY, SQLite by one prepared statement. Columns a row leaves out
get the model's defaults, as an `insert` would give them; triggers and constraints hold.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from psycopg import sql
from sqlalchemy import Column, Table, func, select, text
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import Session

Bind = Callable[[Any], Any]


def draw_ids(session: Session, table: Table, count: int) -> list[int]:
    """Return `count` free ids of a table, in order; they are the caller's from here."""
    if session.get_bind().dialect.name == "postgresql":
        drawn = text(
            "select nextval(pg_get_serial_sequence(:name, 'id')) "
            "from generate_series(1, :count)"
        )
        return list(session.scalars(drawn, {"name": table.name, "count": count}))
    # The write lock is held: nobody else takes one meanwhile.
    last = session.scalar(select(func.max(table.c.id))) or 0
    return list(range(last + 1, last + 1 + count))


def insert_rows(
    session: Session, table: Table, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert rows, which may differ in the columns they give; nothing is returned.

    What the session holds is written first, so that foreign keys find it.
    """
    if not rows:
        return
    session.flush()
    connection = session.connection()
    given = {name for row in rows for name in row}
    columns = [c for c in table.columns if c.name in given or c.default is not None]
    makers = [_maker(column, connection.dialect) for column in columns]
    values = ([make(row) for make in makers] for row in rows)
    if connection.dialect.name == "postgresql":
        _copy(connection, table, columns, values)
        return
    names = ", ".join(f'"{column.name}"' for column in columns)
    places = ", ".join("?" * len(columns))
    connection.exec_driver_sql(
        f'INSERT INTO "{table.name}" ({names}) VALUES ({places})',  # noqa: S608
        [tuple(value) for value in values],
    )


def _copy(
    connection: Connection,
    table: Table,
    columns: Sequence[Column[Any]],
    values: Iterable[Sequence[Any]],
) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name),
        sql.SQL(", ").join(sql.Identifier(column.name) for column in columns),
    )
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for value in values:
            copy.write_row(value)


def _maker(column: Column[Any], dialect: Dialect) -> Callable[[Mapping[str, Any]], Any]:
    """Return what takes a column's value out of a row, as the driver wants it."""
    name = column.name
    kind = column.type.dialect_impl(dialect)
    bind: Bind | None = kind.bind_processor(dialect)
    default = _default(column)

    def plain(row: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any column
        return row[name] if name in row else default()

    def bound(row: Mapping[str, Any]) -> Any:  # noqa: ANN401
        value = row[name] if name in row else default()
        return bind(value)  # type: ignore[misc]

    return plain if bind is None else bound


def _default(column: Column[Any]) -> Callable[[], Any]:
    made: Any = column.default
    if made is None:
        return lambda: None
    if made.is_scalar:
        return lambda: made.arg
    if not made.is_callable:
        raise ValueError(f"{column}: a default the database computes")
    return lambda: made.arg(None)
