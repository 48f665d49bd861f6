"""What a node says, as a form shows it, and what a form says, as a node holds it.

Neither way refuses anything: what cannot be read in its shape stays the text it is, so
that the one reader of schemes says what is wrong with it, at its key.

Words used here:
    shown: texts (lists of texts for `codes`, True or False for `flag`) by field name;
        the name of a part is "key-part".
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal

from scoring.scheme.rules.fields import FIELDS, LEVELS, Field, fields_of
from scoring.scheme.rules.numbers import find_number
from scoring.scheme.rules.write import write_toml

Shown = dict[str, object]

NONE_HELD = "–"  # the line that stands for an empty text in a list


def show_node(level: str, node: Mapping[str, object]) -> Shown:
    """Return a node as its form shows it."""
    shown: Shown = {}
    for field in fields_of(level, node):
        shown |= _show(field, node.get(field.key))
    return shown


def read_node(
    level: str, node: Mapping[str, object], posted: Mapping[str, object]
) -> dict[str, object]:
    """Return what a form changes in a node, None where a key goes.

    Fields that were not posted, or come back as they were shown, stay as they are to
    the letter. An aspect that becomes another kind
    loses what belongs to its old kind only.
    """
    changes: dict[str, object] = {}
    for field in fields_of(level, node):
        shown = _show(field, node.get(field.key))
        given = {name: _unix(posted[name]) for name in shown if name in posted}
        if given and given != shown:
            changes[field.key] = _read(field, given)
    kind = changes.get("kind", node.get("kind"))
    if level == "aspects" and kind != node.get("kind"):
        for field in FIELDS[level]:
            if field.kinds and kind not in field.kinds and field.key in node:
                changes[field.key] = None
    return changes


def _unix(value: object) -> object:
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _show(field: Field, value: object) -> Shown:
    key = field.key
    if field.shape == "levels":
        texts = _as_list(value)
        return {
            f"{key}-{at}": _text(texts[at]) if at < len(texts) else ""
            for at in range(LEVELS)
        }
    if field.shape == "record":
        held = value if isinstance(value, Mapping) else {}
        return {f"{key}-{part}": _text(held.get(part)) for part, _ in field.parts}
    return {key: _show_value(field.shape, value)}


def _show_value(shape: str, value: object) -> object:
    match shape:
        case "flag":
            shown: object = value is True
        case "codes":
            shown = [str(code) for code in _as_list(value)]
        case "lines":
            shown = _join(_text(line) or NONE_HELD for line in _as_list(value))
        case "pairs":
            pairs = value.items() if isinstance(value, Mapping) else ()
            shown = _join(f"{label} = {_text(v)}" for label, v in pairs)
        case "span":
            shown = "-".join(map(_text, _as_list(value)))
        case _:
            shown = _text(value)
    return shown


def _read(field: Field, posted: Mapping[str, object]) -> object:
    """Return the value of a key, None where nothing is said."""
    given = posted.get(field.key)
    text = given.strip() if isinstance(given, str) else ""
    value: object
    match field.shape:
        case "flag":
            value = True if given else None
        case "codes":
            value = list(given) if isinstance(given, list) else None
        case "lines":
            value = [_read_line(line) for line in _lines(text)]
        case "pairs":
            value = dict(map(_read_pair, _lines(text)))
        case "levels":
            texts = [str(posted.get(f"{field.key}-{at}") or "") for at in range(LEVELS)]
            value = [t.strip() for t in texts] if any(t.strip() for t in texts) else []
        case "span":
            value = [_number(part.strip()) for part in text.split("-") if part.strip()]
        case "record":
            value = _read_record(field, posted)
        case "number":
            value = _number(text)
        case "day":
            value = _day(text)
        case _:
            value = text
    return None if value in ("", [], {}) else value


def _read_record(field: Field, posted: Mapping[str, object]) -> dict[str, object]:
    found: dict[str, object] = {}
    for part, shape in field.parts:
        text = str(posted.get(f"{field.key}-{part}") or "").strip()
        if text:
            found[part] = _number(text) if shape == "number" else text
    return found


def _number(text: str) -> object:
    if find_number(text) is None:
        return text
    return Decimal(text) if "." in text else int(text)


def _day(text: str) -> object:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return text


def _read_pair(line: str) -> tuple[str, object]:
    label, _, number = line.rpartition("=")
    return (label.strip(), _number(number.strip())) if label.strip() else (line, "")


def _read_line(line: str) -> str:
    return "" if line == NONE_HELD else line


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _join(lines: Iterable[str]) -> str:
    return "\n".join(lines)


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    """Return a value as a form shows it; what has no plain form, as TOML writes it."""
    match value:
        case None:
            return ""
        case str():
            return value
        case dt.date():
            return value.isoformat()
    return write_toml({"v": value}).removeprefix("v = ").strip()
