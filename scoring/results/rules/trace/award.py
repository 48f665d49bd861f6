"""Which award rule applied to an entry, or why it did not (S-60 to S-63)."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from scoring.ranking.rules.awards import Placed, hand_out_awards
from scoring.results.rules.trace.numbers import exact_text, spoken
from scoring.results.rules.trace.shape import N_, Step
from scoring.scheme.rules.numbers import HALF_UP, round_ratio
from scoring.scheme.rules.tree import Award, Scheme


def trace_awards(
    scheme: Scheme,
    placed: Sequence[Placed],
    entered: int,
    medals: Mapping[str, str],
    entry: str,
) -> tuple[Step, ...]:
    """Go through the awards in order, until the entry gets one.

    Who takes which award is asked of `hand_out_awards` itself, with one award more
    each time.
    """
    me = next((p for p in placed if p.code == entry), None)
    if me is None or not scheme.awards:
        return ()
    steps: list[Step] = []
    before = dict(medals)
    for number, award in enumerate(scheme.awards, start=1):
        after = hand_out_awards(scheme.awards[:number], placed, entered, medals)
        takers = [p for p in placed if p.code in after and p.code not in before]
        steps.append(_tell(scheme, award, me, placed, entered, takers, before))
        if entry in after:
            break
        before = after
    return tuple(steps)


def _tell(
    scheme: Scheme,
    award: Award,
    me: Placed,
    placed: Sequence[Placed],
    entered: int,
    takers: Sequence[Placed],
    before: dict[str, str],
) -> Step:
    base = entered if award.of == "entered" else len(placed)
    places, calculation = _count_places(award, base)
    missed = [c for c in award.require_pass if c not in me.passed]
    free = [
        p
        for p in placed
        if p.code not in before and p.passed.issuperset(award.require_pass)
    ]
    at = next((i for i, p in enumerate(free, start=1) if p.code == me.code), 0)
    params = {
        "award": award.name,
        "rank": str(me.rank),
        "places": str(places),
        "place": str(at),
        "last": str(takers[-1].rank) if takers else "–",
    }
    if missed:
        params["components"] = ", ".join(
            f"{c.code} {c.name}" for c in scheme.components if c.code in missed
        )
        template = N_(
            "%(award)s: passed over, because the pass line of %(components)s is missed."
        )
    elif award.upto is not None:
        template = _upto_template(me in takers, me.rank <= places)
    else:
        template = _next_template(me in takers, at, places)
    return Step(
        kind="award" if me in takers else "no_award",
        rule="S-63" if award.upto is not None else "S-60",
        template=template,
        params=params,
        calculation=calculation,
    )


def _upto_template(is_taken: bool, is_within: bool) -> str:  # noqa: FBT001
    if is_taken:
        return N_(
            "%(award)s: goes to all ranks up to %(places)s; rank %(rank)s gets it."
        )
    if is_within:
        return N_(
            "%(award)s: goes to all ranks up to %(places)s; the tied group at the last"
            " place does not fit and is left out."
        )
    return N_("%(award)s: goes to all ranks up to %(places)s; rank %(rank)s is below.")


def _next_template(is_taken: bool, at: int, places: int) -> str:  # noqa: FBT001
    if is_taken and at <= places:
        return N_("%(award)s, number of places: %(places)s. This is place %(place)s.")
    if is_taken:
        return N_(
            "%(award)s, number of places: %(places)s. Tied with the last of them, so"
            " it is given as well."
        )
    if at <= places:
        return N_(
            "%(award)s, number of places: %(places)s. The tied group at the last"
            " place does not fit and is left out."
        )
    return N_(
        "%(award)s, number of places: %(places)s. This would be place %(place)s;"
        " the last rank that got it is %(last)s."
    )


def _count_places(award: Award, base: int) -> tuple[int, str]:
    """Return how many places an award has, and how its share was worked out."""
    if award.count is not None:
        return award.count, ""
    share = award.upto if award.upto is not None else award.share or Fraction(0)
    exact = share * base
    if award.share_rounding == "floor":
        places = exact.numerator // exact.denominator
    elif award.share_rounding == "ceil":
        places = -(-exact.numerator // exact.denominator)
    else:
        places = round_ratio(exact.numerator, exact.denominator, HALF_UP)
    left = f"{exact_text(share * 100)} % × {base} = {spoken(exact)}"
    return places, left if exact == places else f"{left} → {places}"
