"""Everybody at once comes to what person by person comes to."""

import random  # noqa: TID251 - made-up people, the same each time
from pathlib import Path

import numpy as np
import pytest

from talentpool.standard.rules.evaluate import OUTCOMES, PersonFacts, Place, evaluate
from talentpool.standard.rules.evaluate_pool import (
    PoolFacts,
    evaluate_pool,
    word_code,
)
from talentpool.standard.rules.parse import parse_profile
from talentpool.standard.rules.profile import FIELDS, LEVELS, PLACES, WORD, WORDS

FOLDER = Path("talentpool/standard/profiles")
PROFILES = {
    path.stem: parse_profile(path.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.glob("*.toml"))
}
PEOPLE = 3000


def _one(chance):
    def maybe(*values):
        return chance.choice([None, *values])

    competitions = tuple(
        Place(
            tier=chance.choice(LEVELS), place=chance.randint(1, 25), of=40, document=""
        )
        for _ in range(chance.choice([0, 0, 1, 3]))
    )
    return PersonFacts(
        employment=chance.choice(["", *WORDS["employment"], "in_service"]),
        post_kind=chance.choice(["", "operator", *WORDS["post_kind"]]),
        front_line=maybe(True, True, False),
        union_member=maybe(True, True, False),
        law_abiding=maybe(True, True, False),
        years_in_trade=maybe(0, 4, 5, 9, 10, 30),
        unmatched_skill=maybe(True, False),
        named_methods=maybe(0, 1),
        innovations=maybe(0, 2),
        competitions=competitions,
        certificate_rank=maybe(3, 5, 6),
        graduated_apprentices=maybe(0, 1),
        leads_studio=maybe(True, False),
    )


def _table(people):
    columns = {}
    for field, kind in FIELDS.items():
        if kind == PLACES:
            continue
        values = [getattr(person, field) for person in people]
        if kind == WORD:
            column = [word_code(field, value) for value in values]
        else:
            column = [-1 if value is None else int(value) for value in values]
        columns[field] = np.array(column, np.int32)
    places = {
        tier: np.array(
            [
                min((p.place for p in x.competitions if p.tier == tier), default=0)
                for x in people
            ],
            np.int32,
        )
        for tier in LEVELS
    }
    return PoolFacts(len(people), columns, places)


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_everybody_at_once_as_one_by_one(name):
    chance = random.Random(7)  # noqa: S311 - as above
    people = [_one(chance) for _ in range(PEOPLE)]

    verdict = evaluate_pool(PROFILES[name], _table(people))

    single = [evaluate(PROFILES[name], person) for person in people]
    assert [OUTCOMES[code] for code in verdict.outcomes] == [v.outcome for v in single]
    assert {v.outcome for v in single} == set(OUTCOMES)
    for index, finding in enumerate(verdict.findings):
        alone = [v.findings[index] for v in single]
        assert finding.met.tolist() == [f.status == "met" for f in alone]
        assert finding.not_met.tolist() == [f.status == "not_met" for f in alone]
        assert finding.waived.tolist() == [bool(f.waived_by) for f in alone]


def test_nobody_is_no_trouble():
    verdict = evaluate_pool(PROFILES["common"], PoolFacts(0, {}, {}))

    assert [verdict.count(outcome) for outcome in OUTCOMES] == [0, 0, 0]


def test_a_field_nobody_has_recorded_is_missing_evidence():
    verdict = evaluate_pool(PROFILES["common"], PoolFacts(2, {}, {}))

    assert verdict.count("incomplete") == 2
    assert all(finding.missing.all() for finding in verdict.findings)
