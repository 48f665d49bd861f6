"""Paths of persons and of places."""

from datetime import date
from typing import Any

import pytest

from accounts.roles.rules import EVERYWHERE, Scope
from ledger.log.services import SYSTEM
from talentpool.dossiers.services.facts import dispute_fact
from talentpool.growth.queries.paths import (
    Part,
    count_stages,
    list_firsts,
    list_people,
    list_records,
)
from talentpool.growth.rules.paths import STEPS, path_of, standing
from tests.factories.growth import attend, make_training
from tests.factories.talentpool import NOW, make_craftsman, make_fact, make_pair


def part(**values):
    defaults: dict[str, Any] = {
        "scopes": (EVERYWHERE,),
        "district": "",
        "first": 2022,
        "last": 2026,
    }
    return Part(**(defaults | values))


@pytest.fixture
def walker(session):
    """Somebody who went the whole way, a step a year."""
    craftsman = make_craftsman(session)
    for kind, year in (("training", 2022), ("practice", 2023)):
        held = make_training(session, kind=kind, last_on=date(year, 5, 1), state="held")
        attend(session, held, craftsman.person)
    make_fact(session, craftsman, "competition", held_on=date(2024, 5, 1))
    make_fact(session, craftsman, "certificate", issued_on=date(2025, 5, 1))
    make_pair(session, craftsman, starts_on=date(2026, 1, 1))
    return craftsman


def reached(session, **values):
    return [stage.reached for stage in count_stages(session, part(**values))]


def test_a_path_has_every_step_with_its_first_day(session, walker):
    path = path_of(list_records(session, walker))

    assert [(s.step, s.first_on.year) for s in path] == [
        *zip(STEPS, range(2022, 2027), strict=True)
    ]
    assert standing(path) == ("leader", [])


def test_what_is_missing_is_named(session):
    novice = make_craftsman(session)
    make_fact(session, novice, "competition", held_on=None)
    path = path_of(list_records(session, novice))

    assert standing(path) == (
        "contest",
        ["training", "practice", "promotion", "leader"],
    )
    assert path[2].first_on is None
    assert standing(path_of([])) == ("", list(STEPS))


def test_a_place_counts_each_person_once_for_a_step(session, walker):
    make_fact(session, walker, "competition", held_on=date(2025, 6, 1))
    stages = count_stages(session, part())

    assert [s.reached for s in stages] == [1, 1, 1, 1, 1]
    assert [s.went_on for s in stages] == [1, 1, 1, 1, 0]
    assert [list(s.by_year.values()) for s in stages] == [
        [int(year == at) for year in range(5)] for at in range(5)
    ]
    for place, step in enumerate(STEPS):
        year = 2022 + place
        page = list_people(session, part(), step, year=year, page=1)
        assert [c.id for c in page.items] == [walker.id]
        assert list_people(session, part(), step, year=year - 1, page=1).total == 0
        assert list_firsts(session, step, [walker.id])[walker.id].year == year


def test_who_went_the_other_way_round_did_not_go_on(session):
    craftsman = make_craftsman(session)
    make_fact(session, craftsman, "competition", held_on=date(2025, 5, 1))
    make_fact(session, craftsman, "certificate", issued_on=date(2024, 5, 1))

    stages = count_stages(session, part())

    assert (stages[2].reached, stages[2].went_on, stages[3].reached) == (1, 0, 1)


def test_only_what_counts_and_is_dated_and_lies_here(session, walker):
    other = make_craftsman(session)
    disputed = make_fact(session, other, "competition", held_on=date(2024, 1, 1))
    dispute_fact(session, disputed, reason="x", actor=SYSTEM, now=NOW)
    make_fact(session, other, "certificate")  # without a day
    attend(session, make_training(session), other.person)  # not held yet
    make_pair(session, other, state="draft")

    assert reached(session) == [1, 1, 1, 1, 1]
    assert reached(session, last=2024) == [1, 1, 1, 0, 0]
    assert reached(session, district="330681") == [0, 0, 0, 0, 0]
    assert reached(session, scopes=(Scope("district", "330681"),)) == [0, 0, 0, 0, 0]
    own = (Scope("unit", walker.person.unit.uid),)
    assert reached(session, scopes=own) == [1, 1, 1, 1, 1]
