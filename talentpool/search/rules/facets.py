"""What a search narrows by: facets, their values as numbers and as text.

Words used here:
    facet: one way to narrow; several values of one facet are joined by "or", facets by
        "and". The counts of a facet ignore its own choice.
    listed: a facet with few values, named in `LISTED`; a craftsman may have several.
    bits: a craftsman's values of a listed facet as a number: bit 0 is the first value
        of the tuple; 0 is "none".
    banded: a listed facet whose values follow from the day of the search.
    coded: a facet with very many values: a place, an occupation, a unit.
    value: as addresses and the API write it.
"""

import re
from collections.abc import Callable, Iterable
from itertools import pairwise

from people.codes.rules import EDITION
from people.districts.rules import is_within
from talentpool.dossiers.rules import (
    ACHIEVEMENT_KINDS,
    CLASSES,
    LEVELS,
    LIVE_STATES,
    POOL_STATES,
    STUDIO_ROLES,
)

FACETS = (
    "level",
    "class",
    "occupation",
    "industry",
    "district",
    "unit",
    "skill",
    "honour",
    "competition",
    "place",
    "year",
    "age",
    "years",
    "sex",
    "education",
    "mentor",
    "pair",
    "studio",
    "achievement",
    "service",
    "updated",
    "state",
)
CODED = ("occupation", "district", "unit")
BANDED = ("age", "years", "mentor", "updated")
TREES = ("occupation", "district")  # a value may be a group that holds others
SKILLS = ("L1", "L2", "L3", "L4", "L5", "L6", "L7", "L8")  # lowest first
SEXES = ("0", "1", "2", "9")  # GB/T 2261.1
NONE = "none"
FIRST_YEAR, LAST_YEAR = 1980, 2042  # of competitions; years beyond count as these
_CODE_DIGITS = 10_000_000  # an occupation's code has seven figures
_OCCUPATION = re.compile(r"(?:(\d{4}):)?(\d)(?:-(\d\d)(?:-(\d\d)(?:-(\d\d))?)?)?")
_UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

# The last year of age in each band; the value is "from-to", open at both ends.
AGE_LIMITS = (35, 40, 45, 50, 60)
AGES = (
    f"-{AGE_LIMITS[0]}",
    *(f"{a + 1}-{b}" for a, b in pairwise(AGE_LIMITS)),
    f"{AGE_LIMITS[-1] + 1}-",
)
YEARS_FROM = (0, 5, 10, 20, 30)  # full years in the trade a band begins with
YEARS = (*(f"{a}-{b - 1}" for a, b in pairwise(YEARS_FROM)), f"{YEARS_FROM[-1]}-")
MONTHS = (6, 12, 24)  # since the last change of a dossier
UPDATED = (*(f"-{months}" for months in MONTHS), f"{MONTHS[-1]}-")
ROOM = ("0", "1", "2", "3-")  # apprentices a mentor may take yet
PLACES = ("1", "2", "3", "4-8", "9-", "unranked")  # best place in a competition
PLACES_TO = (1, 2, 3, 8)

LISTED: dict[str, tuple[str, ...]] = {
    "level": LEVELS,
    "class": CLASSES,
    "industry": tuple("ABCDEFGHIJKLMNOPQRST"),  # sections of GB/T 4754
    "skill": SKILLS,
    "honour": LEVELS,
    "competition": LEVELS,
    "place": PLACES,
    "year": tuple(str(year) for year in range(FIRST_YEAR, LAST_YEAR + 1)),
    "age": AGES,
    "years": YEARS,
    "sex": SEXES,
    "education": tuple("123456789"),  # first figure of GB/T 4658
    "mentor": ROOM,
    "pair": ("mentor", "apprentice"),
    "studio": STUDIO_ROLES,
    "achievement": ACHIEVEMENT_KINDS,
    "service": ("yes", "no"),
    "updated": UPDATED,
    "state": POOL_STATES,
}
BITS = tuple(facet for facet in LISTED if facet not in BANDED)
WITHOUT_NONE = frozenset(
    {"level", "class", "sex", "state", "age", "updated", "service"}
)
DEFAULT_CHOICE: dict[str, tuple[str, ...]] = {"state": LIVE_STATES}


def bit(facet: str, value: str) -> int:
    """Return the bit of a value of a listed facet; 0 for one that is not listed."""
    listed = LISTED[facet]
    return 1 << listed.index(value) if value in listed else 0


def place_bit(place: int | None) -> int:
    """Return the bit of `place` in a competition; None took part without a rank."""
    if place is None:
        return bit("place", "unranked")
    return 1 << sum(place > last for last in PLACES_TO)


def year_bit(year: int) -> int:
    """Return the bit of a competition's year."""
    return 1 << (min(max(year, FIRST_YEAR), LAST_YEAR) - FIRST_YEAR)


def age_band(birth_year: int, year: int) -> int:
    """Return the place in `AGES` of somebody who turns `year - birth_year` this year.

    Only the year of birth is kept in the index, so ages are as of 31 December.

    Source: rule S-12 in docs/rules/search.md.
    """
    age = year - birth_year
    return sum(age > limit for limit in AGE_LIMITS)


def pack_occupation(edition: int, code: str) -> int:
    """Return edition and code as one number: 2022, 6-18-02-04 → 20226180204."""
    return edition * _CODE_DIGITS + int(code.replace("-", ""))


def text_of(facet: str, raw: int) -> str:
    """Return a coded facet's raw value as text; a unit's is its row, for inside."""
    if facet == "district":
        return f"{raw:06d}"
    return _occupation_text(raw) if facet == "occupation" else str(raw)


def is_value(facet: str, value: str) -> bool:
    """Tell whether a text can be a value of the facet."""
    if facet == "district":
        return len(value) == 6 and value.isascii() and value.isdigit()
    if facet == "occupation":
        return value.isascii() and _OCCUPATION.fullmatch(value) is not None
    if facet == "unit":
        return value == NONE or _UID.fullmatch(value) is not None
    return value in LISTED[facet] or (value == NONE and facet not in WITHOUT_NONE)


def acceptor(facet: str, chosen: Iterable[str]) -> Callable[[int], bool]:
    """Return the test whether a coded facet's raw value is among the chosen ones.

    A district holds the places within it, an occupation's group its occupations.
    """
    chosen = tuple(chosen)
    if facet == "district":
        return lambda raw: any(is_within(f"{raw:06d}", code) for code in chosen)
    if facet == "occupation":
        return lambda raw: any(is_in_group(_occupation_text(raw), c) for c in chosen)
    return lambda raw: str(raw) in chosen


def groups_of(facet: str, value: str) -> tuple[str, ...]:
    """Return the groups a value of a tree lies in, the widest first."""
    if facet == "district":
        city, province = f"{value[:4]}00", f"{value[:2]}0000"
        return tuple(g for g in dict.fromkeys((province, city)) if g != value)
    edition, _, code = value.rpartition(":")
    if edition:  # of an edition that the present classification does not hold
        return ()
    parts = code.split("-")
    return tuple("-".join(parts[:n]) for n in range(1, len(parts)))


def is_in_group(value: str, group: str) -> bool:
    """Tell whether an occupation is `group` or lies in it."""
    return value == group or value.startswith(f"{group}-")


def _occupation_text(raw: int) -> str:
    edition, number = divmod(raw, _CODE_DIGITS)
    figures = f"{number:07d}"
    code = f"{figures[0]}-{figures[1:3]}-{figures[3:5]}-{figures[5:]}"
    return code if edition == EDITION else f"{edition}:{code}"
