"""Counting the figures of the register: the one way to a number, for every page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from talentpool.dossiers.rules import YUAN_PER_WAN, wan_text
from talentpool.growth.rules.trainings import MINUTES_PER_HOUR, hours_text
from talentpool.reports.queries import selection as rows
from talentpool.reports.queries.selection import Selection
from talentpool.reports.queries.sources import select_rows
from talentpool.reports.rules.register import Figure, Register
from talentpool.reports.rules.window import Window, percent


@dataclass(frozen=True, slots=True)
class Value:
    """A counted number.

    Attributes:
        unit: of the register.
        number: what was counted; of a benefit in yuan, of hours in minutes.
        of: of a share, what it is divided by.
    """

    unit: str
    number: int
    of: int | None = None

    @property
    def amount(self) -> Decimal | None:
        """Return it in its unit; None for a share of nothing."""
        if self.of is not None:
            return percent(self.number, self.of)
        if self.unit == "wan":
            return Decimal(self.number) / YUAN_PER_WAN
        if self.unit == "hours":
            return Decimal(self.number) / MINUTES_PER_HOUR
        return Decimal(self.number)

    @property
    def text(self) -> str:
        """Return it in its unit as figures, "–" for a share of nothing."""
        if self.unit == "wan":
            return wan_text(self.number)
        if self.unit == "hours":
            return hours_text(self.number)
        return "–" if self.amount is None else f"{self.amount}"


def count(
    session: Session, register: Register, figure: Figure, window: Window
) -> Value:
    """Return a figure within a window."""
    part, whole = register.counted(figure)
    number = rows.count(session, select_rows(part, window))
    if whole is None:
        return Value(figure.unit, number)
    return Value(figure.unit, number, rows.count(session, select_rows(whole, window)))


def count_all(
    session: Session, register: Register, figures: Iterable[Figure], window: Window
) -> dict[str, Value]:
    """Return several figures by id; what a share is made of is counted once."""
    known: dict[str, int] = {}

    def number(figure: Figure) -> int:
        if figure.id not in known:
            known[figure.id] = rows.count(session, select_rows(figure, window))
        return known[figure.id]

    found = {}
    for figure in figures:
        part, whole = register.counted(figure)
        of = number(whole) if whole else None
        found[figure.id] = Value(figure.unit, number(part), of)
    return found


def split(
    session: Session, register: Register, figure: Figure, window: Window, by: str
) -> dict[str, Value]:
    """Return a figure by value of a split, in no order; "" is where none is known.

    By year: a figure of a day as it stood on the last day of each.
    """
    if by == "year":
        return {
            str(year): count(session, register, figure, part)
            for year, part in window.years()
        }
    part, whole = register.counted(figure)
    numbers = rows.split(session, select_rows(part, window), by)
    if whole is None:
        return {key: Value(figure.unit, n) for key, n in numbers.items()}
    wholes: Mapping[str, int] = rows.split(session, select_rows(whole, window), by)
    return {
        key: Value(figure.unit, numbers.get(key, 0), of) for key, of in wholes.items()
    }


def counted_rows(
    register: Register, figure: Figure, window: Window, by: str = "", key: str = ""
) -> Selection:
    """Return the rows behind a figure, or behind one value of a split.

    Of a share these are the rows of its part.
    """
    part, _whole = register.counted(figure)
    if by == "year":
        return select_rows(part, window.within_year(int(key)))
    found = select_rows(part, window)
    return rows.narrow(found, by, key) if by else found
