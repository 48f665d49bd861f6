"""Teams in a real browser: an officer makes one, replaces a member, sees the places."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect

from accounts.roles.rules import Scope
from accounts.users.models import User
from extensions import db
from tests.factories.accounts import make_user
from tests.factories.competition import make_entry
from tests.factories.people import make_unit
from tests.factories.teams import make_team_event

SIZES = [(360, 780), (820, 1180), (1280, 800)]


@dataclass(frozen=True)
class Made:
    event_uid: str
    competition_uid: str
    people: list[tuple[str, str]]  # uid and name of their entries
    officer: User


@pytest.fixture
def made(own_app: Flask) -> Made:
    soon = datetime.now(UTC) + timedelta(days=9)
    with own_app.app_context():
        session = db.session()
        event = make_team_event(
            session,
            name="数控车工",
            unit_quota=3,
            quota=30,
            registration_closes_at=soon,
            starts_at=soon,
        )
        unit = make_unit(session, name="绍兴市越城区鉴湖精密机械制造股份有限公司")
        entries = [make_entry(session, event, unit=unit) for _ in range(3)]
        officer = make_user(session, "unit_officer", scope=Scope("unit", unit.uid))
        session.commit()
        session.refresh(officer)
        people = [(entry.uid, entry.person.name) for entry in entries]
        found = Made(event.uid, event.competition.uid, people, officer)
        session.expunge(officer)
        session.rollback()
    return found


def test_an_officer_makes_a_team_and_replaces_a_member(
    made, page_at, live_server, assert_accessible
):
    page = page_at(360, 780, user=made.officer)

    def look(*sizes):
        for width, height in sizes:
            page.set_viewport_size({"width": width, "height": height})
            assert_accessible(page)

    page.goto(f"{live_server}/events/{made.event_uid}/teams/new")
    page.locator("#name").fill("越城一队")
    page.locator("#leader_name").fill("周领队")
    page.locator("#coach-name").fill("吴教练")
    for at in (0, 1):
        page.locator(f"#members-{at}").check()
    page.locator("#substitutes-2").check()
    look(*SIZES)
    page.locator("form.stack button[type=submit]").click()
    expect(page.locator("h1")).to_contain_text("越城一队")
    look(SIZES[1])
    page.locator("a[href$='/replace']").click()
    expect(page.locator("#reason")).to_be_visible()
    page.locator("#member-0").check()
    page.locator("#substitute-0").check()
    page.locator("#reason").fill("受伤")
    look(SIZES[0])
    page.locator("form.form-sheet button[type=submit]").click()
    expect(page.locator("table")).to_contain_text("受伤")
    page.goto(f"{live_server}/competitions/{made.competition_uid}/delegation")
    expect(page.locator("meter")).to_have_count(2)  # of the unit and of the event
    look(*SIZES)
    for _uid, name in made.people:
        expect(page.locator("main")).to_contain_text(name)
