"""Schemes from files of any kind we read, as TOML for a draft."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext as _

from scoring.scheme.rules.cis import CisScheme
from scoring.scheme.rules.numbers import format_number
from scoring.scheme.rules.parse import examine
from scoring.scheme.rules.text import decode_text
from scoring.scheme.rules.totals import find_variations
from scoring.scheme.rules.write import write_toml
from scoring.scheme.services.files import read_file


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A file as the text of a draft, with what deserves to be known about it."""

    text: str
    notes: tuple[str, ...] = ()


def read_scheme_file(
    name: str, data: bytes, *, with_deductions: bool = False
) -> Imported:
    """Return what a file holds; the scheme may have faults.

    A TOML file stays as it was written, with its comments.

    Args:
        name: of the file.
        data: TOML, JSON, our workbook or one exported by CIS.
        with_deductions: of a CIS workbook, see `write_cis_scheme`.

    Raises:
        SchemeError: it cannot be read as what it is; `where` is the line, cell or row.
    """
    document, cis = read_file(name, data, with_deductions=with_deductions)
    if name.lower().endswith(".toml"):
        return Imported(text=decode_text(data))
    notes = _tell_cis(cis, document) if cis else ()
    return Imported(text=write_toml(document), notes=notes)


def _tell_cis(cis: CisScheme, document: Mapping[str, object]) -> tuple[str, ...]:
    """Tell what was read, and where printed figures differ from the real ones."""
    scheme, _faults = examine(document)
    judged = sum(aspect.kind == "J" for aspect in cis.aspects)
    real = sum((v.variation for v in find_variations(scheme)), Fraction(0))
    notes = [
        _(
            "%(count)s aspects: %(measured)s measured, %(judged)s judged.",
            count=len(cis.aspects),
            measured=len(cis.aspects) - judged,
            judged=judged,
        )
    ]
    printed = cis.printed_variation
    if printed is not None and printed != real:
        notes.append(
            _(
                "The workbook prints a variation of %(printed)s from the standard; its "
                "aspects vary by %(real)s.",
                printed=format_number(printed),
                real=format_number(real),
            )
        )
    found = {component.code: component.max for component in scheme.components}
    for letter, (name, mark) in cis.criteria.items():
        if found.get(letter, Fraction(0)) != mark:
            notes.append(
                _(
                    "%(code)s %(name)s: %(printed)s printed, its aspects add to "
                    "%(real)s.",
                    code=letter,
                    name=name,
                    printed=format_number(mark),
                    real=format_number(found.get(letter, Fraction(0))),
                )
            )
    return tuple(notes)
