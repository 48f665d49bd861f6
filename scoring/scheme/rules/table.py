"""Read one TOML table key by key, remembering every fault with its key path."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from fractions import Fraction

from scoring.scheme.rules.faults import Fault
from scoring.scheme.rules.numbers import find_toml_number, format_number

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_BARE = re.compile(r"[A-Za-z0-9_-]+(?:\[[0-9]+\])?", re.ASCII)


def join_path(path: str, key: str) -> str:
    """Return the key path as TOML writes it, quoted where it must be."""
    bare = key if _BARE.fullmatch(key) else '"' + key.replace('"', '\\"') + '"'
    return f"{path}.{bare}" if path else bare


class Table:
    """A table under reading.

    Every getter returns None (or an empty list) where the key is missing or wrong, so
    that reading goes on; what was wrong is in the shared list of faults.
    """

    def __init__(
        self, data: Mapping[str, object], path: str, faults: list[Fault]
    ) -> None:
        self.data = data
        self.path = path
        self.faults = faults
        self._read: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self.data

    def fault(self, key: str, template: str, **params: object) -> None:
        """Note a fault of a key, or of the table itself where `key` is empty."""
        where = join_path(self.path, key) if key else self.path
        self.fault_at(where, template, params)

    def fault_at(self, where: str, template: str, params: Mapping[str, object]) -> None:
        """Note a fault at a whole key path."""
        self.faults.append(Fault(where=where, template=template, params=params))

    def claim(self, key: str) -> None:
        """Take note of a key that is read elsewhere, or is reported already."""
        self._read.add(key)

    def close(self, also: Sequence[str] = ()) -> None:
        """Report every key nobody asked for; `also` are excused."""
        for key in self.data:
            if key not in self._read and key not in also:
                self.fault(key, "Unknown key.")

    def text(self, key: str, *, required: bool = False) -> str | None:
        value = self._get(key, required=required)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            self.fault(key, "Must be text that is not empty.")
            return None
        return value.strip()

    def one_of(self, key: str, options: Sequence[str], default: str) -> str:
        value = self._get(key, required=False)
        if value is None or value in options:
            return default if value is None else str(value)
        self.fault(key, "Must be one of %(options)s.", options=", ".join(options))
        return default

    def flag(self, key: str, *, default: bool) -> bool:
        value = self._get(key, required=False)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.fault(key, "Must be true or false.")
        return default

    def number(
        self,
        key: str,
        *,
        required: bool = False,
        at_least: int | None = None,
        above: int | None = None,
    ) -> Fraction | None:
        value = self._get(key, required=required)
        if value is None:
            return None
        number = find_toml_number(value)
        if number is None:
            self.fault(key, "Must be a number.")
        elif at_least is not None and number < at_least:
            self.fault(key, "Must be at least %(bound)s.", bound=at_least)
        elif above is not None and number <= above:
            self.fault(key, "Must be above %(bound)s.", bound=above)
        else:
            return number
        return None

    def whole(
        self, key: str, *, at_least: int = 0, at_most: int | None = None
    ) -> int | None:
        value = self._get(key, required=False)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault(key, "Must be a whole number.")
        elif value < at_least:
            self.fault(key, "Must be at least %(bound)s.", bound=at_least)
        elif at_most is not None and value > at_most:
            self.fault(key, "Must be at most %(bound)s.", bound=at_most)
        else:
            return value
        return None

    def day(self, key: str) -> date | None:
        """Return a date; as text too, because JSON and workbooks know no other."""
        value = self._get(key, required=False)
        if value is None:
            return None
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if isinstance(value, str) and _DAY.fullmatch(value):
            with suppress(ValueError):
                return date.fromisoformat(value)
        self.fault(key, "Must be a date, like 2026-05-01.")
        return None

    def span(self, key: str) -> tuple[int, int] | None:
        """Return two whole numbers from 1 up, the first not above the second."""
        value = self._get(key, required=False)
        if value is None:
            return None
        if (
            isinstance(value, list)
            and len(value) == 2
            and all(type(n) is int and n >= 1 for n in value)
            and value[0] <= value[1]
        ):
            return value[0], value[1]
        self.fault(key, "Must be the first and the last of a row, like [1, 3].")
        return None

    def texts(self, key: str) -> list[str | None]:
        """Return a list of texts; a wrong member is None, so that indexes hold."""
        values = self._get(key, required=False)
        if values is None:
            return []
        if not isinstance(values, list):
            self.fault(key, "Must be a list of texts.")
            return []
        for index, value in enumerate(values):
            if not isinstance(value, str) or not value.strip():
                self.fault(f"{key}[{index}]", "Must be text that is not empty.")
        return [v.strip() if isinstance(v, str) and v.strip() else None for v in values]

    def numbers(self, key: str, *, required: bool = False) -> dict[str, Fraction]:
        """Return a table of numbers by label."""
        table = self.table(key, required=required)
        if table is None:
            return {}
        found = {label: table.number(label) for label in table.data}
        return {k.strip(): v for k, v in found.items() if v is not None}

    def table(self, key: str, *, required: bool = False) -> "Table | None":
        value = self._get(key, required=required)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fault(key, "Must be a table.")
            return None
        return Table(value, join_path(self.path, key), self.faults)

    def tables(self, key: str, *, required: bool = False) -> list["Table"]:
        values = self._get(key, required=required)
        if values is None:
            return []
        if not isinstance(values, list) or (required and not values):
            self.fault(key, "Must be a list of at least one table.")
            return []
        path = join_path(self.path, key)
        found = []
        for index, value in enumerate(values):
            if isinstance(value, dict):
                found.append(Table(value, f"{path}[{index}]", self.faults))
            else:
                self.fault(f"{key}[{index}]", "Must be a table.")
        return found

    def at_most(self, key: str, value: Fraction | None, bound: Fraction | None) -> None:
        """Report a number above its bound; either may be missing."""
        if value is not None and bound is not None and value > bound:
            self.fault(key, "Must be at most %(bound)s.", bound=format_number(bound))

    def _get(self, key: str, *, required: bool) -> object:
        self._read.add(key)
        value = self.data.get(key)
        if value is None and required:
            self.fault(key, "Is missing.")
        return value
