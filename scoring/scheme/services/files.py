"""Schemes as files of any kind that is known: in and out.

TOML and JSON hold the same tree of keys; an .xlsx file is our template or a marking
scheme from WorldSkills' Competition Information System, told apart by its sheets.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from scoring.scheme.rules.cis import CisScheme, read_cis
from scoring.scheme.rules.cis_toml import write_cis_scheme
from scoring.scheme.rules.faults import Fault, SchemeError
from scoring.scheme.rules.from_cells import is_template
from scoring.scheme.rules.parse import parse_document, read_toml
from scoring.scheme.rules.read_json import read_json
from scoring.scheme.rules.text import EncodingError, decode_text
from scoring.scheme.rules.tree import Scheme
from scoring.scheme.rules.write import write_toml
from scoring.scheme.rules.write_json import write_json
from scoring.scheme.services.workbook import read_sheets, write_xlsx
from workbooks import WorkbookError, read_workbook

SUFFIXES = (".toml", ".json", ".xlsx")
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedScheme:
    document: dict[str, object]
    scheme: Scheme
    cis: CisScheme | None = None  # what the CIS workbook said, where it was one


def import_scheme(
    name: str, data: bytes, *, with_deductions: bool = False
) -> ImportedScheme:
    """Read a scheme from a file; nothing is kept where it has a fault.

    See `read_file` for the arguments.

    Raises:
        SchemeError: every fault; `where` is a key path, a line, a cell or a CIS row.
    """
    document, cis = read_file(name, data, with_deductions=with_deductions)
    return ImportedScheme(document=document, scheme=parse_document(document), cis=cis)


def read_file(
    name: str, data: bytes, *, with_deductions: bool = False
) -> tuple[dict[str, object], CisScheme | None]:
    """Read the document of a file; its scheme may have faults.

    Args:
        name: of the file; its ending tells JSON from TOML. A workbook is known by its
            content.
        data: of the file.
        with_deductions: see `write_cis_scheme`.

    Returns:
        The document, and what the CIS workbook said, where it was one.

    Raises:
        SchemeError: the file cannot be read as what it is; `where` is a line, a cell
            or a CIS row.
    """
    if data.startswith(_ZIP) or PurePath(name).suffix.lower() == ".xlsx":
        return _read_workbook(data, with_deductions=with_deductions)
    try:
        text = decode_text(data)
    except EncodingError as error:
        fault = Fault(where=str(error.line), template=_escape(error.message))
        raise SchemeError([fault]) from error
    is_json = PurePath(name).suffix.lower() == ".json"
    return (read_json(text) if is_json else read_toml(text)), None


def _read_workbook(
    data: bytes, *, with_deductions: bool
) -> tuple[dict[str, object], CisScheme | None]:
    try:
        sheets = read_workbook(data)
    except WorkbookError as error:
        fault = Fault(where="1", template=error.template, params=error.params)
        raise SchemeError([fault]) from error
    if is_template(tuple(sheets)):
        return read_sheets(sheets), None
    cis = read_cis(sheets)
    return read_toml(write_cis_scheme(cis, with_deductions=with_deductions)), cis


def _escape(message: str) -> str:
    return message.replace("%", "%%")


def export_scheme(document: Mapping[str, object], suffix: str) -> bytes:
    """Return the file of a scheme's document; `suffix` is one of `SUFFIXES`.

    Raises:
        SchemeError: a workbook cannot hold it; see `make_cells`.
    """
    match suffix:
        case ".xlsx":
            return write_xlsx(document)
        case ".json":
            return write_json(document).encode()
        case _:
            return write_toml(document).encode()
