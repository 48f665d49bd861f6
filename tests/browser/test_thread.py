"""The whole thread, as its people walk it: from a registration to a line in a dossier.

Each person has a device of their own: contestants a phone, the check-in desk and the
judges a tablet, offices a desktop. Every screen on the way passes axe.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from accounts.roles.rules import Scope
from accounts.users.models import User
from competition.codes.queries import list_decoded
from competition.events.models import Event
from competition.registration.models import Ticket
from extensions import db
from ledger.log.queries import iter_links
from ledger.log.rules import first_fault
from ledger.log.services import Actor
from scoring.judges.services import Appointment, assign_judge
from scoring.scheme.services.versions import attach_scheme, freeze_scheme
from tests.browser.conftest import on_each_database
from tests.factories.accounts import PASSWORD, make_user
from tests.factories.competition import make_competition, make_entry, make_event
from tests.factories.people import made_up_id, make_unit, picture

PHONE, TABLET, DESKTOP = (360, 740), (820, 1180), (1280, 800)
NAME = "单立群"  # a surname that careless software reads as dan
LAYERS = ("contest", "station", "work")

SCHEME = """
format = "jiangcai-scheme/1"
title = "焊工决赛"
[rounding]
component = 2
total = 2
[[components]]
code = "P"
name = "实操"
max = 100
weight = 1
pass = 60
[[components.criteria]]
code = "A"
name = "外观"
[[components.criteria.aspects]]
code = "A1"
name = "焊缝余高"
kind = "choice"
max = 40
options = { "I" = 40, "II" = 30, "III" = 10 }
judges = 2
aggregate = "mean"
[[components.criteria.aspects]]
code = "A2"
name = "成形"
kind = "judgement"
max = 30
descriptors = ["不成形", "成形", "成形匀整", "匀整光洁"]
judges = 2
aggregate = "mean"
[[components.criteria.aspects]]
code = "A3"
name = "缺陷"
kind = "deduction"
max = 20
per_fault = 2
[[components.criteria.aspects]]
code = "A4"
name = "清理"
kind = "yes_no"
max = 10
[ranking]
ties = ["aspect:A1 desc"]
[[awards]]
name = "一等奖"
count = 1
[[awards]]
name = "二等奖"
count = 1
"""


@dataclass(kw_only=True)
class Stage:
    """What is there before the thread begins."""

    event: str  # uid
    users: dict[str, User] = field(default_factory=dict)
    unit: str = ""  # name of the contestant's unit


def office(session, stage, username, *roles, scope):
    user = make_user(session, *roles, username=username, scope=scope)
    stage.users[username] = user
    return user


@pytest.fixture
def stage(own_app) -> Stage:
    """An event open for registration, its scheme frozen, its panel seated."""
    with own_app.app_context():
        session, now = db.session(), datetime.now(UTC)
        event = make_event(
            session,
            state="registration",
            competition=make_competition(session, year=now.year),
            registration_closes_at=now + timedelta(minutes=20),
            starts_at=now + timedelta(minutes=30),
            name="焊工",
        )
        unit = make_unit(session, name="鉴湖重型机械有限公司")
        stage = Stage(event=event.uid, unit=unit.name)
        here = Scope("event", event.uid)
        committee = office(session, stage, "committee", "committee", scope=here)
        office(session, stage, "publisher", "committee", scope=here)
        office(session, stage, "checkin", "checkin_officer", scope=here)
        for number in (1, 2, 3):
            role = f"coding_officer_{number}"
            office(session, stage, f"coding{number}", role, scope=here)
        office(session, stage, "supervisor", "supervisor", scope=here)
        city = Scope("district", "330600")
        office(session, stage, "pool", "pool_officer", scope=city)
        office(session, stage, "official", "hr_official", scope=city)
        actor = Actor("human", committee.uid)
        version = attach_scheme(session, event=event, text=SCHEME, actor=actor, now=now)
        freeze_scheme(session, version=version, event=event, actor=actor, now=now)
        for username in ("chief", "judge"):
            assign_judge(
                session,
                event=event,
                user=office(session, stage, username, scope=here),
                appointment=Appointment(is_chief=username == "chief"),
                actor=actor,
                now=now,
            )
        for other in ("杨帆", "何勇"):
            make_entry(session, event, state="accepted", name=other)
        session.commit()
        for user in stage.users.values():
            session.refresh(user)
        session.expunge_all()
        return stage


@pytest.fixture
def walk(stage, own_app, page_at, assert_accessible, tmp_path):
    return Walk(stage, own_app, page_at, assert_accessible, tmp_path)


class Walk:
    """The steps of the thread, each by the person whose step it is."""

    def __init__(self, stage, app, page_at, assert_accessible, folder) -> None:
        self.stage, self.app, self.page_at = stage, app, page_at
        self.check, self.folder = assert_accessible, folder
        self.seen: list[tuple[str, str]] = []  # (who, page source) of the judges

    def open(self, username: str, size: tuple[int, int], path: str) -> Page:
        page: Page = self.page_at(*size, user=self.stage.users[username])
        self.go(page, path)
        return page

    def go(self, page: Page, path: str) -> None:
        response = page.goto(path)
        assert response is not None
        assert response.status == 200, f"{path}: {response.status}"
        self.check(page)

    def follow(self, page: Page, what: Locator) -> None:
        """Click what leads to another page, and be there before anything else."""
        with page.expect_navigation():
            what.click()

    def here(self, path: str) -> str:
        return f"/events/{self.stage.event}/{path}"

    def press(self, page: Page, action: str) -> None:
        """Press the button of the form that goes to `action`, and confirm if asked."""
        form = page.locator(f'form[action$="{action}"]').first
        summary = page.locator(f'details.confirm:has(form[action$="{action}"])')
        if summary.count():
            summary.locator("summary").first.click()
        self.follow(page, form.locator("button[type=submit]").first)

    # ---- the contestant, on a phone -----------------------------------------------

    def register(self) -> Page:
        page: Page = self.page_at(*PHONE)
        self.go(page, "/events")
        self.follow(page, page.get_by_role("link", name="焊工").first)
        enter = f'a[href$="/events/{self.stage.event}/enter"]'
        self.follow(page, page.locator(enter).first)
        self.check(page)
        self.follow(page, page.locator('a[href*="/sign-up"]').last)
        page.fill("#phone", "13805750001")
        page.fill("#display_name", NAME)
        page.fill("#password", PASSWORD)
        self.follow(page, page.locator("main button[type=submit]"))
        begin = f'form[action$="/{self.stage.event}/enter"] button'
        self.follow(page, page.locator(begin))
        self._fill_in(page)
        return page

    def _fill_in(self, page: Page) -> None:
        page.fill("#name", NAME)
        page.fill("#id_number", made_up_id(900))
        page.fill("#phone", "13805750001")
        self.follow(page, page.locator("button[value=next]"))
        self.check(page)
        page.fill("#unit_search", "鉴湖重型")
        self.follow(page, page.locator("button[value=search]"))
        page.get_by_label(self.stage.unit).check()
        page.locator('input[name="group"]').first.check()
        page.fill("#trade_years", "12")
        page.select_option("#level", "L5")
        self.follow(page, page.locator("button[value=save]"))
        # The draft survives: the page is left and opened again.
        draft = page.url
        page.goto("/entries")
        page.goto(draft)
        expect(page.locator("#trade_years")).to_have_value("12")
        self.follow(page, page.locator("button[value=next]"))
        self._upload(page)
        self.follow(page, page.locator('a[href$="/confirm"]').last)
        self.check(page)
        page.check("#consent")
        self.follow(page, page.locator("main form button[type=submit]").last)
        self.check(page)

    def _upload(self, page: Page) -> None:
        for kind in ("photo", "id_card"):
            path = self.folder / f"{kind}.jpg"
            path.write_bytes(picture())
            page.set_input_files(f"#file-{kind}", path)
            section = page.locator(f"section#{kind}")
            self.follow(page, section.locator("button[type=submit]"))
        self.check(page)

    def show_ticket(self, page: Page) -> str:
        """Open the ticket on the phone; return the text in its QR code."""
        page.goto("/entries")
        self.follow(page, page.locator('a[href^="/entries/"]').first)
        self.follow(page, page.locator('a[href$="/ticket"]').first)
        self.check(page)
        expect(page.locator("svg").first).to_be_visible()
        with self.app.app_context():
            tickets = db.session().scalars(select(Ticket)).all()
            texts = {t.entry.person.name: t.text for t in tickets if t.entry.person}
            return texts[NAME]

    # ---- the offices --------------------------------------------------------------

    def review(self) -> None:
        page = self.open("committee", DESKTOP, self.here("entries"))
        self.follow(page, page.get_by_role("link", name=NAME).first)
        self.check(page)
        accept = page.locator('form:has(input[name="verdict"][value="accepted"])')
        self.follow(page, accept.locator("button[type=submit]"))
        self.go(page, f"/events/{self.stage.event}/desk")
        self.press(page, "/move/closed")

    def check_in(self, ticket: str) -> None:
        page = self.open("checkin", TABLET, self.here("checkin"))
        self.press(page, "/checkin/open")
        page.fill("#text", ticket)
        page.keyboard.press("Enter")
        expect(page.locator(".compare__name")).to_have_text(NAME)
        self.check(page)
        self.let_in(page)
        # One comes without a ticket and is found by name; the third never comes.
        page.goto(self.here("checkin"))
        page.fill("#text", "杨帆")
        page.keyboard.press("Enter")
        expect(page.locator(".compare__name")).to_have_text("杨帆")
        self.let_in(page)
        page.goto(self.here("checkin"))
        self.press(page, "/checkin/close")
        self.check(page)

    def let_in(self, page: Page) -> None:
        """The desk answers in place: the next scan must not wait for a page."""
        page.locator('form[action$="/confirm"] button[type=submit]').click()
        expect(page.locator(".scan__verdict")).to_be_visible()

    def draw_codes(self) -> None:
        for number, layer in enumerate(LAYERS, start=1):
            page = self.open(f"coding{number}", DESKTOP, self.here(f"codes/{layer}"))
            self.press(page, f"/codes/{layer}/commit")
            page.locator('input[name="kind"][value="dice"]').check()
            page.fill("#by", "监督仲裁")
            page.fill("#value", "12345678901234567890")
            self.follow(
                page,
                page.locator(
                    f'form[action$="/codes/{layer}/contribute"] button[type=submit]'
                ),
            )
            self.press(page, f"/codes/{layer}/derive")
            self.check(page)

    def open_marking(self) -> None:
        page = self.open("chief", TABLET, self.here("marks"))
        self.press(page, "/marks/open")

    # ---- the judges, on tablets ---------------------------------------------------

    def mark(self, username: str) -> None:
        page = self.open(username, TABLET, f"/judging/{self.stage.event}")
        self.seen.append((username, page.content()))
        page.goto(f"/judging/{self.stage.event}/mark")
        expect(page.locator("#work")).not_to_be_empty()
        self.check(page)
        first = page.locator("#work").inner_text()
        self._give_all(page, first, ("I", "3"))
        expect(page.locator("#outbox")).to_have_class("mark-state mark-state--server")
        self.seen.append((username, page.content()))
        self.go(page, f"/judging/{self.stage.event}/sign")
        self.seen.append((username, page.content()))
        self.follow(page, page.locator("#sign button[type=submit]"))
        self.check(page)

    def _give_all(self, page: Page, first: str, good: tuple[str, str]) -> None:
        """Mark aspect after aspect until none is left; the first work is the best."""
        for _ in range(20):
            work = page.locator("#work").inner_text()
            code = page.locator("#code").inner_text()
            if page.locator("#state.mark-state--server").count():
                return
            control = page.locator("#control")
            match code:
                case "A1":
                    label = good[0] if work == first else "II"
                    control.locator("button").get_by_text(label, exact=True).click()
                case "A2":
                    level = good[1] if work == first else "2"
                    control.locator("button").get_by_text(level, exact=True).click()
                case "A3":
                    control.locator("button").nth(1).click()
                    control.locator("button.btn-primary").click()
                case "A4":
                    control.locator(".answers button").first.click()
            self._wait_for_next(page, work, code)

    def _wait_for_next(self, page: Page, work: str, code: str) -> None:
        """Wait until the mark is kept; go on by the button where the page does not."""
        page.wait_for_timeout(120)
        still = (work, code) == (
            page.locator("#work").inner_text(),
            page.locator("#code").inner_text(),
        )
        if still:
            page.locator("#next").click()
            page.wait_for_timeout(60)

    def check_sheet(self, username: str) -> None:
        """Countersign the other judge's sheet, on the tablet."""
        page = self.open(username, TABLET, f"/judging/{self.stage.event}/panel")
        self.seen.append((username, page.content()))
        self.follow(page, page.locator(".panel-sheets__action").first)
        self.check(page)
        self.seen.append((username, page.content()))
        self.follow(page, page.locator('.panel-check button[value="agreed"]'))
        expect(page.locator(".notice--success").first).to_be_visible()
        self.check(page)

    def lock(self) -> None:
        page = self.open("chief", TABLET, self.here("marks"))
        self.seen.append(("chief", page.content()))
        self.press(page, "/marks/lock")
        self.go(page, self.here("review"))
        self.seen.append(("chief", page.content()))

    # ---- somebody who did not mark looks again

    def recheck(self) -> None:
        page = self.open("supervisor", TABLET, self.here("recheck"))
        for _ in range(9):
            waiting = page.locator("tbody .btn-primary")
            if not waiting.count():
                return
            self.follow(page, waiting.first)
            self.check(page)
            self.follow(page, page.locator('.panel-check button[value="right"]'))

    # ---- two persons decode, a third publishes ------------------------------------

    def decode_and_publish(self) -> None:
        page = self.open("coding3", DESKTOP, self.here("codes/decode"))
        page.fill("#username", "supervisor")
        page.fill("#password", PASSWORD)
        page.check("#sure")
        self.follow(page, page.locator("main form button[type=submit]").first)
        page = self.open("publisher", DESKTOP, self.here("review"))
        expect(page.locator("main")).to_contain_text(NAME)
        self.press(page, "/publish")
        self.check(page)

    def admit(self) -> None:
        page = self.open("pool", DESKTOP, "/pool/proposals")
        self.follow(page, page.get_by_role("link", name=NAME).first)
        self.check(page)
        page.fill("#minute_number", "绍工匠办纪要〔2026〕1号")
        for name in ("consent_document", "admit_reason"):
            control = page.locator(f"#{name}")
            if control.count():
                control.fill("书面材料经核验")
        self.follow(page, page.locator('form[action$="/admit"] button[type=submit]'))
        self.check(page)

    def search(self, text: str) -> Page:
        page = self.open("official", DESKTOP, f"/pool?q={text}")
        expect(page.locator("main")).to_contain_text(NAME)
        return page


@on_each_database
def test_from_a_registration_to_a_line_in_a_dossier(walk, own_app):
    phone = walk.register()
    walk.review()
    ticket = walk.show_ticket(phone)
    walk.check_in(ticket)
    walk.draw_codes()
    walk.open_marking()
    for username in ("judge", "chief"):
        walk.mark(username)
    for username in ("chief", "judge"):
        walk.check_sheet(username)
    walk.lock()
    walk.recheck()
    walk.decode_and_publish()
    walk.admit()

    for text in ("焊工", "slq", "shanliqun", NAME, "立群"):
        page = walk.search(text)

    walk.follow(page, page.get_by_role("link", name=NAME).first)
    walk.check(page)
    walk.follow(page, page.locator('a[href^="/results/sheets/"]').first)
    walk.check(page)
    expect(page.locator("main")).to_contain_text("A1")
    phone.goto("/my-results")
    walk.check(phone)
    expect(phone.locator("main")).to_contain_text("焊工")
    with own_app.app_context():
        session = db.session()
        assert first_fault(iter_links(session)) is None
        event = session.scalars(select(Event)).one()
        assert {who for who, _source in walk.seen} == {"judge", "chief"}
        for decoded in list_decoded(session, event.id):
            for who, source in walk.seen:
                assert decoded.name not in source, f"{who} saw a name"
                assert decoded.unit_name not in source, f"{who} saw a unit"
