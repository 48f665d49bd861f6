"""A mentor's year and what follows it, each step by whose step it is, on their device.

Mentor, apprentice and the unit's officer on phones of 360 px, the union at a desk. The
server's clock goes on between the steps: the agreement, the task sheet, the log, four
assessments by quarter and year, a final one that is not passed, the extension, another
mentor, the final one that is passed, the graduation and a reward. The pieces are in
tests/browser/mentoring.
"""

from datetime import UTC, datetime, timedelta

import pytest

from extensions import db
from ledger.log.queries import iter_links
from ledger.log.rules import first_fault
from ledger.log.services import list_disagreements
from talentpool.standard.rules.months import months_after
from tests.browser.mentoring import agreement, ends, learning
from tests.browser.mentoring.cast import make_cast
from tests.browser.mentoring.device import Year
from tests.factories.people import picture


@pytest.fixture
def year(own_app, running, page_at, assert_accessible) -> Year:
    with own_app.app_context():
        session = db.session()
        cast = make_cast(session, datetime.now(UTC))
        session.commit()
        for user in cast.users.values():
            session.refresh(user)
        session.expunge_all()
    return Year(
        app=own_app,
        server=running,
        cast=cast,
        page_at=page_at,
        check=assert_accessible,
    )


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(picture(640, 480))
    return path


def test_a_mentors_year(year, photo):
    first = year.today()
    last = months_after(first, 15)
    agreement.record(year, first, last)
    agreement.sign_on_phones(year, ("mentor", "apprentice", "unit"), 9)
    agreement.file(year, "已备案")
    year.run_by_night()

    learning.change_task_sheet(year)
    learning.reach_milestone(year, photo)
    learning.write_log(year, photo)
    hold_the_year(year, first)

    year.until(last)
    learning.assess(year, 4, judged("54", tests="desk"), passed=False)
    agreement.extend(year, months_after(last, 6))

    year.until(months_after(last, 1))
    ends.change_mentor(year)
    agreement.sign_on_phones(year, ("second", "apprentice", "unit"), 9)
    agreement.file(year, "已备案")
    ends.carry_on(year, learning.ADDED)

    year.until(months_after(last, 13) - timedelta(days=1))
    before = ends.count_graduated(year)
    final = judged("82", mentor="second", tests="desk")
    learning.assess(year, -1, final, passed=True, shows="良好")
    ends.graduate(year)
    assert ends.count_graduated(year) == before + 1
    ends.show_everywhere(year)

    with year.app.app_context():
        session = db.session()
        assert first_fault(iter_links(session)) is None
        assert list(list_disagreements(session)) == []


def hold_the_year(year: Year, first) -> None:
    """Three quarters and the year; a certificate between them earns a reward."""
    year.until(months_after(first, 3))
    views = judged("80") | {"apprentice": ("apprentice", "60")}
    talk = {"note": "已当面沟通", "shows": "相差 20 分"}
    learning.assess(year, 0, views, passed=True, **talk)
    year.until(months_after(first, 6))
    learning.assess(year, 1, judged("76.5"), passed=True)
    year.until(months_after(first, 9))
    learning.assess(year, 2, judged("85"), passed=True)
    ends.add_certificate(year)
    ends.approve_reward(year)
    year.until(months_after(first, 12))
    learning.assess(year, 3, judged("91", tests="unit"), passed=True, shows="优秀")


def judged(
    mark: str, *, mentor: str = "mentor", tests: str = ""
) -> dict[str, tuple[str, str]]:
    """Return who gives which view with one mark: all the same."""
    views = {"mentor": mentor, "apprentice": "apprentice", "unit": "unit"}
    if tests:
        views["test"] = tests
    return {role: (who, mark) for role, who in views.items()}
