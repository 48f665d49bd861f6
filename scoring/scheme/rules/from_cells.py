"""From the cells of the workbook template to a scheme's document.

Every fault of every sheet is found at once. A fault's `where` is sheet and cell, as in
`Aspects!E7`; `Places` finds the cell of a key path, so that faults of the scheme
itself are shown there too.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from scoring.scheme.rules.cell_values import CellError, read_cell, show_cell
from scoring.scheme.rules.faults import Fault
from scoring.scheme.rules.key_paths import Path, find_path, put
from scoring.scheme.rules.layout import (
    OTHER,
    PAIRS,
    VALUES,
    Column,
    Layout,
    Sheet,
    column_letters,
)
from scoring.scheme.rules.to_cells import list_parents

Rows = Sequence[Sequence[object]]
Document = dict[str, object]

KEYS_WITHIN = 10  # rows among which the row of keys is looked for
_VALUE_COLUMN = 1  # of a sheet of values: title, value, key, note
_KEY_COLUMN = 2


@dataclass(slots=True)
class Places:
    """Where in the workbook the value of a key path stands."""

    cells: dict[Path, str] = field(default_factory=dict)

    def find(self, where: str) -> str:
        """Return sheet and cell of a key path, or of the nearest table around it."""
        path = find_path(where) or ()
        while path and path not in self.cells:
            path = path[:-1]
        return self.cells.get(path, where)

    def place(self, faults: Sequence[Fault]) -> list[Fault]:
        """Return faults with key paths at their cells."""
        return [replace(fault, where=self.find(fault.where)) for fault in faults]


@dataclass(slots=True)
class CellDocument:
    document: Document
    places: Places
    faults: list[Fault]  # of cells; the scheme's own are found by `parse_document`


@dataclass(frozen=True, slots=True)
class Row:
    """A filled row under the row of keys."""

    number: int  # counted from 1
    cells: Mapping[str, object]  # by key of the column
    letters: Mapping[str, str]  # by key of the column

    def place(self, key: str) -> str:
        return f"{self.letters.get(key, 'A')}{self.number}"


def short_name(name: str) -> str:
    """Return a sheet's English name, by which it is known."""
    return " ".join(re.sub(r"[^a-z ]", "", name.lower()).split())


def is_template(names: Sequence[str]) -> bool:
    """Tell whether sheets of these names are of our template."""
    found = {short_name(name) for name in names}
    return len({"general", "components", "criteria", "aspects"} & found) >= 2


def read_cells(sheets: Mapping[str, Rows], layout: Layout) -> CellDocument:
    """Read a workbook's cells.

    Args:
        sheets: rows of cell values by sheet name, from the first cell on. Numbers are
            floats or ints, empty cells "" or None.
        layout: of the template.
    """
    reader = _Reader(layout)
    known = {short_name(sheet.name): sheet for sheet in layout.sheets}
    given = {short_name(name): (name, rows) for name, rows in sheets.items()}
    for name, rows in sheets.items():
        is_first = given[short_name(name)][0] == name
        is_known = short_name(name) in known and is_first
        if not is_known and short_name(name) != "read me" and any(map(_fills, rows)):
            reader.sheet = name
            reader.fault(
                "",
                "This sheet is not of the template: delete it, or give it the"
                " template's name for it.",
            )
    for short, sheet in known.items():
        name, rows = given.get(short, (sheet.name, ()))
        reader.read(sheet, name, rows)
    return CellDocument(reader.document, reader.places, reader.faults)


def _fills(cells: Sequence[object]) -> bool:
    return any(cell not in ("", None) for cell in cells)


class _Reader:
    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.document: Document = {}
        self.places = Places()
        self.faults: list[Fault] = []
        self.sheet = ""  # the name of the one being read
        self._codes: dict[str, str] = {}  # sheet → the parent of its last row

    def fault(self, cell: str, template: str, **params: object) -> None:
        where = f"{self.sheet}!{cell}" if cell else self.sheet
        self.faults.append(Fault(where=where, template=template, params=params))

    def read(self, sheet: Sheet, name: str, rows: Rows) -> None:
        self.sheet = name
        if sheet.shape == VALUES:
            self._read_values(sheet, rows)
            return
        self.places.cells.setdefault((find_path(sheet.key) or ())[:1], name)
        for row in self._rows(sheet, rows):
            if sheet.shape == PAIRS:
                self._read_pair(sheet, row)
            elif sheet.shape == OTHER:
                self._read_other(row)
            else:
                self._read_table(sheet, row)

    def _read_values(self, sheet: Sheet, rows: Rows) -> None:
        columns = {column.key: column for column in sheet.columns}
        letters = column_letters(_VALUE_COLUMN)
        for number, cells in enumerate(rows, start=1):
            key = self._show(cells, _KEY_COLUMN, f"C{number}")
            if not key or key == "key":
                continue
            column = columns.pop(key, None)
            if column is None:
                template = "%(key)s is not a key of the template, or stands twice."
                self.fault(f"C{number}", template, key=key)
            else:
                cell = cells[_VALUE_COLUMN]
                self._set(self.document, (), column, cell, f"{letters}{number}")

    def _show(self, cells: Sequence[object], index: int, place: str) -> str:
        """Return a cell's text; a cell that has none to read is a fault."""
        try:
            return show_cell(cells[index]) if index < len(cells) else ""
        except CellError as error:
            self.fault(place, error.template, **error.params)
            return ""

    def _rows(self, sheet: Sheet, rows: Rows) -> list[Row]:
        """Return the filled rows under the row of keys."""
        keys = [column.key for column in sheet.columns]
        for at, cells in enumerate(rows[:KEYS_WITHIN]):
            texts = [cell.strip() if isinstance(cell, str) else "" for cell in cells]
            if len(set(keys) & set(texts)) >= 2:
                return self._under(rows, at, self._find_columns(keys, texts, at))
        if any(map(_fills, rows)):
            template = "The row of keys (%(keys)s …) is missing: copy the template's."
            self.fault("A2", template, keys=", ".join(keys[:3]))
        return []

    def _find_columns(
        self, keys: Sequence[str], texts: Sequence[str], at: int
    ) -> dict[str, int]:
        columns: dict[str, int] = {}
        for index, text in enumerate(texts):
            if text in keys and text not in columns:
                columns[text] = index
            elif text:
                self.fault(
                    f"{column_letters(index)}{at + 1}",
                    "The column “%(name)s” is not of the template, or stands twice:"
                    " delete it.",
                    name=text,
                )
        return columns

    def _under(self, rows: Rows, at: int, columns: Mapping[str, int]) -> list[Row]:
        letters = {key: column_letters(index) for key, index in columns.items()}
        found = []
        for number, row in enumerate(rows[at + 1 :], start=at + 2):
            cells = {k: row[i] if i < len(row) else "" for k, i in columns.items()}
            if _fills(tuple(cells.values())):
                found.append(Row(number, cells, letters))
        return found

    def _find_parent(self, sheet: Sheet, row: Row) -> Path | None:
        """Return the key path of what a row belongs to, None where nothing is."""
        if not sheet.parent:
            return ()
        key = sheet.columns[0].key
        code = self._text(row, key) or self._codes.get(sheet.key, "")
        self._codes[sheet.key] = code
        for known, path in list_parents(self.document, sheet.parent):
            if known == code and code:
                return path
        name = self.layout.find(sheet.parent).name
        if code:
            template = "Sheet %(sheet)s has no code %(code)s."
            self.fault(row.place(key), template, sheet=name, code=code)
        else:
            template = "Write a code of sheet %(sheet)s here."
            self.fault(row.place(key), template, sheet=name)
        return None

    def _text(self, row: Row, key: str) -> str:
        return self._show([row.cells.get(key)], 0, row.place(key))

    def _read_table(self, sheet: Sheet, row: Row) -> None:
        above = self._find_parent(sheet, row)
        # The cells of a row that belongs to nothing are still looked at.
        tree: Document = self.document if above is not None else {}
        path = (*(above or ()), sheet.key)
        index = _count(tree, path)
        put(tree, (*path, index), {})
        if above is not None:
            self.places.cells[*path, index] = f"{self.sheet}!A{row.number}"
        several: dict[Path, list[str]] = {}
        for column in sheet.columns[1:] if sheet.parent else sheet.columns:
            if isinstance(column.path[-1], int):
                whole = (*path, index, *column.path[:-1])
                self._see(above, whole, row.place(column.key))
                self._see(above, (*whole, column.path[-1]), row.place(column.key))
                several.setdefault(whole, []).append(self._text(row, column.key))
            elif column.key in row.cells:
                place = row.place(column.key)
                cell = row.cells[column.key]
                self._set(tree, (*path, index), column, cell, place, above)
        for whole, texts in several.items():
            if any(texts):
                put(tree, whole, texts)

    def _see(self, above: Path | None, path: Path, place: str) -> None:
        if above is not None:
            self.places.cells.setdefault(path, f"{self.sheet}!{place}")

    def _set(
        self,
        tree: Document,
        path: Path,
        column: Column,
        cell: object,
        place: str,
        above: Path | None = (),
    ) -> None:
        full = (*path, *column.path)
        for length in range(len(path) + 1, len(full) + 1):
            self._see(above, full[:length], place)
        try:
            value = read_cell(cell, column, self.layout.lists)
        except CellError as error:
            self.fault(place, error.template, **error.params)
            return
        if value is not None:
            put(tree, full, value)

    def _read_pair(self, sheet: Sheet, row: Row) -> None:
        above = self._find_parent(sheet, row)
        label = self._text(row, "label")
        if not label:
            self.fault(row.place("label"), "Write the label here.")
        column = next(c for c in sheet.columns if c.key == "value")
        try:
            value = read_cell(row.cells.get("value"), column, self.layout.lists)
        except CellError as error:
            self.fault(row.place("value"), error.template, **error.params)
            return
        if value is None:
            self.fault(row.place("value"), "Write the points here.")
        if above is None or not label or value is None:
            return
        path = (*above, *(find_path(sheet.key) or ()))
        if not put(self.document, (*path, label), value):
            self.fault(row.place("label"), "%(label)s stands here twice.", label=label)
        self._see(above, path, row.place("label"))
        self._see(above, (*path, label), row.place("value"))

    def _read_other(self, row: Row) -> None:
        text = self._text(row, "path")
        path = find_path(text)
        try:
            value = json.loads(
                self._text(row, "json"),
                parse_float=Decimal,
                parse_constant=_refuse_constant,
            )
        except (ValueError, ArithmeticError, RecursionError):
            template = "Write the value as JSON: a text stands in double quotes."
            self.fault(row.place("json"), template)
            return
        if path is None or value is None or not put(self.document, path, value):
            template = "%(path)s leads to no free key of this scheme."
            self.fault(row.place("path"), template, path=text)
        else:
            self.places.cells[path] = f"{self.sheet}!{row.place('json')}"


def _count(tree: Document, path: Path) -> int:
    """Return how many tables stand in the list at a key path."""
    here: object = tree
    for step in path:
        if isinstance(here, dict):
            here = here.get(str(step))
        elif isinstance(here, list) and isinstance(step, int):
            here = here[step]
    return len(here) if isinstance(here, list) else 0


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not a number of JSON")
