"""The register of personal data: `register.toml`, read once, held against the tables.

Words used here:
    class: technical, personal, identifying or sensitive; see the file's head.
    erasing: what is left of a column when its person is erased: "empty", "keep",
        "stars", "year", "random", "seal", "file" or "derived".
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

CLASSES = ("technical", "personal", "identifying", "sensitive")
ERASED_CLASSES = frozenset({"identifying", "sensitive"})
MODES = ("empty", "keep", "stars", "year", "random", "seal", "file", "derived")
FILE = Path(__file__).parent.parent / "register.toml"

Words = Mapping[str, str]  # by language: en, zh


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column."""

    column: str
    klass: str
    mask: str  # how it is shown; "" as it is
    erasing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One table that holds data of persons."""

    table: str
    title: Words  # what it holds, for people
    purpose: Words
    basis: Words
    retention: Words
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """The whole register."""

    entries: Mapping[str, Entry]
    without_persons: frozenset[str]

    def faults(self, tables: Mapping[str, set[str]]) -> list[str]:
        """Return where the register and the tables (name → columns) differ."""
        known = self.entries.keys() | self.without_persons
        found = [f"{name}: no entry" for name in sorted(tables.keys() - known)]
        found += [f"{name}: no such table" for name in sorted(known - tables.keys())]
        for name in sorted(self.entries.keys() & tables.keys()):
            listed = [field.column for field in self.entries[name].fields]
            columns = tables[name]
            found += [f"{name}.{c}: no entry" for c in sorted(columns - set(listed))]
            found += [f"{name}.{c}: no column" for c in sorted(set(listed) - columns)]
            twice = {c for c in listed if listed.count(c) > 1}
            found += [f"{name}.{c}: listed twice" for c in sorted(twice)]
        return found


@lru_cache(maxsize=1)
def load_register() -> Register:
    """Return the register that is shipped."""
    return read_register(FILE.read_text(encoding="utf-8"))


def read_register(text: str) -> Register:
    """Read a register.

    Raises:
        KeyError: a table names a purpose, basis or retention that is not explained.
    """
    data = tomllib.loads(text)
    entries = {
        name: Entry(
            table=name,
            title=data["names"].get(name, {"en": name, "zh": name}),
            purpose=data["purposes"][table["purpose"]],
            basis=data["bases"][table["basis"]],
            retention=data["retentions"][table["retention"]],
            fields=tuple(
                Field(
                    column=column,
                    klass=klass,
                    mask=data["masks"].get(f"{name}.{column}", ""),
                    erasing=data["erasing"].get(
                        f"{name}.{column}",
                        "empty" if klass in ERASED_CLASSES else "keep",
                    ),
                )
                for klass in CLASSES
                for column in table.get(klass, ())
            ),
        )
        for name, table in data["tables"].items()
    }
    return Register(entries, frozenset(data["without_persons"]))
