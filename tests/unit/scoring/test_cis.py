from fractions import Fraction

import pytest

from scoring.scheme.rules.cis import read_cis
from scoring.scheme.rules.cis_toml import write_cis_scheme
from scoring.scheme.rules.faults import SchemeError
from scoring.scheme.rules.parse import parse_scheme
from scoring.scheme.rules.warnings import list_warnings

HEAD = [
    *("Sub\nCriterion\nID", "Sub Criterion\nName or Description", "Day of Marking"),
    *("Aspect\nType\nM = Meas\nJ = Judg", "Aspect - Description", "Judg Score"),
    *("Extra Aspect Description", "Requirement", "WSOS Section", "Calculation Row"),
    "Max\nMark",
]


def aspect(kind, name, mark, extra=""):
    return ["", "", "", kind, name, "", extra, "", 1.0, "", mark]


ROWS = [
    ["焊接"],
    ["Section", "WSOS Marks", "", "WSOS Marks", "Aspect Marks", "Variation"],
    [1.0, "组织", "", 60.0, 50.0, 10.0],
    ["", "", "", "", "Total Variation", 10.0],
    [],
    ["ID", "Name", "Mark"],
    ["A", "外观", 2.0],
    [],
    HEAD,
    ["A1", "焊缝", 1.0],
    aspect("M", "余高", 0.5),
    ["", "", "", "", "背面"],
    aspect("M", "咬边", 1.0, "Deduct 0.25 per error"),
    aspect("J", "成形", 0.25),
    *[["", "", "", "", "", float(n), f"第{n}级"] for n in range(4)],
]


def test_reads_the_tree():
    cis = read_cis({"scheme": ROWS})

    scheme = parse_scheme(write_cis_scheme(cis, with_deductions=True))
    (component,) = scheme.components
    assert (component.code, component.name, component.max) == (
        "A",
        "外观",
        Fraction("1.75"),
    )
    assert component.criteria[0].day == "1"
    assert [(a.code, a.kind, a.section, a.description) for a in component.aspects] == [
        ("A1.M1", "yes_no", "1", ""),
        ("A1.M2", "deduction", "1", "背面 · Deduct 0.25 per error"),
        ("A1.J1", "judgement", "1", "背面"),
    ]
    assert list(component.aspects)[2].descriptors == (
        "第0级",
        "第1级",
        "第2级",
        "第3级",
    )
    assert "sections" in [warning.where for warning in list_warnings(scheme)]


UNIT = "DEDUCTION_TYPE:::#x~x#UNIT#-#"
STEPS = UNIT + "TARGET_VALUE:::0E-8#x~x##-#DIFFERENCE:::1.00000000#x~x##-#"
FAULTS = STEPS + "DIFFERENCE_TYPE:::#x~x#UNIT#-#DEDUCTION:::0.25000000#x~x#"
LABELS = (
    UNIT + "CHOICE2_DEDUCTION:::0.50000000#x~x##-#CHOICE2_LABEL:::#x~x#部分#-#"
    "CHOICE1_LABEL:::#x~x#完好#-#CHOICE1_DEDUCTION:::0E-8#x~x#"
)
CALCULATIONS = [
    ["Deduct .25", "REGULAR_DIFFERENCE_DEDUCTION", True, FAULTS],
    ["B4.M5", "CHOICE", True, LABELS],
    ["Target 5", "REGULAR_DIFFERENCE_DEDUCTION", True, FAULTS.replace("0E-8", "5")],
    ["Odd", "TIME_BONUS", True, ""],
]


def test_calculation_rows_are_taken_over_and_linked_where_the_export_says():
    linked = [list(row) for row in ROWS]
    linked[10][9], linked[12][9] = "Deduct .25", "B4.M5"

    cis = read_cis({"scheme": linked, "Calculations": CALCULATIONS})
    scheme = parse_scheme(write_cis_scheme(cis))

    first, second, _judged = scheme.aspects
    assert [row.is_read for row in cis.calculations] == [True, True, False, False]
    assert (first.kind, first.per_fault) == ("deduction", Fraction(1, 4))
    assert (second.kind, dict(second.options)) == (
        "choice",
        {"完好": Fraction(1), "部分": Fraction(1, 2)},
    )
    unlinked = parse_scheme(
        write_cis_scheme(read_cis({"scheme": ROWS, "Calculations": CALCULATIONS}))
    )
    doubts = [warning.where for warning in list_warnings(unlinked)]
    assert {"calculations[0]", "calculations[1]"} <= set(doubts)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (aspect("X", "余高", 0.5), "not M or J"),
        (aspect("M", "余高", "half"), "half is not a number"),
        (aspect("M", "余高", "1e999999999"), "1e999999999 is not a number"),
        (aspect("M", "余高", ""), "An empty cell is not a number"),
        (["", "", "", "", "", 1.0, "text"], "under no judgement aspect"),
    ],
)
def test_faults_name_their_row(row, message):
    rows = [*ROWS[:11], row]

    with pytest.raises(SchemeError, match=message) as caught:
        read_cis({"scheme": rows})

    assert [fault.where for fault in caught.value.details] == ["12"]


@pytest.mark.parametrize("sheets", [{}, {"a": []}, {"a": [["x"]]}, {"a": ROWS[:10]}])
def test_other_workbooks(sheets):
    with pytest.raises(SchemeError, match="No sub-criterion"):
        read_cis(sheets)
