"""Workbooks as an independent spreadsheet engine takes them, and what it makes of them.

The engine is xlsx-calc with the functions of formulajs, run by Node.
"""

import csv
import io
import json
import subprocess
from pathlib import Path
from typing import Any

import openpyxl

from scoring.results.rules.read import EntryReader
from scripts.install import find_node

SCRIPT = Path(__file__).parent / "recompute.cjs"
ROOT = Path(__file__).resolve().parents[3]


def entries_of(case, scheme):
    """The facts of a generated case, read as `jiangcai score` reads them."""
    out = io.StringIO()
    columns = dict.fromkeys(key for entry in case.entries for key in entry)
    writer = csv.DictWriter(out, list(columns), restval="")
    writer.writeheader()
    writer.writerows(case.entries)
    reader = EntryReader.for_scheme(out.getvalue(), scheme)
    assert reader.faults == []
    return reader.entries


def read_book(data):
    """Cells of a workbook for the engine, and the values our formulas carry."""
    formulas = openpyxl.load_workbook(io.BytesIO(data))
    values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    sheets: dict[str, Any] = {}
    refs, carried = {}, {}
    for page in formulas:
        cells = sheets[page.title] = {}
        refs[page.title] = page.dimensions
        for row in page.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    cells[cell.coordinate] = {"f": cell.value[1:]}
                    value = values[page.title][cell.coordinate].value
                    carried[page.title, cell.coordinate] = value
                elif cell.value is not None:
                    cells[cell.coordinate] = {"v": cell.value}
    return {"sheets": sheets, "refs": refs}, carried


def recompute(books):
    """What the engine makes of each workbook: value by sheet and address."""
    done = subprocess.run(
        [find_node(), SCRIPT],
        input="\n".join(json.dumps(book) for book in books),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return [
        {(sheet, at): v for sheet, cells in book.items() for at, v in cells.items()}
        for book in found
    ]


def is_same(found, expected):
    if found in ("", None) or expected in ("", None):
        return (found or "") == (expected or "") and found != 0 and expected != 0
    if isinstance(expected, str):
        return found == expected
    if not isinstance(found, int | float):
        return False
    return abs(found - expected) < 1e-9 * max(1, abs(expected))


def table(book, sheet, found=None):
    """Rows of a sheet by title of the column; formulas as `found` says."""
    cells = book["sheets"][sheet]
    titles = {}
    for at, cell in cells.items():
        letters = at.rstrip("0123456789")
        if at == f"{letters}1":
            titles[letters] = cell["v"]
    numbers = sorted({int(at.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for at in cells})
    return [
        {
            title: found.get((sheet, f"{letters}{number}"))
            if found and "f" in cells.get(f"{letters}{number}", {})
            else cells.get(f"{letters}{number}", {}).get("v")
            for letters, title in titles.items()
        }
        | {"row": number}
        for number in numbers
        if number > 2
    ]
