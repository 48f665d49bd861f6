"""The draw page derives in the browser what the server derived: a thousand draws."""

import hashlib
import json
import subprocess
from dataclasses import replace
from pathlib import Path

from competition.draw import rules
from competition.draw.rules import Contribution, Deal, PublicDraw
from scripts.install import find_node

SCRIPT = Path(__file__).parent / "derive.mjs"
# Beyond the sixteen bits JavaScript sorts by; marks of the frame itself; nothing.
NAMES = ("甲", "\U0001f984", "\ufffd", "a,b", "3:abc,", "", "é", "Z", "z", "𠮷")


def by_javascript(files):
    answers = subprocess.run(
        [find_node(), SCRIPT],
        input="\n".join(json.dumps(json.loads(file)) for file in files),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [json.loads(line) for line in answers.splitlines()]


def made_up_draw(number: int) -> PublicDraw:
    """Make the draw of a number: another size, kind, secret and set of numbers each."""
    chance = rules.words(hashlib.sha256(str(number).encode()).digest())

    def below(limit):
        return rules.below(limit, chance)

    count = 1 + below(40)
    items = tuple(sorted({f"{NAMES[below(len(NAMES))]}{n}" for n in range(count)}))
    spare = below(5)
    is_coded = below(3) == 0
    deal = Deal(
        subject=f"e/station/{number}",
        items=items,
        targets=()
        if is_coded
        else tuple(f"{n:02d}" for n in range(1, len(items) + spare + 1)),
        code_length=4 + below(2) if is_coded else 0,
    )
    called = tuple(
        Contribution("leader", NAMES[below(len(NAMES))], str(below(10**6)).zfill(7))
        for _called in range(1 + below(4))
    )
    if below(2):
        place = below(len(called) + 1)
        dice = Contribution("dice", "监督", str(below(2**32)).zfill(20))
        called = (*called[:place], dice, *called[place:])
    secret = hashlib.sha256(f"secret {number}".encode()).digest()
    return draw_of(deal, secret, called)


def draw_of(deal, secret, called) -> PublicDraw:
    seed = rules.seed(secret, called)
    result = rules.outcome(deal, seed)
    digest = rules.secret_digest(secret)
    return PublicDraw(
        deal=deal,
        algorithm=deal.algorithm,
        secret_digest=digest,
        commitment=rules.commitment(deal, digest),
        contributions=called,
        result_digest=rules.result_digest(result, seed),
        secret=secret.hex(),
        seed=seed.hex(),
        result=result,
    )


def test_a_thousand_draws_come_out_alike():
    draws = [made_up_draw(number) for number in range(1000)]

    answers = by_javascript(map(rules.as_json, draws))

    assert [a["result"] for a in answers] == [dict(draw.result) for draw in draws]
    assert all(all(a["checks"].values()) and len(a["checks"]) == 6 for a in answers)


def test_whatever_was_changed_is_named():
    draw = made_up_draw(7)
    first, *others = draw.deal.items
    changed = {
        "algorithm": replace(draw, algorithm="jiangcai-draw/2"),
        "commitment": replace(draw, commitment="0" * 64),
        "secret": replace(draw, secret="1" * 64),
        "seed": replace(draw, seed="1" * 64),
        "result": replace(draw, result={**draw.result, first: "99"}),
        "result_digest": replace(draw, result_digest="0" * 64),
    }

    answers = by_javascript(map(rules.as_json, changed.values()))

    for name, answer in zip(changed, answers, strict=True):
        assert answer["checks"][name] is False, name
    assert others


def test_before_the_reveal_only_the_commitment_is_checked():
    whole = made_up_draw(7)
    hidden = replace(whole, secret="", seed="", result={})
    swapped = replace(hidden, secret_digest="0" * 64)

    good, bad = by_javascript(map(rules.as_json, (hidden, swapped)))

    assert good == {"checks": {"algorithm": True, "commitment": True}, "result": None}
    assert bad["checks"]["commitment"] is False
