"""Practice on samples: from the chief judge's form to the score before the start."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from competition.events import rules as life
from ledger.log.models import LedgerEntry
from scoring.marking.models import MarkEvent
from scoring.practice.queries import find_last
from scoring.practice.services import PracticeError, check_practice
from scoring.results.services import locks
from tests.factories.scoring import actor_of, make_item, make_marked_event

HEADERS = {"X-Requested-With": "jiangcai"}
AGREE = {"P1.1": "8", "P1.2": "1", "P1.3": "2"}


@pytest.fixture
def made(session):
    return make_marked_event(session, state=life.CHECKIN)


@pytest.fixture
def hold(client, made, sign_in):
    """Open a practice as chief judge; values replace those of the form."""

    def hold(**values):
        sign_in(made.judge("J1"))
        form = {"works": "去年第三\n缝隙样件", "tolerance": "10", "required": "80"}
        return client.post(address(made), data={**form, **values})

    return hold


@pytest.fixture
def give(client, made, session, sign_in):
    """Mark samples as a judge's tablet does; return the answers."""

    def give(seat, values=AGREE, works=(1, 2), **more):
        sign_in(made.judge(seat))
        number = find_last(session, made.event.id).number
        items = [
            make_item(f"S{number}.{at}", code, value, event=made.event.uid, **more)
            for at in works
            for code, value in values.items()
        ]
        return send(client, items), items

    return give


def address(made):
    return f"/events/{made.event.uid}/practice"


def send(client, items):
    answer = client.post(
        "/api/v1/practice-marks", json={"marks": items}, headers=HEADERS
    )
    assert answer.status_code == 200
    return answer.json["marks"]


def close(client, made, session):
    practice = find_last(session, made.event.id)
    return client.post(f"{address(made)}/{practice.uid}/close", follow_redirects=True)


def test_a_panel_that_agrees_may_begin(client, made, session, hold, give, sign_in):
    assert hold(reference="1 P1.1 8.5\n2 P1.3 3").status_code == 302
    for seat in ("J1", "J2"):
        answers, items = give(seat)
        assert {a["status"] for a in answers} == {"stored"}
        assert {a["status"] for a in send(client, items)} == {"duplicate"}
    sign_in(made.judge("J1"))

    page = close(client, made, session)

    assert "100 %" in page.text
    check_practice(session, made.event)
    assert session.scalar(select(func.count()).select_from(MarkEvent)) == 0
    actions = session.scalars(
        select(LedgerEntry.action).order_by(LedgerEntry.seq)
    ).all()
    assert [a for a in actions if a.startswith("practice.")] == [
        "practice.opened",
        "practice.received",
        "practice.received",
        "practice.closed",
    ]


def test_marking_waits_for_the_agreement_that_was_required(
    client, made, session, hold, give, sign_in
):
    hold()
    give("J1")
    give("J2", {"P1.1": "2", "P1.2": "0", "P1.3": "0"})

    with pytest.raises(PracticeError, match="仍"):
        open_marking(session, made)
    sign_in(made.judge("J1"))
    close(client, made, session)
    with pytest.raises(PracticeError, match="80"):
        open_marking(session, made)
    hold(required="0")
    close(client, made, session)
    open_marking(session, made)

    assert made.event.state == life.MARKING


def open_marking(session, made):
    locks.open_marking(
        session,
        event=made.event,
        actor=actor_of(made.judge("J1")),
        now=datetime.now(UTC),
    )


def test_nobody_sees_what_others_gave_before_the_end(
    client, made, session, hold, give, sign_in
):
    hold(works="样件")
    give("J2", {"P1.1": "7.3146"}, works=[1])
    practice = find_last(session, made.event.id)

    for seat in ("J1", "J2"):
        sign_in(made.judge(seat))
        for path in (
            f"/judging/{made.event.uid}/practice",
            f"/judging/{made.event.uid}/samples.json",
            address(made),
            f"{address(made)}/{practice.uid}",
        ):
            answer = client.get(path, follow_redirects=True)
            is_own = seat == "J2" and path.endswith("samples.json")
            allowed = answer.status_code in {200, 403}
            assert allowed, path
            assert ("7.3146" in answer.text) == is_own, (seat, path)
    sign_in(made.judge("J1"))
    assert "7.3146" in close(client, made, session).text
    sign_in(made.judge("J2"))
    assert "7.3146" in client.get(f"/judging/{made.event.uid}/practice").text


def test_a_correction_replaces_and_a_void_empties(client, made, session, hold, give):
    hold(works="样件")
    give("J1", {"P1.1": "3"}, works=[1])
    give("J1", {"P1.1": "4", "P1.2": "1"}, works=[1])
    give("J1", {"P1.2": ""}, works=[1], kind="void", reason="看错了")

    sheet = client.get(f"/judging/{made.event.uid}/samples.json").json

    assert sheet["cells"]["S1.1"]["P1.1"]["value"] == "4"
    assert "P1.2" not in sheet["cells"]["S1.1"]
    [[entry, aspect, _id, seq]] = sheet["emptied"]
    assert (entry, aspect, seq) == ("S1.1", "P1.2", 4)
    assert sheet["open"] is True


def test_what_does_not_belong_is_refused(client, made, session, hold, give, sign_in):
    hold(works="样件")
    good, items = give("J1", {"P1.1": "3"}, works=[1])
    here = made.event.uid
    reused = {**items[0], "value": "5"}
    wrong = [
        reused,
        make_item("S9", "P1.1", "3", event=here),
        make_item("S1.1", "P9.9", "3", event=here),
        make_item("S1.1", "P1.1", "11", event=here),
        make_item("S1.1", "P1.1", "3", event="nowhere"),
        "no mark",
    ]

    reasons = [answer["reason"] for answer in send(client, wrong)]

    assert good[0]["status"] == "stored"
    assert reasons[:3] == ["key_reuse", "unknown_entry", "not_your_aspect"]
    assert reasons[3].startswith("value")
    assert reasons[4:] == ["not_your_seat", "not_an_object"]
    sign_in(made.judge("J1"))
    close(client, made, session)
    assert give("J1", {"P1.1": "3"}, works=[1])[0][0]["reason"] == "not_open"


@pytest.mark.parametrize(
    "values",
    [
        {"works": ""},
        {"works": "\n".join("样" for _ in range(11))},
        {"works": "样" * 81},
        {"tolerance": "51"},
        {"required": "101"},
        {"reference": "3 P1.1 8"},  # there are two samples
        {"reference": "1 P9.9 8"},
        {"reference": "1 P1.1"},
        {"reference": "1 P1.1 11"},  # more than the aspect has
        {"reference": "x P1.1 8"},
    ],
)
def test_a_wrong_form_opens_nothing(made, session, hold, values):
    answer = hold(**values)

    assert answer.status_code == 422
    assert find_last(session, made.event.id) is None


def test_only_the_chief_judge_holds_it_and_only_before_marking(
    client, made, session, hold, sign_in
):
    sign_in(made.supervisor)
    assert client.get(address(made)).status_code == 200
    form = {"works": "样件", "tolerance": "10", "required": "0"}
    assert client.post(address(made), data=form).status_code == 403
    made.event.state = life.MARKING
    session.flush()

    assert hold().status_code == 422
    assert find_last(session, made.event.id) is None
