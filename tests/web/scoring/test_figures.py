"""The figures of a report: what each counts, and that it opens exactly that."""

import pytest
from sqlalchemy import delete

from accounts.roles.rules import Scope
from scoring.figures.models import PromotionTally
from scoring.figures.rules import Held, choose, tally, total
from tests.factories.accounts import make_user
from tests.factories.competition import make_competition
from tests.factories.scoring import SCHEME, make_marked_event
from workbooks import read_workbook

PROMOTES = (
    SCHEME
    + """
[[promotions]]
name = "L3"
ranks = [1, 2]
"""
)


def held(**values):
    return Held(
        **{
            "uid": "1",
            "name": "焊工",
            "competition": "大赛",
            "tier": "city",
            "trade": "焊工",
            "district": "330600",
            "district_name": "绍兴市",
            "year": 2026,
            "entrants": 3,
            "judges": frozenset({"a", "b"}),
            "promoted": 1,
            **values,
        }
    )


def test_a_judge_of_two_events_counts_once_in_a_line_and_in_all():
    events = [
        held(),
        held(uid="2", year=2025, judges=frozenset({"b", "c"})),
        held(uid="3", judges=frozenset({"b"}), entrants=0),
    ]

    lines = tally(events, "year")

    assert [(x.key, x.events, x.entrants, x.judges) for x in lines] == [
        ("2026", 2, 3, 2),
        ("2025", 1, 3, 2),
    ]
    assert (total(events).judges, total(events).promoted) == (3, 3)
    assert [x.uid for x in choose(events, "year", "2025")] == ["2"]


def test_tiers_stand_in_their_order():
    events = [held(tier=tier) for tier in ("nation", "enterprise", "city")]

    assert [x.key for x in tally(events, "tier")] == ["enterprise", "city", "nation"]


@pytest.fixture
def marked(session):
    competition = make_competition(session, district_code="330681", tier="district")
    made = make_marked_event(session, works=3, competition=competition, text=PROMOTES)
    made.run_to_decoded()
    made.publish()
    return made


def test_each_figure_opens_as_many_rows_as_it_says(client, session, marked, sign_in):
    sign_in(make_user(session, "committee", scope=Scope("district", "330681")))
    page = client.get("/figures?by=district").text
    assert "330681" in page

    for what, rows in (("events", 1), ("entrants", 3), ("judges", 2), ("promoted", 2)):
        opened = client.get(f"/figures/{what}?by=district&key=330681").text
        assert opened.count('<th scope="row"') == rows, what
        assert f"/figures/{what}?by=district&amp;key=330681" in page
    assert client.get("/figures/events?by=district&key=330602").status_code == 404


def test_a_long_list_comes_page_by_page(client, session, marked, sign_in, monkeypatch):
    monkeypatch.setattr("scoring.figures.views.PER_PAGE", 2)
    sign_in(make_user(session, "committee", scope=Scope("district", "330681")))
    opened = "/figures/entrants?by=district&key=330681"

    pages = [client.get(f"{opened}&page={n}").text for n in (1, 2)]

    assert [page.count('<th scope="row"') for page in pages] == [2, 1]
    assert "/figures/entrants?by=district&amp;key=330681&amp;page=2" in pages[0]


def test_nobody_counts_what_lies_outside_their_scope(client, session, marked, sign_in):
    sign_in(make_user(session, "committee", scope=Scope("district", "330602")))

    page = client.get("/figures?by=trade")

    assert "/figures/events" not in page.text


def test_the_workbook_says_the_same(client, session, marked, sign_in):
    sign_in(make_user(session, "committee", scope=Scope("district", "330681")))

    sheets = list(read_workbook(client.get("/figures.xlsx").data).values())

    assert len(sheets) == 5
    assert [int(float(str(cell))) for cell in sheets[2][1][1:5]] == [1, 3, 2, 2]


def test_what_was_published_before_it_was_counted_counts_as_well(
    client, session, marked, sign_in
):
    sign_in(make_user(session, "committee", scope=Scope("district", "330681")))
    counted = client.get("/figures?by=district").text

    session.execute(delete(PromotionTally))

    assert client.get("/figures?by=district").text == counted
    assert counted.count("<td") > 0


def test_figures_cost_the_same_for_one_event_and_for_several(
    client, session, marked, sign_in, count_queries
):
    sign_in(make_user(session, "committee", scope=Scope("district", "330681")))
    addresses = ("/figures", "/figures/promoted", "/figures.xlsx")

    def cost():
        costs = []
        for address in addresses:
            client.get(address)
            with count_queries() as queries:
                assert client.get(address).status_code == 200
            costs.append(len(queries))
        return costs

    few = cost()
    competition = marked.event.competition
    for _number in range(2):
        more = make_marked_event(
            session, works=2, competition=competition, text=PROMOTES
        )
        more.run_to_decoded()
        more.publish()

    assert cost() == few
    assert max(few) < 25
