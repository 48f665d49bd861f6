"""Cells of the results workbook, and the few words its formulas are made of.

A *formula* cell carries its text and our own exact value, which a spreadsheet shows
until it recomputes. Spreadsheets count in binary floats: `guarded` rounds to so many
places that the noise of floats goes and nothing a scheme can see is lost (see
docs/formats/workbook.md for the limits).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from scoring.scheme.rules.layout import column_letters
from scoring.scheme.rules.numbers import HALF_EVEN, HALF_UP, format_number

GUARD = 10  # decimal places after which floats are noise
NOISE = "0.000000001"
NOWHERE = Fraction(-999_999_999_999)  # sorts after every value there is
BEYOND = Fraction(999_999_999_999)  # no value reaches it
FIRST_ROW = 3  # of the data of every sheet, counted from 1


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Number:
    value: Fraction
    places: int | None = None


@dataclass(frozen=True, slots=True)
class Formula:
    text: str  # with its "="
    value: Fraction | str  # ours, exact
    places: int | None = None


Cell = Text | Number | Formula | None


@dataclass(slots=True)
class Column:
    title: str  # a code or a word
    note: str = ""  # its name, in the second row
    width: int = 11


@dataclass(slots=True)
class Sheet:
    key: str  # of its name
    name: str
    columns: list[Column]
    rows: list[list[Cell]] = field(default_factory=list)
    frozen: int = 1  # columns that stay in view

    def at(self, column: int, row: int, *, fixed: bool = False) -> str:
        """Return the address of a cell of this sheet, row counted from 0."""
        letters = _letters(column)
        number = row + FIRST_ROW
        return f"${letters}${number}" if fixed else f"{letters}{number}"

    def far(self, column: int, row: int) -> str:
        """Return the address of a cell as another sheet writes it."""
        return f"{quote_sheet(self.name)}!{self.at(column, row)}"

    def block(self, column: int, first: int, last: int) -> str:
        """Return a fixed run of rows of a column, as this sheet writes it."""
        start, end = (
            self.at(column, first, fixed=True),
            self.at(column, last, fixed=True),
        )
        return f"{start}:{end}"


_letters = lru_cache(maxsize=4096)(column_letters)


def quote_sheet(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


@lru_cache(maxsize=4096)
def literal(value: Fraction) -> str:
    """Return a number as a formula writes it."""
    text = format_number(value)
    return f"({text})" if text.startswith("-") else text


def quoted(text: str) -> str:
    """Return a text as a formula writes it."""
    return '"' + text.replace('"', '""') + '"'


def guarded(expression: str) -> str:
    return f"ROUND({expression},{GUARD})"


def rounded(expression: str, places: int | None, mode: str) -> str:
    """Return the formula that rounds as the scheme does (rule S-02)."""
    if places is None:
        return expression
    guard = max(GUARD, places + 2)
    if mode == HALF_UP:
        return f"ROUND(ROUND({expression},{guard}),{places})"
    shift = f"10^{places}"
    scaled = f"ROUND(({expression})*{shift},{guard - places})"
    if mode == HALF_EVEN:
        is_half = f"ABS(MOD({scaled},1)-0.5)<{NOISE}"
        return f"IF({is_half},2*ROUND({scaled}/2,0),ROUND({scaled},0))/{shift}"
    return f"TRUNC({scaled})/{shift}"


def ceiling(expression: str) -> str:
    """Return the formula of the next whole number up."""
    return f"-INT(-ROUND({expression},9))"


def flooring(expression: str) -> str:
    return f"INT(ROUND({expression},9))"


def add(terms: Sequence[str]) -> str:
    """Return the sum of any number of addresses; SUM takes 255."""
    if not terms:
        return "0"
    if len(terms) == 1:
        return terms[0]
    parts = [",".join(terms[i : i + 200]) for i in range(0, len(terms), 200)]
    return (
        "SUM(" + ",".join(f"SUM({part})" for part in parts) + ")"
        if (len(parts) > 1)
        else f"SUM({parts[0]})"
    )
