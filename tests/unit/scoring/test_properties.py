"""What holds of every scoring, whatever the scheme.

Each property is a function of an engine, so that it can also be seen to fail: on an
engine with a mistake that it is there to find. Where a property holds for some schemes
only, the function that makes a scheme one of them says for which, and the limits
themselves are shown by example.
"""

from dataclasses import replace
from fractions import Fraction
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from scoring.marking.rules import sums
from scoring.marking.rules.aggregate import aggregate_points
from scoring.marking.rules.book import list_gaps
from scoring.marking.rules.facts import PRESENT, Mark
from scoring.marking.rules.values import mark_points
from scoring.ranking.rules.ranks import rank_contenders
from scoring.results.rules import place, total
from scoring.results.rules.digest import digest_scoring
from scoring.results.rules.score import score
from scoring.scheme.rules.numbers import MODES, TRUNCATE, round_to
from scoring.scheme.rules.parse import parse_document, parse_scheme
from tests.unit.scoring.generated import Case
from tests.unit.scoring.helpers import score_totals
from tests.unit.scoring.test_second_scorer import facts_of
from tests.unit.scoring.wrong_engines import WRONG

seeds = st.integers(min_value=0, max_value=10**9)
# Draws come between scorings, so that a busy machine makes them look slow.
patient = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
quick = settings(patient, max_examples=100)
hunting = settings(
    patient,
    max_examples=1000,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
)
BEST = {
    "yes_no": "1",
    "deduction": "0",
    "tolerance": "10",
    "choice": "优",
    "rank": "1",
}


def parts(case):
    marks = [Mark(*row) for row in case.marks]
    return parse_document(case.document), marks, list(map(facts_of, case.entries))


def by_entry(scoring):
    return {result.entry: result for result in scoring.results}


def order_of_input_never_matters(engine, seed, data):
    scheme, marks, entries = parts(Case(seed))
    before = engine(scheme, marks, entries)

    marks = data.draw(st.permutations(marks))
    entries = data.draw(st.permutations(entries))

    assert engine(scheme, marks, entries) == before


def scoring_again_gives_the_same(engine, seed, data):
    """And leaves what it was given as it was."""
    case, other = parts(Case(seed)), parts(Case(data.draw(seeds)))
    before = digest_scoring(engine(*case))

    engine(*other)

    assert digest_scoring(engine(*case)) == before
    assert case == parts(Case(seed))


def with_monotone_rules(scheme):
    """Make it a scheme under which a better mark cannot lower a rank.

    That is one without a panel correction (a better mark lifts the panel's mean), with
    no mean of the two closest of three, and no tie key that prefers fewer points.
    """
    ties = tuple(
        tie if tie.kind == "time" else replace(tie, descending=True)
        for tie in scheme.ranking.ties
    )

    def tame(node):
        calm = "median" if node.aggregate == "closest_two" else node.aggregate
        return replace(node, aggregate=calm)

    return replace(
        scheme,
        panels=replace(scheme.panels, correction="none"),
        ranking=replace(scheme.ranking, ties=ties),
        components=tuple(
            replace(
                tame(part),
                criteria=tuple(
                    replace(c, aspects=tuple(map(tame, c.aspects)))
                    for c in part.criteria
                ),
            )
            for part in scheme.components
        ),
    )


def a_better_mark_never_lowers_a_rank(engine, seed, data):
    scheme, marks, entries = parts(Case(seed))
    scheme = with_monotone_rules(scheme)
    if not marks:
        return
    chosen = data.draw(st.sampled_from(marks))
    alone = data.draw(st.booleans())  # or the same aspect and others of the entry too
    better = list(marks)
    for aspect in scheme.aspects:
        if alone and aspect.code != chosen.aspect:
            continue
        cell = [m for m in marks if m[:2] == (chosen.entry, aspect.code)]
        mark = chosen if chosen in cell else cell[0]
        value = data.draw(st.sampled_from(list_better(aspect, mark, marks)))
        raised = cell if aspect.aggregate == "agreed" else [mark]
        better = [m._replace(value=value) if m in raised else m for m in better]

    before = by_entry(engine(scheme, marks, entries))[chosen.entry]
    after = by_entry(engine(scheme, better, entries))[chosen.entry]

    assert (after.total or 0) >= (before.total or 0)
    assert before.rank is None or after.rank <= before.rank


def list_better(aspect, chosen, marks):
    """Values that give at least the points of a mark, within what judges may give."""
    cell = [m.value for m in marks if m[:2] == chosen[:2]]
    if aspect.kind == "judgement":
        values = ["3"] if aspect.aggregate == "agreed" else [max(cell)]
    else:
        values = [BEST.get(aspect.kind, str(float(aspect.max)))]
        values += [m.value for m in marks if m.aspect == aspect.code]
    least = mark_points(aspect, chosen.value)
    return [v for v in values if mark_points(aspect, v) >= least]


def who_is_not_there_changes_nothing_else(engine, seed, data):
    """Unless shares are counted of the entered, or a team's mean over all members."""
    scheme, marks, entries = parts(Case(seed))
    awards = tuple(replace(award, of="ranked") for award in scheme.awards)
    scheme = replace(scheme, awards=awards)
    away = [replace(facts, team="") for facts in entries if facts.status != PRESENT]
    if not away:
        return
    gone = data.draw(st.sampled_from(away))
    others = [facts for facts in entries if facts.entry != gone.entry]
    place_at = data.draw(st.integers(0, len(others)))
    whole = [*others[:place_at], gone, *others[place_at:]]

    with_it = engine(scheme, marks, whole)
    without = engine(scheme, [m for m in marks if m.entry != gone.entry], others)

    assert tuple(r for r in with_it.results if r.entry != gone.entry) == without.results
    assert with_it.teams == without.teams
    assert with_it.rankings == without.rankings
    assert with_it.warnings == without.warnings


def equals_get_the_same(engine, seed, data):
    """A twin with the same marks and facts shares rank, award and points."""
    scheme, marks, entries = parts(Case(seed))
    one = data.draw(st.sampled_from(entries))
    twin = replace(one, entry=data.draw(st.sampled_from(["A", "E005", "Z"])))
    twins_marks = [m._replace(entry=twin.entry) for m in marks if m.entry == one.entry]

    found = by_entry(engine(scheme, [*marks, *twins_marks], [*entries, twin]))

    assert found[one.entry] == replace(found[twin.entry], entry=one.entry)


def weights_set_the_scale_only(engine, seed, data):
    """Every weight, and what counts on the total, times k: ranks stay, totals times k.

    Where the total is not rounded. The WorldSkills scale does not move at all.
    """
    scheme, marks, entries = parts(Case(seed))
    factor = Fraction(data.draw(st.integers(2, 9)), data.draw(st.integers(1, 7)))
    scheme = replace(scheme, rounding=replace(scheme.rounding, total=None))

    before = by_entry(engine(scheme, marks, entries))
    after = by_entry(engine(with_weights(scheme, factor), marks, entries))

    for code, result in before.items():
        other = after[code]
        assert (other.rank, other.tied_by) == (result.rank, result.tied_by)
        assert (other.scale, other.award) == (result.scale, result.award)
        if result.total is not None:
            assert other.total == result.total * factor


def with_weights(scheme, factor):
    def scaled(penalty):
        if penalty.applies_to != "total":
            return penalty
        cap = None if penalty.cap is None else penalty.cap * factor
        return replace(penalty, points=penalty.points * factor, cap=cap)

    medals = scheme.medals
    if medals is not None and medals.of == "total":
        last = medals.medallion
        medals = replace(
            medals,
            tolerance=medals.tolerance * factor,
            medallion=last and replace(last, start=last.start * factor),
        )
    return replace(
        scheme,
        medals=medals,
        penalties=tuple(map(scaled, scheme.penalties)),
        components=tuple(
            replace(part, weight=part.weight * factor) for part in scheme.components
        ),
    )


def takes_the_first_of_equals(*given_):
    """Give every entry a rank of its own, in the order of input."""

    def rank(contenders, ties, unresolved):
        found = {s.code: s for s in rank_contenders(contenders, ties, unresolved)}
        mine = sorted((found[c.code] for c in contenders), key=lambda s: s.rank)
        return [replace(s, rank=n) for n, s in enumerate(mine, start=1)]

    with patch.object(place, "rank_contenders", rank):
        return score(*given_)


def sorts_what_it_was_given(scheme, marks, entries):
    """Score rightly, and leave the caller's list in another order."""
    found = score(scheme, marks, entries)
    marks.sort()
    return found


def throws_away_what_is_over_the_cap(*given_):
    """Take a sum above the cap for a mistake of the judges, and count none of it."""

    def cut(criterion, points, vetoes):
        return (
            CUT(criterion, points, vetoes) if points <= criterion.cap else Fraction(0)
        )

    with patch.object(sums, "_cut", cut):
        return score(*given_)


def rounds_unasked(*given_):
    """Round totals to two places though the scheme does not."""

    def rounded(value, places, mode="half_up"):
        return round_to(value, 2 if places is None else places, mode)

    with patch.object(total, "round_to", rounded):
        return score(*given_)


CUT = sums._cut  # noqa: SLF001 - the right one
PROPERTIES = {
    order_of_input_never_matters: takes_the_first_of_equals,
    scoring_again_gives_the_same: sorts_what_it_was_given,
    a_better_mark_never_lowers_a_rank: throws_away_what_is_over_the_cap,
    who_is_not_there_changes_nothing_else: WRONG["counts the absent"],
    equals_get_the_same: WRONG["breaks a last tie by the code"],
    weights_set_the_scale_only: rounds_unasked,
}


def named(check):
    return check.__name__


@pytest.mark.parametrize("check", PROPERTIES, ids=named)
def test_it_holds(check):
    @quick
    @given(seeds, st.data())
    def trial(seed, data):
        check(score, seed, data)

    trial()


@pytest.mark.parametrize("check", PROPERTIES, ids=named)
def test_it_fails_on_a_mistake(check):
    @hunting
    @given(seeds, st.data())
    def trial(seed, data):
        check(PROPERTIES[check], seed, data)

    with pytest.raises(AssertionError):
        trial()


def test_a_better_mark_may_lower_the_mean_of_the_two_closest():
    """Why the property above leaves `closest_two` out: rule S-21 says so."""
    before = aggregate_points([Fraction(x) for x in (0, 5, 10)], "closest_two")
    after = aggregate_points([Fraction(x) for x in (1, 5, 10)], "closest_two")

    assert (before, after) == (Fraction(15, 2), Fraction(3))


def test_a_better_mark_may_lower_a_rank_where_panels_are_corrected():
    """A's panel gains, so that B, at the top of the scale, is passed by C and D."""
    tail = "[panels]\ncorrection = 'mean'\nmin_entries = 2"
    panels = {"A": "1", "B": "1", "C": "2", "D": "2"}
    before = score_totals({"A": 20, "B": 80, "C": 50, "D": 40}, tail=tail, panel=panels)
    after = score_totals({"A": 80, "B": 80, "C": 50, "D": 40}, tail=tail, panel=panels)

    assert before["B"].total - before["C"].total == 25
    assert after["B"].total == after["A"].total == 62.5
    assert after["C"].total == 67.5


@given(st.fractions(), st.integers(0, 6), st.sampled_from(MODES))
def test_what_is_rounded_stays(value, places, mode):
    once = round_to(value, places, mode)

    assert round_to(once, places, mode) == once
    assert abs(once - value) * 10**places < (
        1 if mode == TRUNCATE else Fraction(51, 100)
    )


@given(st.dictionaries(st.sampled_from("ABCDEFG"), st.integers(0, 9), min_size=1))
def test_ranks_of_the_ranks_are_the_ranks(totals):
    ranks = {code: r.rank for code, r in score_totals(totals).items()}
    again = score_totals({code: 100 - rank for code, rank in ranks.items()})

    assert {code: r.rank for code, r in again.items()} == ranks


@quick
@given(seeds, st.data())
def test_every_removed_mark_is_a_gap(seed, data):
    scheme, marks, entries = parts(Case(seed))
    scored = score(scheme, marks, entries).results
    present = {result.entry for result in scored if result.total is not None}
    lost = data.draw(st.sampled_from(marks))

    gaps = list_gaps(scheme, [mark for mark in marks if mark != lost], entries)

    expected = [(lost.entry, lost.aspect)] if lost.entry in present else []
    assert [(gap.entry, gap.aspect) for gap in gaps.missing] == expected


def test_gaps_and_rescores_are_listed_without_refusing():
    text = (
        'format = "jiangcai-scheme/1"\n[[components]]\ncode = "P"\nmax = 1\n'
        '[[components.criteria]]\ncode = "C"\n[[components.criteria.aspects]]\n'
        'code = "a"\nkind = "judgement"\nmax = 1\njudges = 3\n'
    )
    marks = [Mark("A", "a", f"J{n}", value) for n, value in enumerate("013")]
    marks += [Mark("B", "a", "J1", "2")]

    gaps = list_gaps(parse_scheme(text), marks)

    assert [(g.entry, g.judges, g.expected) for g in gaps.missing] == [
        ("B", ("J1",), 3)
    ]
    assert [dict(r.values) for r in gaps.rescores] == [{"J0": 0, "J1": 1, "J2": 3}]
    assert not gaps.is_complete
