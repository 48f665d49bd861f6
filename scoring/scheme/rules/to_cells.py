"""From a scheme's document to the cells of the workbook template.

Every key that has a column and a value of its type goes there. Whatever is left goes to
the sheet of the shape `other` as JSON, so that nothing of a document is ever lost.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from scoring.scheme.rules.faults import Fault, SchemeError
from scoring.scheme.rules.key_paths import Path, write_path
from scoring.scheme.rules.layout import (
    OTHER,
    PAIRS,
    TABLES,
    VALUES,
    Column,
    Layout,
    Sheet,
    label_of,
)
from scoring.scheme.rules.write_json import write_json_value

LONGEST_TEXT = 32_767  # characters a cell holds
SEPARATOR = "; "
_BREAKS = re.compile(r"[;；\n\r]")
_OUTER = {
    "components": "",
    "criteria": "components",
    "aspects": "criteria",
    "calculations": "",
}


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is written; a cell holds it as a number where it can."""

    text: str

    @property
    def is_exact(self) -> bool:
        """Tell whether a spreadsheet, with its 15 digits, keeps every digit."""
        return Decimal(f"{float(self.text):.15g}") == Decimal(self.text)


Cell = str | Number | None


def make_cells(
    document: Mapping[str, object], layout: Layout
) -> dict[str, list[list[Cell]]]:
    """Return the rows below the headers by sheet name, one cell to a column.

    Rows of a sheet of values hold one cell, in the order of its columns.

    Args:
        document: of a scheme; it may have faults, but components, criteria and aspects
            need codes that are texts, each its own.
        layout: of the template.

    Raises:
        SchemeError: such a code is missing or doubled, or a text is too long.
    """
    _check_codes(document)
    return _Maker(document, layout).make()


class _Maker:
    """Writes cells and remembers the key path of everything written."""

    def __init__(self, document: Mapping[str, object], layout: Layout) -> None:
        self.document = document
        self.layout = layout
        self.taken: set[Path] = set()

    def make(self) -> dict[str, list[list[Cell]]]:
        cells: dict[str, list[list[Cell]]] = {}
        for sheet in self.layout.sheets:
            if sheet.shape == VALUES:
                row = [self._take((), c) for c in sheet.columns]
                cells[sheet.name] = [[cell] for cell in row]
            elif sheet.shape == TABLES:
                cells[sheet.name] = list(self._tables(sheet))
            elif sheet.shape == PAIRS:
                cells[sheet.name] = list(self._pairs(sheet))
            elif sheet.shape == OTHER:  # the last one
                rest = list(self._rest(self.document, ()))
                cells[sheet.name] = [[write_path(p), text] for p, text in rest]
        _check_lengths(cells)
        return cells

    def _tables(self, sheet: Sheet) -> Iterator[list[Cell]]:
        columns = sheet.columns[1:] if sheet.parent else sheet.columns
        for code, path in list_parents(self.document, sheet.parent):
            inner = (*path, sheet.key)
            members = _find(self.document, inner)
            for index in range(len(members) if isinstance(members, list) else 0):
                row = [self._take((*inner, index), c) for c in columns]
                if any(cell is not None for cell in row):
                    yield [code, *row] if sheet.parent else row

    def _pairs(self, sheet: Sheet) -> Iterator[list[Cell]]:
        for code, above in list_parents(self.document, sheet.parent):
            path = (*above, *sheet.key.split("."))
            pairs = _find(self.document, path)
            if not isinstance(pairs, Mapping):
                continue
            numbers = {label: _number(value) for label, value in pairs.items()}
            if any(n is None or not _is_text(k) for k, n in numbers.items()):
                continue
            self.taken |= {(*path, label) for label in numbers}
            for label, number in numbers.items():
                yield [code, label, number] if sheet.parent else [label, number]

    def _take(self, path: Path, column: Column) -> Cell:
        """Return a key's cell where the column can hold its value."""
        found = (*path, *column.path)
        if isinstance(found[-1], int):  # one of the four descriptors
            members = _find(self.document, found[:-1])
            if not isinstance(members, list) or len(members) != 4:
                return None
            if not all(_is_text(member) for member in members):
                return None
            self.taken.add(found[:-1])
            return str(members[found[-1]])
        cell = _make_cell(_find(self.document, found), column, self.layout)
        if cell is not None:
            self.taken.add(found)
        return cell

    def _rest(self, value: object, path: Path) -> Iterator[tuple[Path, str]]:
        """Yield key path and JSON of everything that was not taken."""
        if path in self.taken or value in ({}, []):
            return
        if any(taken[: len(path)] == path for taken in self.taken) or not path:
            members: Iterator[tuple[str | int, object]] = iter(())
            if isinstance(value, Mapping):
                members = iter(value.items())
            elif isinstance(value, list):
                members = iter(enumerate(value))
            for key, member in members:
                yield from self._rest(member, (*path, key))
        else:
            yield path, write_json_value(value)


def list_parents(
    document: Mapping[str, object], key: str
) -> Iterator[tuple[str, Path]]:
    """Yield code and key path of everything that rows of a sheet can belong to."""
    if not key:
        yield "", ()
        return
    for _, path in list_parents(document, _OUTER[key]):
        inner = (*path, key)
        members = _find(document, inner)
        for index, member in enumerate(members if isinstance(members, list) else []):
            code = member.get("code") if isinstance(member, Mapping) else None
            yield (code.strip() if isinstance(code, str) else ""), (*inner, index)


def _check_codes(document: Mapping[str, object]) -> None:
    faults: list[Fault] = []
    for key in _OUTER:
        seen: set[str] = set()
        for code, path in list_parents(document, key):
            if not code or code in seen:
                template = "A workbook needs a code of its own here."
                where = write_path((*path, "code"))
                faults.append(Fault(where=where, template=template))
            seen.add(code)
    if faults:
        raise SchemeError(faults)


def _find(value: object, path: Path) -> object:
    """Return what stands at a key path, None where nothing does."""
    for key in path:
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int):
            value = value[key]
        else:
            return None
    return value


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value) and value == value.strip()


def _make_cell(value: object, column: Column, layout: Layout) -> Cell:
    match column.type:
        case "number" | "whole":
            return _number(value)
        case "flag":
            key = {True: "yes", False: "no"}.get(value is True, "")
            shown = label_of(layout.lists["flag"], key)
            return shown if isinstance(value, bool) else None
        case "texts":
            return _join(value)
        case "text" | "share":
            return str(value) if _is_text(value) else None
    options = layout.lists[column.type]
    is_known = isinstance(value, str) and value in options
    return label_of(options, str(value)) if is_known else None


def _number(value: object) -> Number | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    if isinstance(value, Decimal) and not value.is_finite():
        return None
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    whole, _, places = text.removeprefix("-").partition(".")
    return Number(text) if len(whole) <= 30 and len(places) <= 30 else None


def _join(value: object) -> str | None:
    """Return the texts of a list in one cell, None where they would not part again."""
    if not isinstance(value, list) or not value:
        return None
    if not all(_is_text(text) and not _BREAKS.search(text) for text in value):
        return None
    return SEPARATOR.join(value)


def _check_lengths(cells: Mapping[str, list[list[Cell]]]) -> None:
    faults = [
        Fault(
            where=name,
            template="A text is longer than the %(most)s characters of a cell.",
            params={"most": LONGEST_TEXT},
        )
        for name, rows in cells.items()
        for row in rows
        for cell in row
        if isinstance(cell, str) and len(cell.encode("utf-16-le")) > 2 * LONGEST_TEXT
    ]
    if faults:
        raise SchemeError(faults)
