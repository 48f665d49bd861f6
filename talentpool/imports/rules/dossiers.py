"""Rows of one person, put together: a dossier to be made."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from talentpool.imports.rules.rows import Fault, Row


@dataclass(slots=True, kw_only=True)
class Wanted:
    """A dossier as the file asks for it: one row, and those that add facts to it."""

    rows: list[Row]
    facts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def first(self) -> Row:
        return self.rows[0]

    @property
    def faults(self) -> list[Fault]:
        return [fault for row in self.rows for fault in row.faults]

    def add(self, row: Row) -> None:
        """Take a further row of the same person."""
        self.rows.append(row)
        self._take(row)

    def _take(self, row: Row) -> None:
        for kind, values in row.facts.items():
            known = self.facts.setdefault(kind, [])
            if values not in known:
                known.append(values)

    @classmethod
    def of(cls, row: Row) -> "Wanted":
        made = cls(rows=[row])
        made._take(row)
        return made


class Gatherer:
    """Puts rows together that stand one below the other, and finds people twice."""

    def __init__(self) -> None:
        """Start before the first row."""
        self._rows: dict[str, int] = {}  # first row by ID number
        self._numbers: dict[str, int] = {}  # first row by pool certificate
        self._open: Wanted | None = None

    def take(self, row: Row) -> Iterator[Wanted]:
        """Take the next row; yield the dossier that is complete now, if any."""
        before = self._open
        if before is not None and self._continues(before, row):
            before.add(row)
            return
        self._note(row)
        self._open = Wanted.of(row)
        if before is not None:
            yield before

    def end(self) -> Iterator[Wanted]:
        """Yield the last dossier."""
        if self._open is not None:
            yield self._open
            self._open = None

    def _continues(self, before: Wanted, row: Row) -> bool:
        first = before.first
        if row.identity is None or first.identity is None:
            return False
        if row.identity.number != first.identity.number:
            return False
        return all(first.head.get(key) == value for key, value in row.head.items())

    def _note(self, row: Row) -> None:
        if row.identity is not None:
            earlier = self._rows.setdefault(row.identity.number, row.number)
            if earlier != row.number:
                row.faults.append(_twice(row.number, "id_number", earlier))
        number = row.head.get("certificate_number")
        if number:
            earlier = self._numbers.setdefault(number, row.number)
            if earlier != row.number:
                row.faults.append(_twice(row.number, "certificate_number", earlier))


def _twice(number: int, key: str, earlier: int) -> Fault:
    return Fault(row=number, key=key, code="twice", params={"row": str(earlier)})


def with_siblings(wanted: Wanted) -> list[Fault]:
    """Return the faults of a dossier's rows; each other row names the first of them."""
    faults = wanted.faults
    if not faults:
        return []
    named = {fault.row for fault in faults}
    first = str(min(named))
    return faults + [
        Fault(row=row.number, key="", code="sibling", params={"row": first})
        for row in wanted.rows
        if row.number not in named
    ]
