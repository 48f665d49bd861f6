"""The page of a delegation: large, and with one button for all that is mended."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.roles.rules import Scope
from competition.registration.models import Entry
from competition.registration.services.drafts import save_answers, store_paper
from competition.registration.services.review import judge_paper, return_entry
from ledger.log.services import SYSTEM
from tests.factories.accounts import make_user
from tests.factories.competition import NOW, make_entry, make_event
from tests.factories.people import make_person, make_unit, picture

ROWS = 2000


@pytest.fixture
def event(session):
    soon = datetime.now(UTC) + timedelta(days=9)
    return make_event(
        session,
        quota=3000,
        unit_quota=2500,
        registration_closes_at=soon,
        starts_at=soon,
    )


@pytest.fixture
def unit(session):
    return make_unit(session)


@pytest.fixture
def officer(session, unit):
    return make_user(session, "unit_officer", scope=Scope("unit", unit.uid))


def given_back(session, event, unit, fields=("phone",), *, is_own=False):
    """Make an entry of a unit, without an account unless `is_own`, and return it."""
    entry = make_entry(session, event, unit=unit)
    if not is_own:
        entry.user = None
    given: dict[str, Any] = {"actor": SYSTEM, "now": NOW}
    if not fields:
        judge_paper(session, paper=entry.papers[1], reason="反光", **given)
    return_entry(session, entry=entry, fields=fields, reason="请补正", **given)
    return entry


def mend(session, entry, user):
    if entry.reopened:
        values = {"phone": f"1380000{entry.id:04d}"}
        save_answers(session, entry=entry, values=values, now=NOW)
        return
    store_paper(
        session,
        entry=entry,
        kind="id_card",
        data=picture(91, 91),
        file_name="新.jpg",
        user=user,
        now=NOW,
    )


def test_one_button_submits_what_is_mended_and_names_what_is_not(
    client, session, sign_in, event, unit, officer
):
    phone = given_back(session, event, unit)
    paper = given_back(session, event, unit, ())
    untouched = given_back(session, event, unit)
    refused = given_back(session, event, unit, ())
    own = given_back(session, event, unit, is_own=True)
    elsewhere = given_back(session, event, make_unit(session, district_code="330681"))
    mend(session, elsewhere, officer)
    mend(session, phone, officer)
    mend(session, paper, officer)
    where = f"/competitions/{event.competition.uid}/delegation"
    sign_in(officer)

    shown = client.get(where).text
    silent = client.post(f"{where}/submit-again", data={"unit": unit.uid})
    assert phone.state == "returned"
    answer = client.post(
        f"{where}/submit-again", data={"unit": unit.uid, "consent": "y"}
    )
    again = client.post(
        f"{where}/submit-again", data={"unit": unit.uid, "consent": "y"}
    )

    assert "有 5 份报名被退回补正" in shown
    assert silent.status_code == 302
    states = {e: session.get(Entry, e.id).state for e in (phone, paper)}
    assert set(states.values()) == {"submitted"}
    for entry in (untouched, refused, own, elsewhere):
        assert session.get(Entry, entry.id).state == "returned"
    assert "已重新提交 2 份报名" in answer.text
    assert "补正：手机号码" in answer.text
    assert "重新上传：身份证" in answer.text
    assert "本人自行报名，须由本人补正" in answer.text
    assert elsewhere.person.name not in answer.text
    assert "没有报名重新提交" in again.text


def test_nobody_submits_for_a_unit_that_is_not_theirs(
    client, session, sign_in, event, unit
):
    entry = given_back(session, event, unit)
    other = make_unit(session, district_code="330681")
    make_entry(session, event, unit=other)
    sign_in(make_user(session, "unit_officer", scope=Scope("unit", other.uid)))
    mend(session, entry, None)
    where = f"/competitions/{event.competition.uid}/delegation/submit-again"

    answer = client.post(where, data={"unit": unit.uid, "consent": "y"})

    assert answer.status_code == 404
    assert session.get(Entry, entry.id).state == "returned"


def test_events_nobody_of_the_unit_has_entered_yet_are_shown(
    client, session, sign_in, event, unit, officer
):
    make_entry(session, event, unit=unit)
    empty = make_event(session, competition=event.competition, unit_quota=4)
    sign_in(officer)

    page = client.get(f"/competitions/{event.competition.uid}/delegation").text

    assert empty.name in page
    assert "0 / 4" in page or "0/4" in page or 'max="4"' in page


def test_two_thousand_people_cost_as_little_as_one(
    client, session, sign_in, event, unit, officer, count_queries
):
    first = given_back(session, event, unit)
    where = f"/competitions/{event.competition.uid}/delegation"
    sign_in(officer)
    client.get(where)
    with count_queries() as few:
        client.get(where)
    template = {c: getattr(first, c) for c in ("event_id", "group_id", "unit_id")}
    people = [make_person(session, name=f"赵{chr(0x4E00 + n)}") for n in range(ROWS)]
    session.add_all(
        Entry(**template, person=person, state="accepted", started_at=NOW)
        for person in people
    )
    session.flush()

    with count_queries() as many:
        page = client.get(where).text
    with count_queries() as last:
        end = client.get(where, query_string={"page": 41}).text

    assert len(many) <= len(few) + 1  # the pages are counted
    assert len(last) == len(many)
    assert "2001" in page or "2,001" in page
    assert page.count('scope="row"') < 60
    assert end.count('scope="row"') < 60
