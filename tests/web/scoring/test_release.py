"""The release plan: who sees what of a result, on every address, and the preview."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.messages.models import Message
from accounts.messages.queries import count_unread
from competition.events import rules as life
from competition.events.services import clone_event
from ledger.log.models import LedgerEntry
from scoring.certificates.queries import check_number
from scoring.certificates.services.issue import issue
from scoring.results import queries
from scoring.results.models import Publication
from scoring.results.services import release, signing
from tests.factories.accounts import make_user
from tests.factories.competition import make_competition
from tests.factories.scoring import actor_of, make_marked_event
from web.templating import moment

POINTS = "22.33"


@pytest.fixture
def decoded(session):
    made = make_marked_event(session, works=3)
    made.run_to_decoded()
    return made


def plan(made, audience, part, at=None, mode=None):
    release.set_release(
        made.session,
        event=made.event,
        cell=(audience, part),
        mode=mode or ("moment" if at else "kept"),
        opens_at=at,
        actor=actor_of(made.committee),
        now=datetime.now(UTC),
    )
    made.session.flush()


def addresses(made):
    uid = made.event.uid
    publication = made.session.scalars(select(Publication)).one()
    explained = f"/results/explained/{publication.uid}/1"
    return {
        "list": [f"/results/{uid}"],
        "scores": [
            *(f"/results/{uid}/{kind}" for kind in ("csv", "json", "list.pdf")),
            f"/api/v1/events/{uid}/results",
        ],
        "explanations": [explained, f"{explained}.json", f"{explained}.pdf"],
    }


def open_parts(client, made):
    """What of a result is reached by its addresses, and what its page shows."""
    found = addresses(made)
    page = client.get(f"/results/{made.event.uid}").text
    seen = set()
    if made.entries[0].person.name in page:
        seen.add("list")
    if POINTS in page:
        seen.add("points")
    for part in ("scores", "explanations"):
        codes = {client.get(path).status_code for path in found[part]}
        assert len(codes) == 1, (part, codes)
        if codes == {200}:
            seen.add(part)
    return seen


def test_each_part_opens_at_its_moment_on_every_address(client, session, decoded):
    now = datetime.now(UTC)
    later = now + timedelta(days=1)
    everything = {"list", "points", "scores", "explanations"}
    for parts, seen in (
        (("list",), set()),
        (("scores",), {"list"}),
        (("explanations",), {"list", "points", "scores"}),
        ((), everything),
    ):
        with session.begin_nested() as undone:
            for part in parts:
                plan(decoded, "public", part, at=later)
            decoded.publish()
            session.flush()
            assert open_parts(client, decoded) == seen, parts
            undone.rollback()
        session.expire_all()
    plan(decoded, "public", "list", at=now - timedelta(seconds=1))
    decoded.publish()
    assert open_parts(client, decoded) == everything


def test_another_moment_is_told_at_once(client, session, decoded):
    """The page that is kept for all says when it opens; a new plan says otherwise."""
    path = f"/results/{decoded.event.uid}"
    pages: list[str] = []
    moments = [datetime.now(UTC) + timedelta(days=days) for days in (7, 9)]
    for at in moments:
        plan(decoded, "public", "list", at=at)
        if not pages:
            decoded.publish()
        pages.append(client.get(path).text)

    for page, at in zip(pages, moments, strict=True):
        assert moment(at) in page
    assert pages[0] != pages[1]


def test_the_list_of_results_leaves_out_what_is_not_open(client, session, decoded):
    plan(decoded, "public", "list", at=datetime.now(UTC) + timedelta(days=1))
    decoded.publish()
    medals = f"/competitions/{decoded.event.competition.uid}/medals"
    assert decoded.event.uid not in client.get("/results").text
    assert decoded.entries[0].person.name not in client.get(medals).text

    plan(decoded, "public", "list", at=datetime.now(UTC) - timedelta(seconds=1))

    assert decoded.event.uid in client.get("/results").text


def test_an_audience_may_see_before_the_public(client, session, sign_in, decoded):
    plan(decoded, "public", "list")
    plan(decoded, "contestant", "scores")
    decoded.publish()
    entry = decoded.entries[0]
    sheet = f"/results/sheets/{session.scalars(select(Publication)).one().uid}"

    assert open_parts(client, decoded) == set()
    sign_in(entry.user)
    own = client.get("/my-results").text
    assert open_parts(client, decoded) == {"list"}
    assert decoded.event.name in own
    assert POINTS not in own
    assert client.get(f"{sheet}/{entry.uid}").status_code == 404
    sign_in(decoded.judge("J2"))
    assert client.get(f"/results/{decoded.event.uid}/json").status_code == 200
    sign_in(decoded.committee)
    assert client.get(f"{sheet}/{entry.uid}").status_code == 200


def test_a_preview_is_the_page_and_leaves_nothing(client, session, sign_in, decoded):
    opens = datetime.now(UTC) + timedelta(days=1)
    plan(decoded, "public", "scores", at=opens)
    sign_in(decoded.committee)
    address = f"/events/{decoded.event.uid}/release/preview"
    written = session.query(LedgerEntry).count()

    today = client.get(f"{address}/public").text
    day = (opens + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    then = client.get(f"{address}/public?at={day}").text
    judge = client.get(f"{address}/judge").text

    assert decoded.entries[0].person.name in today
    assert (POINTS in today, POINTS in then, POINTS in judge) == (False, True, True)
    assert session.query(Publication).count() == 0
    assert session.query(LedgerEntry).count() == written
    decoded.publish()
    sign_in(None)
    real = client.get(f"/results/{decoded.event.uid}").text
    for said in (decoded.entries[0].person.name, "得分将于"):
        assert (said in real) == (said in today)


def test_the_committee_plans_and_never_closes_what_is_open(
    client, session, sign_in, decoded
):
    address = f"/events/{decoded.event.uid}/release"
    sign_in(decoded.committee)
    data = {"audience": "public", "part": "scores", "mode": "moment"}
    assert client.post(address, data=data).status_code == 422  # no moment
    told = client.post(address, data={**data, "opens_at": "2099-01-01T10:00"})
    assert told.status_code == 302
    assert "2099-01-01 10:00" in client.get(address).text
    decoded.publish()

    closed = client.post(address, data={**data, "part": "list", "mode": "kept"})
    opened = client.post(address, data={**data, "mode": "published"})

    assert closed.status_code == 422
    assert opened.status_code == 302
    assert "scores" in open_parts(client, decoded)
    bodies = session.scalars(
        select(LedgerEntry.body).where(LedgerEntry.action == "results.release_set")
    ).all()
    assert [json.loads(body)["mode"] for body in bodies] == ["moment", "published"]
    assert decoded.event.state == life.PUBLISHED


def test_contestants_are_told_when_they_may_see(session, decoded):
    opens = datetime.now(UTC) + timedelta(days=1)
    plan(decoded, "contestant", "list", at=opens)
    plan(decoded, "public", "list", at=opens + timedelta(days=1))
    decoded.publish()
    user = decoded.entries[0].user
    told = session.scalars(
        select(Message.made_at).where(
            Message.user_id == user.id, Message.kind == "result_published"
        )
    ).all()

    assert told == [opens]
    before = count_unread(session, user.id, opens - timedelta(seconds=1))
    assert count_unread(session, user.id, opens) == before + 1


def test_before_the_decoding_there_is_nothing_to_preview(client, session, sign_in):
    made = make_marked_event(session, works=1)
    sign_in(made.committee)
    assert client.get(f"/events/{made.event.uid}/release").status_code == 200
    answer = client.get(f"/events/{made.event.uid}/release/preview/public")
    assert answer.status_code == 302
    assert client.get(f"/events/{made.event.uid}/release/preview/me").status_code == 404


def test_a_certificate_names_nobody_before_the_list_is_public(
    client, session, sign_in, decoded
):
    opens = datetime.now(UTC) + timedelta(hours=2)
    plan(decoded, "public", "list", opens)
    plan(decoded, "contestant", "list", opens)
    decoded.publish()
    [made] = issue(
        session,
        event=decoded.event,
        actor=actor_of(decoded.committee),
        now=decoded.later(),
    )
    holder, award = made.holder, made.award

    page = client.get(f"/certificates/{made.number}").text
    answer = client.get(f"/api/v1/certificates/{made.number}").json

    assert holder not in page
    assert award not in page
    assert moment(opens) in page
    assert (answer["withheld"], answer["name"], answer["award"]) == (True, "", "")
    assert datetime.fromisoformat(answer["opens_at"]) == opens
    public = check_number(session, made.number, opens).fields
    assert (public["withheld"], public["name"], public["award"]) == (
        *(False, holder),
        award,
    )
    own = make_user(session, person=made.entry.person)
    sign_in(own)
    assert made.number not in client.get("/my-certificates").text
    assert client.post(f"/my-certificates/{made.uid}/print").status_code == 404


def test_a_copy_of_an_event_keeps_its_plan_and_its_signatures(session, decoded):
    opens = datetime(2026, 7, 1, 9, tzinfo=UTC)
    plan(decoded, "public", "list", opens)
    plan(decoded, "judge", "scores")
    actor = actor_of(decoded.committee)
    signing.set_terms(
        session, event=decoded.event, asks=True, actor=actor, now=decoded.later()
    )
    first = decoded.event.competition.starts_on
    later = make_competition(
        session,
        starts_on=first + timedelta(days=364),
        ends_on=first + timedelta(days=370),
    )

    copy = clone_event(
        session,
        event=decoded.event,
        competition=later,
        name="焊工",
        actor=actor,
        now=decoded.later(),
    )

    assert queries.read_plan(session, copy.uid) == {
        ("public", "list"): opens + timedelta(days=364),
        ("judge", "scores"): None,
    }
    assert queries.asks_signatures(session, copy.id)
