"""The printed result: by codes, with names, and as the public sees it."""

import json
from collections import Counter

import pytest
from sqlalchemy import func, select

from ledger.log.models import LedgerEntry
from ledger.log.queries import find_entry
from people.units.models import Unit
from scoring.results.queries import find_current, find_result, get_scheme
from scoring.results.services import publish
from scoring.results.services.result_list import published_list
from scoring.scheme.queries import load_scheme
from tests.factories.scoring import actor_of, make_marked_event
from tests.papers import page_texts, pictures, read_qr
from tests.web.scoring.test_papers import unlock

PRINTED = (
    select(func.count())
    .select_from(LedgerEntry)
    .where(LedgerEntry.action == "results.printed")
)


def tied(at, code):
    """Two of three works are equal in everything."""
    return {"P1.1": str(9 - max(at - 1, 0))}.get(code, "1")


@pytest.fixture
def locked(session):
    made = make_marked_event(session, works=3, absent=1)
    made.fill(tied)
    made.sign_all()
    made.lock()
    return made


def squeezed(text):
    return "".join(text.split())


def test_the_panel_prints_by_codes(client, session, locked, sign_in):
    sign_in(locked.judge("J1"))
    result = find_result(session, locked.event.id)

    answer = client.get(f"/events/{locked.event.uid}/review.pdf")

    [text] = page_texts(answer.data)
    computed = find_entry(
        session, action="results.computed", subject=f"result:{result.uid}"
    )
    for said in (
        *(f"=1{locked.works[0]}", f"=1{locked.works[1]}", f"3{locked.works[2]}"),
        *(
            "22.33",
            "First",
            "Practice",
            "名次并列",
            "并列",
            "裁判长",
            "监督仲裁",
            "主办单位",
        ),
        *(result.digest, result.scheme_digest, computed.hash, computed.hash[:8]),
        "第1页共1页",
    ):
        assert said in text, said
    assert locked.entries[0].person.name not in text
    [code] = pictures(answer.data)
    assert json.loads(read_qr(code))["hash"] == computed.hash
    assert client.get(f"/events/{locked.event.uid}/review.pdf").data == answer.data
    assert session.scalar(PRINTED) == 0


def test_names_on_paper_before_publication_are_logged(client, session, locked, sign_in):
    locked.decode()
    url = f"/events/{locked.event.uid}/review.pdf"
    sign_in(locked.judge("J1"))
    blind = "".join(page_texts(client.get(url).data))
    sign_in(locked.committee)

    named = "".join(page_texts(client.get(url).data))

    for entry in locked.entries:
        unit = session.get_one(Unit, entry.unit_id).name
        assert squeezed(entry.person.name) + squeezed(unit) in named
        assert entry.person.name not in blind
    assert "缺考" in named
    assert session.scalar(PRINTED) == 1


def test_a_result_that_was_unlocked_is_marked(client, session, locked, sign_in):
    unlock(session, locked)
    sign_in(locked.judge("J1"))

    text = "".join(
        page_texts(client.get(f"/events/{locked.event.uid}/review.pdf").data)
    )

    assert "作废" in text


def test_the_public_list_holds_what_was_published_and_no_more(
    client, session, locked, sign_in
):
    url = f"/results/{locked.event.uid}/list.pdf"
    locked.decode()
    assert client.get(url).status_code == 404
    locked.publish()

    answer = client.get(url)

    text = "".join(page_texts(answer.data))
    publication = find_current(session, locked.event.id)
    for entry in locked.entries:
        assert squeezed(entry.person.name) in text
        assert entry.uid not in text
    for said in (publication.digest, publication.result.scheme_digest, "成绩公示"):
        assert said in text
    assert {work for work in locked.works if work in text} == set()
    again = client.get(url, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    publish.withdraw(
        session,
        event=locked.event,
        reason="重新核分",
        actor=actor_of(locked.committee),
        now=locked.later(),
    )
    assert client.get(url).status_code == 404


def test_a_long_list_repeats_its_head_and_loses_nobody(session, locked):
    locked.decode()
    publication = locked.publish()
    scheme = load_scheme(get_scheme(session, publication.result))
    snapshot = json.loads(publication.snapshot)
    [row] = [row for row in snapshot["rows"] if row["rank"] == 3]
    snapshot["rows"] = [
        row
        | {
            "rank": number,
            "name": f"N{number}.",
            "unit_name": f"很长的单位名称{number}" * 4,
        }
        for number in range(1, 301)
    ]
    publication.snapshot = json.dumps(snapshot)
    with session.no_autoflush:
        texts = page_texts(
            published_list(session, publication=publication, scheme=scheme)
        )

    found = Counter(
        number for number in range(1, 301) for text in texts if f"N{number}." in text
    )
    assert set(found.values()) == {1}
    assert len(found) == 300
    for number, text in enumerate(texts[:-1], start=1):
        assert f"第{number}页共{len(texts)}页" in text
        assert "名次姓名单位" in text
