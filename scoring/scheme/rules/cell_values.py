"""What a cell of the workbook template says, as a value of the document.

A *cell* is what a spreadsheet reader gives: a text, a number (float or int), a flag, a
date, or nothing. A number counts with the 15 digits that the spreadsheet shows.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from errors import DomainError
from scoring.scheme.rules.layout import Column
from scoring.scheme.rules.numbers import find_number

_PARTS = re.compile(r"[;；\n\r]")
_FLAGS = {"true": True, "1": True, "y": True, "false": False, "0": False, "n": False}
_NUMBER = "“%(text)s” is not a number: write digits, with a point for decimals."


class CellError(DomainError):
    """A cell that its column does not take; template and params allow translation."""

    status = 422

    def __init__(self, template: str, **params: object) -> None:
        super().__init__(template % params)
        self.template = template
        self.params = params


def show_cell(cell: object) -> str:
    """Return a cell's text: what stands there to read, "" for an empty one.

    Raises:
        CellError: the cell holds a date or a time.
    """
    if cell is None or isinstance(cell, str):
        return (cell or "").strip()
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        return f"{Decimal(f'{cell:.15g}'):f}"
    raise CellError(
        "This cell holds a date or time: format it as text and write it again."
    )


def read_cell(
    cell: object, column: Column, lists: Mapping[str, Mapping[str, str]]
) -> object:
    """Return the value of a cell, None for an empty one.

    Raises:
        CellError: not a value of the column's type.
    """
    text = show_cell(cell)
    if not text:
        return None
    if column.type == "share":
        return _read_share(cell, text)
    if column.type == "flag":
        return _read_flag(text, lists["flag"])
    read = _READERS.get(column.type)
    return read(text) if read else _read_option(text, lists[column.type])


def read_number(text: str) -> int | Decimal:
    if find_number(text) is None:
        raise CellError(_NUMBER, text=text)
    return Decimal(text) if "." in text else int(text)


def _read_whole(text: str) -> int:
    number = find_number(text)
    if number is None or number.denominator != 1:
        raise CellError("“%(text)s” is not a whole number.", text=text)
    return int(number)


def _read_share(cell: object, text: str) -> str:
    """Return a share as text; a spreadsheet keeps 10% as the number 0.1."""
    if isinstance(cell, str):
        return text
    share = find_number(text)
    if share is None or not 0 < share <= 1:
        raise CellError("“%(text)s” is not a share: write it as 10%%.", text=text)
    percent = Decimal(text) * 100
    return (
        f"{percent:f}".rstrip("0").rstrip(".") + "%"
        if percent % 1
        else (f"{int(percent)}%")
    )


def _read_flag(text: str, options: Mapping[str, str]) -> bool:
    found = _FLAGS.get(text.casefold())
    return _read_option(text, options) == "yes" if found is None else found


def _read_option(text: str, options: Mapping[str, str]) -> str:
    """Return the key of a choice, which may be written in Chinese or with it."""
    first = text.split(maxsplit=1)[0]
    for key, chinese in options.items():
        if text in {key, chinese} or first in {key, chinese}:
            return key
    raise CellError(
        "“%(text)s” is not in the list: choose one of %(options)s.",
        text=text,
        options=", ".join(options),
    )


def _read_texts(text: str) -> list[str]:
    return [part.strip() for part in _PARTS.split(text) if part.strip()]


_READERS: Mapping[str, Callable[[str], object]] = {
    "text": str,
    "number": read_number,
    "whole": _read_whole,
    "texts": _read_texts,
}
