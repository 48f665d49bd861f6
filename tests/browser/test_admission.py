"""From a published place to a certificate: nominee, offices, notice, objection, entry.

Each person has a device of their own; every screen on the way passes axe. The notice's
days pass by moving its dates in the data, not by waiting.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from accounts.roles.rules import Scope
from accounts.users.models import User
from extensions import db
from ledger.log.queries import iter_links
from ledger.log.rules import first_fault
from ledger.log.services import SYSTEM, list_disagreements
from talentpool.admission.models.applications import Application
from talentpool.admission.models.notices import Notice, Objection
from talentpool.admission.models.proposals import Proposal
from talentpool.admission.services import drafts
from talentpool.dossiers.models import Craftsman
from tests.factories.accounts import make_user
from tests.factories.admission import CLAIMS, make_batch
from tests.factories.scoring import make_marked_event

PHONE, DESKTOP = (360, 740), (1280, 800)


@dataclass
class Cast:
    """Who walks the way, and whose name it leads to."""

    users: dict[str, User]
    proposal: str
    name: str


@pytest.fixture
def cast(own_app) -> Cast:
    """A published result with a proposal, an open batch, and everybody in office."""
    with own_app.app_context():
        session = db.session()
        marked = make_marked_event(session, works=2)
        marked.run_to_decoded()
        marked.publish()
        [proposal, *_more] = _proposals(session)
        make_batch(session, now=datetime.now(UTC))
        nominee = session.scalars(
            select(User).where(User.person_id == proposal.person_id)
        ).first() or make_user(session, person=proposal.person)
        city = Scope("district", "330600")
        users = {
            "nominee": nominee,
            "pool": make_user(session, "pool_officer", scope=city),
            "leader": make_user(session, "pool_officer", scope=city),
            "county": make_user(
                session,
                "pool_reviewer",
                scope=Scope("district", proposal.district_code),
            ),
        }
        found = Cast(users, proposal.uid, proposal.person.name)
        session.commit()
        for user in users.values():
            session.refresh(user)
        session.expunge_all()
        return found


def _proposals(session):
    return session.scalars(select(Proposal).order_by(Proposal.id)).all()


class Walk:
    """The steps of the way, each by the person whose step it is."""

    def __init__(self, app, cast, page_at, check) -> None:
        self.app, self.cast, self.page_at, self.check = app, cast, page_at, check

    def open(self, who: str, size: tuple[int, int], path: str) -> Page:
        user = self.cast.users.get(who)
        page: Page = self.page_at(*size, user=user) if user else self.page_at(*size)
        self.go(page, path)
        return page

    def go(self, page: Page, path: str) -> None:
        response = page.goto(path)
        assert response is not None
        assert response.status == 200, f"{path}: {response.status}"
        self.check(page)

    def press(self, page: Page, action: str) -> None:
        with page.expect_navigation():
            form = page.locator(f'form[action$="{action}"]').first
            asks = page.locator("details.confirm", has=form)
            if asks.count():  # what follows is said first
                asks.locator("summary").click()
            form.locator("button[type=submit]").click()

    def uid(self, model) -> str:
        with self.app.app_context():
            return str(db.session().scalars(select(model)).one().uid)

    # ---- the way ------------------------------------------------------------------

    def take_into_the_batch(self) -> None:
        page = self.open("pool", DESKTOP, f"/pool/proposals/{self.cast.proposal}")
        self.press(page, "/batch")
        self.check(page)

    def agree_on_a_phone(self) -> None:
        with self.app.app_context():
            session = db.session()
            [application] = session.scalars(select(Application))
            for field, value in CLAIMS.items():
                claim = drafts.ClaimValues(field=field, value=value, document="证明")
                drafts.save_claim(
                    session, application, claim, actor=SYSTEM, now=datetime.now(UTC)
                )
            session.commit()
        own = f"/pool/applications/{self.uid(Application)}"
        page = self.open("nominee", PHONE, f"{own}/evidence")
        self.go(page, f"{own}/check")
        page.check("#consent_pool")
        page.check("#consent_publication")
        with page.expect_navigation():
            page.locator("main form button[type=submit]").last.click()
        self.check(page)

    def check_by_both_offices(self) -> None:
        path = f"/pool/reviews/{self.uid(Application)}"
        page = self.open("county", DESKTOP, "/pool/reviews")
        with page.expect_navigation():
            page.get_by_role("link", name=self.cast.name).click()
        self.check(page)
        for _ in CLAIMS:
            claim = page.locator("li:has(.tag--neutral) .claim-check").first
            with page.expect_navigation():
                claim.locator('button[value="yes"]').click()
        self.press(page, "/pass")
        page = self.open("pool", DESKTOP, path)
        self.press(page, "/pass")
        self.check(page)

    def decide(self) -> None:
        path = f"/pool/reviews/{self.uid(Application)}"
        page = self.open("leader", DESKTOP, path)
        page.fill("#minute_number", "绍工匠办纪要〔2026〕51号")
        self.press(page, "/decide")
        self.check(page)

    def publish(self) -> None:
        with self.app.app_context():
            batch = db.session().scalars(select(Application)).one().batch.uid
        page = self.open("pool", DESKTOP, f"/pool/batches/{batch}/desk")
        page.get_by_label(self.cast.name).check()
        page.fill("#contact", "市总工会 0575-80000000")
        self.press(page, "/notices")
        expect(page.locator("main")).to_contain_text(self.cast.name)
        self.check(page)

    def object_as_anybody(self) -> None:
        page = self.open("nobody", PHONE, f"/pool/notices/{self.uid(Notice)}")
        with page.expect_navigation():
            page.locator('a[href$="/object"]').click()
        self.check(page)
        page.get_by_label(self.cast.name).check()
        page.fill("#name", "何平")
        page.fill("#contact", "13800000000")
        page.fill("#text", "材料不实,请核实。")
        with page.expect_navigation():
            page.locator("main form button[type=submit]").click()
        expect(page.locator(".receipt")).not_to_be_empty()
        self.check(page)

    def answer(self) -> None:
        page = self.open("pool", DESKTOP, f"/pool/objections/{self.uid(Objection)}")
        expect(page.locator("main")).not_to_contain_text("材料不实")
        page.fill("#purpose", "核查异议")
        self.press(page, "/open")
        expect(page.locator("main")).to_contain_text("材料不实")
        self.check(page)
        page.locator('input[name="verdict"][value="dismissed"]').check()
        page.fill("#outcome", "经核查,材料属实。")
        self.press(page, "/outcome")
        self.check(page)

    def let_the_days_pass(self) -> None:
        with self.app.app_context():
            notice = db.session().scalars(select(Notice)).one()
            notice.first_day -= timedelta(days=30)
            notice.last_day -= timedelta(days=30)
            db.session().commit()

    def enter(self) -> str:
        page = self.open("pool", DESKTOP, f"/pool/reviews/{self.uid(Application)}")
        self.press(page, "/enter")
        with page.expect_navigation():
            page.locator('a[href*="/pool/craftsmen/"]').first.click()
        self.check(page)
        pdf = page.locator('a[href$="/certificate.pdf"]').get_attribute("href")
        assert pdf is not None
        answer = page.request.get(pdf)
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.body().startswith(b"%PDF")
        with self.app.app_context():
            found = db.session().scalars(select(Craftsman)).one()
            assert found.person.name == self.cast.name
            return found.certificate_number


def test_from_a_published_place_to_a_certificate(
    own_app, cast, page_at, assert_accessible
):
    walk = Walk(own_app, cast, page_at, assert_accessible)

    walk.take_into_the_batch()
    walk.agree_on_a_phone()
    walk.check_by_both_offices()
    walk.decide()
    walk.publish()
    walk.object_as_anybody()
    walk.answer()
    walk.let_the_days_pass()
    number = walk.enter()

    page = walk.open("nobody", PHONE, f"/pool/certificates/{number}")
    expect(page.locator("main")).to_contain_text(number)
    with own_app.app_context():
        session = db.session()
        assert first_fault(iter_links(session)) is None
        # The days were moved by hand, past the log: it says so, and nothing else.
        found = [text for text in list_disagreements(session) if "notice" not in text]
        assert found == []
