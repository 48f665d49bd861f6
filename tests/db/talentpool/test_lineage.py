"""Lineages as the database walks them: any graph, several masters, many apprentices."""

from datetime import date, timedelta
from random import Random  # noqa: TID251 - made-up graphs, no draw of lots

import pytest

from accounts.roles.rules import EVERYWHERE, Scope
from ledger.log.services import SYSTEM
from people.consent.services import give_consent, withdraw_consent
from people.persons.models import Person
from talentpool.dossiers.models import Craftsman
from talentpool.lineage.queries import walk
from talentpool.lineage.rules.graph import FIRST_CHILDREN, MOST_NODES, MOST_WALKED
from talentpool.lineage.services.houses import load_studio
from talentpool.lineage.services.lineage import (
    Asked,
    Sight,
    common_masters,
    load_lineage,
    load_school,
)
from talentpool.mentorship.models import Pair
from tests.factories.people import make_person, make_unit
from tests.factories.pool_search import make_craftsmen
from tests.factories.rows import insert_rows
from tests.factories.talentpool import NOW, make_craftsman, make_fact, make_pair

TODAY = date(2026, 5, 1)
SEES_ALL = Sight(scopes=[EVERYWHERE], day=TODAY)


@pytest.fixture
def people(session):
    """Twelve craftsmen of one unit, to be tied as a test needs."""
    unit = make_unit(session)
    return [
        make_craftsman(session, person=make_person(session, unit=unit))
        for _ in range(12)
    ]


def teach(session, people, *pairs, **values):
    for mentor, apprentice in pairs:
        make_pair(
            session, people[mentor], apprentice=people[apprentice].person, **values
        )


def agree(session, person, purpose):
    give_consent(
        session, person=person, purpose=purpose, version="1", now=NOW, actor=SYSTEM
    )


def numbers(people, persons):
    places = {craftsman.person_id: at for at, craftsman in enumerate(people)}
    return {places[person]: value for person, value in persons.items()}


@pytest.mark.parametrize("seed", range(4))
def test_walks_any_graph_as_a_plain_program_does(session, people, seed):
    chance = Random(seed)  # noqa: S311 - made-up graph
    every = [(a, b) for a in range(12) for b in range(a + 1, 12)]
    pairs = chance.sample(every, 22)
    if seed == 3:
        pairs += [(11, 0), (5, 1)]  # history that goes round
    teach(session, people, *pairs)

    for start in (0, 5, 11):
        me = people[start].person_id
        up = numbers(people, walk.list_above(session, me, day=TODAY))
        below, is_all = walk.list_below(session, me, day=TODAY)

        assert up == plain(pairs, start, back=True)
        assert is_all
        assert numbers(people, below) | {start: 0} == plain(pairs, start, back=False)


def plain(pairs, start, *, back):
    found, level, depth = {start: 0}, {start}, 0
    while level:
        depth += 1
        step = {(b if back else a): None for a, b in pairs}
        assert step
        level = {
            (a if back else b) for a, b in pairs if (b if back else a) in level
        } - found.keys()
        found |= dict.fromkeys(level, depth)
    return found


def test_shows_both_ways_of_a_diamond_and_each_person_once(session, people):
    teach(session, people, (0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (1, 4))

    found = load_lineage(session, people[3], Asked(), SEES_ALL)

    assert numbers(people, found.above).keys() == {0, 1, 2}
    assert numbers(people, found.below).keys() == {4}
    ties = {(t.mentor, t.apprentice) for t in found.ties}
    ids = [craftsman.person_id for craftsman in people]
    assert ties == {
        (ids[a], ids[b]) for a, b in [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (1, 4)]
    }
    assert found.founders == [ids[0]]


@pytest.mark.parametrize(
    ("values", "is_tie"),
    [
        ({"state": "active"}, True),
        ({"state": "graduated", "closed_on": date(2026, 4, 1)}, True),
        ({"state": "terminated", "closed_on": date(2026, 3, 1)}, True),
        ({"state": "terminated", "closed_on": date(2026, 1, 1)}, False),
        ({"state": "draft"}, False),
        ({"starts_on": TODAY + timedelta(days=1)}, False),
    ],
)
def test_what_is_a_tie(session, people, values, is_tie):
    teach(session, people, (0, 1), **values)

    found = load_lineage(session, people[0], Asked(), SEES_ALL)

    assert bool(found.below) is is_tie


def test_six_thousand_apprentices_are_folded(session, count_queries):
    count = 6_151
    ids = make_craftsmen(session, count + 1, seed=7, units=2, state="active")
    session.query(Pair).delete()
    persons = dict(
        session.query(Craftsman.id, Craftsman.person_id).filter(Craftsman.id.in_(ids))
    )
    rows = [
        {
            "mentor_id": ids[0],
            "apprentice_person_id": persons[one],
            "occupation_edition": 2022,
            "occupation_code": "6-18-02-04",
            "trade": "焊工",
            "relation": "assigned",
            "starts_on": date(2020, 1, 1) + timedelta(days=at % 900),
            "ends_on": date(2024, 1, 1),
            "state": "graduated",
            "recorded_at": NOW,
            "recorded_by": "tests",
        }
        for at, one in enumerate(ids[1:])
    ]
    insert_rows(session, Pair, rows)
    master = session.get_one(Craftsman, ids[0])

    with count_queries() as statements:
        found = load_lineage(session, master, Asked(), SEES_ALL)
        school = load_school(session, master.person_id, SEES_ALL)
    last = load_lineage(session, master, Asked(page=154), SEES_ALL)

    assert len(statements) <= 16
    assert found.count <= MOST_NODES
    assert len(found.below) == FIRST_CHILDREN
    assert found.more == {master.person_id: count - FIRST_CHILDREN}
    assert found.apprentices == count
    assert (school.total, school.is_all) == (MOST_WALKED, False)
    assert len(last.below) == count - 153 * FIRST_CHILDREN
    assert last.more == {}


def test_deep_and_wide_never_shows_more_than_two_hundred(session):
    ids = make_craftsmen(session, 900, seed=8, units=2, state="active")
    session.query(Pair).delete()
    persons = dict(
        session.query(Craftsman.id, Craftsman.person_id).filter(Craftsman.id.in_(ids))
    )
    for at, one in enumerate(ids[1:], start=1):
        make_pair(
            session,
            session.get_one(Craftsman, ids[(at - 1) // 9]),
            apprentice=session.get_one(Person, persons[one]),
        )

    found = load_lineage(session, session.get_one(Craftsman, ids[0]), Asked(), SEES_ALL)

    assert found.count == MOST_NODES
    hidden = sum(found.more.values())
    assert hidden > 0
    below, _is_all = walk.list_below(session, found.middle, day=TODAY)
    direct = {person for person, generation in below.items() if generation == 1}
    assert direct <= found.below.keys()


def test_filters_by_skill_and_by_school(session, people):
    teach(session, people, (0, 2), (2, 3), (2, 4))
    teach(session, people, (1, 2), (2, 5), trade="车工")

    turners = load_lineage(session, people[2], Asked(trade="车工"), SEES_ALL)
    school = load_lineage(session, people[3], Asked(founder=people[1].uid), SEES_ALL)

    assert numbers(people, turners.above).keys() == {1}
    assert numbers(people, turners.below).keys() == {5}
    assert set(turners.trades) == {"焊工", "车工"}
    assert numbers(people, school.above).keys() == {1, 2}


def test_a_filter_by_skill_draws_no_tie_of_another_trade(session, people):
    # All three turn; that the first also taught the third to weld is another story.
    teach(session, people, (0, 1), (1, 2), (3, 0), trade="车工")
    teach(session, people, (0, 2))
    teach(session, people, (3, 0), starts_on=date(2026, 2, 1))
    ids = [craftsman.person_id for craftsman in people]

    def drawn(middle, trade):
        found = load_lineage(session, people[middle], Asked(trade=trade), SEES_ALL)
        return {(t.mentor, t.apprentice, t.trade) for t in found.ties}

    turned = {(ids[a], ids[b], "车工") for a, b in ((3, 0), (0, 1), (1, 2))}
    assert drawn(0, "车工") == turned
    assert drawn(2, "车工") == turned
    welded = {(ids[3], ids[0], "焊工"), (ids[0], ids[2], "焊工")}
    assert drawn(0, "焊工") == welded
    assert drawn(2, "焊工") == welded


def test_the_nearest_common_master(session, people):
    teach(session, people, (0, 1), (0, 2), (1, 3), (2, 4), (5, 6))

    found, known = common_masters(session, people[3], people[4], SEES_ALL)
    none, _known = common_masters(session, people[3], people[6], SEES_ALL)

    assert [(c.master, c.above_one, c.above_other) for c in found] == [
        (people[0].person_id, 2, 2)
    ]
    assert known.keys() == {people[0].person_id}
    assert none == []


def test_successors_honours(session, people):
    teach(session, people, (0, 1), (1, 2))
    make_fact(session, people[2], "honour", level="nation", name="全国技术能手")
    make_fact(session, people[1], "honour", level="city")
    make_fact(session, people[0], "honour", level="city")
    make_fact(session, people[2], "honour", level="city", revocation="撤1号")

    school = load_school(session, people[0].person_id, SEES_ALL)

    assert list(school.generations) == [1, 1]
    assert dict(school.honours) == {"nation": 1, "city": 1}
    assert [one.honour for one in school.best] == ["全国技术能手", "市五一劳动奖章"]


def test_names_are_for_those_who_may_see_them(session):
    near = [
        make_craftsman(session, person=make_person(session, unit=make_unit(session)))
        for _ in range(3)
    ]
    far_unit = make_unit(session, district_code="330681")
    far = [
        make_craftsman(session, person=make_person(session, unit=far_unit))
        for _ in range(2)
    ]
    both = near + far
    teach(session, both, (3, 0), (4, 3), (0, 1), (1, 2))
    withdrawn = near[2].person
    agree(session, withdrawn, "pool")
    withdraw_consent(session, person=withdrawn, purpose="pool", now=NOW, actor=SYSTEM)
    sight = Sight(scopes=[Scope("district", "330602")], day=TODAY)

    found = load_lineage(session, near[0], Asked(), sight)

    named = {at for at, c in enumerate(both) if c.person_id in found.named}
    # 3 is the master of somebody seen, as on the dossier; 4 is beyond; 2 took it back.
    assert named == {0, 1, 3}
    assert not found.is_open(both[3].person_id)
    assert found.is_open(both[1].person_id)


def test_a_poster_to_hang_up_names_adults_who_agreed(session, people):
    teach(session, people, (0, 1), (0, 2))
    young = make_craftsman(session, person=make_person(session, born=date(2010, 2, 3)))
    make_pair(session, people[0], apprentice=young.person)
    for craftsman in (people[0], people[1], young):
        agree(session, craftsman.person, "publication")
    sight = Sight(scopes=[EVERYWHERE], day=TODAY, for_display=True)

    found = load_lineage(session, people[0], Asked(), sight)

    assert len(found.below) == 3
    assert found.named == {people[0].person_id, people[1].person_id}


def test_a_studio_with_its_alliance_and_what_grew_out_of_it(session, people):
    alliance = {"alliance": "长三角焊接联盟"}
    studio = make_fact(session, people[0], "studio", name="甲工作室", **alliance)
    make_fact(session, people[1], "studio", name="甲工作室", role="member", **alliance)
    make_fact(session, people[2], "studio", name="乙工作室", **alliance)
    make_fact(session, people[3], "studio", name="丙工作室")
    teach(session, people, (0, 3))

    view = load_studio(session, studio, SEES_ALL)

    assert [fact.craftsman_id for fact in view.people] == [people[0].id, people[1].id]
    [(houses, folded)] = view.alliances.values()
    assert ([house.name for house in houses], folded) == (["乙工作室"], 0)
    assert [(p, fact.name) for p, fact in view.led] == [
        (people[0].person_id, "丙工作室")
    ]
