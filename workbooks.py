"""Reading spreadsheets that people send, without being hurt by them.

`read_workbook(data)` gives the cells, `stream_rows(path)` the rows of a large one in
batches. A workbook is a zip archive, and a small one can unpack to more than a machine
holds: what it says of itself is checked first, and it is then read in a process of its
own, with a limit of memory and time.
"""

import io
import json
import re
import resource
import subprocess
import sys
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, time, timedelta
from itertools import islice
from pathlib import Path

from errors import DomainError

MOST_BYTES = 10 * 2**20
MOST_UNPACKED = 50 * 2**20
MOST_RATIO = 100  # unpacked to packed; Apache POI's default too
MOST_PARTS = 2_000
MOST_ROWS = 20_000  # of one sheet
MOST_COLUMNS = 512
_MEMORY = 512 * 2**20
_SECONDS = 10
_CHUNK = 2**16
EXACT = 2**53  # whole numbers up to here survive a spreadsheet
# Of a large one, which is not looked through beforehand: its process is limited.
_STREAM_MEMORY = 3 * 2**30
_STREAM_SECONDS = 300  # of processor time
_STREAM_UNPACKED = 2 * 2**30
_STREAM_BATCH = 1000  # rows
_RATIO_FROM = 2**20  # small parts of spaces are no attack
_DOCTYPE = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)
_CELL = re.compile(rb'\sr="([A-Z]{0,3})([0-9]{1,7})"')

# What `zipfile` raises for a broken archive; RuntimeError for one that is encrypted, or
# packed by a method it does not know.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, RuntimeError),
    *(OSError, ValueError, EOFError),
)

Cells = dict[str, list[list[object]]]


class WorkbookError(DomainError):
    """A file that is no workbook, or one too large to read."""

    status = 422

    def __init__(self, template: str, **params: object) -> None:
        super().__init__(template % params)
        self.template = template
        self.params = params


def read_workbook(data: bytes) -> Cells:
    """Return the rows of cell values of every sheet, from the first cell on.

    A value is a text, a number (float), a flag, or a date or time (which no caller of
    ours wants; it is given as such so that it can be named). Empty cells are "".

    Raises:
        WorkbookError: not an .xlsx workbook, broken, encrypted, or beyond the limits
            above.
    """
    check_archive(data)
    command = [sys.executable, str(Path(__file__).resolve())]
    try:
        done = subprocess.run(  # noqa: S603 - our own file, no words of a user
            command, input=data, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise WorkbookError("The workbook takes too long to read.") from error
    if done.returncode:
        raise WorkbookError("The workbook cannot be read: save it again as .xlsx.")
    return {
        name: [[_revive(cell) for cell in row] for row in rows]
        for name, rows in json.loads(done.stdout).items()
    }


def stream_rows(path: Path) -> Iterator[list[list[object]]]:
    """Yield the rows of the first sheet in batches, from the first cell on.

    A value is a text, a number, or a flag; a date is a text as ISO 8601 writes it. The
    workbook may be far larger than `read_workbook` takes.

    Raises:
        WorkbookError: not an .xlsx workbook, broken, encrypted, or beyond the limits.
    """
    _check_directory(path)
    command = [sys.executable, str(Path(__file__).resolve()), str(path)]
    with subprocess.Popen(  # noqa: S603 - our own file, no words of a user
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield from (json.loads(line) for line in process.stdout or ())
        except GeneratorExit:  # nobody wants the rest
            process.kill()
            raise
        if process.wait() != 0:
            raise WorkbookError("The workbook cannot be read: save it again as .xlsx.")


def fold(heading: object) -> str:
    """Return a heading as headings are compared: no signs, spaces, case or width."""
    text = unicodedata.normalize("NFKC", str(heading)).casefold()
    return "".join(c for c in text if c.isalnum())


def text_of(cell: object) -> str:
    """Return a cell as the text a person would see in it."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return " ".join(str(cell).split())


def _check_directory(path: Path) -> None:
    """Refuse by what the archive says of itself; reading it is limited besides."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
    except _BROKEN as error:
        raise WorkbookError("This is not an .xlsx workbook.") from error
    if "[Content_Types].xml" not in names:
        raise WorkbookError("This is not an .xlsx workbook.")
    if len(parts) > MOST_PARTS:
        raise WorkbookError("The workbook has too many parts.")
    if sum(part.file_size for part in parts) > _STREAM_UNPACKED:
        raise WorkbookError("The workbook unpacks to too much.")


def check_archive(data: bytes) -> None:
    """Refuse what is no workbook or unpacks beyond the limits.

    Raises:
        WorkbookError: see `read_workbook`.
    """
    if len(data) > MOST_BYTES:
        raise WorkbookError(
            "The file is larger than %(most)s MB.", most=MOST_BYTES // 2**20
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS:
                raise WorkbookError("The workbook has too many parts.")
            if "[Content_Types].xml" not in archive.namelist():
                raise WorkbookError("This is not an .xlsx workbook.")
            left = MOST_UNPACKED
            for part in parts:
                left -= _check_part(archive, part, left)
    except _BROKEN as error:
        raise WorkbookError("This is not an .xlsx workbook.") from error


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    """Return how many bytes a part really unpacks to."""
    size, tail = 0, b""
    is_sheet = part.filename.startswith("xl/worksheets/")
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > left:
                raise WorkbookError("The workbook unpacks to too much.")
            if size > max(_RATIO_FROM, MOST_RATIO * part.compress_size):
                raise WorkbookError("The workbook unpacks to too much.")
            if _DOCTYPE.search(tail + chunk):
                raise WorkbookError("The workbook holds a document type.")
            if is_sheet:
                _check_cells(tail + chunk)
            tail = chunk[-64:]
    return size


def _check_cells(text: bytes) -> None:
    # One cell far out makes a reader lay out the whole rectangle before it.
    for found in _CELL.finditer(text):
        if int(found[2]) > MOST_ROWS:
            raise WorkbookError("A sheet has more than %(most)s rows.", most=MOST_ROWS)
        if len(found[1]) > 2 or _column(found[1]) > MOST_COLUMNS:
            raise WorkbookError(
                "A sheet has more than %(most)s columns.", most=MOST_COLUMNS
            )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _revive(cell: object) -> object:
    """Return a cell as the reading process saw it."""
    return date.fromisoformat(cell["date"]) if isinstance(cell, dict) else cell


def _pack(cell: object) -> object:
    if isinstance(cell, date | time | timedelta):
        return {"date": "1970-01-01"}  # that it is one is all that is told
    return cell


def _plain(cell: object) -> object:
    """Return a cell as JSON takes it; midnight is no part of a day."""
    if isinstance(cell, date | time):
        return cell.isoformat().removesuffix("T00:00:00")
    return str(cell) if isinstance(cell, timedelta) else cell


def _stream(path: str) -> None:
    """Write the rows of the first sheet to standard output, a batch per line."""
    resource.setrlimit(resource.RLIMIT_AS, (_STREAM_MEMORY, _STREAM_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_STREAM_SECONDS, _STREAM_SECONDS))
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - after the limits

    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    rows = sheet.iter_rows()
    while batch := list(islice(rows, _STREAM_BATCH)):
        json.dump(batch, sys.stdout, ensure_ascii=False, default=_plain)
        sys.stdout.write("\n")


def _main() -> None:
    """Read a workbook from standard input; runs in the process of its own."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - after the limits

    book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    sheets = {}
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        sheets[name] = [[_pack(cell) for cell in row] for row in rows]
    json.dump(sheets, sys.stdout)


if __name__ == "__main__":
    _stream(sys.argv[1]) if sys.argv[1:] else _main()
