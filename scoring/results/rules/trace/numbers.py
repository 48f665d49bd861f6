"""Numbers and arithmetic as text, exact enough to be done again by hand."""

from collections.abc import Iterable
from fractions import Fraction

from scoring.scheme.rules.numbers import format_number, round_to

_SEEN_PLACES = 4


def exact_text(value: Fraction, places: int | None = None) -> str:
    """Return a plain decimal, or n/d where no decimal expresses the number."""
    if has_end(value):
        return format_number(value, places)
    return f"{value.numerator}/{value.denominator}"


def has_end(value: Fraction) -> bool:
    bottom = value.denominator
    for prime in (2, 5):
        while bottom % prime == 0:
            bottom //= prime
    return bottom == 1


def spoken(value: Fraction, places: int | None = None) -> str:
    """Return the number for a sentence: one without end is cut short and marked."""
    if has_end(value):
        return format_number(value, places)
    return f"≈ {_seen(value)}"


def equals(left: str, value: Fraction, places: int | None = None) -> str:
    """Return "left = value", with a decimal beside a fraction."""
    seen = "" if has_end(value) else f" ≈ {_seen(value)}"
    return f"{left} = {exact_text(value, places)}{seen}"


def becomes(left: str, value: Fraction, places: int | None = None) -> str:
    """Return "left → value"."""
    seen = "" if has_end(value) else f" ≈ {_seen(value)}"
    return f"{left} → {exact_text(value, places)}{seen}"


def term(value: Fraction, places: int | None = None) -> str:
    text = exact_text(value, places)
    return f"({text})" if value < 0 or not has_end(value) else text


def added(values: Iterable[Fraction], places: int | None = None) -> str:
    return " + ".join(term(value, places) for value in values) or "0"


def listed(values: Iterable[Fraction]) -> str:
    return ", ".join(spoken(value) for value in values)


def _seen(value: Fraction) -> str:
    return format_number(round_to(value, _SEEN_PLACES), _SEEN_PLACES)
