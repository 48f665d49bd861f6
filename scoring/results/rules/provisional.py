"""A result before the carried points are known: while the codes are not decoded.

A carried score could tell whose work it is, so nobody who sees codes may see one. Until
the decoding the marked components are scored alone, and nothing is ranked by them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from scoring.marking.rules.facts import EntryFacts
from scoring.results.rules.score import Scoring
from scoring.scheme.rules.tree import Eligibility, Penalty, Ranking, Scheme

Carried = Mapping[str, Mapping[str, Fraction]]  # entry → component → points


def leave_out_carried(
    scheme: Scheme, facts: Iterable[EntryFacts]
) -> tuple[Scheme, list[EntryFacts]]:
    """Return scheme and facts without the carried components and what rests on them.

    Awards, medals, teams, scale, promotions and honours are left out as well: they need
    the whole total. A penalty on a carried component can still disqualify.
    """
    facts = list(facts)
    left_out = {component.code for component in scheme.carried}
    if not left_out:
        return scheme, facts
    vetoes = {f"component:{code}" for code in left_out}
    trimmed = replace(
        scheme,
        components=tuple(c for c in scheme.components if not c.carried),
        penalties=tuple(_trim_penalty(p, left_out) for p in scheme.penalties),
        ranking=_trim_ranking(scheme.ranking, left_out),
        awards=(),
        medals=None,
        teams=None,
        scale=None,
        groupings=(),
        promotions=(),
        honours=(),
    )
    return trimmed, [
        replace(
            fact,
            carried={},
            vetoes=tuple(veto for veto in fact.vetoes if veto not in vetoes),
        )
        for fact in facts
    ]


def _trim_penalty(penalty: Penalty, left_out: Collection[str]) -> Penalty:
    if penalty.applies_to not in left_out:
        return penalty
    keeps = penalty.over_limit != "zero_component"
    return replace(
        penalty,
        applies_to="total",
        points=Fraction(0),
        limit=penalty.limit if keeps else None,
        over_limit=penalty.over_limit if keeps else None,
    )


def _trim_ranking(ranking: Ranking, left_out: Collection[str]) -> Ranking:
    return replace(
        ranking,
        ties=tuple(
            tie
            for tie in ranking.ties
            if tie.kind != "component" or tie.code not in left_out
        ),
        require_pass=tuple(c for c in ranking.require_pass if c not in left_out),
    )


def without_places(scoring: Scoring) -> Scoring:
    """Return a scoring in which nobody is ranked; entries stand by their codes."""
    results = [
        replace(result, rank=None, tied_by="", passed=None)
        for result in scoring.results
    ]
    return replace(
        scoring, results=tuple(sorted(results, key=lambda r: (r.group, r.entry)))
    )


def carry_in(facts: Iterable[EntryFacts], carried: Carried) -> list[EntryFacts]:
    """Return the facts with the carried points of each entry."""
    return [replace(fact, carried=carried.get(fact.entry, {})) for fact in facts]


def use_group_codes(scheme: Scheme, codes: Mapping[str, str]) -> Scheme:
    """Return a scheme whose promotions, honours and rankings name groups by code.

    `codes` are by name; a scheme may use either.
    """
    return replace(
        scheme,
        promotions=tuple(_by_code(row, codes) for row in scheme.promotions),
        honours=tuple(_by_code(row, codes) for row in scheme.honours),
        groupings=tuple(
            replace(
                grouping,
                where={
                    column: tuple(codes.get(v, v) for v in values)
                    if column == "group"
                    else values
                    for column, values in grouping.where.items()
                },
            )
            for grouping in scheme.groupings
        ),
    )


def _by_code(row: Eligibility, codes: Mapping[str, str]) -> Eligibility:
    return replace(row, groups=tuple(codes.get(name, name) for name in row.groups))
