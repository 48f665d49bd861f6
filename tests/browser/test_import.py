"""A file on its way into the pool, with the real worker: seen on three screens."""

import io
import json
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from extensions import db
from ledger.log.services import SYSTEM
from talentpool.imports import jobs
from talentpool.imports.services import batches
from tests.factories.accounts import make_user
from tests.factories.pool_files import SKILL, pool_csv, pool_row

WIDTHS = ((360, 780), (820, 1180), (1280, 900))
SLOW = 30_000  # ms; a worker starts the whole program


@pytest.fixture
def officer(own_app):
    """A pool officer; five craftsmen have been loaded from an earlier file."""
    with own_app.app_context():
        session, now = db.session(), datetime.now(UTC)
        user = make_user(session, "pool_officer")
        rows = [pool_row(n, 岗位="班员", **SKILL) for n in range(1, 6)]
        batch = batches.take_in(
            session,
            stream=io.BytesIO(pool_csv(rows)),
            file_name="first.csv",
            user=None,
            actor=SYSTEM,
            now=now,
        )
        session.commit()
        jobs.work(session, batch.uid)
        mapping = json.loads(batch.mapping)
        batches.set_mapping(session, batch, mapping=mapping, user=None, now=now)
        session.commit()
        jobs.work(session, batch.uid)
        batches.begin_loading(
            session, batch, takes_as_verified=False, actor=SYSTEM, now=now
        )
        session.commit()
        jobs.work(session, batch.uid)
        assert batch.state == "loaded"
        session.refresh(user)
        session.expunge(user)
        return user


def test_a_file_updates_what_it_is_told_to(page_at, officer, assert_accessible):
    rows = [
        pool_row(1, 岗位="班长", **{**SKILL, "职业技能等级": "高级技师"}),
        pool_row(2, 岗位="班员", 荣誉称号="市工匠", 荣誉级别="市级", **SKILL),
        pool_row(3, 岗位="班员", 入库层级="省级", **SKILL),
        pool_row(4, 岗位="班员", **SKILL),
        pool_row(9, **SKILL),
    ]
    page = page_at(1280, 900, user=officer)
    page.goto("/pool/imports")
    page.set_input_files(
        "[name=file]",
        {"name": "二.csv", "mimeType": "text/csv", "buffer": pool_csv(rows)},
    )
    page.click("main form [type=submit]")
    page.locator("#column-0").wait_for(timeout=SLOW)
    page.click("form[action$=mapping] [type=submit]")
    page.locator("[name=update]").wait_for(timeout=SLOW)
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        assert_accessible(page)
    expect(page.locator("#changes")).to_contain_text("班长")
    expect(page.locator("#faults")).to_contain_text("工匠级别")

    page.check("[name=update]")
    page.click("form[action$=load] [type=submit]")

    expect(page.locator("#undo-title")).to_be_visible(timeout=SLOW)
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        assert_accessible(page)
