"""Bulk registration on the pages of a unit officer."""

import io
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from sqlalchemy import select

from accounts.roles.rules import Scope
from competition.bulk.models import EntryBatch
from competition.registration.models import Entry
from tests.factories.accounts import make_user
from tests.factories.competition import make_event
from tests.factories.entry_files import entry_file, entry_row
from tests.factories.people import make_unit, picture


@pytest.fixture
def event(session):
    soon = datetime.now(UTC) + timedelta(days=1)
    return make_event(
        session, registration_closes_at=soon, starts_at=soon + timedelta(days=9)
    )


@pytest.fixture
def unit(session):
    return make_unit(session)


@pytest.fixture
def officer(session, sign_in, unit):
    user = make_user(session, "unit_officer", scope=Scope("unit", unit.uid))
    sign_in(user)
    return user


OWN = {"单位": None, "统一社会信用代码": None, "区县": None}


def send(client, event, rows):
    file = (io.BytesIO(entry_file(rows)), "名单.xlsx")
    return client.post(f"/events/{event.uid}/bulk", data={"file": file})


def test_from_template_to_submission(client, session, event, unit, officer):
    opened = client.get("/bulk").text
    template = client.get(f"/events/{event.uid}/bulk/template.xlsx").data
    lists = openpyxl.load_workbook(io.BytesIO(template)).worksheets[1]
    where = send(
        client, event, [entry_row(1, **OWN), entry_row(2, **OWN, 手机号="12")]
    ).location
    checked = client.get(where).text
    refused = client.get(f"{where}/refused.xlsx").data
    client.post(f"{where}/load")
    loaded = client.get(where).text
    [entry] = session.scalars(select(Entry).filter_by(event_id=event.id)).all()
    early = client.post(f"/events/{event.uid}/bulk/submit", data={"consent": "y"})
    for kind in ("photo", "id_card"):
        client.post(
            f"/entries/{entry.uid}/papers/{kind}",
            data={"file": (io.BytesIO(picture(60, 80)), "a.jpg")},
        )
    before = entry.state
    unsaid = client.post(f"/events/{event.uid}/bulk/submit")
    client.post(f"/events/{event.uid}/bulk/submit", data={"consent": "y"})
    undone = client.post(f"{where}/undo", data={"reason": "错"})
    listed = client.get("/unit/entries").text

    session.refresh(entry)
    assert event.name in opened
    assert unit.name in [cell.value for row in lists for cell in row]
    assert "手机" in checked
    assert openpyxl.load_workbook(io.BytesIO(refused)).active.max_row == 2
    assert entry_row(1)["姓名"] in loaded
    assert early.status_code == unsaid.status_code == 302
    assert (before, entry.state) == ("draft", "submitted")
    assert entry.unit_id == unit.id
    assert undone.status_code == 409
    assert entry_row(1)["姓名"] in listed


def test_people_of_other_units_are_refused(client, session, event, officer):
    where = send(client, event, [entry_row(1), entry_row(2, **OWN)]).location

    page = client.get(where).text
    batch = session.scalars(select(EntryBatch)).one()

    assert (batch.fresh, batch.refused) == (1, 1)
    assert "您不能为该单位的人员报名" in page


def test_an_upload_is_ones_own(client, session, event, officer, sign_in):
    where = send(client, event, [entry_row(1, **OWN)]).location
    client.post(f"{where}/load")
    [entry] = session.scalars(select(Entry).filter_by(event_id=event.id)).all()
    other = make_unit(session)
    sign_in(make_user(session, "unit_officer", scope=Scope("unit", other.uid)))

    assert client.get(where).status_code == 404
    assert client.get(f"/entries/{entry.uid}/papers").status_code == 404


def test_an_upload_is_given_up(client, session, event, officer):
    where = send(client, event, [entry_row(1, **OWN)]).location

    client.post(f"{where}/discard")

    again = client.post(f"{where}/load")
    assert again.status_code == 409
    assert session.scalars(select(EntryBatch)).one().content_sealed is None
