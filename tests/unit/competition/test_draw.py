"""The draw of lots: known answers, evenness, and a second implementation."""

import hashlib
import json
import math
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from itertools import islice, permutations
from types import ModuleType

import pytest

from competition.draw import rules
from competition.draw.rules import Contribution, Deal, PublicDraw
from config import ROOT

SECRET = bytes(range(32))
CALLED = (
    Contribution("leader", "A", "7"),
    Contribution("leader", "B", "42"),
    Contribution("dice", "S", "01234567890123456789"),
)
SEED = "036421d7e0dda29f62dbe1eec27238d801d627e11bc6ba75bf49d9de33069911"
DOCUMENT = ROOT / "docs" / "rules" / "draw.md"
PROGRAM = ROOT / "static" / "verify_draw.txt"


def numbered(count: int) -> tuple[str, ...]:
    return tuple(f"{number:03d}" for number in range(1, count + 1))


def make_deal(**values) -> Deal:
    values.setdefault("subject", "e/contest_no/1")
    values.setdefault("items", ("a", "b", "c"))
    if not values.get("code_length"):
        values.setdefault("targets", numbered(len(values["items"])))
    return Deal(**values)


def make_draw(deal: Deal, *, revealed: bool = True) -> PublicDraw:
    seed = rules.seed(SECRET, CALLED)
    result = rules.outcome(deal, seed)
    digest = rules.secret_digest(SECRET)
    return PublicDraw(
        deal=deal,
        algorithm=deal.algorithm,
        secret_digest=digest,
        commitment=rules.commitment(deal, digest),
        contributions=CALLED,
        result_digest=rules.result_digest(result, seed),
        secret=SECRET.hex() if revealed else "",
        seed=seed.hex() if revealed else "",
        result=result if revealed else {},
    )


def sceptics_program() -> ModuleType:
    """Return the program that outsiders download, as a module."""
    module = ModuleType("verify_draw")
    exec(compile(PROGRAM.read_text(), PROGRAM, "exec"), module.__dict__)  # noqa: S102
    return module


def test_the_program_stands_in_the_document():
    printed = re.search(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)

    assert printed is not None
    assert printed[1] == PROGRAM.read_text()


def test_the_program_runs_on_its_own(tmp_path):
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(rules.as_json(make_draw(make_deal())))
    bad.write_text(rules.as_json(altered(seed="00" * 32)))

    runs = [
        subprocess.run(
            [sys.executable, "-I", PROGRAM, file],
            capture_output=True,
            text=True,
            check=False,
        )
        for file in (good, bad)
    ]

    assert [run.returncode for run in runs] == [0, 1]
    assert runs[0].stdout.count("PASS") == 6
    assert "FAIL seed" in runs[1].stdout


def test_known_answers():
    seed = rules.seed(SECRET, CALLED)
    deal = make_deal()
    result = rules.outcome(deal, seed)

    assert seed.hex() == SEED
    assert list(islice(rules.words(seed), 3)) == [2417426259, 846324701, 3184797512]
    assert rules.shuffle("1234567", rules.words(seed)) == list("7512364")
    assert rules.make_codes(3, 4, rules.words(seed)) == ["RVKM", "QHXC", "QDJV"]
    assert result == {"a": "003", "b": "002", "c": "001"}
    assert rules.list_digest(deal) == (
        "d911cc8779010a25ed0296be56564217faeca7fe95d286943818aa6977ae9c43"
    )
    assert rules.commitment(deal, rules.secret_digest(SECRET)) == (
        "8692f639561b3cf4650fff61ef640814065e59da7e71a3d843dbefa2c3a255e8"
    )
    assert rules.result_digest(result, seed) == (
        "4b6ab0a89659a63535a96fff3d68dffe9527e115429a1a7ebfec69c078aa2983"
    )


def test_known_answers_stand_in_the_document():
    text = DOCUMENT.read_text()

    for value in (SEED, "2417426259, 846324701", "7 5 1 2 3 6 4", "RVKM QHXC QDJV"):
        assert value in text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(("ab", "c"), ("a", "bc"), id="a letter moves over"),
        pytest.param(("a", ""), ("a",), id="an empty part counts"),
        pytest.param(("1:a,",), ("a",), id="a part that looks like a frame"),
        pytest.param((), ("",), id="nothing and an empty part"),
    ],
)
def test_different_lists_make_different_bytes(one, other):
    assert rules.frame(*one) != rules.frame(*other)


def test_the_dice_come_last_and_order_counts():
    dice_first = (CALLED[2], CALLED[0], CALLED[1])
    swapped = (CALLED[1], CALLED[0], CALLED[2])

    assert rules.seed(SECRET, dice_first).hex() == SEED
    assert rules.seed(SECRET, swapped).hex() != SEED


@pytest.mark.parametrize(
    ("values", "faults"),
    [
        pytest.param([], ["too_few_digits"], id="nobody called"),
        pytest.param([("leader", "12345")], ["too_few_digits"], id="five digits"),
        pytest.param([("leader", "123456")], [], id="six digits"),
        pytest.param([("leader", "1"), ("leader", "23456")], [], id="six in all"),
        pytest.param([("leader", "12345x")], ["not_digits"], id="a letter"),
        pytest.param([("leader", "１２３４５６")], ["not_digits"], id="full width"),
        pytest.param([("leader", "1" * 41)], ["not_digits"], id="too long"),
        pytest.param(
            [("leader", ""), ("dice", "123456")], ["not_digits"], id="an empty one"
        ),
        pytest.param(
            [("dice", "123456"), ("dice", "123456")], ["two_dice"], id="rolled twice"
        ),
    ],
)
def test_what_may_be_called(values, faults):
    given = [Contribution(kind, "A", value) for kind, value in values]

    assert rules.contribution_faults(given) == faults


def test_numbers_of_the_last_incomplete_run_are_thrown_away():
    top = 2**32

    assert rules.below(3, iter([top - 1, 5])) == 2  # 2³² = 3 · 1431655765 + 1
    assert rules.below(3, iter([top - 2])) == 2
    assert rules.below(7, iter([top - 1, top - 4, 8])) == 1  # 2³² mod 7 = 4
    assert rules.below(7, iter([top - 5])) == 6
    assert rules.below(1, iter([top - 1])) == 0


def drawn(count: int, draws: int) -> list[tuple[str, ...]]:
    """Return the outcomes of many draws with seeds that are all different and fixed."""
    return [
        tuple(
            rules.shuffle(numbered(count), rules.words(hashlib.sha256(seed).digest()))
        )
        for seed in (b"evenness %d" % i for i in range(draws))
    ]


def test_each_order_of_three_is_as_likely():
    draws = 12_000
    seen = Counter(drawn(3, draws))
    expected = draws / math.factorial(3)

    chi_square = sum(
        (seen[order] - expected) ** 2 / expected for order in permutations(numbered(3))
    )

    assert chi_square < 20.515  # p = 0.001 at 5 degrees of freedom


def test_each_place_of_seven_is_as_likely():
    draws = 14_000
    seen = Counter(
        (place, number)
        for order in drawn(7, draws)
        for place, number in enumerate(order)
    )
    expected = draws / 7

    chi_square = sum((n - expected) ** 2 / expected for n in seen.values())

    # The 49 counts have 36 free ones; their sum of squares is 7/6 too large.
    assert len(seen) == 49
    assert chi_square * 6 / 7 < 67.985  # p = 0.001 at 36 degrees of freedom


def test_every_item_gets_a_target_of_its_own_and_some_may_stay():
    deal = make_deal(items=numbered(40), targets=numbered(50))

    result = rules.outcome(deal, bytes.fromhex(SEED))

    assert sorted(result) == list(numbered(40))
    assert len(set(result.values())) == 40
    assert set(result.values()) <= set(numbered(50))


@pytest.mark.parametrize(
    "deal",
    [
        pytest.param(make_deal(items=("a", "a")), id="an item twice"),
        pytest.param(make_deal(targets=("1", "2")), id="too few targets"),
        pytest.param(make_deal(targets=("1", "2", "2")), id="a target twice"),
    ],
)
def test_impossible_lots_are_refused(deal):
    with pytest.raises(ValueError, match=r"twice|target"):
        rules.outcome(deal, bytes.fromhex(SEED))


def test_work_codes_are_different_and_easy_to_read():
    count = 1000
    length = rules.code_length(count)

    codes = rules.make_codes(count, length, rules.words(bytes.fromhex(SEED)))

    assert len(set(codes)) == count
    assert {len(code) for code in codes} == {5}
    assert rules.code_length(500) == 4
    assert all(code[0] in rules.CODE_FIRST for code in codes)
    assert set("".join(codes)) == set(rules.CODE_REST)
    assert not set(rules.CODE_REST) & set("AEIOULSZB01258")


@pytest.mark.parametrize(
    "deal",
    [
        pytest.param(make_deal(), id="numbers"),
        pytest.param(make_deal(items=numbered(9), code_length=4), id="codes"),
        pytest.param(
            make_deal(items=("焊工", "钳工"), targets=("甲", "乙", "丙")), id="text"
        ),
        pytest.param(make_deal(items=("a",)), id="one alone"),
    ],
)
def test_a_stranger_derives_the_same(deal):
    draw = make_draw(deal)

    checks = sceptics_program().verify(json.loads(rules.as_json(draw)))

    assert rules.faults_of(draw) == []
    assert set(checks.values()) == {True}


def altered(**changes) -> PublicDraw:
    return replace(make_draw(make_deal()), **changes)


@pytest.mark.parametrize(
    ("draw", "fault"),
    [
        pytest.param(altered(algorithm="mine/1"), "algorithm", id="other algorithm"),
        pytest.param(altered(commitment="0" * 64), "commitment", id="commitment"),
        pytest.param(
            altered(deal=make_deal(subject="f/contest_no/1")),
            "commitment",
            id="commitment of another draw",
        ),
        pytest.param(
            altered(deal=make_deal(items=("a", "b", "d"))), "commitment", id="the list"
        ),
        pytest.param(
            altered(deal=make_deal(targets=("001", "003", "002"))),
            "commitment",
            id="order of targets",
        ),
        pytest.param(altered(secret="00" * 32), "secret", id="secret"),
        pytest.param(altered(seed="00" * 32), "seed", id="seed"),
        pytest.param(altered(contributions=CALLED[:2]), "seed", id="a number left out"),
        pytest.param(
            altered(result={"a": "001", "b": "002", "c": "003"}), "result", id="result"
        ),
        pytest.param(altered(result_digest="0" * 64), "result_digest", id="its digest"),
    ],
)
def test_what_was_changed_afterwards_is_found(draw, fault):
    stranger = sceptics_program().verify(json.loads(rules.as_json(draw)))

    assert fault in rules.faults_of(draw)
    assert stranger[fault] is False


def test_before_the_reveal_only_the_commitment_can_be_checked():
    sealed = make_draw(make_deal(), revealed=False)

    assert rules.faults_of(sealed) == []
    assert rules.faults_of(replace(sealed, commitment="0" * 64)) == ["commitment"]


def test_a_draw_voided_before_it_was_made_shows_its_secret_only():
    voided = replace(make_draw(make_deal()), seed="", result={}, result_digest="")

    assert rules.faults_of(voided) == []
    assert rules.faults_of(replace(voided, secret="00" * 32)) == ["secret"]
