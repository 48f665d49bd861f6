"""Criteria, components, penalties and panels: single rules."""

from fractions import Fraction

import pytest

from scoring.marking.rules.facts import EntryFacts, Mark
from scoring.results.rules.score import score
from scoring.scheme.rules.parse import parse_scheme
from tests.unit.scoring.helpers import HEAD, one_aspect


def component(criteria, lines="max = 100"):
    return f'{HEAD}[[components]]\ncode = "P"\nweight = 1\n{lines}\n{criteria}'


def criterion(code, aspects, lines=""):
    head = f'[[components.criteria]]\ncode = "{code}"\n{lines}\n'
    return head + "".join(
        f'[[components.criteria.aspects]]\ncode = "{code}.{n}"\n{aspect}\n'
        for n, aspect in enumerate(aspects, start=1)
    )


def result_of(text, values, **facts):
    """Score one entry A; values: aspect → value, or one value per judge."""
    marks = [
        Mark("A", aspect, f"J{n}", value)
        for aspect, given in values.items()
        for n, value in enumerate([given] if isinstance(given, str) else given)
    ]
    scoring = score(parse_scheme(text), marks, [EntryFacts(entry="A", **facts)])
    return scoring.results[0]


@pytest.mark.parametrize(
    ("vetoes", "points"),
    [
        ((), 30),
        (("aspect:A.1",), 20),
        (("criterion:A",), 10),
        (("component:P",), 0),
        (("total",), 30),
    ],
)
def test_vetoes(vetoes, points):
    score_10 = 'kind = "score"\nmax = 10'
    text = component(criterion("A", [score_10] * 2) + criterion("B", [score_10]))

    result = result_of(text, {"A.1": "10", "A.2": "10", "B.1": "10"}, vetoes=vetoes)

    assert result.components["P"] == points
    assert result.total == (0 if vetoes == ("total",) else points)


@pytest.mark.parametrize(
    ("scope", "total"), [("aspect", "40/3"), ("criterion", "12"), ("component", "12")]
)
def test_trim_scopes_differ(scope, total):
    aspect = 'kind = "score"\nmax = 10'
    lines = f'max = 100\njudges = 5\naggregate = "trimmed_mean"\ntrim_scope = "{scope}"'
    values = {"A.1": ["1", "3", "9", "7", "8"], "A.2": ["9", "10", "8", "5", "3"]}

    result = result_of(component(criterion("A", [aspect] * 2), lines), values)

    # By aspect 6 + 22/3; the judges' sums are 10, 13, 17, 12 and 11.
    assert result.total == Fraction(total)


def test_floor_and_factor():
    text = component(
        criterion(
            "A", ['kind = "score"\nmax = 10\nmin = -10'], "floor = -4\nfactor = 0.5"
        )
        + criterion("B", ['kind = "score"\nmax = 10'])
    )

    assert result_of(text, {"A.1": "-9", "B.1": "10"}).total == 8


@pytest.mark.parametrize(
    ("mode", "total"),
    [("half_up", "0.13"), ("half_even", "0.12"), ("truncate", "0.12")],
)
def test_rounding_modes(mode, total):
    head = f'[rounding]\nmode = "{mode}"\ntotal = 2'

    result = result_of(
        one_aspect('kind = "score"\nmax = 10', head=head), {"P1.1": "0.125"}
    )

    assert result.total == Fraction(total)


@pytest.mark.parametrize(
    ("lines", "value", "total", "taken"),
    [
        ("unit = 1\npoints = 5", "2", 10, 10),
        ("unit = 300\npoints = 1", "599", 19, 1),
        ("unit = 1\npoints = 5", "9", 0, 20),
        ('points = 1\nlimit = 3\nover_limit = "zero_total"', "4", 0, 4),
    ],
)
def test_penalties_on_the_total(lines, value, total, taken):
    tail = f'[[penalties]]\ncode = "x"\napplies_to = "total"\n{lines}'
    text = one_aspect('kind = "score"\nmax = 100', tail=tail)

    result = result_of(text, {"P1.1": "20"}, penalties={"x": Fraction(value)})

    assert (result.total, result.penalty) == (total, taken)


def test_a_limit_disqualifies_and_then_needs_no_marks():
    tail = (
        '[[penalties]]\ncode = "x"\napplies_to = "total"\npoints = 1\nlimit = 3\n'
        'over_limit = "disqualify"'
    )
    text = one_aspect('kind = "score"\nmax = 100', tail=tail)

    result = result_of(text, {}, penalties={"x": Fraction(4)})

    assert (result.status, result.rank, result.total) == ("disqualified", None, None)


def test_panel_means_are_levelled():
    tail = '[panels]\ncorrection = "mean"\nmin_entries = 2'
    scheme = parse_scheme(one_aspect('kind = "score"\nmax = 1000', tail=tail))
    given = {
        "A": ("1", 90),
        "B": ("1", 80),
        "C": ("2", 70),
        "D": ("2", 60),
        "E": ("", 50),
    }
    marks = [Mark(code, "P1.1", "J", str(total)) for code, (_, total) in given.items()]
    entries = [EntryFacts(entry=c, panel=panel) for c, (panel, _) in given.items()]

    totals = {r.entry: r.total for r in score(scheme, marks, entries).results}

    # The mean of all is 70; panel 1 lies 15 above it, panel 2 5 below, E has none.
    assert totals == {"A": 75, "B": 65, "C": 75, "D": 65, "E": 50}


@pytest.mark.parametrize(
    ("judges", "passed"), [(["60"], True), (["59.994"], False), (["59.995"], True)]
)
def test_passing_is_asked_of_the_rounded_component(judges, passed):
    text = one_aspect(
        'kind = "score"\nmax = 100',
        component="pass = 60",
        head="[rounding]\ncomponent = 2",
    )

    assert result_of(text, {"P1.1": judges}).passed is passed
