"""`jiangcai scheme`: look at scoring schemes and import them."""

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import NoReturn

import click

from scoring.scheme.rules.cis import CisScheme
from scoring.scheme.rules.faults import Fault, SchemeError
from scoring.scheme.rules.numbers import format_number
from scoring.scheme.rules.parse import parse_scheme
from scoring.scheme.rules.text import EncodingError, decode_text
from scoring.scheme.rules.totals import find_variations
from scoring.scheme.rules.tree import FORMAT, Scheme
from scoring.scheme.rules.warnings import list_warnings
from scoring.scheme.services.files import (
    SUFFIXES,
    ImportedScheme,
    export_scheme,
    import_scheme,
)
from scoring.scheme.services.workbook import example_document, write_xlsx

BAD_INPUT = 2


def refuse(lines: Iterable[str]) -> NoReturn:
    """Print faults and end with the exit status of bad input."""
    for line in lines:
        click.echo(line, err=True)
    sys.exit(BAD_INPUT)


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes; ends the command where it cannot be read or is empty."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        refuse([f"{path}:1: There is no such file."])
    except IsADirectoryError:
        refuse([f"{path}:1: This is a directory, not a file."])
    except OSError as error:
        refuse([f"{path}:1: Cannot be read: {error.strerror}."])
    if not data.strip():
        refuse([f"{path}:1: The file is empty."])
    return data


def read_text(path: Path) -> str:
    """Return a UTF-8 file's text; ends the command where it is something else."""
    return decode_input(path, read_bytes(path))


def decode_input(path: Path, data: bytes) -> str:
    """Return the text of a file's bytes; ends the command where it is not UTF-8."""
    try:
        return decode_text(data)
    except EncodingError as error:
        refuse([f"{path}:{error.line}: {error.message}"])


def load_scheme(path: Path) -> Scheme:
    """Return the scheme of a file; ends the command with all its faults."""
    try:
        return parse_scheme(read_text(path))
    except SchemeError as error:
        refuse(f"{path}:{fault}" for fault in error.details)


def protect_inputs(output: Path | None, *inputs: Path | None) -> None:
    """Refuse to write over a file that is read, however its path is written."""
    if output is not None and output.resolve() in {p.resolve() for p in inputs if p}:
        raise click.UsageError(f"{output}: is an input.")


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        refuse([f"{path}: Cannot be written: {error.strerror}."])


@click.group("scheme")
def scheme_group() -> None:
    """Look at scoring schemes and import them."""


@scheme_group.command("check")
@click.argument("scheme_path", metavar="SCHEME", type=click.Path(path_type=Path))
def check_command(scheme_path: Path) -> None:
    """Print every component's and criterion's maximum, or all faults."""
    scheme = load_scheme(scheme_path)
    for line in _describe(scheme):
        click.echo(line)
    for warning in list_warnings(scheme):
        click.echo(_warn(scheme_path, warning), err=True)


def _warn(path: Path, warning: Fault) -> str:
    return f"{path}:{warning.where}: warning: {warning.message}"


def _describe(scheme: Scheme) -> Iterator[str]:
    yield scheme.title or "(no title)"
    for component in scheme.components:
        weight = format_number(component.weight)
        full = format_number(component.max)
        notes = ", bonus" * component.bonus + ", carried in" * component.carried
        numbers = f"max {full}, × {weight}{notes}"
        yield f"component {component.code} {component.name}: {numbers}"
        for criterion in component.criteria:
            count = len(criterion.aspects)
            most = format_number(criterion.max)
            yield (
                f"  criterion {criterion.code} {criterion.name}: max {most}"
                f" ({count} aspects)"
            )
    for section in find_variations(scheme) if scheme.sections else ():
        yield (
            f"section {section.code} {section.name}: {format_number(section.marks)},"
            f" aspects {format_number(section.aspect_marks)}"
        )
    yield f"total: max {format_number(scheme.max)}"


@scheme_group.command("import")
@click.argument("file_path", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="The scheme."
)
@click.option(
    "--deductions",
    is_flag=True,
    help="In a CIS workbook, read notes “Deduct 0.25 …” as points off per fault.",
)
def import_command(file_path: Path, output: Path, *, deductions: bool) -> None:
    """Read a scheme from a workbook or JSON and write it as TOML.

    The workbook is our template, filled in, or a marking scheme exported by
    WorldSkills' Competition Information System.
    """
    protect_inputs(output, file_path)
    found = _import(file_path, deductions=deductions)
    suffix = output.suffix.lower() if output.suffix.lower() in SUFFIXES else ".toml"
    write_whole(output, _export(file_path, found.document, suffix))
    lines = _report(found.cis, found.scheme) if found.cis else _describe(found.scheme)
    for line in lines:
        click.echo(line)
    for doubt in _doubt_calculations(found.cis, found.scheme) if found.cis else ():
        click.echo(f"{file_path}: warning: {doubt}", err=True)


@scheme_group.command("export")
@click.argument("scheme_path", metavar="SCHEME", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="scheme.xlsx, .json or .toml.",
)
def export_command(scheme_path: Path, output: Path) -> None:
    """Write a scheme as our workbook template, as JSON or as TOML."""
    if output.suffix.lower() not in SUFFIXES:
        raise click.UsageError(f"{output}: must end in .xlsx, .json or .toml.")
    protect_inputs(output, scheme_path)
    found = _import(scheme_path, deductions=False)
    data = _export(scheme_path, found.document, output.suffix.lower())
    write_whole(output, data)


@scheme_group.command("template")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="The workbook, FILE.xlsx.",
)
@click.option("--blank", is_flag=True, help="Without the example rows.")
def template_command(output: Path, *, blank: bool) -> None:
    """Write the workbook template in which a scheme can be filled in."""
    if output.suffix.lower() != ".xlsx":
        raise click.UsageError(f"{output}: must end in .xlsx.")
    document: dict[str, object] = {"format": FORMAT} if blank else example_document()
    write_whole(output, write_xlsx(document))


def _import(path: Path, *, deductions: bool) -> ImportedScheme:
    data = read_bytes(path)
    try:
        return import_scheme(path.name, data, with_deductions=deductions)
    except SchemeError as error:
        refuse(f"{path}:{fault}" for fault in error.details)


def _export(path: Path, document: dict[str, object], suffix: str) -> bytes:
    try:
        return export_scheme(document, suffix)
    except SchemeError as error:
        refuse(f"{path}:{fault}" for fault in error.details)


def _report(cis: CisScheme, scheme: Scheme) -> Iterator[str]:
    judged = sum(aspect.kind == "J" for aspect in cis.aspects)
    real = sum((v.variation for v in find_variations(scheme)), Fraction(0))
    yield cis.title
    yield (
        f"{len(cis.aspects)} aspects: {len(cis.aspects) - judged} measurement,"
        f" {judged} judgement"
    )
    yield f"marks: {_two_places(scheme.max)}"
    if cis.printed_variation is not None:
        yield f"section variation as printed: {format_number(cis.printed_variation)}"
    yield f"section variation of the aspects: {format_number(real)}"
    for letter, (name, mark) in cis.criteria.items():
        found = next(
            (c.max for c in scheme.components if c.code == letter), Fraction(0)
        )
        if found != mark:
            yield (
                f"criterion {letter} {name}: {format_number(mark)} printed,"
                f" its aspects add to {format_number(found)}"
            )


def _doubt_calculations(cis: CisScheme, scheme: Scheme) -> Iterator[str]:
    used = {aspect.calculation for aspect in scheme.aspects}
    for row in cis.calculations:
        if not row.is_read:
            yield f"Calculation row {row.name} is of a kind that is not taken over."
        elif row.code not in used:
            yield f"No aspect uses calculation row {row.code}, {row.name}."


def _two_places(value: Fraction) -> str:
    return format_number(value, 2)


commands = [scheme_group]
