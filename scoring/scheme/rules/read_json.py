"""Read a scheme's document from JSON: the same tree of keys as the TOML."""

import json
from decimal import Decimal

from scoring.scheme.rules.faults import Fault, SchemeError
from scoring.scheme.rules.table import join_path


def read_json(text: str) -> dict[str, object]:
    """Return the document of a JSON text; decimals stay exact.

    Args:
        text: one JSON object; a byte order mark is accepted.

    Raises:
        SchemeError: not JSON (`where` is the line), not an object, a key twice in one
            object, or a null (`where` is the key path).
    """
    doubled: list[str] = []
    try:
        tree = json.loads(
            text.removeprefix("\ufeff"),
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=lambda pairs: _make_object(pairs, doubled),
        )
    except json.JSONDecodeError as error:
        raise _no_json(str(error.lineno), error.msg) from error
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise _no_json("1", str(error) or type(error).__name__) from error
    if not isinstance(tree, dict):
        raise _no_json("1", "the outermost value must be an object")
    faults = [
        Fault(where="", template="The key %(key)s is used twice.", params={"key": key})
        for key in doubled
    ]
    _find_faults(tree, "", faults)
    if faults:
        raise SchemeError(faults)
    return tree


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not a number of JSON")


def _make_object(
    pairs: list[tuple[str, object]], doubled: list[str]
) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        doubled += sorted({key for key in keys if keys.count(key) > 1})
    return found


def _find_faults(value: object, path: str, faults: list[Fault]) -> None:
    if value is None:
        template = "Is null: leave out a key that has no value."
        faults.append(Fault(where=path, template=template))
    elif isinstance(value, str) and not _is_unicode(value):
        template = "The text is not valid Unicode."
        faults.append(Fault(where=path, template=template))
    elif isinstance(value, dict):
        for key, member in value.items():
            where = join_path(path, key if _is_unicode(key) else ascii(key))
            if not _is_unicode(key):
                template = "The text is not valid Unicode."
                faults.append(Fault(where=where, template=template))
            _find_faults(member, where, faults)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            _find_faults(member, f"{path}[{index}]", faults)


def _is_unicode(text: str) -> bool:
    """Tell whether a text has no half of a surrogate pair in it."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _no_json(where: str, reason: str) -> SchemeError:
    fault = Fault(
        where=where,
        template="Not valid JSON: %(reason)s",
        params={"reason": reason},
    )
    return SchemeError([fault])
