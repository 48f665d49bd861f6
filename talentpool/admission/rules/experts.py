"""The expert panel: what a sheet asks for, and how sheets are brought together.

Words used here:
    sheet: what one expert gives one application, on their own.
    criterion: what is marked; the standard of the batch names them and what each
        carries of the hundred.
    trim: so many of the highest and so many of the lowest totals are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction

from scoring.marking.rules.aggregate import aggregate_points

MARKED = "marked"
RECUSED = "recused"
SHEET_STATES = (MARKED, RECUSED)

_STEP = Decimal("0.5")
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelResult:
    """What a panel comes to."""

    count: int  # sheets that count
    needed: int
    mean: Decimal | None  # to two decimals, half up; None before enough sheets
    has_passed: bool

    @property
    def is_complete(self) -> bool:
        return self.count >= self.needed


def read_mark(most: int, text: str) -> Decimal:
    """Return a mark as entered: 0 up to what its criterion carries, in halves.

    Raises:
        ValueError: it is not such a mark.
    """
    try:
        mark = Decimal(text.strip())
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not mark.is_finite() or not 0 <= mark <= most or mark % _STEP:
        raise ValueError(text)
    return mark


def bring_together(
    totals: Sequence[Decimal], *, needed: int, trim: int, pass_mark: int
) -> PanelResult:
    """Return the trimmed mean of the experts' totals, exactly, rounded once.

    Args:
        totals: one per expert who marked, in any order.
        needed: so many sheets at least.
        trim: how many highest and lowest are left out.
        pass_mark: what the rounded mean must reach, of 100.

    Source: rule P-38 in docs/rules/pool.md.
    """
    count = len(totals)
    if count < max(needed, 2 * trim + 1):
        return PanelResult(count=count, needed=needed, mean=None, has_passed=False)
    how = "trimmed_mean" if trim else "mean"
    exact = aggregate_points([Fraction(total) for total in totals], how, trim)
    mean = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(
        _CENT, rounding=ROUND_HALF_UP
    )
    return PanelResult(
        count=count, needed=needed, mean=mean, has_passed=mean >= pass_mark
    )
