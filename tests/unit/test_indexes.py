"""Removing a row looks for rows that refer to it; each needs an index for that."""

import ast
from typing import Any

import pytest
from sqlalchemy import ForeignKeyConstraint, Table, UniqueConstraint

from app import create_app
from extensions import Base
from tests.test_architecture import sources

# Removed through the session or a variable, which no search of the source finds.
ALSO = {
    *("checkin", "event_group", "scheme_draft", "saved_search", "import_change"),
    *("contest_code", "station_code", "work_code"),
    *("skill_certificate", "honour_award", "competition_record", "achievement"),
    *("studio", "evidence", "post_held", "firm_service"),
    *("pool_membership", "pool_step"),
}


@pytest.fixture(scope="module")
def tables():
    create_app({"TESTING": True})
    return Base.metadata.tables


def removed():
    """Return the tables that some `delete(Model)` of ours removes rows from."""
    mappers = Base.registry.mappers
    by_class: dict[str, Any] = {m.class_.__name__: m.local_table for m in mappers}
    names = {
        node.args[0].id
        for path in sources()
        if "delete(" in path.read_text()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "delete"
        and node.args
        and isinstance(node.args[0], ast.Name)
    }
    return {by_class[name].name for name in names & by_class.keys()} | ALSO


def leads(table: Table, columns: set[str]) -> bool:
    """Tell whether an index or key finds rows by these columns, or by the first."""
    found = [
        list(table.primary_key.columns),
        *(
            list(c.columns)
            for c in table.constraints
            if isinstance(c, UniqueConstraint)
        ),
    ]
    found += [
        list(index.columns)
        for index in table.indexes
        if not any(o.get("where") is not None for o in index.dialect_options.values())
    ]
    return any(own and own[0].name in columns for own in found)


def test_every_reference_to_a_removed_row_is_indexed(tables):
    gone = removed()
    assert {"person", "craftsman", "identity_likeness"} <= gone
    assert tables.keys() >= ALSO

    slow = [
        f"{table.name}({', '.join(key.column_keys)})"
        for table in tables.values()
        for key in table.constraints
        if isinstance(key, ForeignKeyConstraint)
        and key.referred_table.name in gone
        and not leads(table, set(key.column_keys))
    ]

    assert slow == [], "Removing a row would read these tables whole: add an index."
