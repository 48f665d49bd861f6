"""What part of the world a figure is asked about: places, a unit, a period.

Words used here:
    window: the reader's scopes, narrowed by a place or a unit, from a first to a last
        day. A figure of a day speaks of the last one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from accounts.roles.rules import Scope

# Bands of age as the search has them: full years, both ends counted.
AGE_BANDS = ("-35", "36-40", "41-45", "46-50", "51-60", "61-")
MOST_YEARS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """See the head of this module."""

    scopes: tuple[Scope, ...]
    first: date
    last: date
    today: date
    district: str = ""  # a GB/T 2260 code; holds what lies within it
    unit_uid: str = ""

    def years(self) -> Iterator[tuple[int, "Window"]]:
        """Yield each year of the window with the part of the window in it."""
        for year in range(self.first.year, self.last.year + 1):
            yield year, self.within_year(year)

    def within_year(self, year: int) -> "Window":
        """Return the part of the window that lies in a year."""
        return replace(
            self,
            first=max(self.first, date(year, 1, 1)),
            last=min(self.last, date(year, 12, 31)),
        )


def first_birth(years: int, on: date) -> date:
    """Return the first birthday of those who are younger than `years` on a day.

    Born then or later: not yet `years` full years old. A birthday of 29 February is
    kept on 1 March of other years, as full years are counted elsewhere.
    """
    try:
        return on.replace(year=on.year - years) + timedelta(days=1)
    except ValueError:  # 29 February of a year that has none
        return date(on.year - years, 3, 1)


def percent(part: int, whole: int) -> Decimal | None:
    """Return a share in per cent with one decimal, half up; None of nothing."""
    if not whole:
        return None
    share = Decimal(part * 100) / Decimal(whole)
    return share.quantize(Decimal("0.1"), ROUND_HALF_UP)
