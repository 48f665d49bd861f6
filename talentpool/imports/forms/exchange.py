"""The file that `pool export` writes and `pool import` reads."""

import csv
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO

import xlsxwriter
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from errors import DomainError
from talentpool.imports.forms.changes import names_of_codes
from talentpool.imports.forms.labels import TITLES
from talentpool.imports.rules.columns import FIELDS
from talentpool.imports.services.exchange import Values, iter_rows

SUFFIXES = (".xlsx", ".csv")
MOST_LINES = 1_048_576  # of a sheet; what is beyond would be lost in silence
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_dossiers(session: Session, path: Path) -> int:
    """Write every dossier with all its columns; return how many there were.

    The file takes the place of another only when it is whole, and nobody else can
    read it.
    """
    unfinished = path.with_name(f".{path.name}.part")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    count = 0

    def rows() -> Iterator[list[str]]:
        nonlocal count
        show = _shower(session)
        yield [str(TITLES[field.key]) for field in FIELDS]
        for number, values in iter_rows(session):
            count = number
            yield show(values)

    try:
        with os.fdopen(handle, "wb") as file:
            (_xlsx if path.suffix.lower() == ".xlsx" else _csv)(file, rows())
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return count


def _shower(session: Session) -> Callable[[Values], list[str]]:
    """Return what makes a row of values: names in the place of codes."""
    names = names_of_codes(session)
    columns = [(field.key, names.get(field.table, {})) for field in FIELDS]

    def show(values: Values) -> list[str]:
        found = ((values.get(key, ""), named) for key, named in columns)
        return [named.get(value, value) for value, named in found]

    return show


def _xlsx(file: IO[bytes], rows: Iterable[list[str]]) -> None:
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet, text = book.add_worksheet(), book.add_format({"num_format": "@"})
    sheet.set_column(0, len(FIELDS) - 1, 16, text)
    sheet.freeze_panes(1, 2)
    line = -1
    for line, row in enumerate(rows):
        if line == MOST_LINES:
            break
        for place, value in enumerate(row):
            if value:
                # `write_string`, never `write`: that would make "=…" a formula.
                sheet.write_string(line, place, value, text)
    book.close()
    if line == MOST_LINES:
        raise DomainError(
            _(
                "A workbook holds at most %(most)s rows: write a .csv file.",
                most=MOST_LINES,
            )
        )


def _csv(file: IO[bytes], rows: Iterable[list[str]]) -> None:
    file.write(b"\xef\xbb\xbf")  # the mark lets Excel read Chinese

    class _Lines:
        def write(self, line: str) -> None:
            file.write(line.encode())

    writer = csv.writer(_Lines())
    for row in rows:
        writer.writerow([f"'{v}" if v.startswith(_FORMULA) else v for v in row])
