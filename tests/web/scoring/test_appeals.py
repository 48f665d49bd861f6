"""An appeal from the filing to a new version of the result."""

import io
from datetime import UTC, datetime, timedelta

import pytest

from accounts.roles.rules import Scope
from competition.events import rules as life
from ledger.log.queries import list_for_subject
from scoring.appeals import queries
from scoring.appeals.services import steps
from scoring.appeals.services.effects import foresee, list_cells
from scoring.marking.queries import find_lock
from scoring.results.queries import find_current, list_publications
from scoring.results.services.locks import confirm_unlock
from tests.factories.accounts import make_user
from tests.factories.appeals import PAPER, make_appeal, make_arbiter
from tests.factories.people import make_unit
from tests.factories.scoring import actor_of, make_item, make_marked_event
from tests.papers import page_texts


@pytest.fixture
def published(session):
    """Return an event that was published just now, by the server's clock."""
    marked = make_marked_event(session, works=3)
    marked.run_to_decoded()
    marked.now = datetime.now(UTC) - timedelta(minutes=5)
    marked.publish()
    return marked


def case_url(appeal, step=""):
    return f"/events/{appeal.event.uid}/appeals/{appeal.uid}" + (step and f"/{step}")


def test_a_contestant_files_with_papers_and_gets_a_receipt(
    client, session, published, sign_in
):
    entry = published.entries[2]
    sign_in(entry.user)
    url = f"/appeals/new/{entry.uid}"
    assert url in client.get("/my-appeals").text

    client.get(url)
    paper = (io.BytesIO(PAPER), "录像说明.pdf")
    client.post(url, data={"grounds": "得分有误", "papers": paper})
    again = client.post(url, data={"grounds": "再次"})

    [appeal] = queries.list_of_event(session, published.event.id)
    page = client.get(f"/appeals/{appeal.uid}")
    assert appeal.receipt in page.text
    assert "得分有误" in page.text
    assert b"\xe5\xbe\x97" not in appeal.grounds_sealed  # kept encrypted
    assert "已有" in again.text or again.status_code == 200
    assert len(queries.list_of_event(session, published.event.id)) == 1
    file = f"/appeals/{appeal.uid}/papers/{appeal.papers[0].uid}"
    assert client.get(file).data == PAPER
    [link] = list_for_subject(session, f"appeal:{appeal.uid}")
    assert link.action == "appeals.filed"
    assert "得分" not in link.body
    sign_in(published.entries[0].user)
    assert client.get(file).status_code == 404
    assert client.get(f"/appeals/{appeal.uid}").status_code == 404


def test_the_units_officer_files_for_its_contestants_and_no_other(
    client, session, published, sign_in
):
    entry = published.entries[1]
    leader = make_user(session, "unit_officer", scope=Scope("unit", entry.unit.uid))
    other = make_user(
        session, "unit_officer", scope=Scope("unit", make_unit(session).uid)
    )
    sign_in(other)
    assert client.get(f"/appeals/new/{entry.uid}").status_code == 404
    sign_in(leader)

    answer = client.post(f"/appeals/new/{entry.uid}", data={"grounds": "请求复核"})

    assert answer.status_code == 302
    assert len(queries.list_of_user(session, leader)) == 1


def test_outside_the_windows_nothing_is_taken(client, session, published, sign_in):
    entry = published.entries[0]
    late = datetime.now(UTC) + timedelta(days=30)

    with pytest.raises(steps.AppealError):
        make_appeal(session, published, at=0, now=late)
    draft = make_marked_event(session, works=1, state=life.CHECKIN)
    draft.event.state = life.CLOSED
    sign_in(draft.entries[0].user)
    page = client.get(f"/appeals/new/{draft.entries[0].uid}")

    assert "<textarea" not in page.text
    assert queries.list_of_entry(session, entry.uid) == []


@pytest.mark.parametrize(
    "tie", ["judge", "coding officer", "the unit", "the contestant"]
)
def test_who_is_tied_to_it_decides_nothing(client, session, published, sign_in, tie):
    appeal = make_appeal(session, published, now=datetime.now(UTC))
    arbiter = make_arbiter(session)
    match tie:
        case "judge":
            arbiter = published.judge("J2")
        case "coding officer":
            arbiter = make_user(session, "coding_officer_2")
        case "the unit":
            arbiter.unit_id = appeal.entry.unit_id
        case _:
            arbiter = appeal.entry.user
    session.flush()

    with pytest.raises(steps.BarredError):
        steps.admit(session, appeal=appeal, user=arbiter, now=datetime.now(UTC))

    assert appeal.state == "filed"


def test_the_public_is_told_a_number_and_the_parties_all(
    client, session, published, sign_in
):
    url = f"/results/{published.event.uid}"
    before = client.get(url).text
    appeal = make_appeal(session, published, now=datetime.now(UTC))
    publication = find_current(session, published.event.id)

    page = client.get(url).text

    assert "1 件申诉" in page
    assert "1 件申诉" not in before
    assert appeal.receipt not in page
    sign_in(published.committee)
    sheet = f"/results/sheets/{publication.uid}/{appeal.entry.uid}"
    assert appeal.receipt in client.get(sheet).text
    sign_in(appeal.entry.user)


def test_an_upheld_appeal_changes_a_rank_by_a_new_version(
    client, session, published, sign_in
):
    appeal = make_appeal(session, published, now=datetime.now(UTC))
    arbiter = make_arbiter(session)
    cells = list_cells(session, appeal)
    sign_in(arbiter)
    assert published.event.name in client.get("/desk").text
    assert appeal.receipt in client.get(f"/events/{published.event.uid}/appeals").text
    client.post(case_url(appeal, "admit"))
    assert appeal.due_at is not None
    assert appeal.due_at > datetime.now(UTC)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    client.post(case_url(appeal, "hearing"), data={"at": tomorrow, "place": "仲裁室"})
    assert appeal.hearing_place == "仲裁室"

    key = next(c.key for c in cells if c.aspect == "P1.1" and c.seat == "J1")
    effect = foresee(session, appeal, key=key, value="10")
    seen = client.get(case_url(appeal), query_string={"cell": key, "value": "10"})
    wrong = client.get(case_url(appeal), query_string={"cell": key, "value": "99"})
    client.post(
        case_url(appeal, "decide"),
        data={"outcome": "upheld", "revises": "y", "reason": "录像证实漏记一分"},
    )

    assert effect.own.new_total is not None
    assert effect.own.old_total is not None
    assert effect.own.new_total > effect.own.old_total
    assert "→" in seen.text
    assert "99" in wrong.text
    assert published.event.state == life.DECODED
    assert find_current(session, published.event.id) is None
    assert find_lock(session, published.event.id).unlock_asked_by == arbiter.uid
    letter = client.get(f"/appeals/{appeal.uid}/letter.pdf").data
    assert "录像证实漏记一分" in page_texts(letter)[0]
    assert appeal.receipt in page_texts(letter)[0]

    _revise(published, appeal, key)

    versions = list_publications(session, published.event.id)
    assert [p.version for p in versions] == [2, 1]
    assert appeal.receipt in versions[1].withdrawn_reason
    assert appeal.receipt in client.get(f"/results/{published.event.uid}").text
    assert queries.find_correction(session, appeal) == versions[0]


def _revise(marked, appeal, key):
    """Confirm the unlock as another person, give the mark anew, and publish again."""
    aspect, _slash, seat = key.partition("/")
    marked.now = datetime.now(UTC) + timedelta(seconds=1)
    confirm_unlock(
        marked.session,
        event=marked.event,
        actor=actor_of(marked.judge("J1")),
        now=marked.later(),
    )
    code = next(
        w
        for w, e in zip(marked.works, marked.entries, strict=True)
        if e is appeal.entry
    )
    from scoring.marking.queries import list_counted  # noqa: PLC0415

    old = next(
        m
        for m in list_counted(marked.session, marked.event.id, entry=code)
        if (m.aspect, m.judge) == (aspect, seat)
    )
    item = make_item(code, aspect, "10", based_on=old.id, reason="申诉成立")
    answer = marked.send_items(seat, item)
    assert answer[0]["status"] == "stored", answer
    marked.sign_all()
    marked.lock()
    marked.decode()
    marked.publish()


def test_the_second_instance_is_the_competitions_and_other_people(
    client, session, published, sign_in
):
    appeal = make_appeal(session, published, now=datetime.now(UTC))
    scope = Scope("event", published.event.uid)
    first = make_user(session, "supervisor", scope=scope)
    final = make_arbiter(session)
    sign_in(first)
    client.post(case_url(appeal, "admit"))
    words = {"outcome": "rejected", "reason": "评分无误"}
    client.post(case_url(appeal, "decide"), data=words)
    assert (appeal.state, appeal.outcome) == ("decided", "rejected")
    assert find_current(session, published.event.id) is not None

    sign_in(appeal.entry.user)
    assert "second" in client.get(f"/appeals/{appeal.uid}").text
    client.post(f"/appeals/{appeal.uid}/second", data={"reason": "未看录像"})
    assert appeal.state == "second"
    sign_in(first)
    assert client.post(case_url(appeal, "decide"), data=words).status_code == 403
    sign_in(final)
    client.post(case_url(appeal, "decide"), data=words)

    assert appeal.state == "final"
    sign_in(appeal.entry.user)
    again = client.post(f"/appeals/{appeal.uid}/second", data={"reason": "x"})
    assert again.status_code == 422


def test_refusing_asks_for_a_reason_and_can_be_answered(
    client, session, published, sign_in
):
    appeal = make_appeal(session, published, now=datetime.now(UTC))
    sign_in(make_arbiter(session))

    assert client.post(case_url(appeal, "refuse"), data={}).status_code == 422
    client.post(case_url(appeal, "refuse"), data={"reason": "与成绩无关"})

    assert appeal.state == "refused"
    letter = client.get(f"/appeals/{appeal.uid}/letter.pdf")
    assert letter.mimetype == "application/pdf"
    assert client.get(case_url(appeal)).status_code == 200


def test_the_committee_sets_the_times_and_says_once_that_it_has_ended(
    client, session, published, sign_in
):
    url = f"/events/{published.event.uid}/appeals/terms"
    values = {
        "hours_after_end": 4,
        "days_after_publication": 7,
        "decision_days": 5,
        "second_days": 3,
        "ends_now": "y",
    }
    sign_in(published.committee)
    client.get(url)

    client.post(url, data=values)
    again = client.post(url, data=values)

    terms = queries.get_terms(session, published.event.id)
    assert (terms.hours_after_end, terms.days_after_publication) == (4, 7)
    assert terms.ended_at is not None
    assert abs(terms.ended_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert again.status_code == 200
