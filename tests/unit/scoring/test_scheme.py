from fractions import Fraction
from pathlib import Path

import pytest

from scoring.scheme.rules.faults import SchemeError
from scoring.scheme.rules.numbers import format_number, round_to
from scoring.scheme.rules.parse import parse_scheme
from scoring.scheme.rules.totals import find_variations
from scoring.scheme.rules.warnings import list_warnings
from tests.unit.scoring.helpers import HEAD, one_aspect

EXAMPLES = Path(__file__).parents[3] / "scoring" / "scheme" / "examples"
ASPECT = "components[0].criteria[0].aspects[0]"
AWARD = "[[awards]]\nname = '一'\n"
PENALTY = "[[penalties]]\ncode = 'x'\npoints = 1\n"
YES = 'kind = "yes_no"\nmax = 1'
NAMES = (
    *("electrician", "fitter", "restaurant_service", "spot_welding"),
    *("turning", "web_technologies", "welding"),
)


def faults_of(text):
    with pytest.raises(SchemeError) as caught:
        parse_scheme(text)
    return {fault.where: fault.message for fault in caught.value.details}


@pytest.mark.parametrize("name", NAMES)
def test_examples_are_right_and_reach_the_full_mark(name):
    scheme = parse_scheme((EXAMPLES / f"{name}.scheme.toml").read_text("utf-8"))

    assert scheme.max == 100
    assert all(
        c.carried or c.max == sum(x.max for x in c.criteria) for c in scheme.components
    )


def test_web_technologies_varies_from_the_standard_by_72():
    text = (EXAMPLES / "web_technologies.scheme.toml").read_text("utf-8")
    scheme = parse_scheme(text)

    assert len(list(scheme.aspects)) == 220
    assert sum(v.variation for v in find_variations(scheme)) == 72


@pytest.mark.parametrize(
    ("aspect", "where", "message"),
    [
        ('kind = "maybe"\nmax = 1', "kind", "one of yes_no"),
        ("max = 1", "kind", "missing"),
        ('kind = "yes_no"', "max", "missing"),
        ('kind = "yes_no"\nmax = 0', "max", "above 0"),
        ('kind = "yes_no"\nmax = "1"', "max", "a number"),
        ('kind = "yes_no"\nmax = true', "max", "a number"),
        ('kind = "yes_no"\nmax = nan', "max", "a number"),
        ('kind = "yes_no"\nmax = 1e99', "max", "a number"),
        (YES + "\ncolour = 1", "colour", "Unknown key"),
        (YES + "\nmin = 0", "min", "kind yes_no"),
        (YES + "\njudges = 0", "judges", "at least 1"),
        (YES + "\njudges = 1.5", "judges", "whole number"),
        (YES + '\naggregate = "sum"', "aggregate", "one of agreed"),
        ('kind = "score"\nmax = 1\nmin = 1', "min", "above min"),
        ('kind = "deduction"\nmax = 1', "per_fault", "missing"),
        ('kind = "rank"\nmax = 1\nstep = 0', "step", "above 0"),
        ('kind = "choice"\nmax = 1', "options", "missing"),
        ('kind = "choice"\nmax = 1\noptions = {}', "options", "at least one"),
        (
            'kind = "choice"\nmax = 1\noptions = { "优" = 2 }',
            'options."优"',
            "at most 1",
        ),
        ('kind = "choice"\nmax = 1\noptions = 3', "options", "a table"),
        (
            'kind = "tolerance"\nmax = 1\nunit = 1\nper_unit = 1',
            "lower",
            "lower, upper or both",
        ),
        (
            'kind = "tolerance"\nmax = 1\nlower = 2\nupper = 1\nunit = 1\nper_unit = 1',
            "lower",
            "above upper",
        ),
        ('kind = "tolerance"\nmax = 1\nlower = 2\nper_unit = 1', "unit", "missing"),
        ('kind = "judgement"\nmax = 1\ndescriptors = ["a"]', "descriptors", "four"),
        (YES + '\njudges = 2\naggregate = "trimmed_mean"', "aggregate", "at least 3"),
        (
            YES + '\njudges = 4\naggregate = "closest_two"\ndrop = 2',
            "aggregate",
            "at least 5",
        ),
    ],
)
def test_faults_of_an_aspect(aspect, where, message):
    faults = faults_of(one_aspect(aspect))

    assert list(faults) == [f"{ASPECT}.{where}"]
    assert message in faults[f"{ASPECT}.{where}"]


@pytest.mark.parametrize(
    ("tail", "where"),
    [
        ("[ranking]\nties = ['component:Q desc']", "ranking.ties[0]"),
        ("[ranking]\nties = ['time asc', 'criterion:P9 asc']", "ranking.ties[1]"),
        ("[ranking]\nties = ['time']", "ranking.ties[0]"),
        ("[ranking]\nties = ['time asc', 'time desc']", "ranking.ties[1]"),
        ("[ranking]\nrequire_pass = ['Q']", "ranking.require_pass[0]"),
        ("[ranking]\nrequire_pass = ['P']", "ranking.require_pass[0]"),
        ("[ranking]\nper = 'unit'", "ranking.per"),
        ("[[awards]]\nname = '一'", "awards[0]"),
        ("[[awards]]\nname = '一'\ncount = 1\nshare = '10%'", "awards[0]"),
        ("[[awards]]\nname = '一'\ncount = 0", "awards[0].count"),
        ("[[awards]]\nname = '一'\nshare = '110%'", "awards[0].share"),
        ("[[awards]]\nname = '一'\nshare = 0.1", "awards[0].share"),
        (
            "[[awards]]\nname = '一'\ncount = 1\nrequire_pass = ['Z']",
            "awards[0].require_pass[0]",
        ),
        (
            "[[awards]]\nname = '一'\ncount = 1\n[[awards]]\nname = '一'\ncount = 1",
            "awards[1].name",
        ),
        (
            AWARD + "upto = '50%'\n[[awards]]\nname = '二'\nupto = '30%'",
            "awards[1].upto",
        ),
        (
            AWARD + "share = '60%'\n[[awards]]\nname = '二'\nshare = '50%'",
            "awards[1].share",
        ),
        ("[teams]\nmethod = 'best'", "teams.best"),
        ("[teams]\nmethod = 'points'", "teams.points"),
        ("[teams]\nmethod = 'sum'\nties = ['component:P desc']", "teams.ties[0]"),
        ("[scale]\nkind = 'olympic'", "scale.kind"),
        ("[panels]\ncorrection = 'mean'\nmin_entries = 0", "panels.min_entries"),
        (
            "[[penalties]]\ncode = 'x'\npoints = 1\napplies_to = 'Q'",
            "penalties[0].applies_to",
        ),
        (
            "[[penalties]]\ncode = 'x'\npoints = 1\napplies_to = 'P'\nlimit = 1",
            "penalties[0].over_limit",
        ),
        (
            PENALTY + "applies_to = 'total'\nlimit = 1\nover_limit = 'zero_component'",
            "penalties[0].over_limit",
        ),
        (
            "[[components]]\ncode = 'P'\nmax = 1\ncriteria = []",
            "components[1].criteria",
        ),
    ],
)
def test_faults_of_the_rest(tail, where):
    assert where in faults_of(one_aspect(YES, tail=tail))


@pytest.mark.parametrize(
    ("component", "where"),
    [
        ("weight = -1", "weight"),
        ("pass = 1001", "pass"),
        ('trim_scope = "all"', "trim_scope"),
        ('trim_scope = "criterion"', "aggregate"),
        (
            'trim_scope = "component"\naggregate = "trimmed_mean"\njudges = 2',
            "aggregate",
        ),
    ],
)
def test_faults_of_a_component(component, where):
    text = one_aspect(YES, component=component)
    if component.startswith("weight"):
        text = text.replace("weight = 1\n", "", 1)

    assert list(faults_of(text)) == [f"components[0].{where}"]


def test_wide_scopes_keep_the_aggregate_on_the_component():
    wide = 'trim_scope = "criterion"\naggregate = "mean"'
    text = one_aspect(YES + '\naggregate = "mean"', component=wide)

    assert list(faults_of(text)) == [f"{ASPECT}.aggregate"]


def test_all_faults_come_at_once():
    text = (
        'format = "jiangcai-scheme/2"\nfoo = 1\n'
        '[[components]]\ncode = "rank"\nmax = 0\n'
        '[[components.criteria]]\ncode = "a b"\nfloor = 3\ncap = 2\n'
        "[[components.criteria.aspects]]\nmax = 1\n"
        "[rounding]\ntotal = -1\nmode = 'up'\n"
    )

    assert faults_of(text).keys() == {
        "format",
        "foo",
        "components[0].max",
        "components[0].code",
        "components[0].criteria[0].code",
        "components[0].criteria[0].floor",
        f"{ASPECT}.kind",
        f"{ASPECT}.code",
        "rounding.total",
        "rounding.mode",
    }


@pytest.mark.parametrize("text", ["", "format = ", "a = 1\na = 2", "x = " + "9" * 5000])
def test_not_a_scheme(text):
    assert faults_of(text)


def test_full_mark():
    assert faults_of(one_aspect(YES, head="full = 100")) == {
        "full": "The components' max × weight add to 1000, not to 100.",
        "components[0].max": "The criteria reach 1 of 1000, not the full mark.",
    }


def test_codes_are_unique():
    double = YES + '\n[[components.criteria.aspects]]\ncode = "P1.1"\n' + YES

    assert list(faults_of(one_aspect(double))) == [
        "components[0].criteria[0].aspects[1].code"
    ]


@pytest.mark.parametrize(
    ("aspect", "where"),
    [
        (YES + '\njudges = 3\naggregate = "trimmed_mean"', f"{ASPECT}.aggregate"),
        ('kind = "choice"\nmax = 3\noptions = { "A" = 2 }', f"{ASPECT}.options"),
    ],
)
def test_warnings(aspect, where):
    warnings = [w.where for w in list_warnings(parse_scheme(one_aspect(aspect)))]

    assert where in warnings


def test_floats_of_the_file_stay_exact():
    scheme = parse_scheme("\ufeff" + one_aspect('kind = "yes_no"\nmax = 0.1'))

    assert next(iter(scheme.aspects)).max == Fraction(1, 10)


def test_defaults():
    minimal = (
        f'{HEAD}[[components]]\ncode = "T"\nmax = 5\n[[components.criteria]]\n'
        'code = "T1"\n[[components.criteria.aspects]]\ncode = "T1.1"\n'
        'kind = "yes_no"\nmax = 5\n'
    )
    scheme = parse_scheme(minimal)

    component = scheme.components[0]
    assert (component.name, component.weight) == ("T", Fraction(1))
    assert component.criteria[0].cap == 5
    assert scheme.ranking.unresolved == "share"
    assert scheme.rounding.total is None


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        ("87.5", 2, "87.50"),
        ("87.5", None, "87.5"),
        ("0", 2, "0.00"),
        ("-0.5", 1, "-0.5"),
        ("7/9", None, "0.7777777778"),
        ("1/8", 2, "0.125"),
        ("100000000000000000000000", None, "1" + "0" * 23),
        ("1/1000000000000", None, "0.000000000001"),
    ],
)
def test_numbers_are_printed_plainly(value, places, text):
    assert format_number(Fraction(value), places) == text


@pytest.mark.parametrize(
    ("value", "half_up", "half_even", "truncate"),
    [
        ("2.5", 3, 2, 2),
        ("3.5", 4, 4, 3),
        ("-2.5", -3, -2, -2),
        ("2.4999", 2, 2, 2),
        ("-0.6", -1, -1, 0),
    ],
)
def test_rounding(value, half_up, half_even, truncate):
    modes = {"half_up": half_up, "half_even": half_even, "truncate": truncate}

    assert {m: round_to(Fraction(value), 0, m) for m in modes} == modes


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (one_aspect(YES, criterion="cap = 5"), "components[0].criteria[0].cap"),
        (one_aspect(YES), "components[0].max"),
        (one_aspect(YES).replace("weight = 1", "weight = 0"), "components[0].weight"),
        (
            one_aspect(
                YES,
                component="trim_scope = 'component'\njudges = 3\n"
                "aggregate = 'trimmed_mean'",
            ),
            "components[0].aggregate",
        ),
        (
            one_aspect(YES, tail="[teams]\nmethod = 'points'\npoints = { '金奖' = 8 }"),
            "teams.points",
        ),
        (
            one_aspect(YES, tail="[[sections]]\ncode = '1'\nmarks = 5"),
            "sections",
        ),
    ],
)
def test_warnings_of_the_rest(text, where):
    assert where in [warning.where for warning in list_warnings(parse_scheme(text))]


def test_wide_scopes_need_the_same_judges_for_every_aspect():
    more = '\n[[components.criteria.aspects]]\ncode = "P1.2"\njudges = 2\n'
    text = one_aspect(
        YES + more + YES, component='trim_scope = "criterion"\naggregate = "mean"'
    )

    assert list(faults_of(text)) == ["components[0].judges"]


@pytest.mark.parametrize(
    ("tail", "where"),
    [
        ("[ranking]\nties = 'time asc'", "ranking.ties"),
        ("[ranking]\nties = 3", "ranking.ties"),
        ("[ranking]\nties = [3]", "ranking.ties[0]"),
        ("[ranking]\nties = [3, 'component:Z desc']", "ranking.ties[1]"),
        ("[scale]", "scale.kind"),
        ("[teams]\nbest = 3", "teams.method"),
        ("[teams]\nmethod = 'points'\npoints = { 'x' = -1 }", "teams.points"),
        ("[panels]\nmin_entries = 'x'", "panels.min_entries"),
        ("[rounding]\ntotal = 13", "rounding.total"),
        ("awards = 3", f"{ASPECT}.awards"),
        (PENALTY + "applies_to = 'total'\nstarted = 1", "penalties[0].started"),
    ],
)
def test_faults_of_shape(tail, where):
    assert where in faults_of(one_aspect(YES, tail=tail))


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("upto = '50%'\nof = 'entered'", "upto = '50%'"),
        ("upto = '50%'\nrequire_pass = ['P']", "upto = '50%'"),
        ("upto = '50%'\ntie_at_cut = 'exclude'", "upto = '50%'"),
        ("upto = '50%'\nshare_rounding = 'floor'", "upto = '50%'"),
        ("share = '100%'\nrequire_pass = ['P']", "share = '100%'"),
    ],
)
def test_an_award_may_take_what_one_above_it_leaves(above, below):
    tail = f"{AWARD}{above}\n[[awards]]\nname = '二'\n{below}"

    scheme = parse_scheme(one_aspect(YES, component="pass = 1", tail=tail))

    assert [award.name for award in scheme.awards] == ["一", "二"]


def test_a_floor_is_not_above_the_aspects_either():
    text = one_aspect('kind = "score"\nmax = 5', criterion="floor = 6")

    assert list(faults_of(text)) == ["components[0].criteria[0].floor"]


@pytest.mark.parametrize(
    ("text", "line"), [("a = 1\nb = [\n1,\n\n", "3"), ("a = 1\nb = \n", "2")]
)
def test_broken_toml_is_told_with_its_line(text, line):
    assert list(faults_of(text)) == [line]
