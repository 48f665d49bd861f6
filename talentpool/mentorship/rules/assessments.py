"""Assessments of a pair: four views of one apprentice, beside each other.

Words used here:
    view: the marks of one who judges: mentor, apprentice (of themselves), unit, and the
        skill test. Nobody sees another's view before all are there.
    counted view: every one but the apprentice's own.
    band: excellent, good, passed, failed; by the standard in force (usually from 90,
        75 and 60 marks).
    disagreement: views of one criterion that lie far apart, by the standard in force
        15 marks or more. It is shown and talked about; nothing is averaged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from talentpool.standard.rules.mentorship import Bands
from talentpool.standard.rules.months import months_after

MONTH, QUARTER, YEAR, FINAL = KINDS = ("month", "quarter", "year", "final")
MENTOR, APPRENTICE, UNIT, TEST = VIEWS = ("mentor", "apprentice", "unit", "test")
COUNTED = (MENTOR, UNIT, TEST)
CRITERIA = ("theory", "practice", "results", "conduct")
# A skill test measures what can be tested.
CRITERIA_OF: Mapping[str, tuple[str, ...]] = {
    MENTOR: CRITERIA,
    APPRENTICE: CRITERIA,
    UNIT: CRITERIA,
    TEST: ("theory", "practice"),
}
# Who looks at what: a month and a quarter need no test.
VIEWS_OF: Mapping[str, tuple[str, ...]] = {
    MONTH: (MENTOR, APPRENTICE),
    QUARTER: (MENTOR, APPRENTICE, UNIT),
    YEAR: VIEWS,
    FINAL: VIEWS,
}
EXCELLENT, GOOD, PASSED, FAILED = BANDS = ("excellent", "good", "passed", "failed")
USUAL = Bands()
_MONTHS = {MONTH: 1, QUARTER: 3, YEAR: 12}
_MOST = Decimal(100)
_HALF = Decimal("0.5")

Marks = Mapping[str, Decimal]  # by criterion


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two views of a criterion that lie far apart."""

    criterion: str
    lowest: str  # view
    highest: str
    apart: Decimal  # marks


def read_mark(text: str) -> Decimal:
    """Return a mark that somebody wrote: from 0 to 100 in whole or half marks.

    Raises:
        ValueError: it is something else.
    """
    try:
        mark = Decimal(text.strip())
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not mark.is_finite() or not 0 <= mark <= _MOST or mark % _HALF:
        raise ValueError(text)
    return mark


def band_of(mark: Decimal, bands: Bands = USUAL) -> str:
    """Return the band of a mark."""
    least = {EXCELLENT: bands.excellent, GOOD: bands.good, PASSED: bands.passed}
    return next((band for band, marks in least.items() if mark >= marks), FAILED)


def weakest_of(views: Mapping[str, Marks], bands: Bands = USUAL) -> str:
    """Return the band of the lowest mark a counted view holds.

    What somebody judged too low is not made good by others.

    Source: rule M-16 in docs/rules/mentorship.md.
    """
    marks = [m for view in COUNTED for m in views.get(view, {}).values()]
    return band_of(min(marks), bands) if marks else FAILED


def find_disagreements(
    views: Mapping[str, Marks], bands: Bands = USUAL
) -> list[Disagreement]:
    """Return the criteria on which views lie far apart, in their order."""
    found = []
    for criterion in CRITERIA:
        given = [(m[criterion], view) for view, m in views.items() if criterion in m]
        if len(given) < 2:
            continue
        low, high = min(given), max(given)
        if high[0] - low[0] >= bands.apart:
            found.append(Disagreement(criterion, low[1], high[1], high[0] - low[0]))
    return found


def list_missing(kind: str, views: Mapping[str, Marks]) -> list[str]:
    """Return whose view an assessment still lacks."""
    return [view for view in VIEWS_OF[kind] if view not in views]


def plan_assessments(first: date, last: date) -> list[tuple[str, date]]:
    """Return the assessments of a term as (kind, day), in order of their days.

    Every quarter and every year from the first day, and the final one on the last day,
    which takes the place of those that fall on or after it. A year's takes the place of
    its quarter's.
    """
    found: dict[date, str] = {}
    for kind in (QUARTER, YEAR):
        months = _MONTHS[kind]
        count = 1
        while (day := months_after(first, months * count)) < last:
            found[day] = kind
            count += 1
    found[last] = FINAL
    return [(kind, day) for day, kind in sorted(found.items())]
