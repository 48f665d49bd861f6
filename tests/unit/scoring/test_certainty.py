"""How sure ranks are: the float shadow follows the engine, and says what it should."""

from fractions import Fraction

import numpy as np
import pytest

from scoring.marking.rules.facts import PRESENT, EntryFacts, Mark
from scoring.results.rules.certainty import find_certainty
from scoring.results.rules.resample import Draws, draw_totals
from scoring.results.rules.score import score
from scoring.results.rules.trace.make import Tracer
from scoring.scheme.rules.parse import parse_scheme
from tests.unit.scoring.generated import Case
from tests.unit.scoring.helpers import one_aspect
from tests.unit.scoring.test_second_scorer import facts_of

FIVE = 'kind = "score"\nmax = 100\njudges = 5\naggregate = "trimmed_mean"'


def sure(scheme, marks, facts=None, **more):
    facts = facts or [
        EntryFacts(entry=c) for c in dict.fromkeys(m.entry for m in marks)
    ]
    scoring = score(scheme, marks, facts)
    tracer = Tracer(scheme, facts, marks, scoring)
    return scoring, find_certainty(
        scheme, tracer.facts, tracer.values, scoring.results, seed=1, **more
    )


def marks_of(**rows):
    return [
        Mark(entry, "P1.1", f"J{judge}", value)
        for entry, values in rows.items()
        for judge, value in enumerate(values.split())
    ]


def test_the_real_panel_gives_the_real_totals():
    """Undrawn, floating point comes to the published totals of generated cases."""
    compared = 0
    for seed in range(150):
        case = Case(seed)
        scheme, facts = parse_scheme(case.text), [facts_of(row) for row in case.entries]
        marks = [Mark(*row) for row in case.marks]
        scoring = score(scheme, marks, facts)
        tracer = Tracer(scheme, facts, marks, scoring)
        present = [r for r in scoring.results if r.status == PRESENT]
        if not present:
            continue
        draws = Draws(
            scheme=scheme,
            facts=[tracer.facts[r.entry] for r in present],
            values=tracer.values,
            rounds=1,
            chance=None,
        )
        for result, total in zip(present, draw_totals(draws)[0], strict=True):
            assert float(result.total or 0) == pytest.approx(total, abs=1e-6), seed
            compared += 1
    assert compared > 300


def test_a_panel_of_one_mind_leaves_no_doubt():
    """Every rank is kept, shared ones too, by group and whatever breaks ties."""
    for seed in range(60):
        case = Case(seed)
        scheme = parse_scheme(case.text)
        facts = [facts_of(row) for row in case.entries]
        first: dict[tuple[str, str], str] = {}
        marks = [
            Mark(entry, aspect, judge, first.setdefault((entry, aspect), value))
            for entry, aspect, judge, value in case.marks
        ]
        _scoring, found = sure(scheme, marks, facts, rounds=3)
        kept = [c for c in found if c.kept == 100 and c.low == c.high == c.rank]
        ties = {tie.kind for tie in scheme.ranking.ties} - {"time", "component"}
        if not ties:
            assert kept == found, seed


def test_a_wide_lead_is_sure_and_a_hair_is_not():
    scheme = parse_scheme(one_aspect(FIVE))
    marks = marks_of(
        甲="90 91 92 93 94",
        乙="70 75 80 85 90",
        丙="70 75 80 85 89",
        丁="10 10 10 10 10",
    )

    _scoring, found = sure(scheme, marks)
    again = sure(scheme, marks)[1]

    by_entry = {c.entry: c for c in found}
    assert found == again
    assert (by_entry["甲"].kept, by_entry["丁"].kept) == (100, 100)
    assert (by_entry["甲"].low, by_entry["甲"].high) == (1, 1)
    for entry in "乙丙":
        assert by_entry[entry].kept < 70
        assert (by_entry[entry].low, by_entry[entry].high) == (2, 3)


def test_the_draws_have_the_spread_of_the_bootstrap():
    """Of a mean of n marks the draws vary by σ²/n, σ² taken over n (not n − 1)."""

    scheme = parse_scheme(
        one_aspect('kind = "score"\nmax = 100\njudges = 4\naggregate = "mean"')
    )
    values = {"甲": {"P1.1": {"A": "10", "B": "20", "C": "30", "D": "60"}}}
    draws = Draws(
        scheme=scheme,
        facts=[EntryFacts(entry="甲")],
        values=values,
        rounds=20_000,
        chance=np.random.default_rng(2),
    )

    totals = draw_totals(draws)[:, 0]

    expected = float(sum((Fraction(v) - 30) ** 2 for v in (10, 20, 30, 60)) / 4 / 4)
    assert totals.mean() == pytest.approx(30, abs=0.3)
    assert totals.var() == pytest.approx(expected, rel=0.05)
