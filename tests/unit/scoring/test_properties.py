"""What holds of every scoring, whatever the scheme."""

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.marking.rules.book import list_gaps
from scoring.marking.rules.facts import EntryFacts, Mark
from scoring.results.rules.score import score
from scoring.scheme.rules.parse import parse_scheme
from tests.unit.scoring.generated import Case
from tests.unit.scoring.helpers import score_totals, totals_scheme
from tests.unit.scoring.test_second_scorer import facts_of

seeds = st.integers(min_value=0, max_value=10**9)
quick = settings(max_examples=100, deadline=None)
codes = st.sampled_from("ABCDEFG")
totals = st.dictionaries(codes, st.integers(0, 12), min_size=1)
TAILS = st.sampled_from(
    [
        "[ranking]\nties = ['time asc']",
        "[ranking]\nunresolved = 'dense'",
        "[ranking]\nties = ['aspect:P1.1 asc']\nunresolved = 'decide'",
    ]
)


def parts(case):
    marks = [Mark(*row) for row in case.marks]
    return parse_scheme(case.text), marks, [facts_of(row) for row in case.entries]


@quick
@given(seeds, st.randoms())
def test_order_of_input_never_matters(seed, shuffler):
    scheme, marks, entries = parts(Case(seed))
    before = score(scheme, marks, entries)

    shuffler.shuffle(marks)
    shuffler.shuffle(entries)

    assert score(scheme, marks, entries) == before


@quick
@given(seeds)
def test_scoring_twice_gives_the_same(seed):
    given_ = parts(Case(seed))

    assert score(*given_) == score(*given_)


@quick
@given(totals, TAILS)
def test_removing_an_absent_entry_changes_nothing_else(given_totals, tail):
    scheme = totals_scheme(tail=tail + "\n[[awards]]\nname = '一'\nshare = '30%'")
    marks = [Mark(c, "P1.1", "J", str(t)) for c, t in given_totals.items()]
    entries = [EntryFacts(entry=c) for c in given_totals]
    absent = EntryFacts(entry="Z", status="absent")

    with_absent = score(scheme, marks, [*entries, absent]).results

    assert with_absent[:-1] == score(scheme, marks, entries).results


@quick
@given(totals, TAILS)
def test_equals_share_a_rank(given_totals, tail):
    results = score_totals(given_totals, tail=tail)

    for one in results.values():
        for other in results.values():
            assert (one.rank == other.rank) == (one.total == other.total)
            assert (one.rank < other.rank) == (one.total > other.total)


@quick
@given(totals, TAILS, st.integers(1, 12), st.data())
def test_a_higher_mark_never_lowers_a_rank(given_totals, tail, more, data):
    code = data.draw(st.sampled_from(sorted(given_totals)))
    before = score_totals(given_totals, tail=tail)
    raised = given_totals | {code: given_totals[code] + more}

    after = score_totals(raised, tail=tail)

    assert after[code].rank <= before[code].rank


@quick
@given(totals, st.integers(2, 9))
def test_ranks_do_not_depend_on_the_scale_of_marks(given_totals, factor):
    larger = {code: total * factor for code, total in given_totals.items()}

    before, after = score_totals(given_totals), score_totals(larger)

    assert {c: r.rank for c, r in before.items()} == {
        c: r.rank for c, r in after.items()
    }


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
