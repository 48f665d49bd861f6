"""Two whole events on one day, individual and team, each step by whose step it is.

Eleven roles and more, each on a device of its own: contestants and a team leader on
phones, desk and judges on tablets, offices on desktops. On screens: the copy of last
year's competition, registration, waiting list, team, substitute, check-in, draws,
disqualification, signatures, publication, an appeal that changes a rank, awards with a
tie at the cut, certificates checked without a network, and the winners' file taken by a
second installation. What only takes time, most of the marks and the other judges'
signatures, comes as tablets would send it. The pieces are in tests/browser/day.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from accounts.roles.models import RoleGrant
from accounts.roles.rules import FORBIDDEN_PAIRS
from extensions import db
from ledger.log.queries import iter_links
from ledger.log.rules import first_fault
from ledger.log.services import list_disagreements
from tests.browser.day import appeal, before, hall, papers, result
from tests.browser.day.cast import (
    APPEALS,
    ENTRANTS,
    SINGLE,
    TEAM,
    TEAMS,
    WAITS,
    make_cast,
)
from tests.browser.day.device import Day, follow
from tests.browser.day.far import Far, open_far, send_qualifiers
from tests.faults.server import Server
from tests.papers import page_texts

# Eleven kinds of people, by what they hold; the team leader and the arbitration group
# hold a contestant's and a supervisor's role and are counted by their devices.
ROLES = {
    *("contestant", "unit_officer", "committee", "checkin_officer", "supervisor"),
    *("coding_officer_1", "coding_officer_2", "coding_officer_3"),
    *("judge", "chief_judge"),
}
FIRST, SECOND, TIED, ALSO_TIED = ENTRANTS[1:5]
LOSES = ENTRANTS[7]  # the last third prize, until the appeal
WINNERS = [FIRST, SECOND, TIED, ALSO_TIED]
DISQUALIFIED = ENTRANTS[0]


@pytest.fixture
def day(own_app, page_at, assert_accessible, tmp_path) -> Day:
    with own_app.app_context():
        session = db.session()
        cast = make_cast(session, datetime.now(UTC))
        session.commit()
        for user in cast.users.values():
            session.refresh(user)
        session.expunge_all()
    return Day(
        app=own_app,
        cast=cast,
        page_at=page_at,
        check=assert_accessible,
        folder=tmp_path,
    )


@pytest.fixture
def far(database, browser, forker, tmp_path: Path) -> Iterator[Far]:
    folder = tmp_path / "province"
    folder.mkdir()
    keys = {"JIANGCAI_KEYS": str(folder / "keys.json")}
    with (
        database.copy() as url,
        Server(url, folder, forker=forker, more=keys) as server,
    ):
        found, context = open_far(url, server, browser)
        yield found
        context.close()


def test_a_day_with_two_events(day, far, browser):

    team = before.register_everybody(day)

    hold_single(day)
    held = papers.issue(day, 7)
    first_print = day.print_by("certificates", held, "/certificates/print")
    appeal_changes_a_rank(day)
    check_certificates(day, browser, first_print)
    hold_teams(day, team)
    day.event = day.events[SINGLE]
    send_qualifiers(day, far, WINNERS)

    with day.app.app_context():
        session = db.session()
        assert first_fault(iter_links(session)) is None
        assert list(list_disagreements(session)) == []
        acted = roles_of(day, session)
        assert set().union(*acted.values()) == ROLES
        assert {"leader", "arbiter"} <= set(acted)
        assert not any(pair <= held for held in acted.values() for pair in PAIRS)


PAIRS = list(FORBIDDEN_PAIRS)


def roles_of(day: Day, session) -> dict[str, set[str]]:
    """Return what everybody who had a device held, by who they are."""
    grants: dict[int, set[str]] = {}
    for grant in session.query(RoleGrant).filter(RoleGrant.revoked_at.is_(None)):
        grants.setdefault(grant.user_id, set()).add(grant.role)
    return {
        who: grants.get(day.cast.users[who].id, set())
        for who in day.pages
        if who in day.cast.users
    }


def hold_single(day: Day) -> None:
    """The individual event, up to its first publication."""
    day.event = day.events[SINGLE]
    hall.open_desk(day)
    hall.hold_the_event(day, seen=(APPEALS, WAITS))
    works = hall.works_by_name(day)
    hall.give_marks(day, skip=("J2", works[APPEALS], "A4"))
    hall.print_sheets(day)
    hall.mark_on_the_tablet(day, works[APPEALS], "A4", yes=False)
    result.ask_for_signatures(day)
    hall.sign_sheets(day)
    result.disqualify(day, works[DISQUALIFIED], "携带禁用工具")
    public = result.lock_to_publication(day, signed=True)

    ranks = [result.rank_of(public, name) for name in (*WINNERS, LOSES, APPEALS)]
    assert ranks == ["1", "2", "=3", "=3", "7", "9"]
    assert result.rank_of(public, DISQUALIFIED) == "取消成绩"
    for name in WINNERS[1:]:
        expect(result.row_of(public, name)).to_contain_text("二等奖")
    expect(result.row_of(public, LOSES)).to_contain_text("三等奖")
    page = day.at("publisher", day.here("review"))
    day.print("result", page.locator('a[href$="/review.pdf"]'))
    page = day.at("publisher", day.here("outcomes"), check=True)
    lists = day.print("awards", page.locator('a[href$="/outcomes.pdf"]'))
    said = "".join(page_texts(lists))
    assert f"{TIED}" in said
    assert "并列" in said
    papers.design(day)


def appeal_changes_a_rank(day: Day) -> None:
    """From the ninth place without an award to the seventh with one."""
    works = hall.works_by_name(day)
    address = appeal.file_appeal(day)
    appeal.uphold(day, "A4/J2")
    appeal.revise(day, works[APPEALS], "A4")
    public = result.lock_to_publication(day, signed=True)

    assert result.rank_of(public, APPEALS) == "7"
    assert result.rank_of(public, LOSES) == "8"
    expect(public.locator("main")).to_contain_text("第 2 版")
    appeal.read_reply(day, address)
    page = day.at("appeals", "/my-results", check=True)
    expect(page.locator("main")).to_contain_text("三等奖")


def check_certificates(day: Day, browser, first_print: bytes) -> None:
    """One is issued, one was revoked; a file without a network tells them apart."""
    register = papers.issue(day, 1)
    lost = register.locator("main tbody tr").filter(has_text=LOSES)
    expect(lost).to_contain_text("已吊销")
    page = day.at("appeals", "/my-certificates", check=True)
    own = day.print_by("certificate", page, "/print")
    checker = papers.open_checker(day, browser)

    photo, text = papers.code_on(own, APPEALS)
    checker.show(photo)
    expect(checker.verdict()).to_have_class("verdict genuine")
    expect(checker.page.locator("#facts")).to_contain_text(APPEALS)
    for forged in papers.forge(text):
        checker.type(forged)
        expect(checker.verdict()).to_have_class("verdict forged")
        expect(checker.page.locator("#facts")).to_be_empty()
    checker.show(papers.code_on(first_print, LOSES)[0])
    expect(checker.verdict()).to_have_class("verdict revoked")
    assert [url for url in checker.asked if not url.startswith(LOCAL_FILES)] == []
    assert checker.errors == []
    checker.page.context.close()


LOCAL_FILES = ("file:", "data:", "blob:")


def hold_teams(day: Day, team: str) -> None:
    """The team event: a substitute at check-in, teams ranked, a medal for the best."""
    day.event = day.events[TEAMS]
    hall.open_desk(day)
    hall.replace_member(day, team)
    hall.hold_the_event(day, seen=(TEAM[2], TEAM[0]))
    hall.give_marks(day)
    hall.sign_sheets(day)
    public = result.lock_to_publication(day, signed=False)

    expect(public.locator("main")).to_contain_text(TEAM[2])
    expect(public.locator("main")).not_to_contain_text(TEAM[1])
    page = day.at("public", f"/results/{day.event}")
    follow(page, page.locator('a[href$="/medals"]').first)
    expect(page.locator("main table").first).to_contain_text(day.cast.unit)
    expect(page.locator("main")).to_contain_text("鉴湖一队")
    held = papers.issue(day, 2)
    pages = page_texts(day.print_by("team-certificates", held, "/print"))
    assert any(TEAM[2] in text for text in pages)
    page = day.at("officer", "/unit/entries", check=True)
    expect(page.locator("main")).to_contain_text(TEAM[2])
