"""Certificates from the award to the public check, and back when it is taken away."""

import io

import pytest
from PIL import Image

from app import create_app
from extensions import limiter
from ledger.log.queries import list_of_action
from scoring.certificates import queries
from scoring.certificates.services.issue import issue, read_token
from scoring.results.services.publish import publish, withdraw
from tests.db.scoring.test_team_results import TEAMS, put_together
from tests.factories.accounts import NOW, PASSWORD, make_user
from tests.factories.certificates import make_awarded
from tests.factories.scoring import SCHEME, actor_of, make_marked_event
from tests.papers import page_texts, pictures, read_qr


@pytest.fixture
def awarded(session):
    return make_awarded(session, works=3)


def drawn(shade=20):
    out = io.BytesIO()
    Image.new("RGBA", (60, 30), (shade, 20, 20, 255)).save(out, "PNG")
    return out.getvalue()


def test_the_committee_issues_one_for_each_award_and_once(client, session, sign_in):
    marked = make_marked_event(session, works=3)
    marked.run_to_decoded()
    marked.publish()
    url = f"/events/{marked.event.uid}/certificates"
    sign_in(marked.committee)

    client.post(f"{url}/issue")
    client.post(f"{url}/issue")

    [made] = queries.list_register(session, marked.event.id)
    page = client.get(url)
    assert made.holder in page.text
    assert made.award == "First"
    assert made.number in client.get(f"{url}/register.csv").text
    assert made.number in client.get(f"{url}/{made.uid}").text
    assert read_token(made.token).number == made.number


def test_a_printed_certificate_says_all_and_its_code_leads_to_the_checker(
    client, session, awarded, sign_in
):
    marked, [made] = awarded
    competition = marked.event.competition
    url = f"/competitions/{competition.uid}/certificates"
    sign_in(make_user(session, "committee"))
    client.post(
        url,
        data={
            "body": "{name}（{unit}）获{event}{award}。",
            "is_bilingual": "y",
            "issuer": "市总工会 市人社局",
            "seal": (io.BytesIO(drawn(200)), "seal.png"),
        },
    )
    signer = make_user(session, display_name="陈主任")
    client.post(
        f"{url}/signers", data={"username": signer.username, "post": "组委会主任"}
    )
    [asked] = queries.list_signers(session, competition.id)
    printing = f"/events/{marked.event.uid}/certificates/{made.uid}/print"
    before = pictures(client.post(printing).data)
    assert client.get(f"{url}/sample.pdf").data.startswith(b"%PDF")
    assert client.get(f"{url}/seal").status_code == 200

    sign_in(signer)
    assert competition.name in client.get("/desk").text
    picture = {"picture": (io.BytesIO(drawn()), "me.png"), "password": "wrong"}
    assert client.post(f"/my-signature/{asked.uid}", data=picture).status_code == 422
    picture = {"picture": (io.BytesIO(drawn()), "me.png"), "password": PASSWORD}
    client.post(f"/my-signature/{asked.uid}", data=picture)
    assert asked.state == "granted"
    sign_in(make_user(session, "committee"))
    pdf = client.post(printing).data

    [text] = page_texts(pdf)
    assert f"{made.holder}（" in text
    assert "获" + marked.event.name + "First" in text
    assert {"陈主任" in text, made.number in text} == {True}
    assert "certificateofaward" in text.lower()
    assert len(pictures(pdf)) == len(before) + 1
    code = next(read_qr(found) for found in pictures(pdf) if found.width > 60)
    address, _hash, token = code.partition("#")
    assert address.endswith("/certificates/checker")
    assert token == made.token
    used = list_of_action(session, "signature.used", since=NOW)
    assert len(used) == 1
    assert made.uid in used[0].body

    sign_in(signer)
    client.post(f"/my-signature/{asked.uid}/end")
    sign_in(make_user(session, "committee"))
    assert len(pictures(client.post(printing).data)) == len(before)
    assert len(list_of_action(session, "signature.used", since=NOW)) == 1


def test_a_text_with_an_unknown_place_is_refused(client, session, awarded, sign_in):
    competition = awarded[0].event.competition
    sign_in(make_user(session, "committee"))

    page = client.post(
        f"/competitions/{competition.uid}/certificates", data={"body": "{nmae}"}
    )

    assert "{nmae}" in page.text
    assert queries.find_design(session, competition.id) is None


def test_anybody_checks_by_number_page_and_machine(client, awarded):
    _marked, [made] = awarded

    page = client.get(f"/certificates/{made.number.lower()}")
    answer = client.get(f"/api/v1/certificates/{made.number}").json

    assert made.holder in page.text
    assert (answer["kind"], answer["state"], answer["valid"]) == (
        "award",
        "valid",
        True,
    )
    assert answer["name"] == made.holder


@pytest.mark.parametrize("number", ["x", "JCA-2026-23456-789AB-CDEFG-HJKMN-PQRST"])
def test_what_is_no_number_costs_as_many_looks_as_one_nobody_has(
    client, awarded, number, count_queries
):
    with count_queries() as said:
        answer = client.get(f"/api/v1/certificates/{number}")

    assert answer.status_code == 404
    assert len(said) == 2  # one look for each kind of certificate
    other = client.get("/api/v1/certificates/JC-2026-00000000")
    assert _without_address(answer) == _without_address(other)


def _without_address(answer):
    return {k: v for k, v in answer.json.items() if k != "instance"}


def test_guessing_is_slowed_down(monkeypatch, tmp_path):
    monkeypatch.setattr(limiter, "enabled", True)  # the tests' own app has it off
    monkeypatch.setattr("scoring.certificates.api.check_number", lambda *_a: None)
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    settings = {"SQLALCHEMY_DATABASE_URI": url, "RATELIMIT_ENABLED": True}
    stranger = create_app(settings).test_client()

    codes = [stranger.get("/api/v1/certificates/x").status_code for _ in range(31)]

    assert codes == [404] * 30 + [429]


def test_a_corrected_name_gets_another_number_and_the_old_one_says_so(
    client, session, awarded, sign_in
):
    marked, [old] = awarded
    url = f"/events/{marked.event.uid}/certificates/{old.uid}"
    sign_in(marked.committee)

    client.post(url, data={"holder": "王晓明", "reason": "姓名有误"})

    [new] = queries.list_valid(session, marked.event.id)
    assert (new.holder, new.replaces_id) == ("王晓明", old.id)
    assert new.number != old.number
    answer = client.get(f"/api/v1/certificates/{old.number}").json
    assert (answer["state"], answer["reason"]) == ("replaced", "姓名有误")
    assert client.post(f"{url}/print").status_code == 404
    assert client.post(f"{url}/revoke", data={"reason": "x"}).status_code == 422


def test_a_revoked_one_is_on_the_signed_list_by_digest_only(
    client, session, awarded, sign_in
):
    marked, [made] = awarded
    url = f"/events/{marked.event.uid}/certificates/{made.uid}/revoke"
    sign_in(marked.committee)
    assert client.post(url, data={"reason": ""}).status_code == 422

    client.post(url, data={"reason": "冒名顶替"})

    ended = client.get("/certificates/ended.json").json
    assert '"revoked"' in ended["list"]
    assert made.number not in ended["list"]
    client.checks_pages = False  # scripts and style stand inside: it is one file
    page = client.get("/certificates/checker")
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_while_no_result_stands_it_is_suspended_and_a_lost_award_revokes_it(
    client, session, awarded
):
    marked, [made] = awarded
    actor = actor_of(marked.committee)
    withdraw(
        session, event=marked.event, reason="复核", actor=actor, now=marked.later()
    )
    address = f"/api/v1/certificates/{made.number}"
    assert client.get(address).json["state"] == "suspended"

    publish(session, event=marked.event, actor=actor, now=marked.later())
    assert client.get(address).json["state"] == "valid"

    withdraw(
        session, event=marked.event, reason="更正", actor=actor, now=marked.later()
    )
    made.award = "Second"  # as if the correction had moved the entry down
    session.flush()
    publish(session, event=marked.event, actor=actor, now=marked.later())

    answer = client.get(address).json
    assert (answer["state"], answer["valid"]) == ("revoked", False)
    assert answer["reason"]
    again = issue(session, event=marked.event, actor=actor, now=marked.later())
    assert [c.award for c in again] == ["First"]


def test_one_prints_ones_own_and_nobody_elses(client, session, awarded, sign_in):
    marked, [made] = awarded
    url = f"/my-certificates/{made.uid}/print"
    owner = made.entry.user
    owner.person_id = made.entry.person_id
    session.flush()

    sign_in(owner)
    assert "/my-certificates" in client.get("/my-results").text
    assert made.uid in client.get("/my-certificates").text
    assert client.post(url).mimetype == "application/pdf"
    sign_in(marked.judge("J1"))
    assert client.post(url).status_code == 404


def test_a_certificate_of_a_team_event_names_the_team(client, session, sign_in):
    marked = make_marked_event(session, works=2, text=SCHEME + TEAMS)
    put_together(session, marked.event, "鉴湖一队", *marked.entries)
    marked.run_to_decoded()
    marked.publish()
    url = f"/events/{marked.event.uid}/certificates"
    sign_in(make_user(session, "committee"))
    client.post(f"{url}/issue")

    [house] = page_texts(client.post(f"{url}/print").data)
    client.post(
        f"/competitions/{marked.event.competition.uid}/certificates",
        data={"body": "{team}的{name}获{award}。"},
    )
    [own] = page_texts(client.post(f"{url}/print").data)

    assert "鉴湖一队" in house
    assert f"鉴湖一队的{marked.entries[0].person.name}获First" in own
