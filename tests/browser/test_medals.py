"""The medals table of a competition, as the public sees it."""

import pytest

from extensions import db
from tests.db.scoring.test_team_results import TEAMS, put_together
from tests.factories.scoring import SCHEME, make_marked_event

SIZES = ((360, 780), (820, 1100), (1280, 900))


@pytest.fixture
def competition_uid(own_app):
    """One event of individuals, one of teams; both published."""
    with own_app.app_context():
        session = db.session()
        single = make_marked_event(session, works=2, name="焊工")
        competition = single.event.competition
        teams = make_marked_event(
            session,
            works=4,
            name="数控车工(团体)",
            competition=competition,
            text=SCHEME + TEAMS,
        )
        first, second, third, fourth = teams.entries
        put_together(session, teams.event, "甲队", first, fourth)
        put_together(session, teams.event, "乙队", second, third)
        for made in (single, teams):
            made.run_to_decoded()
            made.publish()
        uid = competition.uid
        session.commit()
    return uid


def test_the_table_is_read_on_every_screen(
    live_server, competition_uid, page_at, assert_accessible
):
    for width, height in SIZES:
        page = page_at(width, height)
        page.goto(f"{live_server}/competitions/{competition_uid}/medals")

        assert page.get_by_text("数控车工(团体)").first.is_visible()
        assert page.get_by_text("乙队").first.is_visible()
        assert_accessible(page)
