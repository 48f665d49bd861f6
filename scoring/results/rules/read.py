"""Read `marks.csv` and `entries.csv`, finding every fault with its line.

Marks are read as a stream, so that millions of rows need not stand in memory as text.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from fractions import Fraction

from scoring.marking.rules.facts import PRESENT, STATUSES, WITHDRAWN, EntryFacts, Mark
from scoring.results.rules.csv_rows import CsvRows
from scoring.scheme.rules.numbers import find_number
from scoring.scheme.rules.tree import Scheme

_MARK_COLUMNS = ("entry", "aspect", "judge", "value")
_ENTRY_COLUMNS = (
    *("entry", "group", "unit", "team", "panel"),
    *("status", "time", "playoff", "vetoes"),
    *("age", "held", "promoted_on"),
)
_PENALTY, _CARRIED, _TAG = "penalty:", "carried:", "tag:"
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_OLDEST = 150


class MarkReader:
    """A stream of marks; `faults` and `excused` are complete when it has run out.

    `excused` are the cells of rows that could not be read: they are not missing too.
    """

    def __init__(self, text: str) -> None:
        self._rows = CsvRows(text, "marks")
        self._rows.check_header(_MARK_COLUMNS, _MARK_COLUMNS.__contains__)
        self._columns = [
            self._rows.header.index(name)
            for name in _MARK_COLUMNS
            if name in self._rows.header
        ]
        self.faults = self._rows.faults
        self.excused: set[tuple[str, str]] = set()

    @property
    def is_whole(self) -> bool:
        return self._rows.is_whole

    def __iter__(self) -> Iterator[Mark]:
        if not self.is_whole:
            return
        rows, judges = self._rows, dict[str, str]()
        at_entry, at_aspect, at_judge, at_value = self._columns
        for row in rows.rows(self._excuse):
            entry, aspect = row[at_entry].strip(), row[at_aspect].strip()
            judge, value = row[at_judge].strip(), row[at_value].strip()
            if entry and aspect and judge:
                yield Mark(
                    entry, aspect, judges.setdefault(judge, judge), value, rows.line
                )
            else:
                rows.fault("Entry, aspect and judge must not be empty.")
                self.excused.add((entry, aspect))

    def _excuse(self, row: list[str]) -> None:
        at_entry, at_aspect = self._columns[:2]
        if len(row) > max(at_entry, at_aspect):
            self.excused.add((row[at_entry].strip(), row[at_aspect].strip()))


class EntryReader:
    """The entries of a file; what could not be read is in `faults`."""

    def __init__(
        self,
        text: str,
        penalties: Collection[str],
        *,
        carried: Collection[str] = (),
        tags: Collection[str] = (),
    ) -> None:
        """Read a file.

        Args:
            text: the whole file.
            penalties: codes for which a column `penalty:CODE` may stand in it.
            carried: codes of components, for `carried:CODE`.
            tags: names, for `tag:NAME`.
        """
        self._rows = CsvRows(text, "entries")
        self._penalty_columns = [_PENALTY + code for code in penalties]
        self._carried_columns = [_CARRIED + code for code in carried]
        self._tag_columns = [_TAG + name for name in tags]
        allowed = {
            *_ENTRY_COLUMNS,
            *self._penalty_columns,
            *self._carried_columns,
            *self._tag_columns,
        }
        self._rows.check_header(("entry",), allowed.__contains__)
        self.faults = self._rows.faults
        self.entries: list[EntryFacts] = []
        for row in self._rows.rows(self._keep_code):
            cells = dict(zip(self._rows.header, map(str.strip, row), strict=True))
            self._add(cells)

    @classmethod
    def for_scheme(cls, text: str, scheme: Scheme) -> "EntryReader":
        """Read a file with the columns a scheme gives a meaning to."""
        return cls(
            text,
            [penalty.code for penalty in scheme.penalties],
            carried=[component.code for component in scheme.carried],
            tags=scheme.tags,
        )

    @property
    def is_whole(self) -> bool:
        return self._rows.is_whole

    @property
    def is_sure(self) -> bool:
        """Whether nothing is left that may say who is present."""
        return self.is_whole and not self._rows.has_unknown

    def _add(self, cells: Mapping[str, str]) -> None:
        if not cells["entry"]:
            self._rows.fault("The entry must not be empty.")
            return
        self.entries.append(
            EntryFacts(
                entry=cells["entry"],
                group=cells.get("group", ""),
                unit=cells.get("unit", ""),
                team=cells.get("team", ""),
                panel=cells.get("panel", ""),
                status=self._status(cells.get("status", "")),
                time=self._number(cells, "time", at_least=0),
                playoff=self._number(cells, "playoff"),
                vetoes=tuple(cells.get("vetoes", "").split()),
                penalties=self._by_code(cells, self._penalty_columns, at_least=0),
                carried=self._by_code(cells, self._carried_columns),
                tags={
                    name.removeprefix(_TAG): cells.get(name, "")
                    for name in self._tag_columns
                },
                age=self._age(cells),
                held=cells.get("held"),
                promoted_on=self._day(cells, "promoted_on"),
                line=self._rows.line,
            )
        )

    def _keep_code(self, row: list[str]) -> None:
        """Keep a broken row's entry, so that its marks are not faults as well."""
        at = self._rows.header.index("entry")
        if len(row) > at and row[at].strip():
            code = row[at].strip()
            self.entries.append(
                EntryFacts(entry=code, status=WITHDRAWN, line=self._rows.line)
            )

    def _status(self, text: str) -> str:
        if not text or text in STATUSES:
            return text or PRESENT
        self._rows.fault(
            "Status %(status)s is not one of %(statuses)s.",
            status=text,
            statuses=", ".join(STATUSES),
        )
        return WITHDRAWN

    def _number(
        self, cells: Mapping[str, str], name: str, *, at_least: int | None = None
    ) -> Fraction | None:
        text = cells.get(name, "")
        if not text:
            return None
        number = find_number(text)
        if number is None:
            self._rows.fault(
                "%(name)s: %(text)s is not a number.", name=name, text=text
            )
        elif at_least is not None and number < at_least:
            self._rows.fault("%(name)s: %(text)s is below 0.", name=name, text=text)
            return None
        return number

    def _by_code(
        self,
        cells: Mapping[str, str],
        columns: Collection[str],
        *,
        at_least: int | None = None,
    ) -> Mapping[str, Fraction]:
        """Return the numbers of columns called KIND:CODE, by code."""
        found = {
            name.partition(":")[2]: self._number(cells, name, at_least=at_least)
            for name in columns
        }
        return {code: value for code, value in found.items() if value is not None}

    def _age(self, cells: Mapping[str, str]) -> int | None:
        age = self._number(cells, "age", at_least=0)
        if age is not None and (age.denominator != 1 or age > _OLDEST):
            self._rows.fault(
                "%(name)s: %(text)s is not a number of whole years.",
                name="age",
                text=cells["age"],
            )
            return None
        return None if age is None else int(age)

    def _day(self, cells: Mapping[str, str], name: str) -> str | None:
        text = cells.get(name)
        if not text or (_DAY.fullmatch(text) and _is_day(text)):
            return text
        self._rows.fault(
            "%(name)s: %(text)s is not a date like 2026-05-01.", name=name, text=text
        )
        return None


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
