"""Photos of the levels: added before marking, seen by judges, copied with the event."""

import io
import json
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from competition.events import rules as life
from competition.events.services import clone_event
from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM
from people.attachments.services import read_bytes
from scoring.exemplars import queries
from scoring.exemplars.models import Exemplar
from tests.factories.accounts import make_user
from tests.factories.competition import NOW, make_competition
from tests.factories.people import picture
from tests.factories.scoring import make_marked_event


@pytest.fixture
def marked(session):
    return make_marked_event(session, works=2, state=life.CHECKIN)


def url_of(event):
    return f"/events/{event.uid}/scheme/exemplars"


def add(client, event, data=None, **values):
    form = {"aspect": "P1.3", "level": "2", "caption": "焊缝均匀", **values}
    form["file"] = (io.BytesIO(data or picture(60, 80)), "x.jpg")
    return client.post(url_of(event), data=form)


def test_a_photo_stands_beside_the_words_and_reaches_the_tablet(
    client, session, sign_in, marked
):
    sign_in(make_user(session, "committee"))
    large = picture(3000, 1500)

    assert add(client, marked.event, large).status_code == 302
    page = client.get(url_of(marked.event)).text
    [kept] = session.scalars(select(Exemplar))
    sha256 = kept.attachment.sha256
    shown = client.get(f"{url_of(marked.event)}/{kept.uid}/photo")

    assert "exceeds in parts" in page
    assert "焊缝均匀" in page
    assert Image.open(io.BytesIO(shown.data)).size == (1000, 500)
    sign_in(marked.judge("J1"))
    sheet = client.get(f"/judging/{marked.event.uid}/sheet.json").json
    by_code = {aspect["code"]: aspect["exemplars"] for aspect in sheet["aspects"]}
    assert by_code["P1.3"] == [[], [], [[sha256, "焊缝均匀"]], []]
    assert by_code["P1.1"] == []
    photo = client.get(f"/judging/{marked.event.uid}/exemplars/{sha256}")
    assert photo.data == read_bytes(kept.attachment)
    assert client.get(f"/judging/{marked.event.uid}/exemplars/{'0' * 64}").status == (
        "404 NOT FOUND"
    )
    sign_in(make_user(session, "contestant"))
    for address in (url_of(marked.event), f"{url_of(marked.event)}/{kept.uid}/photo"):
        assert client.get(address).status_code == 403
    photo = client.get(f"/judging/{marked.event.uid}/exemplars/{sha256}")
    assert photo.status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"aspect": "P1.1"}, id="not judged"),
        pytest.param({"aspect": "P9"}, id="no aspect"),
        pytest.param({"level": "4"}, id="no level"),
        pytest.param({"level": "-1"}, id="below"),
        pytest.param({"data": b"%PDF-1.4 %%EOF"}, id="no picture"),
        pytest.param({"data": b"\xff\xd8\xff broken"}, id="broken"),
    ],
)
def test_what_cannot_be_an_exemplar_is_refused(client, session, sign_in, marked, wrong):
    sign_in(make_user(session, "committee"))

    assert add(client, marked.event, **wrong).status_code == 422
    assert session.scalars(select(Exemplar)).all() == []


def test_a_level_has_two_photos_and_one_is_taken_away(client, session, sign_in, marked):
    sign_in(make_user(session, "committee"))
    for size in (60, 61):
        add(client, marked.event, picture(size, 80))
    assert add(client, marked.event, picture(62, 80)).status_code == 422

    first, second = queries.list_exemplars(session, marked.event.id)
    client.post(f"{url_of(marked.event)}/{first.uid}/remove")

    assert queries.list_exemplars(session, marked.event.id) == [second]
    bodies = [
        json.loads(body)
        for body in session.scalars(
            select(LedgerEntry.body)
            .where(LedgerEntry.action.like("scheme.exemplar%"))
            .order_by(LedgerEntry.seq)
        )
    ]
    assert [body["level"] for body in bodies] == [2, 2, 2]
    assert bodies[0]["sha256"] == bodies[2]["sha256"] != bodies[1]["sha256"]


def test_once_marking_has_begun_photos_stay(client, session, sign_in, marked):
    sign_in(make_user(session, "committee"))
    add(client, marked.event)
    [kept] = queries.list_exemplars(session, marked.event.id)
    marked.event.state = life.MARKING
    session.flush()

    assert add(client, marked.event).status_code == 409
    gone = client.post(f"{url_of(marked.event)}/{kept.uid}/remove")

    assert gone.status_code == 409
    assert queries.list_exemplars(session, marked.event.id) == [kept]


def test_a_copy_of_an_event_has_photos_of_its_own(client, session, sign_in, marked):
    sign_in(make_user(session, "committee"))
    add(client, marked.event)
    [kept] = queries.list_exemplars(session, marked.event.id)
    first = marked.event.competition.starts_on
    later = make_competition(
        session,
        starts_on=first + timedelta(days=364),
        ends_on=first + timedelta(days=370),
    )

    copy = clone_event(
        session,
        event=marked.event,
        competition=later,
        name="焊工",
        actor=SYSTEM,
        now=NOW,
    )

    [own] = queries.list_exemplars(session, copy.id)
    assert own.attachment_id != kept.attachment_id
    assert (own.aspect, own.level, own.caption) == ("P1.3", 2, "焊缝均匀")
    client.post(f"{url_of(copy)}/{own.uid}/remove")
    assert client.get(f"{url_of(marked.event)}/{kept.uid}/photo").status_code == 200
