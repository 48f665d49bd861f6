"""What a search narrows by: facets, their values as numbers and as text.

Words used here:
    facet: one way to narrow; several values of one facet are joined by "or", facets by
        "and". The counts of a facet ignore its own choice.
    raw: a value as the index keeps it, a small number; -1 is "none".
    value: the same as addresses and the API write it.
"""

import re
from collections.abc import Callable, Iterable
from itertools import pairwise

from people.codes.rules import EDITION
from people.districts.rules import is_within
from talentpool.dossiers.rules import CLASSES, LEVELS, LIVE_STATES, POOL_STATES

FACETS = (
    "level",
    "occupation",
    "district",
    "skill",
    "age",
    "honour",
    "class",
    "sex",
    "state",
)
SKILLS = ("L1", "L2", "L3", "L4", "L5", "L6", "L7", "L8")  # lowest first
SEXES = ("0", "1", "2", "9")  # GB/T 2261.1
NONE = "none"
_CODE_DIGITS = 10_000_000  # an occupation's code has seven figures
_OCCUPATION = re.compile(r"(?:(\d{4}):)?(\d)(?:-(\d\d)(?:-(\d\d)(?:-(\d\d))?)?)?")

# The last year of age in each band; the value is "from-to", open at both ends.
AGE_LIMITS = (35, 40, 45, 50, 60)
AGES = (
    f"-{AGE_LIMITS[0]}",
    *(f"{a + 1}-{b}" for a, b in pairwise(AGE_LIMITS)),
    f"{AGE_LIMITS[-1] + 1}-",
)
LISTED: dict[str, tuple[str, ...]] = {
    "level": LEVELS,
    "skill": SKILLS,
    "honour": LEVELS,
    "class": CLASSES,
    "state": POOL_STATES,
    "sex": SEXES,
    "age": AGES,
}
WITH_NONE = frozenset({"skill", "honour"})  # a craftsman may have none
DEFAULT_CHOICE: dict[str, tuple[str, ...]] = {"state": LIVE_STATES}


def age_band(birth_year: int, year: int) -> int:
    """Return the place in `AGES` of somebody who turns `year - birth_year` this year.

    Only the year of birth is kept in the index, so ages are as of 31 December.

    Source: rule S-12 in docs/rules/search.md.
    """
    age = year - birth_year
    return sum(age > limit for limit in AGE_LIMITS)


def place_of(facet: str, value: str) -> int:
    """Return the raw value of a listed facet; -1 for one that is not listed."""
    listed = LISTED[facet]
    return listed.index(value) if value in listed else -1


def pack_occupation(edition: int, code: str) -> int:
    """Return edition and code as one number: 2022, 6-18-02-04 → 20226180204."""
    return edition * _CODE_DIGITS + int(code.replace("-", ""))


def value_of(facet: str, raw: int) -> str:
    """Return a raw value as text."""
    if facet == "district":
        return f"{raw:06d}"
    if facet == "occupation":
        return _occupation_text(raw)
    return LISTED[facet][raw] if raw >= 0 else NONE


def is_value(facet: str, value: str) -> bool:
    """Tell whether a text can be a value of the facet."""
    if facet == "district":
        return len(value) == 6 and value.isascii() and value.isdigit()
    if facet == "occupation":
        return value.isascii() and _OCCUPATION.fullmatch(value) is not None
    return value in LISTED[facet] or (value == NONE and facet in WITH_NONE)


def acceptor(facet: str, chosen: Iterable[str]) -> Callable[[int], bool]:
    """Return the test whether a raw value is among the chosen ones.

    A district holds the places within it, an occupation's group its occupations.
    """
    chosen = tuple(chosen)
    if facet == "district":
        return lambda raw: any(is_within(f"{raw:06d}", code) for code in chosen)
    if facet == "occupation":
        return lambda raw: any(_is_in_group(_occupation_text(raw), c) for c in chosen)
    return lambda raw: value_of(facet, raw) in chosen


def _occupation_text(raw: int) -> str:
    edition, number = divmod(raw, _CODE_DIGITS)
    figures = f"{number:07d}"
    code = f"{figures[0]}-{figures[1:3]}-{figures[3:5]}-{figures[5:]}"
    return code if edition == EDITION else f"{edition}:{code}"


def _is_in_group(value: str, group: str) -> bool:
    return value == group or value.startswith(f"{group}-")
