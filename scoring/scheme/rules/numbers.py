"""Exact numbers: reading, rounding and printing without binary floats.

A *point* is a place in the computation where a scheme may round (aspect, component,
total); *places* are decimal places; a point without places is not rounded.
"""

import re
from decimal import Decimal
from fractions import Fraction

HALF_UP = "half_up"
HALF_EVEN = "half_even"
TRUNCATE = "truncate"
MODES = (HALF_UP, HALF_EVEN, TRUNCATE)

_PLAIN = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?", re.ASCII)
_ENDLESS_PLACES = 10  # places printed of a fraction that no decimal can express


def find_number(text: str) -> Fraction | None:
    """Return the plain decimal that `text` is, or None.

    Plain means ASCII digits with at most one point: no exponent, no thousands
    separator, no infinity, at most 30 digits before and after the point.
    """
    return Fraction(text) if _PLAIN.fullmatch(text) else None


def find_toml_number(value: object) -> Fraction | None:
    """Return a TOML integer or float (read as Decimal) exactly, or None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Fraction(value) if abs(value) < 10**30 else None
    if not isinstance(value, Decimal) or not value.is_finite():
        return None
    exponent = value.as_tuple().exponent
    too_fine = isinstance(exponent, int) and exponent < -30
    return None if too_fine or value.adjusted() > 30 else Fraction(value)


def round_to(value: Fraction, places: int | None, mode: str = HALF_UP) -> Fraction:
    """Round to decimal places; `places` None leaves the value as it is.

    half_up takes a half away from zero (四舍五入), half_even to the even neighbour,
    truncate cuts towards zero. Source: rule S-02 in docs/rules/scoring.md.
    """
    if places is None:
        return value
    shift = 10**places
    return Fraction(
        round_ratio(value.numerator * shift, value.denominator, mode), shift
    )


def round_ratio(top: int, bottom: int, mode: str) -> int:
    """Return top ÷ bottom (bottom > 0) as a whole number, rounded by `mode`."""
    if mode == HALF_EVEN:
        return round(Fraction(top, bottom))
    size = abs(top)
    whole = size // bottom if mode == TRUNCATE else (2 * size + bottom) // (2 * bottom)
    return -whole if top < 0 else whole


def format_number(value: Fraction, places: int | None = None) -> str:
    """Print as a plain decimal, never with an exponent.

    With `places`, exactly so many (87.50 at 2), unless the value has more. Without,
    as many as the value needs (87.5); a fraction without an end (7/9) is printed half
    up to ten places.
    """
    if places is None or (value * 10**places).denominator != 1:
        return _format_shortest(value)
    return _format_scaled((value * 10**places).numerator, places)


def _format_shortest(value: Fraction) -> str:
    places = 0
    bottom = value.denominator
    while bottom % 10 == 0:
        bottom, places = bottom // 10, places + 1
    for prime in (2, 5):
        while bottom % prime == 0:
            bottom, places = bottom // prime, places + 1
    if bottom != 1:
        places = _ENDLESS_PLACES
    scaled = round_to(value, places) * 10**places
    text = _format_scaled(scaled.numerator, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _format_scaled(scaled: int, places: int) -> str:
    if places == 0:
        return str(scaled)
    digits = str(abs(scaled)).rjust(places + 1, "0")
    sign = "-" if scaled < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}"
