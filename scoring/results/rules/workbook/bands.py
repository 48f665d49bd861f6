"""Where gold, silver and bronze begin, by formula (rules S-64 and S-65)."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise

from scoring.results.rules.workbook.cells import (
    BEYOND,
    NOWHERE,
    Cell,
    Formula,
    guarded,
    literal,
)
from scoring.scheme.rules.tree import Medals


def band_cells(
    medals: Medals,
    values: Sequence[Fraction],
    run: str,
    tops: str,
    at: Callable[[str], str],
) -> list[Cell]:
    """Return golds, golds and silvers, and the lowest value of each medal.

    Args:
        medals: tolerance and chain.
        values: of the ranked entries, highest first.
        run: address of the values, empty where there is none.
        tops: with a chain, address of the values that begin a new band.
        at: gives the address of a column of this row.
    """
    if medals.chain:
        return _chained(medals, values, run, tops, at)
    return _plain(medals, values, run, at)


def _plain(
    medals: Medals,
    values: Sequence[Fraction],
    run: str,
    at: Callable[[str], str],
) -> list[Cell]:
    gap = medals.tolerance
    first = values[0] - gap if values else BEYOND
    golds = sum(value >= first for value in values)
    second = values[1] - gap if golds == 1 and len(values) > 1 else BEYOND
    best = sum(value >= min(first, second) for value in values)
    count, least, none = f"COUNT({run})", literal(gap), literal(BEYOND)
    top, next_top = (
        guarded(f"LARGE({run},1)-{least}"),
        guarded(f"LARGE({run},2)-{least}"),
    )
    is_alone = f"AND({at('golds')}=1,{count}>1)"
    lowest = f"MIN({at('from1')},{at('from2')})"
    return [
        Formula(f'=COUNTIF({run},">="&{at("from1")})', Fraction(golds)),
        Formula(f'=COUNTIF({run},">="&{lowest})', Fraction(best)),
        Formula(f"=IF({count}=0,{none},{top})", first),
        Formula(f"=IF({is_alone},{next_top},{none})", second),
        _third(medals, values, run, at, best, None),
    ]


def _chained(
    medals: Medals,
    values: Sequence[Fraction],
    run: str,
    tops: str,
    at: Callable[[str], str],
) -> list[Cell]:
    found = [low for high, low in pairwise(values) if high - low > medals.tolerance]
    starts = [*found, NOWHERE, NOWHERE, NOWHERE][:3]
    golds = sum(value > starts[0] for value in values)
    best = sum(v > starts[1] for v in values) if golds == 1 else golds
    count, none = f"COUNT({run})", literal(BEYOND)
    second = values[best - 1] if best > golds else BEYOND
    following = starts[2] if golds == 1 else starts[1]
    third = sum(value > following for value in values)
    next_top = f"IF({at('golds')}=1,{at('top4')},{at('top3')})"
    end = f'COUNTIF({run},">"&{next_top})'
    above = f'COUNTIF({run},">"&{at("top3")})'
    return [
        Formula(f'=COUNTIF({run},">"&{at("top2")})', Fraction(golds)),
        Formula(f"=IF({at('golds')}=1,{above},{at('golds')})", Fraction(best)),
        Formula(
            f"=IF({count}=0,{none},LARGE({run},{at('golds')}))",
            values[golds - 1] if values else BEYOND,
        ),
        Formula(
            f"=IF({at('medals')}>{at('golds')},LARGE({run},{at('medals')}),{none})",
            second,
        ),
        _third(medals, values, run, at, best, (end, third)),
        *_tops(starts, tops, at),
    ]


def _tops(
    starts: Sequence[Fraction], tops: str, at: Callable[[str], str]
) -> list[Cell]:
    """Return the first values of the second, third and fourth band."""
    nowhere = literal(NOWHERE)
    cells: list[Cell] = [
        Formula(f"=IF(COUNT({tops})=0,{nowhere},LARGE({tops},1))", starts[0])
    ]
    for number, start in ((2, starts[1]), (3, starts[2])):
        seen = f'COUNTIF({tops},">="&{at(f"top{number}")})'
        text = f"=IF(COUNT({tops})<={seen},{nowhere},LARGE({tops},{seen}+1))"
        cells.append(Formula(text, start))
    return cells


def _third(
    medals: Medals,
    values: Sequence[Fraction],
    run: str,
    at: Callable[[str], str],
    best: int,
    chained: tuple[str, int] | None,
) -> Cell:
    """Return where bronze begins: a band of its own, or near the last medal."""
    gap, given = literal(medals.tolerance), at("medals")
    near = guarded(f"LARGE({run},{given})-{gap}")
    band = guarded(f"LARGE({run},{given}+1)-{gap}")
    if chained is not None:
        band = f"LARGE({run},{chained[0]})"
    text = f"=IF(COUNT({run})<={given},{literal(BEYOND)},IF({given}<=2,{band},{near}))"
    if len(values) <= best:
        return Formula(text, BEYOND)
    if best > 2:
        return Formula(text, values[best - 1] - medals.tolerance)
    if chained is not None:
        return Formula(text, values[chained[1] - 1])
    return Formula(text, values[best] - medals.tolerance)
