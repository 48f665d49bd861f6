"""Medals that a small gap shares, and the medallion for excellence.

Words used here: a *value* is the compared total or the scale points of a ranked entry;
a *band* is a run of values so close together that they share a medal.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from scoring.scheme.rules.tree import Medals


def hand_out_medals(medals: Medals, values: Mapping[str, Fraction]) -> dict[str, str]:
    """Return the medal or medallion of each entry that gets one.

    Two golds leave no silver. Where gold and silver went to three or more, bronze goes
    only to those within the tolerance of the last of them.

    Args:
        medals: names, tolerance, chain and medallion.
        values: of the ranked entries of one group, by code.

    Source: WorldSkills São Paulo 2015, tied medals; rules S-64 and S-65.
    """
    order = sorted(values, key=lambda code: (-values[code], code))
    golds = _take_band(medals, order, values)
    silvers = _take_band(medals, order[1:], values) if len(golds) == 1 else []
    best = [*golds, *silvers]
    if len(best) <= 2:
        bronzes = _take_band(medals, order[len(best) :], values)
    else:
        least = values[best[-1]] - medals.tolerance
        bronzes = [code for code in order[len(best) :] if values[code] >= least]
    given: dict[str, str] = {}
    for name, codes in zip(medals.names, (golds, silvers, bronzes), strict=True):
        given |= dict.fromkeys(codes, name)
    if medals.medallion is not None:
        for code in order:
            if code not in given and values[code] >= medals.medallion.start:
                given[code] = medals.medallion.name
    return given


def _take_band(
    medals: Medals, order: Sequence[str], values: Mapping[str, Fraction]
) -> list[str]:
    """Return the entries that share a medal with the first of `order`."""
    band: list[str] = []
    for code in order:
        # Without a chain the gap is to the first, with one to the one before.
        anchor = band[-1 if medals.chain else 0] if band else code
        if values[anchor] - values[code] > medals.tolerance:
            break
        band.append(code)
    return band
