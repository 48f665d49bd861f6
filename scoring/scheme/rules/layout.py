"""The layout of the workbook template: which key stands in which sheet and column.

The layout is data (`scoring/scheme/workbook.toml`). A sheet's *shape* is `values` (one
key to a row), `tables` (one table to a row), `pairs` (one label with its points to a
row) or `other` (what has no column: a key path and JSON).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from scoring.scheme.rules.key_paths import Path, find_path

VALUES = "values"
TABLES = "tables"
PAIRS = "pairs"
OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    key: str  # key path within the row's table: "cap", "from.event", "descriptors[0]"
    type: str  # text | number | whole | flag | share | texts, or the name of a list
    title: str  # Chinese and English
    note: str
    width: int

    @property
    def path(self) -> Path:
        """The key path within the row's table, as a tuple."""
        return find_path(self.key) or (self.key,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    name: str  # Chinese, a space, English
    key: str  # key of the list of tables, or key path of the pairs
    shape: str
    parent: str  # key of the sheet whose code stands in the first column, or ""
    columns: tuple[Column, ...]
    rows: int  # rows of the template that are prepared with drop-downs


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    sheets: tuple[Sheet, ...]
    lists: Mapping[str, Mapping[str, str]]  # list → key → Chinese
    values_titles: tuple[str, ...]  # of a sheet of values
    notes_name: str
    notes: tuple[tuple[str, str], ...]  # of the sheet Read me: Chinese, English

    def find(self, key: str) -> Sheet:
        """Return the sheet of a key."""
        return next(sheet for sheet in self.sheets if sheet.key == key)


def read_layout(text: str) -> Layout:
    """Read the layout's own TOML, which comes with the program."""
    data = tomllib.loads(text)
    return Layout(
        lists=data["lists"],
        values_titles=tuple(data["values_titles"]),
        notes_name=data["notes_name"],
        notes=tuple((chinese, english) for chinese, english in data["notes"]),
        sheets=tuple(
            Sheet(
                name=sheet["name"],
                key=sheet["key"],
                shape=sheet["shape"],
                parent=sheet.get("parent", ""),
                rows=sheet.get("rows", 0),
                columns=tuple(
                    Column(
                        key=column["key"],
                        type=column["type"],
                        title=f"{column['zh']} {column['en']}",
                        note=column.get("note", ""),
                        width=column.get("width", 12),
                    )
                    for column in sheet["columns"]
                ),
            )
            for sheet in data["sheets"]
        ),
    )


def label_of(options: Mapping[str, str], key: str) -> str:
    """Return what a drop-down shows for a key: the key, then the Chinese."""
    return f"{key} {options[key]}"


def column_letters(index: int) -> str:
    """Return a column's letters: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
