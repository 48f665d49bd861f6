"""Keys that docs/formats/scheme.md adds to the contract: read, refused, doubted."""

import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from scoring.scheme.rules.parse import parse_scheme
from scoring.scheme.rules.warnings import list_warnings
from tests.unit.scoring.helpers import one_aspect
from tests.unit.scoring.test_scheme import ASPECT, AWARD, PENALTY, YES, faults_of

DOCS = Path(__file__).parents[3] / "docs" / "formats" / "scheme.md"
CARRIED = "[[components]]\ncode = 'T'\nmax = 100\ncarried = true\n"
ROW = "[[calculations]]\ncode = 'D'\nper_fault = 0.25\n"
CHOICES = "[[calculations]]\ncode = 'C'\nchoices = { '好' = 0, '差' = 0.75 }\n"
FAULTS = 'kind = "deduction"\nmax = 2\n'
MEDALS = "[medals]\n"
BY = "[[rankings]]\nname = '甲'\n"
LEVEL = "[[promotions]]\nname = '技师'\n"


def documented_scheme():
    """The sample of docs/formats/scheme.md with the keys it leaves out."""
    sample = re.findall(r"```toml\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)[0]
    head = 'format = "jiangcai-scheme/1"\n'
    passing = sample.replace('code = "P"\n', 'code = "P"\npass = 60\n', 1)
    return head + passing.replace("weight = 0.3\n", "weight = 0.3\npass = 60\n", 1)


def test_the_documented_sample_is_read():
    scheme = parse_scheme(documented_scheme())

    marked, carried, bonus = scheme.components
    faults, choice, time = marked.criteria[0].aspects
    assert scheme.max == 130
    assert (faults.per_fault, faults.max_faults) == (Fraction(1, 4), 4)
    assert dict(choice.options) == {"完好": 2, "部分": Fraction(7, 4), "缺失": 1.25}
    assert (faults.comment_below, faults.photo, time.timed) == (
        Fraction(1),
        "allowed",
        True,
    )
    assert carried.carried
    assert carried.carried_from is not None
    assert carried.carried_from.event == "理论预赛"
    assert bonus.bonus
    assert (scheme.penalties[0].cap, scheme.penalties[0].approver) == (
        Fraction(5),
        "裁判长",
    )
    assert scheme.medals is not None
    assert scheme.medals.all_names == ("金牌", "银牌", "铜牌", "优胜奖")
    assert scheme.tags == ("性别",)
    assert scheme.groupings[1].where["group"] == ("学生组", "青年组")
    assert scheme.promotions[0].not_promoted_since == date(2026, 1, 1)
    assert scheme.promotions[0].held == ("高级工", "")
    assert scheme.honours[0].conditions == ("无违纪记录",)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (one_aspect(FAULTS + "calculation = 'X'"), f"{ASPECT}.calculation"),
        (one_aspect(FAULTS + "calculation = 'C'", tail=CHOICES), None),
        (
            one_aspect(FAULTS + "calculation = 'D'\nper_fault = 1", tail=ROW),
            f"{ASPECT}.per_fault",
        ),
        (one_aspect(YES + "\ncalculation = 'D'", tail=ROW), f"{ASPECT}.calculation"),
        (one_aspect(YES, tail=ROW + ROW), "calculations[1].code"),
        (one_aspect(YES, tail=ROW + "choices = { 'a' = 1 }"), "calculations[0]"),
        (
            one_aspect(YES, tail=CHOICES + "max_faults = 1"),
            "calculations[0].max_faults",
        ),
        (
            one_aspect(
                YES, tail="[[calculations]]\ncode = 'C'\nchoices = { 'a' = -1 }"
            ),
            "calculations[0].choices",
        ),
        (one_aspect(YES + "\ncomment_below = 2"), f"{ASPECT}.comment_below"),
        (one_aspect(YES + "\ndisagreement = -1"), f"{ASPECT}.disagreement"),
        (one_aspect(YES + "\nphoto = 'maybe'"), f"{ASPECT}.photo"),
        (one_aspect(YES + "\ntimed = true"), f"{ASPECT}.timed"),
        (one_aspect(YES, component="bonus = true"), "components"),
        (one_aspect(YES, component="from = { event = 'x' }"), "components[0].from"),
        (one_aspect(YES, component="carried = true"), "components[0].criteria"),
        (one_aspect(YES, tail=CARRIED + "judges = 2"), "components[1].judges"),
        (one_aspect(YES, tail=CARRIED + "from = {}"), "components[1].from.event"),
        (
            one_aspect(YES, tail=PENALTY + "applies_to = 'total'\ncap = 0"),
            "penalties[0].cap",
        ),
        (one_aspect(YES, tail=MEDALS + "names = ['金', '银']"), "medals.names"),
        (one_aspect(YES, tail=MEDALS + "names = ['金', '银', '金']"), "medals.names"),
        (one_aspect(YES, tail=MEDALS + "of = 'scale'"), "medals.of"),
        (one_aspect(YES, tail=MEDALS + "tolerance = -1"), "medals.tolerance"),
        (one_aspect(YES, tail=MEDALS + "medallion = {}"), "medals.medallion.name"),
        (
            one_aspect(YES, tail=AWARD.replace("一", "金牌") + "count = 1\n" + MEDALS),
            "awards[0].name",
        ),
        (
            one_aspect(YES, tail=f"{AWARD}upto = '100%'\n{AWARD}count = 1"),
            "awards[1]",
        ),
        (one_aspect(YES, tail=BY), "rankings[0]"),
        (one_aspect(YES, tail=BY + "by = 'panel'"), "rankings[0].by"),
        (one_aspect(YES, tail=BY + "where = { age = 'x' }"), "rankings[0].where.age"),
        (one_aspect(YES, tail=BY + "where = { unit = [] }"), "rankings[0].where.unit"),
        (one_aspect(YES, tail=f"{BY}by='unit'\n{BY}by='team'"), "rankings[1].name"),
        (one_aspect(YES, tail=LEVEL + "ranks = [3, 1]"), "promotions[0].ranks"),
        (one_aspect(YES, tail=LEVEL + "ranks = [0, true]"), "promotions[0].ranks"),
        (one_aspect(YES, tail=LEVEL + "awards = ['x']"), "promotions[0].awards[0]"),
        (
            one_aspect(YES, tail=LEVEL + "require_pass = ['P']"),
            "promotions[0].require_pass[0]",
        ),
        (
            one_aspect(YES, tail=LEVEL + "min_age = 30\nmax_age = 20"),
            "promotions[0].min_age",
        ),
        (one_aspect(YES, tail=LEVEL + "held = []"), "promotions[0].held"),
        (one_aspect(YES, tail=LEVEL + "held = 'x'"), "promotions[0].held"),
        (
            one_aspect(YES, tail=LEVEL + "not_promoted_since = '2026-02-30'"),
            "promotions[0].not_promoted_since",
        ),
        (
            one_aspect(YES, tail="[[honours]]\nname = 'x'\nage = 3"),
            "honours[0].age",
        ),
    ],
)
def test_faults(text, where):
    assert (where or f"{ASPECT}.calculation") in faults_of(text)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (one_aspect('kind = "judgement"\nmax = 3'), f"{ASPECT}.descriptors"),
        (one_aspect(YES + "\ndisagreement = 1"), f"{ASPECT}.disagreement"),
        (one_aspect(YES, tail=ROW), "calculations[0]"),
        (one_aspect(YES, component="pass = 2"), "components[0].pass"),
        (
            one_aspect(YES, criterion="zero_component_below = 2"),
            "components[0].criteria[0].zero_component_below",
        ),
        (
            one_aspect(YES, tail=MEDALS + "medallion = { name = 'x', from = 1001 }"),
            "medals.medallion.from",
        ),
        (
            one_aspect(YES, tail=PENALTY + "applies_to = 'total'\ncap = 0.5"),
            "penalties[0].cap",
        ),
    ],
)
def test_warnings(text, where):
    assert where in [warning.where for warning in list_warnings(parse_scheme(text))]


def test_sections_are_known_and_add_to_the_full_mark():
    section = "[[sections]]\ncode = '1'\nmarks = 9\n"
    scheme = parse_scheme(one_aspect(YES + "\nsection = '2'", tail=section))

    doubts = [w.message for w in list_warnings(scheme) if w.where == "sections"]

    assert doubts == [
        "No section is called 2.",
        "The sections' marks add to 9 and the full mark is 1000.",
        "The aspects vary from the sections' marks by 10 in all.",
    ]


def test_a_full_mark_leaves_bonus_and_carried_criteria_alone():
    text = one_aspect(YES, head="full = 1.5").replace("max = 1000", "max = 1")
    carried = CARRIED.replace("100", "0.5")
    bonus = CARRIED.replace("T", "B").replace("carried = true", "bonus = true")
    criterion = "criteria = [{ code = 'B1', aspects = [{ code = 'B1.1', "
    bonus += criterion + "kind = 'yes_no', max = 1 }] }]"

    scheme = parse_scheme(text + carried + bonus)

    assert scheme.max == Fraction(3, 2)
    assert [c.code for c in scheme.carried] == ["T"]
