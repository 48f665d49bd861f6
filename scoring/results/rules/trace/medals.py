"""Which medal an entry got, or why none (S-64 and S-65)."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from scoring.results.rules.result import Result
from scoring.results.rules.trace.numbers import exact_text, spoken
from scoring.results.rules.trace.shape import N_, Step
from scoring.scheme.rules.tree import Medals, Scheme

_ZERO = Fraction(0)


def find_medal_values(scheme: Scheme, ranked: Sequence[Result]) -> dict[str, Fraction]:
    """Return what medals are given by: the compared total or the scale points."""
    if scheme.medals is None:
        return {}
    if scheme.medals.of == "scale":
        return {r.entry: Fraction(r.scale) for r in ranked if r.scale is not None}
    published = scheme.ranking.compare == "published"
    return {r.entry: (r.total if published else r.exact_total) or _ZERO for r in ranked}


def trace_medals(
    scheme: Scheme,
    values: Mapping[str, Fraction],
    given: Mapping[str, str],
    entry: str,
) -> tuple[Step, ...]:
    """Say why an entry has its medal, or has none.

    Args:
        scheme: with or without medals.
        values: of `find_medal_values`.
        given: what `hand_out_medals` made of them.
        entry: a ranked entry.
    """
    medals = scheme.medals
    if medals is None or entry not in values:
        return ()
    value, name = values[entry], given.get(entry, "")
    params = {
        "award": name,
        "value": spoken(value),
        "tolerance": exact_text(medals.tolerance),
        "from": exact_text(medals.medallion.start) if medals.medallion else "",
    }
    if not name:
        below = N_("No medal with %(value)s: a medallion begins at %(from)s.")
        none = N_("No medal with %(value)s: they went to those ahead.")
        template = below if medals.medallion else none
    elif medals.medallion and name == medals.medallion.name:
        template = N_("%(award)s: %(value)s is at least %(from)s.")
    else:
        anchor = _find_anchor(medals, values, given, entry)
        if anchor is None:
            template = N_("%(award)s: the best value left, %(value)s.")
        else:
            template = N_(
                "%(award)s, shared: %(value)s is no more than %(tolerance)s below"
                " %(anchor)s."
            )
            params["anchor"] = spoken(anchor)
    return (
        Step(
            kind="award" if name else "no_award",
            rule="S-65" if medals.medallion and not params.get("anchor") else "S-64",
            template=template,
            params=params,
        ),
    )


def _find_anchor(
    medals: Medals,
    values: Mapping[str, Fraction],
    given: Mapping[str, str],
    entry: str,
) -> Fraction | None:
    """Return the value a medal is shared with; None where it is the first of its kind.

    Bronze beside three better medals hangs on the last of those.
    """
    order = sorted(values, key=lambda code: (-values[code], code))
    holders = [code for code in order if given.get(code) == given[entry]]
    better = [
        code
        for code in order
        if given.get(code) in medals.names and code not in holders
    ]
    better = [code for code in better if values[code] >= values[holders[0]]]
    if given[entry] == medals.names[-1] and len(better) >= 3:
        return values[better[-1]]
    if entry == holders[0]:
        return None
    return values[holders[holders.index(entry) - 1 if medals.chain else 0]]
