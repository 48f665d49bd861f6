"""The pages of the recheck: by codes, for who did not mark."""

import pytest

from scoring.recheck import queries
from tests.factories.scoring import make_marked_event


@pytest.fixture
def marked(session):
    made = make_marked_event(session, works=8)
    made.fill()
    made.sign_all()
    made.lock()
    return made


def test_the_supervisor_rechecks_on_its_pages(client, session, marked, sign_in):
    sign_in(marked.supervisor)
    row = queries.find_row(session, marked.event.id, 1)
    assert row is not None
    first, second, *_others = queries.find_state(session, row).works
    url = f"/events/{marked.event.uid}/recheck"
    overview = client.get(url).text
    assert row.secret in overview
    assert row.seed in overview
    assert url in client.get("/desk").text
    assert client.get(f"{url}/{first}").status_code == 200

    right = client.post(f"{url}/{first}", data={"outcome": "right"})
    empty = client.post(f"{url}/{second}", data={"outcome": "wrong"})
    wrong = client.post(
        f"{url}/{second}",
        data={"outcome": "wrong", "cells": "P1.1 J2", "reason": "paper says 7"},
    )

    assert (right.status_code, empty.status_code, wrong.status_code) == (302, 200, 302)
    page = client.get(url).text
    assert "paper says 7" in page
    assert all(work in page for work in marked.works)  # the sample has grown
    assert not any(entry.person.name in page for entry in marked.entries)


def test_a_chief_judge_who_marked_is_told_so(client, session, marked, sign_in):
    sign_in(marked.judge("J1"))
    row = queries.find_row(session, marked.event.id, 1)
    assert row is not None
    work = queries.find_state(session, row).works[0]
    url = f"/events/{marked.event.uid}/recheck/{work}"

    client.post(url, data={"outcome": "right"})

    assert queries.list_findings(session, row) == []


def test_the_committee_plans_the_recheck_before_the_lock(client, session, sign_in):
    made = make_marked_event(session, works=2)
    sign_in(made.committee)
    url = f"/events/{made.event.uid}/recheck/plan"
    plan = {"top_kind": "count", "top_value": "2", "rest_percent": "30"}

    few = client.post(url, data={**plan, "rest_percent": "10"})
    kept = client.post(url, data=plan)

    assert (few.status_code, kept.status_code) == (200, 302)
    assert queries.find_plan(session, made.event.id).rest_percent == 30
    assert client.get(f"/events/{made.event.uid}/recheck").status_code == 403


def test_before_the_lock_there_is_nothing_to_recheck(client, session, sign_in):
    made = make_marked_event(session, works=2)
    sign_in(made.supervisor)

    assert client.get(f"/events/{made.event.uid}/recheck").status_code == 200
    there = client.get(f"/events/{made.event.uid}/recheck/{made.works[0]}")
    assert there.status_code == 404
