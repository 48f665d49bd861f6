"""Photos of many drafts in one archive: looked at first, then given."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.roles.rules import Scope
from competition.bulk.models import PhotoBatch
from competition.registration.models import Entry
from ledger.log.models import LedgerEntry
from people.attachments.models import Attachment
from people.persons.queries import open_id_number
from tests.factories.accounts import make_user
from tests.factories.competition import make_event
from tests.factories.entry_files import entry_file, entry_row, photo_archive
from tests.factories.people import make_unit, picture

OWN = {"单位": None, "统一社会信用代码": None, "区县": None}


@pytest.fixture
def event(session):
    soon = datetime.now(UTC) + timedelta(days=1)
    return make_event(
        session, registration_closes_at=soon, starts_at=soon + timedelta(days=9)
    )


@pytest.fixture
def officer(session, sign_in):
    unit = make_unit(session)
    user = make_user(session, "unit_officer", scope=Scope("unit", unit.uid))
    sign_in(user)
    return user


@pytest.fixture
def drafts(client, session, event, officer):
    rows = [entry_row(number, **OWN) for number in (1, 2, 3)]
    file = (io.BytesIO(entry_file(rows)), "名单.xlsx")
    where = client.post(f"/events/{event.uid}/bulk", data={"file": file}).location
    client.post(f"{where}/load")
    entries = session.scalars(
        select(Entry).filter_by(event_id=event.id).order_by(Entry.id)
    )
    return list(entries)


def send(client, event, data):
    file = (io.BytesIO(data), "照片.zip")
    return client.post(f"/events/{event.uid}/bulk/photos", data={"photos": file})


def photos_of(session, entries):
    for entry in entries:
        session.refresh(entry)
    return [[p.kind for p in entry.papers] for entry in entries]


def test_photos_are_looked_at_and_then_given(client, session, event, drafts):
    first, second, third = drafts
    number = open_id_number(second.person)
    archive = photo_archive(
        {
            "照片/": b"",
            f"照片/{first.person.name}.jpg": picture(60, 80),
            f"照片/{number}.png": picture(61, 81),
            "照片/无此人.jpg": picture(62, 82),
            f"{third.person.name}.jpg": b"no picture",
            "__MACOSX/x.jpg": b"",
        }
    )

    where = send(client, event, archive).location
    page = client.get(where).text
    before = photos_of(session, drafts)
    listed = client.get(f"/events/{event.uid}/bulk").text
    client.post(f"{where}/load")

    assert before == [[], [], []]
    assert photos_of(session, drafts) == [["photo"], ["photo"], []]
    assert number not in page
    assert "无此人.jpg" in page
    assert third.person.name in page
    assert where in listed
    [batch] = session.scalars(select(PhotoBatch))
    assert (batch.state, batch.matched, batch.refused) == ("loaded", 2, 2)
    assert batch.content_sealed is None
    done = session.scalars(
        select(LedgerEntry.action).where(LedgerEntry.subject == f"photos:{batch.uid}")
    )
    assert list(done) == ["registration.photos_checked", "registration.photos_loaded"]
    assert client.post(f"{where}/load").status_code == 409
    client.get(where)


def test_what_is_given_up_is_erased(client, session, event, drafts):
    archive = photo_archive({f"{drafts[0].person.name}.jpg": picture(60, 80)})
    where = send(client, event, archive).location

    client.post(f"{where}/discard")

    assert photos_of(session, drafts) == [[], [], []]
    [file] = session.scalars(select(Attachment).where(Attachment.kind == "photo"))
    assert file.content_type == "text/plain"


def test_who_is_submitted_meanwhile_keeps_what_they_have(
    client, session, event, drafts
):
    archive = photo_archive({f"{drafts[0].person.name}.jpg": picture(60, 80)})
    where = send(client, event, archive).location
    drafts[0].state = "withdrawn"
    session.flush()

    client.post(f"{where}/load")

    assert photos_of(session, drafts) == [[], [], []]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"no archive", id="no archive"),
        pytest.param(photo_archive({}), id="empty"),
        pytest.param(photo_archive({f"{n}.jpg": b"" for n in range(301)}), id="many"),
    ],
)
def test_what_is_no_archive_of_photos_is_refused(client, session, event, drafts, data):
    answer = send(client, event, data)

    assert answer.location.endswith("/bulk")
    assert session.scalars(select(PhotoBatch)).all() == []


def test_nobody_sees_or_fills_the_drafts_of_others(
    client, session, sign_in, event, drafts
):
    archive = photo_archive({f"{drafts[0].person.name}.jpg": picture(60, 80)})
    where = send(client, event, archive).location
    other = make_unit(session)
    sign_in(make_user(session, "unit_officer", scope=Scope("unit", other.uid)))

    assert client.get(where).status_code == 404
    assert client.post(f"{where}/load").status_code == 404
    mine = send(client, event, archive).location
    assert drafts[0].unit.name not in client.get(mine).text
    client.post(f"{mine}/load")
    assert photos_of(session, drafts) == [[], [], []]
