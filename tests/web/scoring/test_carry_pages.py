"""The desk that takes carried marks: two persons, words for every fault, no names."""

import io

import pytest
from sqlalchemy import select

from scoring.marking.models import MarkEvent
from tests.factories.carry import frames_of, seal_parcel
from tests.factories.scoring import make_item, make_marked_event


@pytest.fixture
def marked(session):
    return make_marked_event(session, works=2)


def items_of(marked):
    return [
        make_item(work, "P1.1", "8", device="t1", device_seq=number)
        for number, work in enumerate(marked.works, 1)
    ]


def desk(marked):
    return f"/events/{marked.event.uid}/carry"


def bring(client, marked, data=b"", frames=""):
    form = {"file": (io.BytesIO(data), "marks.jcc")} if data else {}
    return client.post(desk(marked), data={**form, "frames": frames})


def test_one_brings_a_file_in_and_another_confirms(session, client, sign_in, marked):
    data = seal_parcel(marked, "J1", items_of(marked))
    sign_in(marked.committee)
    brought = bring(client, marked, data)
    page = client.get(brought.location)
    assert page.text.count("新，计入") == 3  # the count, and a row each
    assert f"{brought.location}/take" not in page.text
    assert client.post(f"{brought.location}/take").status_code == 409

    sign_in(marked.supervisor)
    assert "需要第二人确认" in client.get("/desk").text
    assert client.post(f"{brought.location}/take").status_code == 302
    page = client.get(brought.location)

    assert len(session.scalars(select(MarkEvent)).all()) == 2
    assert page.text.count("新，计入") == 3
    for user in (marked.judge("J1"), marked.judge("J2")):
        assert user.display_name not in page.text
    assert marked.works[0] in page.text
    assert marked.judge("J1").uid not in page.text


def test_codes_do_the_same_and_missing_ones_are_named(client, sign_in, marked):
    lines = frames_of(seal_parcel(marked, "J1", items_of(marked)))
    sign_in(marked.committee)

    refused = bring(client, marked, frames="\r\n".join(lines[:-1]))
    brought = bring(client, marked, frames="\r\n".join(reversed(lines)))

    assert refused.status_code == 422
    assert f"{len(lines)} 个二维码" in refused.text
    assert brought.status_code == 302


def test_faults_are_said_at_once_and_nothing_is_kept(client, sign_in, marked, session):
    other = make_marked_event(session, works=1)
    theirs = seal_parcel(other, "J1", [make_item(other.works[0], "P1.1", "8")])
    sign_in(marked.committee)

    answers = [
        bring(client, marked),
        bring(client, marked, b"PK\x03\x04"),
        bring(client, marked, theirs),
        bring(client, marked, theirs, frames="x"),
    ]

    assert [answer.status_code for answer in answers] == [422] * 4
    assert "属于另一个赛项" in answers[2].text
    assert "没有席位" in answers[2].text
    assert "还没有" in client.get(desk(marked)).text


def test_a_parcel_is_put_away_with_a_reason(client, sign_in, marked):
    sign_in(marked.committee)
    brought = bring(client, marked, seal_parcel(marked, "J1", items_of(marked)))

    assert client.post(f"{brought.location}/decline").status_code == 422
    client.post(f"{brought.location}/decline", data={"reason": "重复导出"})

    assert "重复导出" in client.get(brought.location).text
    assert client.post(f"{brought.location}/take").status_code == 409


def test_the_supervisor_confirms_and_does_not_bring_in(client, sign_in, marked):
    sign_in(marked.supervisor)

    assert 'name="file"' not in client.get(desk(marked)).text
    data = seal_parcel(marked, "J1", items_of(marked))
    assert bring(client, marked, data).status_code == 403


def test_judges_have_no_business_there(client, sign_in, marked):
    sign_in(marked.judge("J1"))

    assert client.get(desk(marked)).status_code == 403


def test_the_desk_costs_the_same_with_many_parcels(
    client, sign_in, marked, count_queries
):
    sign_in(marked.committee)
    bring(client, marked, seal_parcel(marked, "J1", items_of(marked)))
    with count_queries() as few:
        client.get(desk(marked))
    for _number in range(3):
        bring(client, marked, seal_parcel(marked, "J1", items_of(marked)))
    with count_queries() as many:
        client.get(desk(marked))

    assert len(many) == len(few)
