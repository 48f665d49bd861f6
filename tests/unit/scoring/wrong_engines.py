"""Engines with one mistake each, to see that the second scorer finds it.

Each is a function like `score`. Mistakes that are a setting read wrongly change the
scheme before scoring; the others take the place of one function of the engine.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import partial
from unittest.mock import patch

from scoring.marking.rules import aggregate, penalties, sums
from scoring.ranking.rules import awards, ranks, scale, teams
from scoring.results.rules import place, total
from scoring.results.rules.score import Scoring, score
from scoring.scheme.rules.numbers import round_to
from scoring.scheme.rules.tree import Component, Scheme

WRONG: dict[str, Callable[..., Scoring]] = {}


def of_scheme(name):
    """Take a function that reads a scheme wrongly."""

    def register(change):
        WRONG[name] = lambda scheme, *given: score(change(scheme), *given)

    return register


def of_function(name, *places):
    """Take a wrong function; `places` are (module, name) where the engine has it."""

    def register(wrong):
        def run(*given):
            with ExitStack() as stack:
                for module, attribute in places:
                    right = getattr(module, attribute)
                    stack.enter_context(
                        patch.object(module, attribute, partial(wrong, right))
                    )
                return score(*given)

        WRONG[name] = run

    return register


def with_components(scheme: Scheme, change: Callable[[Component], Component]) -> Scheme:
    return replace(scheme, components=tuple(map(change, scheme.components)))


@of_scheme("banker's rounding for half up")
def _(scheme):
    mode = {"half_up": "half_even"}.get(scheme.rounding.mode, scheme.rounding.mode)
    return replace(scheme, rounding=replace(scheme.rounding, mode=mode))


@of_scheme("truncates where it should round")
def _(scheme):
    return replace(scheme, rounding=replace(scheme.rounding, mode="truncate"))


@of_scheme("forgets to round aspects")
def _(scheme):
    return replace(scheme, rounding=replace(scheme.rounding, aspect=None))


@of_scheme("ignores the trim scope")
def _(scheme):
    return with_components(
        scheme,
        lambda part: replace(part, trim_scope="aspect"),
    )


@of_scheme("drops one where it should drop two")
def _(scheme):
    def narrow(part):
        criteria = tuple(
            replace(c, aspects=tuple(replace(a, drop=1) for a in c.aspects))
            for c in part.criteria
        )
        return replace(part, criteria=criteria, drop=1)

    return with_components(scheme, narrow)


@of_scheme("multiplies by the factor before the cap")
def _(scheme):
    def swap(part):
        criteria = tuple(
            replace(c, cap=c.cap / c.factor, floor=c.floor / c.factor)
            if c.factor
            else c
            for c in part.criteria
        )
        return replace(part, criteria=criteria)

    return with_components(scheme, swap)


@of_scheme("swaps the tie keys")
def _(scheme):
    ties = scheme.ranking.ties[::-1]
    return replace(scheme, ranking=replace(scheme.ranking, ties=ties))


@of_scheme("ranks on exact totals instead of published ones")
def _(scheme):
    return replace(scheme, ranking=replace(scheme.ranking, compare="exact"))


@of_scheme("ranks all groups together")
def _(scheme):
    return replace(scheme, ranking=replace(scheme.ranking, per="event"))


@of_scheme("hands out awards of the entered by the ranked")
def _(scheme):
    return replace(
        scheme, awards=tuple(replace(award, of="ranked") for award in scheme.awards)
    )


@of_scheme("takes all who are tied at the cut")
def _(scheme):
    return replace(
        scheme,
        awards=tuple(replace(award, tie_at_cut="include") for award in scheme.awards),
    )


@of_scheme("forgets the cap of a penalty")
def _(scheme):
    return replace(
        scheme, penalties=tuple(replace(found, cap=None) for found in scheme.penalties)
    )


WRONG["counts the absent"] = lambda scheme, marks, entries: score(
    scheme,
    marks,
    [replace(e, status="present") if e.status == "absent" else e for e in entries],
)


@of_function("rounds binary floats", (sums, "round_to"), (total, "round_to"))
def _(_right, value, places, mode="half_up"):
    if places is None:
        return value
    if mode == "half_up":
        return Fraction(Decimal(repr(round(float(value), places))))
    return round_to(value, places, mode)


@of_function("takes means of binary floats", (aggregate, "_mean"))
def _(_right, points):
    return Fraction(sum(map(float, points)) / len(points))


@of_function("gives a tie of the gaps to the lower pair", (aggregate, "_closest_pair"))
def _(_right, ordered):
    low, middle, high = ordered
    return (middle, high) if high - middle < middle - low else (low, middle)


@of_function("sums before it vetoes a criterion", (sums, "_cut"))
def _(_right, criterion, points, _vetoes):
    return min(max(points, criterion.floor), criterion.cap)


@of_function("forgets what undercuts a component", (sums, "_is_undercut"))
def _(_right, _criterion, _cut):
    return False


@of_function("counts begun units never", (penalties, "ceil"))
def _(_right, units):
    return units.numerator // units.denominator


@of_function("lifts a settled zero by its panel", (total, "take_penalties"))
def _(right, *given):
    return replace(right(*given), is_settled=False)


@of_function("puts who has no time first", (ranks, "_compare"))
def _(_right, values, *, descending):
    high = max((v for v in values if v is not None), default=Fraction(0)) + 1
    low = min((v for v in values if v is not None), default=Fraction(0)) - 1
    filled = [(high if descending else low) if v is None else v for v in values]
    return _right(filled, descending=descending)


@of_function("breaks a last tie by the code", (place, "rank_contenders"))
def _(right, contenders, ties, unresolved):
    found = right(contenders, ties, unresolved)
    return [replace(s, rank=n) for n, s in enumerate(found, start=1)]


@of_function("cuts a share down", (awards, "round_ratio"))
def _(_right, top, bottom, _mode):
    return top // bottom


@of_function("scales around the mean", (scale, "find_median"))
def _(_right, values):
    return sum(values, Fraction(0)) / len(values)


@of_function("averages only the present members of a team", (teams, "_sum_team"))
def _(right, rules, roster):
    here = [member for member in roster if member.total is not None]
    return right(rules, here if here and rules.method == "mean" else roster)
