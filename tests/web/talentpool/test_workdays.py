"""The page of working days: anybody reads and counts, the administrator enters."""

import pytest

from tests.factories.accounts import make_user
from tests.unit.people.test_workdays_rules import SOUND


@pytest.fixture
def admin(session, sign_in):
    user = make_user(session, "sys_admin")
    sign_in(user)
    return user


def test_shows_a_year_and_counts(client, session):
    page = client.get("/pool/workdays?year=2026&start=2026-09-29&count=5").text

    assert "国庆节" in page
    assert "2026-10-10" in page
    assert 'name="source"' not in page


def test_refuses_to_count_where_nobody_has_entered_the_days(client, session):
    page = client.get("/pool/workdays?year=2027&start=2026-12-30&count=5").text

    assert "2027" in page
    assert "系统管理员" in page


@pytest.mark.parametrize("query", ["year=1066", "year=3000"])
def test_years_far_away_are_no_page(client, session, query):
    assert client.get(f"/pool/workdays?{query}").status_code == 404


@pytest.mark.parametrize("query", ["start=x&count=", "start=2026-01-01&count=0"])
def test_says_what_is_wrong_with_a_count(client, session, query):
    assert "field__errors" in client.get(f"/pool/workdays?{query}").text


def test_the_administrator_enters_a_year(client, session, admin):
    assert "2027" in client.get("/pool/workdays?year=2027").text

    answer = client.post("/pool/workdays/2027", data={"source": "通知", "days": SOUND})

    assert answer.status_code == 302
    page = client.get(answer.location).text
    assert "春节" in page
    assert "2027-02-05..2027-02-11 休 春节" in page


def test_a_text_with_faults_comes_back_with_all_of_them(client, session, admin):
    answer = client.post(
        "/pool/workdays/2027", data={"source": "", "days": "2027-02-30 休\nx"}
    )

    assert answer.status_code == 422
    assert "2027-02-30 休\nx" in answer.text

    answer = client.post(
        "/pool/workdays/2027", data={"source": "通知", "days": "2027-02-30 休\nx"}
    )
    assert answer.status_code == 422
    assert answer.text.count("field__errors") == 1
    assert "第 1 行" in answer.text
    assert "第 2 行" in answer.text
