"""Read `marks.csv` and `entries.csv`, finding every fault with its line.

Marks are read as a stream, so that millions of rows need not stand in memory as text.
"""

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction

from scoring.marking.rules.facts import PRESENT, STATUSES, WITHDRAWN, EntryFacts, Mark
from scoring.results.rules.csv_rows import CsvRows
from scoring.scheme.rules.numbers import find_number

_MARK_COLUMNS = ("entry", "aspect", "judge", "value")
_ENTRY_COLUMNS = (
    *("entry", "group", "unit", "team", "panel"),
    *("status", "time", "playoff", "vetoes"),
)
_PENALTY = "penalty:"


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

    def __init__(self, text: str, penalties: Collection[str]) -> None:
        """`penalties` are the codes for which a column may stand in the file."""
        self._rows = CsvRows(text, "entries")
        self._penalty_columns = [_PENALTY + code for code in penalties]
        allowed = {*_ENTRY_COLUMNS, *self._penalty_columns}
        self._rows.check_header(("entry",), allowed.__contains__)
        self.faults = self._rows.faults
        self.entries: list[EntryFacts] = []
        for row in self._rows.rows(self._keep_code):
            cells = dict(zip(self._rows.header, map(str.strip, row), strict=True))
            self._add(cells)

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
                penalties=self._penalties(cells),
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

    def _penalties(self, cells: Mapping[str, str]) -> Mapping[str, Fraction]:
        found = {
            name.removeprefix(_PENALTY): self._number(cells, name, at_least=0)
            for name in self._penalty_columns
        }
        return {code: value for code, value in found.items() if value is not None}
