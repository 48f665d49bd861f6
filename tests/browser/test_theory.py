"""Results from a file, in a real browser at three widths."""

import pytest

from extensions import db
from tests.factories.result_files import TheoryDesk, result_workbook

SIZES = ((360, 740), (820, 1180), (1280, 800))


@pytest.fixture
def given(own_app):
    with own_app.app_context():
        session = db.session()
        desk = TheoryDesk(session, works=4)
        long = "2026年全市职工职业技能大赛理论考试机读卡成绩导出表（第一考场）.xlsx"
        rows = desk.rows(60, 101, 80, "缺考", heading="卷面成绩（满分一百分）")
        found = desk.bring([[*row, "备注"] for row in rows], name=long)
        session.commit()
        event, uid, data = (
            desk.marked.event.uid,
            found.uid,
            result_workbook(desk.rows()),
        )
        users = (desk.first, desk.second)
        for user in users:
            session.refresh(user)
        session.expunge_all()
        session.rollback()
    return event, uid, data, users


def test_a_file_is_brought_in_and_confirmed(page_at, given, assert_accessible):
    event, uid, data, (first, second) = given
    page = page_at(1280, 800, user=first)
    page.goto(f"/events/{event}/theory/{uid}")
    page.select_option("#column-1", "T1.1")
    page.click("text=按此读取")
    page.wait_for_selector("text=第 3 行")
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert_accessible(page)
    page.goto(f"/events/{event}/theory")
    assert_accessible(page)
    page.set_input_files(
        '[name="file"]',
        {"name": "成绩.xlsx", "mimeType": "application/zip", "buffer": data},
    )
    page.click("text=查看这些成绩")
    page.wait_for_selector("text=您导入了这些成绩")
    where = page.url

    other = page_at(360, 740, user=second)
    other.goto(where)
    assert_accessible(other)
    other.click("text=确认并生成评分")
    other.wait_for_selector("text=已生成 4 个评分")
    assert_accessible(other)
