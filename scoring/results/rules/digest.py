"""One digest for a scoring: the same exactly when every number and word is the same."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import Any

from ledger.log.rules import digest
from scoring.results.rules.score import Scoring
from scoring.results.rules.so_far import SoFar


def digest_scoring(scoring: Scoring | SoFar) -> str:
    """Return SHA-256, in hex, of every field of a scoring.

    Exact: a fraction counts as numerator and denominator, not as it is printed. What a
    class holds counts with its field names, so that a field added later counts too;
    the order of a mapping does not count, that of a tuple does.
    """
    return digest(_fields(scoring))


def _plain(value: object) -> object:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, Mapping):
        return {str(key): _plain(member) for key, member in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(member) for member in value]
    if isinstance(value, set | frozenset):
        return sorted(str(_plain(member)) for member in value)
    return _fields(value) if is_dataclass(value) else value


def _fields(value: Any) -> dict[str, object]:  # noqa: ANN401 - any dataclass
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
