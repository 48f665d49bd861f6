"""Write a scheme's document as JSON: the same tree of keys as the TOML.

Numbers keep all their digits; `read_json` gives an equal document back.
"""

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from scoring.scheme.rules.numbers import format_number


def write_json(document: Mapping[str, object]) -> str:
    """Return a document as JSON, keys in their order, with a line feed at the end.

    Raises:
        TypeError: the document holds something JSON has no word for, such as a
            number that is not finite.
    """
    return _render(document, "\n") + "\n"


def write_json_value(value: object) -> str:
    """Return any part of a document as JSON on one line; errors as `write_json`."""
    return _render(value, " ")


def _render(value: object, margin: str) -> str:
    inner = margin + "  " if margin.startswith("\n") else " "
    if isinstance(value, Mapping):
        pairs = [f"{_quote(str(k))}: {_render(v, inner)}" for k, v in value.items()]
        return "{" + inner + ("," + inner).join(pairs) + margin + "}" if pairs else "{}"
    if isinstance(value, list | tuple):
        parts = [_render(member, inner) for member in value]
        return "[" + inner + ("," + inner).join(parts) + margin + "]" if parts else "[]"
    return _scalar(value)


def _scalar(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _quote(value)
        case int():
            return str(value)
        case dt.date() | dt.time():
            return _quote(value.isoformat())  # where a date may stand, a text may
        case Fraction():
            return format_number(value)
        case Decimal() if value.is_finite():
            return f"{value:f}" if abs(value.adjusted()) < 60 else str(value)
    message = f"JSON has no {type(value).__name__} like {value}"
    raise TypeError(message)


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
