"""How a result came about: before the public, contestants and the panel."""

import json
import re
from fractions import Fraction

import pytest
from sqlalchemy import select

from people.units.models import Unit
from scoring.marking.queries import find_lock
from scoring.results.models import ResultVersion
from scoring.results.queries import find_current
from tests.factories.accounts import make_user
from tests.factories.scoring import SCHEME, make_marked_event
from tests.papers import page_texts, pictures, read_qr


@pytest.fixture
def published(session):
    made = make_marked_event(session, works=3, absent=1)
    made.run_to_decoded()
    made.publish()
    return made


@pytest.fixture
def line(session, published):
    publication = find_current(session, published.event.id)
    return f"/results/explained/{publication.uid}/"


def seats_and_people(published):
    for seat, held in published.seats.items():
        yield seat
        yield held.user.display_name
        yield held.user.username


def test_everybody_reads_how_a_result_came_about(client, published, line):
    table = client.get(f"/results/{published.event.uid}")
    page = client.get(line + "1")

    assert f'href="{line}1"' in table.text
    for said in (published.entries[0].person.name, "22.33", "(9 + 9) ÷ 2 = 9"):
        assert said in page.text
    for kept in (*seats_and_people(published), *published.works):
        assert not re.search(rf"\b{kept}\b", page.text)
    assert published.entries[0].uid not in page.text


def test_the_public_data_says_no_more_than_the_page(client, published, line):
    response = client.get(line + "2.json")

    told = json.loads(response.text)
    assert told["format"] == "jiangcai-explanation/1"
    assert told["name"] == published.entries[1].person.name
    assert told["total"]["points"] == "21.33"
    judges = {
        mark["judge"]
        for part in told["components"]
        for criterion in part["criteria"]
        for aspect in criterion["aspects"]
        for mark in aspect["marks"]
    }
    assert len(judges) == len(published.seats)
    for kept in (*seats_and_people(published), *published.works):
        assert not re.search(rf"\b{kept}\b", response.text)


def test_who_handed_in_nothing_has_nothing_to_explain(client, published, line):
    assert client.get(line + "4").status_code == 200
    assert client.get(line + "4.json").get_json()["status"] == "absent"
    for beyond in ("0", "5", "0.json", "5.json"):
        assert client.get(line + beyond).status_code == 404


def test_the_panel_sees_seats_and_names(client, published, line, sign_in):
    url = f"/events/{published.event.uid}/review/{published.works[0]}"
    for user in (published.judge("J1"), published.committee):
        sign_in(user)
        page = client.get(url)
        assert f"J2 {published.judge('J2').display_name}" in page.text
        assert published.entries[0].person.name not in page.text
        told = client.get(url + ".json").get_json()
        assert told["work"] == published.works[0]


def test_others_do_not(client, session, published, sign_in):
    url = f"/events/{published.event.uid}/review/{published.works[0]}"
    for role in ("contestant", "hr_official"):
        sign_in(make_user(session, role))
        assert client.get(url).status_code == 403
        assert client.get(url + ".json").status_code == 403


def test_a_page_is_made_once_and_then_only_handed_out(
    client, session, published, line, count_queries
):
    # Does the publication stand, and is it open? With the list: are there appeals?
    for url, asked in ((f"/results/{published.event.uid}", 3), (f"{line}1", 2)):
        first = client.get(url)
        with count_queries() as queries:
            again = client.get(url)
            known = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
        assert len(queries) == 2 * asked
        assert again.data == first.data
        assert known.status_code == 304
        assert known.data == b""
        assert first.headers["Cache-Control"] == "public, no-cache"
        assert "Set-Cookie" not in first.headers


def test_downloads_have_the_columns_of_the_command_and_a_tag(
    client, session, published, count_queries
):
    for kind in ("csv", "json"):
        url = f"/results/{published.event.uid}/{kind}"
        first = client.get(url)
        with count_queries() as queries:
            known = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
        assert (known.status_code, known.data, len(queries)) == (304, b"", 2)
    table = client.get(f"/results/{published.event.uid}/csv").text
    assert table.removeprefix("\ufeff").splitlines()[0] == (
        "rank,name,group,unit,team,status,P,penalty,total,scale,passed,tied_by,award"
    )


def test_a_withdrawal_is_seen_at_once(client, session, published, line, sign_in):
    url = f"/results/{published.event.uid}"
    tag = client.get(url).headers["ETag"]
    sign_in(published.committee)
    client.post(f"/events/{published.event.uid}/withdraw", data={"reason": "复核"})
    sign_in(None)

    page = client.get(url, headers={"If-None-Match": tag})

    assert page.status_code == 200
    assert published.entries[0].person.name not in page.text
    assert client.get(line + "1").status_code == 404
    assert client.get(line + "1.json").status_code == 404


def test_marks_that_lead_elsewhere_are_not_explained(
    client, session, published, sign_in
):
    """Whatever happens below the application, no wrong explanation is told."""
    kept = session.scalars(
        select(ResultVersion).where(ResultVersion.event_id == published.event.id)
    ).one()
    columns = {
        name: getattr(kept, name)
        for name in ResultVersion.__table__.columns.keys()  # noqa: SIM118 - no dict
        if name not in {"id", "uid"}
    }
    altered = {"version": 2, "rows": kept.rows.replace('"22.33"', '"23.33"')}
    session.add(ResultVersion(**{**columns, **altered}))
    session.flush()
    sign_in(published.committee)

    page = client.get(f"/events/{published.event.uid}/review/{published.works[0]}")

    assert page.status_code == 409
    assert "23.33" not in page.text


def test_the_rules_are_public_as_they_were_frozen(client, session, published):
    page = client.get(f"/results/{published.event.uid}/scheme.toml")

    assert 'format = "jiangcai-scheme/1"' in page.text


def test_an_explanation_is_printed_for_an_appeal(client, session, published, line):
    answer = client.get(line + "1.pdf")

    text = "".join(page_texts(answer.data))
    publication = find_current(session, published.event.id)
    name = "".join(published.entries[0].person.name.split())
    for said in (name, "22.33", "(9+9)÷2=9", "裁判1", "裁判2", publication.digest):
        assert said in text, said
    for kept in (
        *published.works,
        *(s.user.username for s in published.seats.values()),
    ):
        assert kept not in text
    assert [read_qr(code) for code in pictures(answer.data)] == [
        f"http://localhost{line}1"
    ]
    assert client.get(line + "1.pdf").data == answer.data
    absent, beyond = client.get(line + "4.pdf"), client.get(line + "5.pdf")
    assert (absent.status_code, beyond.status_code) == (404, 404)


def test_the_panels_print_names_the_judges(client, published, sign_in):
    url = f"/events/{published.event.uid}/review/{published.works[0]}.pdf"
    sign_in(published.judge("J2"))
    refused = client.get(url)
    sign_in(published.judge("J1"))

    text = "".join(page_texts(client.get(url).data))

    assert refused.status_code == 403
    for seat, held in published.seats.items():
        assert seat + "".join(held.user.display_name.split()) in text
    assert published.works[0] in text
    assert published.entries[0].person.name not in text


@pytest.fixture
def locked(session):
    made = make_marked_event(session, works=3)
    made.fill(
        lambda at, code: {"P1.1": str(9 - at), "P1.3": "1"}.get(code, str(at % 2))
    )
    made.sign_all()
    made.lock()
    return made


def test_what_if_is_answered_after_the_lock_and_not_kept(
    client, session, locked, sign_in
):
    url = f"/events/{locked.event.uid}/what-if"
    sign_in(locked.judge("J1"))

    page = client.get(url)
    asked = client.get(url, query_string={"without": "J2", "total": "0"})

    assert page.status_code == asked.status_code == 200
    for work in locked.works:
        assert work in asked.text
    kept = session.scalars(
        select(ResultVersion).where(ResultVersion.event_id == locked.event.id)
    ).all()
    assert len(kept) == 1
    assert client.get(url, query_string={"mode": "sideways"}).status_code == 200


def test_how_sure_ranks_are_is_for_the_panel_and_the_committee(
    client, session, locked, sign_in
):
    url = f"/events/{locked.event.uid}/certainty"
    for user in (locked.judge("J1"), locked.committee):
        sign_in(user)
        page = client.get(url)
        assert page.text.count("100 %") == 3  # the two judges agree throughout
    for user in (locked.judge("J2"), make_user(session, "contestant")):
        sign_in(user)
        assert client.get(url).status_code == 403


def test_before_the_lock_nothing_is_answered(client, session, sign_in):
    open_event = make_marked_event(session, works=2)
    open_event.fill()
    sign_in(open_event.judge("J1"))
    for page in ("what-if", "certainty"):
        url = f"/events/{open_event.event.uid}/{page}"
        assert client.get(url).status_code == 404

    open_event.sign_all()
    open_event.lock()
    assert client.get(url).status_code == 200
    lock = find_lock(session, open_event.event.id)
    lock.unlocked_at = lock.locked_at
    session.flush()

    assert client.get(url).status_code == 409


TEAMS = """
[teams]
method = "sum"
[[rankings]]
name = "Units"
by = "unit"
"""


def test_teams_and_further_rankings_are_published(client, session):
    made = make_marked_event(session, works=3, absent=1, text=SCHEME + TEAMS)
    made.run_to_decoded()
    made.publish()
    units = {e.unit_id: session.get_one(Unit, e.unit_id).name for e in made.entries}

    page = client.get(f"/results/{made.event.uid}")
    signed = client.get(f"/results/{made.event.uid}/json").get_json()

    assert "Units" in page.text
    for name in units.values():
        assert name in page.text
    assert {team["team"] for team in signed["teams"]} >= set(units.values())
    lines = [line for team in signed["teams"] for line in team["members"]]
    assert sorted(lines) == [1, 2, 3, 4]
    totals = sum(Fraction(team["total"]) for team in signed["teams"])
    assert totals == sum(Fraction(row["total"] or 0) for row in signed["rows"])
    tables = {(part["name"], part["value"]) for part in signed["rankings"]}
    assert tables <= {("Units", name) for name in units.values()}
    ranked = [row["line"] for part in signed["rankings"] for row in part["rows"]]
    assert sorted(ranked) == [1, 2, 3]
