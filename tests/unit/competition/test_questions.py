"""Questions of an event: what is shown, kept and refused, and how a form changes."""

import json
import subprocess
from itertools import product
from pathlib import Path

import pytest

from competition.questions.rules import (
    Choice,
    Question,
    find_faults,
    keep_shown,
    list_shown,
    move,
    new_code,
    put,
    read_form,
    take_out,
    values_of,
    write_form,
)
from scripts.install import find_node

SCRIPT = Path(__file__).parent / "questions.mjs"
MEAL = Question(
    code="q1",
    kind="choice",
    label="用餐",
    required=True,
    choices=(Choice("c1", "普通"), Choice("c2", "清真")),
)
ALLERGY = Question(
    code="q2", kind="text", label="忌口", shown_if=("q1=c2",), required=True
)
WORKERS = Question(code="q3", kind="yes_no", label="住宿", shown_if=("group=worker",))
ROOM = Question(
    code="q4",
    kind="choices",
    label="房间",
    choices=(Choice("c1", "单人"), Choice("c2", "双人")),
    shown_if=("q3=yes", "sex=2"),
)
YOUNG = Question(
    code="q5", kind="number", label="身高", low="100", high="220.5", age_high=22
)
FORM = (MEAL, ALLERGY, WORKERS, ROOM, YOUNG)
WOMAN = {"group": "worker", "sex": "2", "age": "22"}
MAN = {"group": "student", "sex": "1", "age": "23"}


def codes(answers, facts):
    return [question.code for question in list_shown(FORM, answers, facts)]


def test_a_question_is_shown_by_answers_before_it_and_by_facts():
    assert codes({}, MAN) == ["q1"]
    assert codes({"q1": "c2"}, MAN) == ["q1", "q2"]
    assert codes({"q3": "yes"}, WOMAN) == ["q1", "q3", "q4", "q5"]
    assert codes({"q3": "yes"}, {**WOMAN, "sex": "1"}) == ["q1", "q3", "q5"]
    assert codes({}, {"group": "", "sex": "", "age": ""}) == ["q1"]


def test_what_is_hidden_counts_as_unanswered_for_those_behind_it():
    # The answer to a question that is hidden by now opens nothing.
    assert codes({"q3": "yes"}, MAN) == ["q1"]


def test_only_what_is_shown_is_kept_and_needed():
    sent = {"q1": "c1", "q2": "花生", "q3": "yes", "q9": "x"}

    assert keep_shown(FORM, sent, MAN) == {"q1": "c1"}
    assert find_faults(FORM, {"q1": "c1"}, MAN) == {}
    assert find_faults(FORM, {"q1": "c2"}, MAN) == {"q2": "missing"}
    assert find_faults(FORM, {}, MAN) == {"q1": "missing"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", ""),
        ("100", ""),
        ("220.5", ""),
        ("99.9", "low"),
        ("220.51", "high"),
        ("二百", "number"),
        ("NaN", "number"),
        ("1e999999999", "number"),
    ],
)
def test_numbers_have_limits(text, fault):
    found = find_faults((YOUNG,), {"q5": text}, WOMAN)

    assert found == ({"q5": fault} if fault else {})


@pytest.mark.parametrize(
    ("question", "text", "fault"),
    [
        (MEAL, "c3", "choice"),
        (MEAL, "c1 c2", "choice"),
        (ROOM, "c1 c2", ""),
        (ROOM, "c1 c3", "choice"),
        (WORKERS, "maybe", "choice"),
        (Question(code="q6", kind="date", label="x"), "2026-02-30", "date"),
        (Question(code="q6", kind="date", label="x"), "20260228", "date"),
        (Question(code="q6", kind="date", label="x"), "2026-02-28", ""),
    ],
)
def test_answers_are_of_their_kind(question, text, fault):
    bare = Question(
        code=question.code, kind=question.kind, label="x", choices=question.choices
    )

    found = find_faults((bare,), {bare.code: text}, WOMAN)

    assert found == ({bare.code: fault} if fault else {})


def test_a_form_comes_back_as_it_was_written():
    assert read_form(write_form(FORM)) == FORM


def test_conditions_on_what_is_gone_or_stands_behind_go_too():
    assert take_out(FORM, "q1")[0].shown_if == ()
    swapped = move(FORM, "q2", -1)
    assert [question.code for question in swapped[:2]] == ["q2", "q1"]
    assert swapped[0].shown_if == ()
    fewer = put(FORM, Question(code="q1", kind="text", label="用餐"))
    assert fewer[1].shown_if == ()
    assert fewer[3].shown_if == ("q3=yes", "sex=2")


def test_a_code_is_never_used_again():
    assert new_code(FORM) == "q6"
    assert new_code(FORM[:2], used={"q3", "q4"}) == "q5"
    assert move(FORM, "q1", -1) == FORM
    assert move(FORM, "q5", 1) == FORM


def test_the_browser_shows_the_same_questions():
    said = {"q1": ("", "c1", "c2"), "q3": ("", "yes", "no")}
    cases = [
        ({"q1": meal, "q3": stay}, {"group": group, "sex": sex, "age": age})
        for meal, stay, group, sex, age in product(
            said["q1"],
            said["q3"],
            ("", "worker", "student"),
            ("", "1", "2"),
            ("", "22", "23"),
        )
    ]
    boxes = [
        {
            "question": question.code,
            "shownIf": "|".join(question.shown_if),
            "ageLow": "" if question.age_low is None else str(question.age_low),
            "ageHigh": "" if question.age_high is None else str(question.age_high),
            "values": values_of(question),
        }
        for question in FORM
    ]
    lines = [
        json.dumps({"boxes": boxes, "answers": answers, "facts": facts})
        for answers, facts in cases
    ]
    out = subprocess.run(
        [find_node(), SCRIPT],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    shown = [json.loads(line) for line in out.splitlines()]
    assert shown == [codes(answers, facts) for answers, facts in cases]
