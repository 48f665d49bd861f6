"""The tablet takes the values the server takes, and shows the points it computes.

`mark_points` is what the API, the import of files and the engine ask; the tablet asks
static/js/marking/points.js.
"""

from fractions import Fraction

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from scoring.marking.rules.values import MarkValueError, mark_points
from scoring.scheme.rules.tree import KINDS, Aspect
from scoring.sheets.queries import aspect_data

ASK = """async (cases) => {
  const { exactPoints, show } = await import("/static/js/marking/points.js");
  return cases.map(([aspect, value]) => {
    const found = exactPoints(aspect, value);
    return found && [String(found[0]), String(found[1]), show(found)];
  });
}"""

CLOCK = """async (times) => {
  const { otherSpelling } = await import("/static/js/marking/points.js");
  return times.map(otherSpelling);
}"""

sizes = st.decimals(0, 60, places=3).map(str)
steps = st.sampled_from(["0.01", "0.25", "0.03", "1", "1.5", "7"])
labels = st.sampled_from(["I", "优", "5"])
NASTY = [
    *(
        "",
        " ",
        "1.",
        ".5",
        "+1",
        "-0",
        "-1",
        "1e1",
        "NaN",
        "1,5",
        "٣",
        "３",
        "0x1",
        "1_0",
    ),
    *(
        "4",
        "007",
        "2.0",
        "2.50",
        "1:30",
        "0:09.5",
        "1:5",
        "9" * 30,
        "9" * 31,
        "0." + "0" * 29 + "1",
    ),
    *(
        "Y",
        "n",
        "是",
        "否",
        "yes",
        "I",
        "优",
        "\ufeff1",
        "\u00a01\u3000",
        "1\x85",
        "\x1c1",
    ),
]


@st.composite
def aspects(draw):
    kind = draw(st.sampled_from(KINDS))
    lower, upper = sorted(Fraction(draw(sizes)) for _ in range(2))
    side = draw(st.sampled_from(["both", "lower", "upper"]))
    full = Fraction(draw(st.sampled_from(["0.25", "1", "10", "15.5", "100"])))
    return Aspect(
        code="A",
        name="A",
        kind=kind,
        max=full,
        judges=1,
        aggregate="agreed",
        drop=1,
        min=draw(st.sampled_from([Fraction(0), Fraction(-1), full / 4])),
        per_fault=Fraction(draw(steps)),
        lower=None if side == "upper" else lower,
        upper=None if side == "lower" else upper,
        unit=Fraction(draw(steps)),
        per_unit=Fraction(draw(steps)),
        mode=draw(st.sampled_from(["step", "proportional", "all_or_nothing"])),
        options={draw(labels): full, "差": -full / 8},
        step=Fraction(draw(steps)),
        max_faults=draw(st.sampled_from([None, 0, 3])),
        timed=draw(st.booleans()),
    )


values = st.one_of(
    sizes,
    st.integers(-1, 130).map(str),
    st.sampled_from(NASTY),
    st.text(max_size=4).filter(
        lambda text: not any("\ud800" <= c <= "\udfff" for c in text)
    ),
)


@settings(
    max_examples=20,
    deadline=None,
    # A failing page is slow to shrink, and small as it is.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def _compare(page, data):
    cases = data.draw(st.lists(st.tuples(aspects(), values), min_size=20, max_size=60))

    answers = page.evaluate(ASK, [[aspect_data(a), value] for a, value in cases])

    for (aspect, value), answer in zip(cases, answers, strict=True):
        expected = _points(aspect, value)
        found = None if answer is None else Fraction(int(answer[0]), int(answer[1]))
        assert found == expected, (aspect, value)
        if expected is not None:
            assert abs(Fraction(answer[2]) - expected) <= Fraction(1, 20000)


def _points(aspect, value):
    try:
        return mark_points(aspect, value)
    except MarkValueError:
        return None


def test_the_tablet_and_the_server_agree_on_every_value(page_at):
    page = page_at(360, 740)
    page.goto("/results")

    _compare(page)

    times = ["1:05.3", "0:09", "12:00", "1:5", "65", "1:60", "65.30", "59", "3600"]
    assert page.evaluate(CLOCK, times) == [
        *("65.3", "9", "720", "", "1:05", "", "1:05.30", "", "60:00"),
    ]
