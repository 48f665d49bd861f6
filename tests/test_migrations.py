"""Migrations go up and down with rows in every table, and end where the models are."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import (
    CheckConstraint,
    Connection,
    MetaData,
    Table,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError

from app import create_app
from competition.codes.queries import seal_station
from config import ROOT
from extensions import db
from tests import databases
from tests.databases import Database

VALUES: dict[type, Any] = {
    bool: True,
    int: 1,
    str: "x",
    bytes: b"x",
    Decimal: Decimal(1),
    float: 1.0,
    datetime: datetime(2026, 1, 1),  # noqa: DTZ001 - as the column stores it, in UTC
    date: date(2026, 1, 1),
    dict: {},
}
# Where a constraint asks for more: {table: {column: value}}.
VALUES_HERE: dict[str, dict[str, Any]] = {
    "admission_batch": {"experts_min": 5, "notice_days": 5},
    "application": {"way": "self", "state": "draft", "confirmed_how": "account"},
    "cancellation": {"competition_id": None, "reason": "x"},
    "kept_reason": {"text": "x"},
}
TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


@pytest.fixture
def bare_app(database: Database, tmp_path: Any) -> Iterator[Flask]:
    with database.empty() as url:
        app = create_app(databases.settings(url, tmp_path))
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


def test_models_equal_the_migrated_database(app):
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, db.metadata)
        checks = _checks(connection)

    assert differences == []
    # Alembic does not compare these.
    assert checks == {
        table.name: {str(c.name) for c in table.constraints if _is_check(c)}
        for table in db.metadata.sorted_tables
    }


def test_every_step_goes_up_and_down_with_rows(bare_app):
    before = "base"
    for revision in _revisions():
        upgrade(revision=revision)
        there = _shape()
        _fill()
        downgrade(revision=before)
        upgrade(revision=revision)
        assert _shape() == there, f"{revision} does not come back as it was"
        _fill()
        before = revision

    downgrade(revision="base")

    with db.engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}


def test_older_dossiers_get_their_membership_and_lose_it_again(bare_app):
    upgrade(revision="0037_unit_words")
    _fill()
    metadata = MetaData()
    with db.engine.begin() as connection:
        metadata.reflect(connection, only=["craftsman", "person", "pool_membership"])
        ids = {}
        for number, state in enumerate(("active", "left"), start=2):
            person = _row(connection, metadata.tables["person"])
            person |= {"id": number, "uid": state, "id_number_hash": state}
            connection.execute(insert(metadata.tables["person"]).values(person))
            head = _row(connection, metadata.tables["craftsman"])
            head |= {"id": number, "uid": state, "person_id": number, "state": state}
            head |= {"merged_into_id": None, "certificate_number": state}
            connection.execute(insert(metadata.tables["craftsman"]).values(head))
            ids[state] = number
        entered = head["entered_on"]
        if connection.dialect.name == "postgresql":  # rows came with their numbers
            connection.execute(
                text("select setval(pg_get_serial_sequence('pool_membership','id'), 9)")
            )

    def memberships():
        table = metadata.tables["pool_membership"]
        with db.engine.connect() as connection:
            return connection.execute(
                select(table.c.craftsman_id, table.c.valid_from).where(
                    table.c.craftsman_id.in_(ids.values())
                )
            ).all()

    upgrade(revision="0038_pool_gaps")
    assert memberships() == [(ids["active"], entered)]
    downgrade(revision="0037_unit_words")
    assert memberships() == []
    upgrade(revision="0038_pool_gaps")
    assert len(memberships()) == 1
    with db.engine.connect() as connection:
        said = connection.execute(
            text("select action, body from ledger_entry order by seq desc")
        ).all()
    assert [row.action for row in said[:2]] == ["pool.memberships_added"] * 2
    assert said[0].body != said[1].body
    assert '"count":1' in said[0].body


def test_history_is_one_line():
    heads = ScriptDirectory(str(ROOT / "migrations")).get_heads()

    assert len(heads) == 1


def _revisions() -> list[str]:
    script = ScriptDirectory(str(ROOT / "migrations"))
    return [step.revision for step in reversed(list(script.walk_revisions()))]


def _is_check(constraint: object) -> bool:
    return isinstance(constraint, CheckConstraint)


def _checks(connection: Connection) -> dict[str, set[str]]:
    found = inspect(connection)
    return {
        table: {str(c["name"]) for c in found.get_check_constraints(table)}
        for table in found.get_table_names()
        if table != "alembic_version"
    }


def _shape() -> dict[str, Any]:
    """Describe the tables, so that two moments can be compared."""
    with db.engine.connect() as connection:
        found = inspect(connection)
        triggers = connection.execute(text(TRIGGERS[connection.dialect.name]))
        shape: dict[str, Any] = {"triggers": sorted(triggers.scalars())}
        for table in found.get_table_names():
            columns = found.get_columns(table)
            shape[table] = (
                [(c["name"], str(c["type"]), c["nullable"]) for c in columns],
                sorted(str(i["name"]) for i in found.get_indexes(table)),
                sorted(str(u["name"]) for u in found.get_unique_constraints(table)),
                sorted(str(c["name"]) for c in found.get_check_constraints(table)),
                sorted(str(f["name"]) for f in found.get_foreign_keys(table)),
            )
        return shape


def _fill() -> None:
    """Put a row into every empty table, parents first."""
    metadata = MetaData()
    with db.engine.begin() as connection:
        metadata.reflect(connection)
        for table in metadata.sorted_tables:
            count = select(func.count()).select_from(table)
            if connection.scalar(count) == 0:
                _insert(connection, table)


def _insert(connection: Connection, table: Table) -> None:
    """Insert a row with every column, else one with only those that are needed."""
    row = _row(connection, table)
    needed = {name: None if table.c[name].nullable else row[name] for name in row}
    try:
        with connection.begin_nested():
            connection.execute(insert(table).values(row))
    except IntegrityError:
        connection.execute(insert(table).values(needed))


def _row(connection: Connection, table: Table) -> dict[str, Any]:
    found = inspect(connection).get_check_constraints(table.name)
    checks = [str(check["sqltext"]) for check in found]
    row = {column.name: _value(connection, column, checks) for column in table.columns}
    # Moments in a row follow each other as its columns do.
    for number, name in enumerate(row):
        if isinstance(row[name], date):
            row[name] += timedelta(days=number)
    row |= VALUES_HERE.get(table.name, {})
    if "station_sealed" in row:
        row["station_sealed"] = seal_station(
            "x", draw_id=row["draw_id"], work_code=row["work_code"]
        )
    return row


def _value(connection: Connection, column: Any, checks: list[str]) -> Any:
    for key in column.foreign_keys:
        return connection.scalar(select(key.column).limit(1))
    kind = column.type.python_type
    if kind is str:
        for check in checks:
            options = re.findall(r"'([^']*)'", check)
            if options and re.search(rf"\b{column.name}\b", check):
                return options[0]
    return VALUES[kind]
