"""Rules of innovation projects and trainings."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from talentpool.growth.rules.innovations import (
    Part,
    Work,
    faults,
    kind_in_dossier,
    ranked,
)
from talentpool.growth.rules.trainings import (
    hours_text,
    is_mark,
    minutes_of,
    read_rows,
)
from tests.factories.people import made_up_id

TODAY = date(2026, 5, 1)
NUMBER = made_up_id(1)
LEAD = Part(name="王五", role="lead", method_name="")
WORK = Work(
    kind="innovation",
    parts=[LEAD],
    papers=1,
    began_on=date(2025, 9, 1),
    finished_on=date(2026, 3, 1),
    benefit_yuan=None,
    benefit_from=None,
    benefit_to=None,
    benefit_confirmed_by="",
)


def test_a_whole_project_lacks_nothing():
    assert faults(WORK, TODAY) == []
    named = replace(LEAD, method_name="王五操作法")
    assert faults(replace(WORK, kind="method", parts=[named]), TODAY) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"parts": []}, "lead"),
        ({"parts": [LEAD, LEAD]}, "lead"),
        ({"kind": "method"}, "method"),
        ({"parts": [replace(LEAD, method_name="王五操作法")]}, "namesake"),
        (
            {"kind": "method", "parts": [replace(LEAD, method_name="快换操作法")]},
            "name",
        ),
        ({"papers": 0}, "paper"),
        ({"finished_on": date(2026, 5, 2)}, "future"),
        ({"began_on": date(2026, 3, 2)}, "days"),
        ({"benefit_yuan": 120_000}, "benefit"),
    ],
)
def test_each_fault_has_its_code(changes, code):
    assert faults(replace(WORK, **changes), TODAY) == [code]


def test_a_benefit_needs_a_period_that_does_not_run_backwards():
    whole = replace(
        WORK,
        benefit_yuan=1,
        benefit_from=date(2026, 1, 1),
        benefit_to=date(2026, 1, 1),
        benefit_confirmed_by="财务科",
    )
    assert faults(whole, TODAY) == []
    assert faults(replace(whole, benefit_to=date(2025, 12, 31)), TODAY) == ["period"]


def test_all_faults_are_told_at_once():
    bare = replace(WORK, parts=[], papers=0, benefit_yuan=1, kind="method")
    assert faults(bare, TODAY) == ["lead", "method", "paper", "benefit"]


def test_authors_stand_in_order_of_role_and_then_of_naming():
    assert ranked(["adviser", "participant", "lead", "participant"]) == [2, 1, 3, 0]


def test_a_dossier_knows_five_kinds():
    assert kind_in_dossier("cooperation") == kind_in_dossier("invention")
    assert kind_in_dossier("method") == "method"


def rows(*lines):
    return [line.split(",") for line in lines]


def read(*lines):
    words = {"": "", "合格": "passed", "不合格": "failed"}
    return read_rows(rows(*lines), minutes=480, results=words, today=TODAY)


def test_a_list_is_read_with_or_without_a_heading():
    right = f"王五,{NUMBER},13800000000,4.5,合格,91.5"
    found, wrong = read("姓名,身份证号,手机,学时,结果,成绩", right, ",,", "")

    assert wrong == []
    [one] = found
    assert (one.row, one.minutes, one.result, one.mark) == (2, 270, "passed", "91.5")
    assert [a.minutes for a in read(f"王五,{NUMBER}")[0]] == [480]


def test_all_faults_of_all_rows_are_told_at_once():
    found, wrong = read(
        f"王五,{NUMBER}",
        "王五2,123,1,0.2,也许,-1",
        f"李四,{NUMBER}",
        ",,,,,",
        f"赵六,{NUMBER[:-1]}",
    )

    assert [a.name for a in found] == ["王五"]
    assert [(f.row, f.column) for f in wrong] == [
        *((2, c) for c in ("name", "id_number", "phone", "hours", "result", "mark")),
        (3, "id_number"),
        (5, "id_number"),
    ]
    assert (wrong[6].code, wrong[6].value) == ("twice", "1")


@pytest.mark.parametrize(
    ("hours", "minutes"),
    [("0.5", 30), ("8", 480), ("0", None), ("0.3", None), ("1000.5", None)],
)
def test_hours_are_whole_or_half(hours, minutes):
    assert minutes_of(Decimal(hours)) == minutes


def test_hours_are_written_plainly():
    assert [hours_text(m) for m in (30, 480, 6000, 0)] == ["0.5", "8", "100", "0"]


@pytest.mark.parametrize("text", ["0", "99.95", "1000"])
def test_marks(text):
    assert is_mark(text)


@pytest.mark.parametrize("text", ["-1", "1000.01", "9.999", "A", "NaN", "Infinity"])
def test_no_marks(text):
    assert not is_mark(text)
