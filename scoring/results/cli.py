"""`jiangcai score`: from a scheme and its marks to results, without a database."""

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np

from scoring.marking.rules.book import MarkBook, open_book
from scoring.marking.rules.check import list_faults
from scoring.marking.rules.columns import MarkColumns
from scoring.marking.rules.exact import Ints
from scoring.results.rules.read import EntryReader, MarkReader
from scoring.results.rules.render import render_csv, render_json
from scoring.results.rules.score import Scoring, score_book, score_columns
from scoring.results.rules.table import list_columns, list_rows, make_tree
from scoring.results.rules.workbook.plan import MOST_ENTRIES, MOST_MARKS
from scoring.results.services.workbook import WorkbookInput, write_workbook
from scoring.scheme.cli import (
    decode_input,
    load_scheme,
    protect_inputs,
    read_bytes,
    read_text,
    refuse,
    write_whole,
)
from scoring.scheme.rules.faults import Fault
from scoring.scheme.rules.tree import Scheme

_PATH = click.Path(path_type=Path)
LARGE = 1_000_000  # bytes of marks from which reading by columns pays
_SUFFIXES = (".csv", ".json", ".xlsx")
_NAMES = ("entry", "aspect", "judge", "value")
_CHUNK = 250_000  # rows whose texts are held at once


@click.command("score")
@click.argument("scheme_path", metavar="SCHEME", type=_PATH)
@click.argument("marks_path", metavar="MARKS", type=_PATH)
@click.option("--entries", "entries_path", type=_PATH, help="Facts about entries.")
@click.option("-o", "--output", type=_PATH, help="results.csv, .json or .xlsx.")
def score_command(
    scheme_path: Path, marks_path: Path, entries_path: Path | None, output: Path | None
) -> None:
    """Compute results; the default is CSV on standard output.

    Faults are printed as FILE:LINE: message, all at once, and nothing is written.
    """
    if output is not None and output.suffix.lower() not in _SUFFIXES:
        raise click.UsageError(f"{output}: must end in .csv, .json or .xlsx.")
    protect_inputs(output, scheme_path, marks_path, entries_path)
    scheme = load_scheme(scheme_path)
    scoring = _score(scheme, marks_path, entries_path)
    for warning in scoring.warnings:
        click.echo(
            f"{entries_path or marks_path}: warning: {warning.message}", err=True
        )
    suffix = output.suffix.lower() if output else ".csv"
    if suffix == ".xlsx":
        given = _find_given(scheme, (scheme_path, marks_path, entries_path), scoring)
        data = write_workbook(scheme, scoring, given)
    else:
        data = _render(suffix, scheme, scoring)
    if output is None:
        click.echo(data, nl=False)
    else:
        write_whole(output, data)


def _score(scheme: Scheme, marks_path: Path, entries_path: Path | None) -> Scoring:
    """Score the files; ends the command with every fault of both.

    A large file is tried as columns first; the plain way then names what is wrong.
    """
    reader = None
    if entries_path is not None:
        reader = EntryReader.for_scheme(read_text(entries_path), scheme)
    data = read_bytes(marks_path)
    if len(data) >= LARGE and (reader is None or not reader.faults):
        columns = find_columns(data)
        known = reader.entries if reader is not None else None
        scoring = score_columns(scheme, columns, known) if columns else None
        if scoring is not None:
            return scoring
    marks = MarkReader(decode_input(marks_path, data))
    return score_book(
        scheme, _open_book(scheme, marks, reader, marks_path, entries_path)
    )


def _open_book(
    scheme: Scheme,
    marks: MarkReader,
    reader: EntryReader | None,
    marks_path: Path,
    entries_path: Path | None,
) -> MarkBook:
    # Entries that could not be read to the end say nothing about who is unknown.
    known = reader.entries if reader is not None and reader.is_whole else None
    book = open_book(scheme, marks, known)
    faults = [*(reader.faults if reader else []), *marks.faults]
    is_sure = marks.is_whole and (reader is None or reader.is_sure)
    faults += list_faults(scheme, book, excused=marks.excused, with_cells=is_sure)
    if faults:
        paths = {"marks": marks_path, "entries": entries_path}
        refuse(_print_faults(faults, {k: v for k, v in paths.items() if v}))
    return book


def find_columns(data: bytes) -> MarkColumns | None:
    """Return the columns of a plain CSV file, None where it is not that plain."""
    commas, lines = data.count(b","), data.rstrip(b"\r\n").count(b"\n") + 1
    if b'"' in data or b"\0" in data or commas != (len(_NAMES) - 1) * lines:
        return None
    try:
        found = _read_columns(data)
    except (ValueError, OverflowError):  # what pandas raises for text it cannot read
        return None
    if found is None:
        return None
    texts, at = found
    if any(t != t.strip() or not t for column in texts.values() for t in column):
        return None
    return MarkColumns(
        entries=texts["entry"],
        aspects=texts["aspect"],
        judges=texts["judge"],
        values=texts["value"],
        entry_at=at["entry"],
        aspect_at=at["aspect"],
        judge_at=at["judge"],
        value_at=at["value"],
    )


def _read_columns(data: bytes) -> tuple[dict[str, list[str]], dict[str, Ints]] | None:
    """Return each column's different texts and where they stand, chunk by chunk."""
    import pandas as pd  # noqa: PLC0415 - slow to load, and only large files need it

    texts: dict[str, dict[str, int]] = {name: {} for name in _NAMES}
    parts: dict[str, list[Ints]] = {name: [np.zeros(0, np.int64)] for name in _NAMES}
    # As text: columns read as categories would turn the code 007 into the number 7.
    chunks = pd.read_csv(
        io.BytesIO(data),
        dtype=object,
        na_filter=False,
        encoding="utf-8-sig",
        chunksize=_CHUNK,
    )
    for chunk in chunks:
        is_plain = isinstance(chunk.index, pd.RangeIndex)
        if set(chunk.columns) != set(_NAMES) or not is_plain:
            return None
        for name, seen in texts.items():
            codes, unique = pd.factorize(chunk[name])
            if not all(isinstance(text, str) for text in unique) or (codes < 0).any():
                return None
            places = [seen.setdefault(str(text), len(seen)) for text in unique]
            parts[name].append(np.array(places, np.int64)[codes])
    at = {name: np.concatenate(found) for name, found in parts.items()}
    return {name: list(seen) for name, seen in texts.items()}, at


def _print_faults(faults: Sequence[Fault], paths: dict[str, Path]) -> list[str]:
    order = list(reversed(paths))
    ordered = sorted(faults, key=lambda f: (order.index(f.source), int(f.where or 1)))
    return [f"{paths[f.source]}:{f.where or 1}: {f.message}" for f in ordered]


def _render(suffix: str, scheme: Scheme, scoring: Scoring) -> bytes:
    if suffix == ".json":
        return render_json(make_tree(scheme, scoring)).encode()
    return render_csv(list_columns(scheme), list_rows(scheme, scoring)).encode()


def _find_given(
    scheme: Scheme,
    paths: tuple[Path, Path, Path | None],
    scoring: Scoring,
) -> WorkbookInput:
    """Read once more, for a workbook, what was scored; it was found without faults."""
    scheme_path, marks_path, entries_path = paths
    digest = hashlib.sha256(scheme_path.read_bytes()).hexdigest()
    data = marks_path.read_bytes()
    marks = None
    if data.count(b"\n") <= MOST_MARKS and len(scoring.results) <= MOST_ENTRIES:
        marks = list(MarkReader(decode_input(marks_path, data)))
    entries = None
    if entries_path is not None:
        entries = EntryReader.for_scheme(read_text(entries_path), scheme).entries
    return WorkbookInput(marks=marks, entries=entries, scheme_digest=digest)


commands = [score_command]
