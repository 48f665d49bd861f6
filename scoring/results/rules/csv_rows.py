"""Rows of a CSV file with a header, each with the line it starts on."""

import csv
from collections.abc import Callable, Collection, Iterator
from io import StringIO

from scoring.scheme.rules.faults import Fault

csv.field_size_limit(1_000_000)


class CsvRows:
    """Reads rows once, in order; `faults` fill while reading.

    A blank line is passed over. A row with another number of fields than the header is
    a fault and is given to `salvage`, a broken quote ends the reading (`is_whole`).
    """

    def __init__(self, text: str, source: str) -> None:
        self.faults: list[Fault] = []
        self.is_whole = True
        self.has_unknown = False  # a column nobody reads: what it says is not known
        self.line = 1
        self._source = source
        self._reader = csv.reader(
            StringIO(text.removeprefix("\ufeff"), newline=""), strict=True
        )
        first = next(self._raw(), None)
        self.header = [name.strip() for name in first or ()]
        if first is None and self.is_whole:
            self.fault("The file is empty: the header is missing.")
            self.is_whole = False

    def fault(self, template: str, **params: object) -> None:
        """Note a fault of the row being read."""
        self.faults.append(
            Fault(
                where=str(self.line),
                template=template,
                params=params,
                source=self._source,
            )
        )

    def check_header(
        self, required: Collection[str], allowed: Callable[[str], bool]
    ) -> None:
        """Report missing, unknown and doubled columns.

        No row is read where one is missing or doubled.
        """
        is_usable = True
        for name in required:
            if name not in self.header and self.is_whole:
                self.fault("The column %(name)s is missing.", name=name)
                is_usable = False
        for index, name in enumerate(self.header):
            if name in self.header[:index]:
                self.fault("The column %(name)s stands here twice.", name=name)
                is_usable = False
            elif not allowed(name):
                self.fault("The column %(name)s is not known.", name=name or "“”")
                self.has_unknown = True
        self.is_whole = self.is_whole and is_usable

    def rows(self, salvage: Callable[[list[str]], None]) -> Iterator[list[str]]:
        if not self.is_whole:
            return
        width = len(self.header)
        for row in self._raw():
            if len(row) == width:
                yield row
            else:
                self.fault(
                    "The row has %(found)s fields and the header %(expected)s.",
                    found=len(row),
                    expected=width,
                )
                salvage(row)

    def _raw(self) -> Iterator[list[str]]:
        reader = self._reader
        while True:
            self.line = reader.line_num + 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self.fault("Not readable as CSV: %(reason)s.", reason=str(error))
                self.is_whole = False
                return
            if row and (len(row) > 1 or row[0].strip()):
                yield row
