"""Review, publication and what the public, contestants and machines see of it."""

import csv
import io
import json

import pytest

from competition.events import rules as life
from ledger.log.services import SYSTEM
from people.units.models import Unit
from scoring.evidence.queries import may_read_comments
from scoring.evidence.services.policy import set_policy
from scoring.marking.queries import list_counted, list_signatures
from scoring.results.queries import find_current, list_publications
from tests.factories.accounts import make_user
from tests.factories.calls import CALLING, fill_with_photos
from tests.factories.scoring import make_marked_event


@pytest.fixture
def decoded(session):
    made = make_marked_event(session, works=3, absent=1)
    made.run_to_decoded()
    return made


@pytest.fixture
def published(decoded):
    decoded.publish()
    return decoded


def test_the_committee_publishes_from_the_review(client, session, decoded, sign_in):
    sign_in(decoded.committee)
    page = client.get(f"/events/{decoded.event.uid}/review")
    assert decoded.entries[0].person.name in page.text

    response = client.post(f"/events/{decoded.event.uid}/publish")

    assert response.status_code == 302
    assert decoded.event.state == life.PUBLISHED


def test_comments_are_kept_back_until_the_committee_releases_them(
    client, session, decoded, sign_in
):
    url = f"/events/{decoded.event.uid}"
    sign_in(decoded.committee)
    said = [may_read_comments(session, decoded.event.id)]

    for word in ("yes", "no"):
        page = client.post(f"{url}/comments", data={"release": word})
        assert page.status_code == 302
        assert client.get(f"{url}/review").status_code == 200
        said.append(may_read_comments(session, decoded.event.id))
    sign_in(decoded.judge("J1"))

    assert said == [False, True, False]
    assert client.post(f"{url}/comments").status_code == 403


def test_the_desk_costs_the_same_however_many_works(
    client, session, sign_in, count_queries
):
    costs = []
    for works in (1, 6):
        marked = make_marked_event(session, works=works, text=CALLING)
        fill_with_photos(marked, ("9", "5"))
        sign_in(marked.judge("J1"))
        client.get(f"/events/{marked.event.uid}/marks")
        with count_queries() as queries:
            page = client.get(f"/events/{marked.event.uid}/marks")
        costs.append(len(queries))
        assert page.text.count("gap-key--dispute") > 2 * works
        assert "缺评语" in page.text

    assert costs[0] == costs[1]


def test_the_sheets_tell_who_did_what_and_when(client, session, sign_in):
    marked = make_marked_event(session, works=1)
    marked.fill()
    marked.sign_all()
    sign_in(marked.judge("J1"))
    url = f"/events/{marked.event.uid}"
    [_own, signed] = list_signatures(session, marked.event.id)
    client.post(f"{url}/signatures/{signed.uid}/return", data={"reason": "漏看一处"})

    desk = client.get(f"{url}/marks")
    sign_in(marked.judge("J2"))
    own = client.get(f"/judging/{marked.event.uid}/sign")

    for page in (desk, own):
        for said in ("漏看一处", "已退回裁判", marked.judge("J1").display_name):
            assert said in page.text


def test_the_chief_judge_cannot_publish(client, decoded, sign_in):
    sign_in(decoded.judge("J1"))

    assert client.post(f"/events/{decoded.event.uid}/publish").status_code == 403


def test_the_public_page_says_what_it_may_and_no_more(client, session, published):
    page = client.get(f"/results/{published.event.uid}")

    entry = published.entries[0]
    assert page.status_code == 200
    for said in (entry.person.name, "22.33", "First"):
        assert said in page.text
    assert session.get_one(Unit, entry.unit_id).name in page.text
    for kept in (entry.uid, entry.person.uid, published.works[0], entry.user.username):
        assert kept not in page.text


def test_the_table_is_safe_to_open(client, session, decoded):
    decoded.entries[0].person.name = "=cmd|' /C calc'!A0"
    session.flush()
    decoded.publish()

    response = client.get(f"/results/{decoded.event.uid}/csv")

    rows = list(csv.reader(io.StringIO(response.text.removeprefix("\ufeff"))))
    assert rows[1][1].startswith("'=")
    assert rows[1][0] == "1"


def test_the_signed_file_holds_only_what_is_public(client, published):
    response = client.get(f"/results/{published.event.uid}/json")

    rows = json.loads(response.text)["rows"]
    assert len(rows) == 4
    assert all({"entry_uid", "work_code", "person_id"}.isdisjoint(r) for r in rows)
    assert published.works[0] not in response.text


def test_machines_get_the_published_result(client, published):
    body = client.get(f"/api/v1/events/{published.event.uid}/results").get_json()

    assert [row["rank"] for row in body["results"]] == [1, 2, 3, None]
    assert body["results"][0]["total"] == "22.33"


@pytest.mark.parametrize(
    "path", ["/results/{uid}", "/results/{uid}/csv", "/api/v1/events/{uid}/results"]
)
def test_nothing_is_shown_before_publication(client, decoded, path):
    assert client.get(path.format(uid=decoded.event.uid)).status_code == 404


def test_a_withdrawal_is_on_public_record(client, session, published, sign_in):
    sign_in(published.committee)
    url = f"/events/{published.event.uid}"
    client.post(f"{url}/withdraw", data={"reason": "申诉成立，重新核分"})
    sign_in(None)

    page = client.get(f"/results/{published.event.uid}")

    assert "申诉成立，重新核分" in page.text
    assert published.entries[0].person.name not in page.text
    assert find_current(session, published.event.id) is None
    assert len(list_publications(session, published.event.id)) == 1


def test_a_contestant_sees_their_own_sheet_only(client, session, published, sign_in):
    publication = find_current(session, published.event.id)
    own, other = published.entries[:2]
    sign_in(own.user)

    page = client.get("/my-results")
    sheet = client.get(f"/results/sheets/{publication.uid}/{own.uid}")
    foreign = client.get(f"/results/sheets/{publication.uid}/{other.uid}")

    assert "22.33" in page.text
    assert "J1" not in sheet.text
    for judge in published.seats.values():
        assert judge.user.display_name not in sheet.text
    assert foreign.status_code == 403


@pytest.mark.parametrize("role", ["committee", "pool_officer", "hr_official"])
def test_who_works_with_results_sees_every_sheet(
    client, session, published, sign_in, role
):
    publication = find_current(session, published.event.id)
    sign_in(make_user(session, role))

    for entry in published.entries:
        page = client.get(f"/results/sheets/{publication.uid}/{entry.uid}")
        assert page.status_code == 200


def test_the_list_of_results_costs_the_same_however_long(
    client, session, published, count_queries
):
    with count_queries() as one:
        client.get("/results")
    for _ in range(2):
        more = make_marked_event(session, works=1)
        more.run_to_decoded()
        more.publish()

    with count_queries() as three:
        page = client.get("/results")

    assert len(one) == len(three)
    assert page.text.count("/results/") >= 3


def test_the_panel_is_led_from_one_page(client, session, sign_in):
    marked = make_marked_event(session, works=2)
    marked.fill()
    sign_in(marked.judge("J1"))
    url = f"/events/{marked.event.uid}"

    decided = client.post(
        f"{url}/decisions",
        data={
            "entry": marked.works[0],
            "what": "time",
            "value": "3600",
            "reason": "stopwatch",
        },
    )
    unsigned = client.post(
        f"{url}/marks/lock", headers={"Referer": f"http://localhost{url}/marks"}
    )
    marked.sign_all()
    locked = client.post(f"{url}/marks/lock")

    assert [r.status_code for r in (decided, unsigned, locked)] == [302, 409, 302]
    assert f'href="{url}/marks"' in unsigned.text  # the way back
    assert marked.event.state == life.LOCKED

    client.post(f"{url}/marks/unlock", data={"reason": "wrong work"})
    alone = client.post(f"{url}/marks/unlock/confirm")
    sign_in(marked.supervisor)
    together = client.post(f"{url}/marks/unlock/confirm")

    assert (alone.status_code, together.status_code) == (409, 302)
    assert marked.event.state == life.MARKING
    assert client.get(f"{url}/marks").status_code == 200


def test_every_fault_of_a_scheme_is_on_the_page(client, session, sign_in):
    marked = make_marked_event(session, works=1, state=life.CHECKIN)
    sign_in(marked.committee)
    broken = b'format = "jiangcai-scheme/1"\n[[components]]\ncode = "P"\nmax = -1\n'

    page = client.post(
        f"/events/{marked.event.uid}/scheme",
        data={"file": (io.BytesIO(broken), "x.scheme.toml"), "reason": "again"},
    )

    assert page.status_code == 422
    assert "components[0].max: 必须大于 0" in page.text
    assert "components[0].criteria: 缺少" in page.text


def test_a_contestant_reads_comments_only_once_they_are_released(
    client, session, sign_in
):
    marked = make_marked_event(session)
    marked.fill()
    first = list_counted(session, marked.event.id, entry=marked.works[0])[0]
    based = {"based_on": first.id, "reason": "焊缝有气孔"}
    marked.send(first.judge, first.entry, first.aspect, first.value, **based)
    marked.sign_all()
    marked.lock()
    marked.decode()
    publication = marked.publish()
    own = marked.entries[0]
    url = f"/results/sheets/{publication.uid}/{own.uid}"
    public = f"/results/explained/{publication.uid}/1"

    def read(user):
        sign_in(user)
        return client.get(url).text

    kept = read(own.user), read(marked.committee)
    set_policy(
        session, event=marked.event, is_released=True, actor=SYSTEM, now=marked.later()
    )
    released = read(own.user)

    assert ["焊缝有气孔" in page for page in kept] == [False, True]
    assert "焊缝有气孔" in released
    assert marked.judge("J1").display_name not in released
    assert "焊缝有气孔" not in client.get(public).text
