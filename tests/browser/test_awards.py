"""From a project made in the browser to an award in the dossier of who led it.

Each person has a device of their own: the unit's officer and the offices at a desk, the
experts on tablets. Axe looks at every screen on the way.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from accounts.roles.rules import Scope
from extensions import LOCAL, db
from ledger.log.queries import iter_links
from ledger.log.rules import first_fault
from talentpool.growth.models.awards import AwardNomination, AwardRound
from talentpool.growth.models.innovations import Innovation
from tests.factories.accounts import make_user
from tests.factories.people import make_person, make_unit, picture
from tests.factories.talentpool import make_craftsman

DESK, TABLET, PHONE = (1280, 800), (820, 1180), (360, 740)
ASPECTS = {"A1": 30, "U1": 20, "U2": 20, "T1": 15, "T2": 15}  # what each carries
TITLE, METHOD = "薄板焊接变形控制", "王五焊接操作法"


@pytest.fixture
def cast(own_app):
    """A unit with a craftsman, two offices of the pool and five experts."""
    with own_app.app_context():
        session = db.session()
        unit = make_unit(session)
        person = make_person(session, unit=unit, name="王五")
        lead = make_craftsman(session, person=person)
        city = Scope("district", "330600")
        own = Scope("unit", unit.uid)
        users = {
            "firm": make_user(session, "unit_officer", scope=own, unit=unit),
            "pool": make_user(session, "pool_officer", scope=city),
            "leader": make_user(session, "pool_officer", scope=city),
            **{f"expert{n}": make_user(session, "pool_expert") for n in range(5)},
        }
        found = users, lead.uid
        session.commit()
        for user in users.values():
            session.refresh(user)
        session.expunge_all()
        return found


def uid_of(app, model) -> str:
    with app.app_context():
        return str(db.session().scalars(select(model)).one().uid)


def send(page: Page, form: str) -> None:
    with page.expect_navigation():
        page.locator(f"{form} button[type=submit]").first.click()


def press(page: Page, action: str) -> None:
    send(page, f'form[action$="{action}"]')


class Walk:
    """The steps of the way, each by the person whose step it is."""

    def __init__(self, app, cast, page_at, check) -> None:
        (self.users, self.lead), self.app, self.check = cast, app, check
        self.today = datetime.now(UTC).astimezone(LOCAL).date()
        self.pages: dict[str, Page] = {
            name: page_at(*(TABLET if name.startswith("expert") else DESK), user=user)
            for name, user in self.users.items()
        }
        self.project = self.award = ""

    def go(self, name: str, path: str) -> Page:
        page = self.pages[name]
        response = page.goto(path)
        assert response is not None
        assert response.status == 200, path
        self.check(page)
        return page

    def day(self, days: int) -> str:
        return str(self.today + timedelta(days=days))

    def record_the_project(self, paper: Path) -> None:
        page = self.go("firm", "/pool/innovations/new")
        page.select_option("#kind", "method")
        for name, value in {
            "lead": "王五",
            "title": TITLE,
            "method_name": METHOD,
            "trade": "焊工",
            "finished_on": self.day(-30),
            "benefit": "12.5",
            "benefit_from": self.day(-300),
            "benefit_to": self.day(-30),
            "benefit_confirmed_by": "财务科",
        }.items():
            page.fill(f"#{name}", value)
        send(page, "form.sheet")
        self.project = f"/pool/innovations/{uid_of(self.app, Innovation)}"
        page.set_input_files("#document", paper)
        press(page, "/papers")
        press(page, "/submit")

    def verify_it_and_open_a_round(self) -> None:
        page = self.go("pool", self.project)
        page.check("input[name=answer][value=verified]")
        press(page, "/decide")
        page = self.go("pool", "/pool/awards/new")
        for name, value in {
            "name": "职工技术创新成果奖",
            "issuer": "市总工会",
            "finished_from": self.day(-700),
            "finished_to": self.day(0),
            "closes_on": self.day(5),
            "prizes-0-places": "1",
        }.items():
            page.fill(f"[id='{name}']", value)
        page.check("input[name=kinds][value=method]")
        page.select_option("#scheme", "method")
        send(page, "form.form-sheet")
        self.award = f"/pool/awards/{uid_of(self.app, AwardRound)}"
        for number in range(5):
            page.fill("#username", self.users[f"expert{number}"].username)
            press(page, "/experts")

    def nominate_and_begin_early(self) -> None:
        page = self.go("firm", self.project)
        page.fill("#statement", "已在三个班组推广")
        press(page, "/nominate")
        page = self.go("pool", self.award)
        page.fill("#early_reason", "申报已齐")
        press(page, "/begin")

    def sign_five_sheets(self) -> None:
        sheet = f"/pool/judging/{uid_of(self.app, AwardNomination)}"
        for number in range(5):
            name = f"expert{number}"
            page = self.go(name, "/pool/judging")
            expect(page.locator("table")).to_contain_text(TITLE)
            page = self.go(name, sheet)
            for code, most in ASPECTS.items():
                page.fill(f"#mark_{code}", str(most - 1 - number % 2))
            send(page, "form.form-sheet")

    def close_and_decide(self) -> None:
        self.go("pool", self.award)
        press(self.pages["pool"], "/close")
        page = self.go("leader", self.award)
        expect(page.locator("table")).to_contain_text("93.33")
        page.fill("#document", "〔2026〕8号")
        press(page, "/publish")
        self.check(page)

    def open_the_dossier_on_a_phone(self) -> None:
        page = self.pages["firm"]
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        self.go("firm", f"/pool/craftsmen/{self.lead}")
        honour = page.locator("li", has_text="职工技术创新成果奖 · 一等奖").first
        expect(honour).to_contain_text(TITLE)
        expect(honour).to_contain_text("负责人")


def test_from_a_project_to_an_award_in_the_dossier(
    own_app, cast, page_at, assert_accessible, tmp_path: Path
):
    paper = tmp_path / "acceptance.jpg"
    paper.write_bytes(picture())
    walk = Walk(own_app, cast, page_at, assert_accessible)

    walk.record_the_project(paper)
    walk.verify_it_and_open_a_round()
    walk.nominate_and_begin_early()
    walk.sign_five_sheets()
    walk.close_and_decide()
    walk.open_the_dossier_on_a_phone()

    with own_app.app_context():
        assert first_fault(iter_links(db.session())) is None
