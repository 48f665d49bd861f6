"""Reading a file into sealed blocks of rows."""

import csv
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert
from sqlalchemy.orm import Session

from people.vault.services import get_vault
from talentpool.imports.models import ImportBatch, ImportBlock
from talentpool.imports.queries.batches import CONTEXT
from talentpool.imports.rules.columns import guess
from talentpool.imports.rules.states import BLOCK, MOST_ROWS
from talentpool.imports.services.batches import ImportFileError
from workbooks import stream_rows

_LOOKED_AT = 5  # rows among which the headings are: forms carry a title above them
_SHORTEST = 60  # characters of a heading that are shown
Titles = Mapping[str, Iterable[str]]


def read_file(
    session: Session, batch: ImportBatch, path: Path, titles: Titles
) -> Iterator[int]:
    """Keep the rows of a file; yield the number so far after each block.

    Whoever calls commits at each yield, so that others get their turn and the page can
    show how far it is.

    Raises:
        ImportFileError, workbooks.WorkbookError: it cannot be read.
    """
    vault = get_vault()
    rows = _rows(path)
    above, headings, rest = _begin(rows, titles)
    batch.headings = json.dumps([_heading(cell) for cell in headings])
    batch.mapping = json.dumps(guess(headings, titles))
    first, number = above + 2, 0
    rows = iter(rest)
    while block := list(islice(rows, BLOCK)):
        packed = zlib.compress(json.dumps(block, ensure_ascii=False).encode(), 1)
        values = {
            "batch_id": batch.id,
            "number": number,
            "first_row": first,
            "count": len(block),
            "rows_sealed": vault.seal_bytes(packed, CONTEXT),
        }
        session.execute(insert(ImportBlock), [values])
        first, number = first + len(block), number + 1
        batch.rows += sum(1 for row in block if any(cell != "" for cell in row))
        batch.done = batch.rows
        if batch.rows > MOST_ROWS:
            raise ImportFileError(
                _("The file has more than %(most)s rows: divide it.", most=MOST_ROWS)
            )
        yield batch.rows
    if not batch.rows:
        raise ImportFileError(_("The file has no rows below its headings."))


def _begin(
    rows: Iterator[list[Any]], titles: Titles
) -> tuple[int, list[Any], Iterator[list[Any]]]:
    """Return how many rows stand above the headings, these, and the rows below."""
    head = list(islice(rows, _LOOKED_AT))
    if not head:
        raise ImportFileError(_("The file is empty."))
    found = [len(guess(row, titles)) for row in head]
    place = found.index(max(found))

    def rest() -> Iterator[list[Any]]:
        yield from head[place + 1 :]
        yield from rows

    return place, head[place], rest()


def _heading(cell: object) -> str:
    return " ".join(str(cell).split())[:_SHORTEST]


def _rows(path: Path) -> Iterator[list[Any]]:
    if path.suffix == ".csv":
        yield from _csv_rows(path)
        return
    for batch in stream_rows(path):
        yield from batch


def _csv_rows(path: Path) -> Iterator[list[Any]]:
    """Yield the rows of a CSV in UTF-8, or as Chinese spreadsheets write it."""
    with path.open(encoding=_encoding(path), newline="") as file:
        try:
            for row in csv.reader(file):
                yield [_unguarded(cell) for cell in row]
        except (csv.Error, UnicodeDecodeError) as error:
            raise ImportFileError(
                _("The file cannot be read: save it again as CSV (UTF-8).")
            ) from error


def _encoding(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            while file.read(2**20):
                pass
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _unguarded(cell: str) -> str:
    """Take off the apostrophe that keeps a cell from being a formula."""
    guarded = ("'=", "'+", "'-", "'@", "'\t", "'\r")
    return cell[1:] if cell.startswith(guarded) else cell
