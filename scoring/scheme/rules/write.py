"""Write a scheme's document as TOML: the one writer of the format.

A *document* is what a TOML reader makes of a scheme: dicts, lists, texts, whole
numbers, Decimals, true and false. It may be faulty; writing judges nothing. Reading
what is written gives an equal document back, unknown keys too; comments and layout are
not part of a document.
"""

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from scoring.scheme.rules.numbers import format_number

_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_WIDE = 72  # a list of texts longer than this is written one text per line
_MOST_DIGITS = 60

# The order keys are written in; those not listed follow as they come.
_FIRST = ("format", "title", "full", "code", "name", "kind", "max", "weight")
_LATER = ("section", "description", "descriptors")
_TABLES = (
    *("rounding", "sections", "calculations", "components", "penalties", "ranking"),
    *("awards", "medals", "rankings", "teams", "scale", "panels"),
    *("promotions", "honours"),
)
_ORDER = {key: at for at, key in enumerate((*_FIRST, "", *_LATER, *_TABLES))}


def write_toml(document: Mapping[str, object]) -> str:
    """Return the TOML of a document.

    Args:
        document: from `parse.read_toml`, or made by hand with Fractions, which are
            written as plain decimals.

    Raises:
        TypeError: the document holds something TOML has no word for.
    """
    return "\n".join(_table(document, "")).lstrip("\n") + "\n"


def _table(table: Mapping[str, object], path: str) -> Iterator[str]:
    keys = sorted(table, key=_rank)
    below = [key for key in keys if _is_tables(table[key])]
    if not path:  # only the top has [tables]; deeper ones stand in a line
        below = [k for k in keys if k in below or isinstance(table[k], Mapping)]
    for key in keys:
        if key not in below:
            yield f"{_key(key)} = {_value(table[key])}"
    for key in below:
        inner = f"{path}.{_key(key)}" if path else _key(key)
        found = table[key]
        if isinstance(found, Mapping):
            yield from ("", f"[{inner}]", *_table(found, inner))
        elif isinstance(found, Sequence):
            for row in found:
                yield from ("", f"[[{inner}]]", *_table(row, inner))


def _rank(key: str) -> int:
    return _ORDER.get(key, _ORDER[""])


def _is_tables(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, Mapping) for item in value)
    )


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else quote(key)


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return quote(value)
        case int() | Decimal() | Fraction():
            return _number(value)
        case dt.date() | dt.time():
            return value.isoformat()
        case Mapping():
            pairs = [f"{quote(key)} = {_value(found)}" for key, found in value.items()]
            return "{ " + ", ".join(pairs) + " }" if pairs else "{}"
        case list() | tuple():
            return _list([_value(item) for item in value])
    message = f"TOML has no {type(value).__name__}"
    raise TypeError(message)


def _number(value: int | Decimal | Fraction) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Fraction):
        return format_number(value)
    if not value.is_finite():
        return str(value).lower().replace("infinity", "inf")
    return format(value, "f") if abs(value.adjusted()) < _MOST_DIGITS else str(value)


def _list(items: Sequence[str]) -> str:
    line = "[" + ", ".join(items) + "]"
    if len(line) <= _WIDE:
        return line
    return "\n".join(["[", *(f"  {item}," for item in items), "]"])


def quote(text: str) -> str:
    """Return a text as a TOML string on one line."""
    # A JSON string is a TOML basic string, but for the one control character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
