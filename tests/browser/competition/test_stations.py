"""Stations under constraints, in a real browser: the plan, the officer, the public."""

import pytest

from competition.draw.services import reveal
from competition.stations.rules.plan import Plan
from competition.stations.services import add_need, save_plan
from extensions import db
from ledger.log.services import SYSTEM
from tests.factories.accounts import make_user
from tests.factories.codes import (
    DAY,
    check_in,
    close,
    draw_layer,
    make_desk,
    make_officers,
)

SIZES = ((360, 780), (820, 1180), (1280, 800))


@pytest.fixture
def given(own_app):
    with own_app.app_context():
        session = db.session()
        event, entries = make_desk(session, 6)
        for entry in entries[1:]:
            entry.unit = entries[0].unit
        session.flush()
        plan = Plan(features="1-2: 数控系统 FANUC\n2: 左手工位", beside="soft")
        save_plan(session, event=event, plan=plan, actor=SYSTEM, now=DAY)
        for entry, feature in zip(
            entries, ("左手工位", "数控系统 FANUC"), strict=False
        ):
            add_need(
                session,
                event=event,
                entry_uid=entry.uid,
                feature=feature,
                actor=SYSTEM,
                now=DAY,
            )
        check_in(session, event, entries)
        close(session, event)
        draw_layer(session, event, "contest_no")
        draw = draw_layer(session, event, "station")
        users = make_user(session, "committee"), make_officers(session, event)[2]
        reveal(session, draw=draw, actor=SYSTEM, now=DAY)
        session.commit()
        made = event.uid, draw.uid
        for user in users:
            session.refresh(user)
        session.expunge_all()
        session.rollback()
    return *made, *users


def test_plan_proof_and_public_page(page_at, given, assert_accessible):
    event, draw, committee, officer = given
    pages = (
        (f"/events/{event}/stations", committee),
        (f"/events/{event}/codes/station", officer),
        (f"/draws/{draw}", None),
    )
    for address, user in pages:
        page = page_at(*SIZES[-1], user=user) if user else page_at(*SIZES[-1])
        page.goto(address)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            assert_accessible(page)

    # The browser derives the same by its own program.
    page.wait_for_selector('#browser-verdict[data-sound="true"]')
    assert page.locator("text=K1").count() > 0
