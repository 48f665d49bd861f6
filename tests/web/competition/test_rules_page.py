"""The committee's page of rules, and what verdicts cite."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from competition.events.services import clone_event
from competition.registration.models import EntryVerdict, RuleVersion
from competition.registration.services.checks import check_entry
from competition.registration.services.rulebook import rulebook_of
from ledger.log.services import SYSTEM
from tests.factories.accounts import make_user
from tests.factories.competition import NOW, make_competition, make_draft, make_entry
from tests.factories.competition import make_event as make_any_event


@pytest.fixture
def event(session):
    return make_any_event(session, competition=make_competition(session))


@pytest.fixture
def committee(session, sign_in):
    sign_in(make_user(session, "committee"))


FORM = {
    "age_max": "50",
    "level": "",
    "trade_years": "3",
    "trade_continuous": "y",
    "insurance_months": "12",
    "residence_within": ["330600"],
    "excluded_standings": ["teacher"],
    "barred_honours": "全国技术能手\n\n全国技术能手",
    "papers_asked": ["id_card"],
    "reason": "补充通知第2号",
    "action": "save",
}


def test_rules_are_put_in_force_as_versions(client, session, event, committee):
    where = f"/events/{event.uid}/rules"
    entry = make_entry(session, event)

    unexplained = client.post(where, data=FORM | {"reason": ""})
    shown = client.post(where, data=FORM | {"action": "preview"}).text
    before = session.scalars(select(RuleVersion.number)).all()
    saved = client.post(where, data=FORM)
    text = client.get(f"{where}.toml").text
    page = client.get(where).text

    assert unexplained.status_code == 422
    assert "全国技术能手" in shown
    assert before == [1]  # what the first verdict was given by
    assert saved.status_code == 302
    numbers = session.scalars(select(RuleVersion.number).order_by(RuleVersion.number))
    assert numbers.all() == [1, 2]
    assert 'honours = ["全国技术能手"]' in text
    assert "补充通知第2号" in page
    session.refresh(event)
    assert (event.age_max, event.min_trade_years) == (50, 3)
    [verdict] = session.scalars(select(EntryVerdict).filter_by(entry_id=entry.id))
    assert {check["version"] for check in json.loads(verdict.checks)} == {"1"}


def test_a_copied_event_takes_its_rules_along(client, session, event, committee):
    client.post(f"/events/{event.uid}/rules", data=FORM)

    copy = clone_event(
        session,
        event=event,
        competition=event.competition,
        name="焊工二",
        actor=SYSTEM,
        now=NOW,
    )

    book = rulebook_of(session, copy)
    assert (book.number, book.document.insurance_months) == (1, 12)


def test_the_form_of_the_event_still_counts(client, session, event, committee):
    client.post(f"/events/{event.uid}/rules", data=FORM)

    session.refresh(event)
    event.age_max = 45

    book = rulebook_of(session, event)
    assert (book.number, book.document.age_max) == (0, 45)
    assert book.document.insurance_months == 12


def test_a_contestant_is_asked_what_the_rules_need(
    client, session, event, committee, sign_in
):
    client.post(f"/events/{event.uid}/rules", data=FORM)
    draft = make_draft(session, event)
    sign_in(draft.user)

    page = client.get(f"/entries/{draft.uid}/work").text
    client.post(
        f"/entries/{draft.uid}/work",
        data={
            "unit_uid": "",
            "insurance_months": "24",
            "residence": "330602",
            "standing": "teacher",
            "holds_barred": "no",
            "action": "save",
        },
    )

    checks = {c.rule: c for c in check_entry(session, entry=draft, now=NOW)}
    assert 'name="household"' not in page
    assert checks["residence"].verdict == checks["barred"].verdict == "met"
    assert checks["excluded"].verdict == "not_met"
    assert client.get(f"/entries/{draft.uid}/confirm").status_code == 200


def test_last_years_entrants_are_held_against_the_rules(
    client, session, event, committee
):
    last = make_any_event(
        session,
        competition=event.competition,
        registration_closes_at=NOW + timedelta(days=3),
        starts_at=event.starts_at - timedelta(days=20),
    )
    for years in ("1", "2", "9"):
        make_entry(session, last, trade_years=years)

    page = client.post(
        f"/events/{event.uid}/rules",
        data=FORM | {"action": "preview", "age_max": "30"},
    ).text

    rows = [row.split("</tr>")[0] for row in page.split("<tr>")[1:]]
    [years] = [row for row in rows if "连续从事本工种年限" in row]
    [age] = [row for row in rows if "最大年龄" in row]
    assert ">2<" in years
    assert ">3<" in age
