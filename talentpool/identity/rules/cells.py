"""Changed cells of a merge: what they were, what they became, and how they are kept."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of one row that a merge changed."""

    table: str
    row: int  # the row's id
    column: str
    before: Any
    after: Any


def write_cells(cells: Iterable[Cell]) -> str:
    """Return cells as JSON that keeps the kind of each value."""
    return json.dumps(
        [[c.table, c.row, c.column, _plain(c.before), _plain(c.after)] for c in cells]
    )


def read_cells(text: str) -> list[Cell]:
    """Return what `write_cells` wrote."""
    return [
        Cell(table, row, column, _value(before), _value(after))
        for table, row, column, before, after in json.loads(text)
    ]


def _plain(value: Any) -> Any:  # noqa: ANN401 - any value of a column
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, bytes):
        return {"bytes": b64encode(value).decode()}
    return value


def _value(plain: Any) -> Any:  # noqa: ANN401
    if not isinstance(plain, dict):
        return plain
    [(kind, text)] = plain.items()
    if kind == "moment":
        return datetime.fromisoformat(text)
    return date.fromisoformat(text) if kind == "day" else b64decode(text)
