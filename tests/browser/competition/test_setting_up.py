"""From "new competition" to "registration open", counted in clicks."""

from datetime import UTC, datetime, timedelta

import pytest

from competition.sessions.services import SessionValues, add_session
from extensions import db
from ledger.log.services import SYSTEM
from tests.factories.accounts import make_user
from tests.factories.competition import make_competition, make_event

MOST_CLICKS = 12
COUNT = """
addEventListener("click", () => {
  sessionStorage.n = Number(sessionStorage.n || 0) + 1;
}, true);
"""


@pytest.fixture
def officer(own_app):
    with own_app.app_context():
        session = db.session()
        starts = (datetime.now(UTC) - timedelta(days=90)).replace(hour=1, minute=0)
        last = make_competition(
            session,
            name=f"{starts.year}年职工职业技能大赛",
            year=starts.year,
            starts_on=starts.date(),
            ends_on=starts.date() + timedelta(days=2),
        )
        for name in ("焊工", "电工", "钳工"):
            event = make_event(
                session,
                state="published",
                competition=last,
                name=name,
                registration_opens_at=starts - timedelta(days=60),
                registration_closes_at=starts - timedelta(days=20),
                starts_at=starts,
            )
            add_session(
                session,
                event=event,
                values=SessionValues(
                    round="final",
                    part="practical",
                    name="",
                    starts_at=starts,
                    ends_at=starts + timedelta(hours=3),
                    stations=12,
                ),
                actor=SYSTEM,
                now=starts,
            )
        user = make_user(session, "committee")
        session.commit()
        session.refresh(user)
        session.expunge(user)
    return user


def test_a_copied_competition_is_open_after_few_clicks(
    page_at, officer, assert_accessible
):
    page = page_at(1280, 800, user=officer)
    page.add_init_script(COUNT)
    page.goto("/competitions")
    page.evaluate("sessionStorage.n = 0; null")

    page.click("a[href$='/competitions/new']")
    page.click("a[href$='/clone']")
    page.click("main button[type=submit]")
    page.wait_for_url("**/prepare")
    page.click("main button[type=submit]")
    page.wait_for_url("**/competitions")

    assert page.locator("tr:has-text('报名')").count() == 3
    assert 1 < int(page.evaluate("sessionStorage.n")) <= MOST_CLICKS
    pages = [
        "/competitions",
        "/competitions/new",
        f"/competitions/calendar?year={datetime.now(UTC).year}",
    ]
    page.goto("/competitions")
    page.click("main tbody th a")
    desk = page.url
    pages += [desk, desk.replace("/desk", "/timetable")]
    pages += [desk.replace("/desk", "/sessions/new")]
    pages += [page.url.replace("/desk", "/clone")]
    page.goto("/competitions/new")
    pages.append(page.locator("a[href$='/clone']").first.get_attribute("href"))
    pages.append(pages[-1].replace("/clone", "/prepare"))
    for width in (360, 820, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for address in pages if width == 360 else pages[2:5]:
            page.goto(address)
            assert_accessible(page)
