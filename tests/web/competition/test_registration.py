"""Entering on a phone, the committee's review, and who may see what."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.roles.rules import Scope
from accounts.users.models import User
from competition.registration.models import Entry
from competition.registration.services.drafts import answers_of
from tests.factories.accounts import make_user
from tests.factories.competition import make_draft, make_entry, make_event
from tests.factories.people import made_up_id, make_unit, picture

TODAY = datetime.now(UTC)
OPEN = {
    "registration_opens_at": TODAY - timedelta(days=2),
    "registration_closes_at": TODAY + timedelta(days=2),
    "starts_at": TODAY + timedelta(days=20),
}
PHONE = "13905751234"


def opened(session, event=None):
    """Return an event that is open today."""
    event = event or make_event(session)
    for name, value in OPEN.items():
        setattr(event, name, value)
    session.flush()
    return event


def draft(session, **values):
    """Make a draft whose event is open today."""
    entry = make_draft(session, **values)
    opened(session, entry.event)
    return entry


def sign_up(client, **values):
    data = {
        "phone": PHONE,
        "display_name": "王小明",
        "password": "a sentence for tests",
        **values,
    }
    return client.post("/sign-up", data=data)


def test_an_account_is_opened_and_signed_in(client, session):
    response = sign_up(client, next="/events")

    user = session.scalars(select(User).where(User.username == PHONE)).one()
    assert response.location == "/events"
    assert client.get("/entries").status_code == 200
    assert user.person is None


@pytest.mark.parametrize(
    "values",
    [{"phone": "12345"}, {"password": "short"}, {"display_name": ""}],
)
def test_a_wrong_account_is_not_opened(client, session, values):
    assert "field__errors" in sign_up(client, **values).text or (
        "form-errors" in sign_up(client, **values).text
    )
    assert session.scalars(select(User)).all() == []


def test_the_whole_form_on_a_phone(client, session):
    event, unit = opened(session), make_unit(session, name="绍兴焊接厂")
    assert client.get(f"/events/{event.uid}/enter").status_code == 200
    sign_up(client)
    begun = client.post(f"/events/{event.uid}/enter")
    identity = begun.location
    entry = session.scalars(select(Entry)).one()
    base = f"/entries/{entry.uid}"
    assert client.get(identity).status_code == 200

    wrong = client.post(
        identity,
        data={"name": "王小明", "id_number": "330602199003070018", "action": "next"},
    )
    assert wrong.status_code == 422
    assert "王小明" in client.get(identity).text  # kept although it was wrong

    client.post(
        identity,
        data={
            "name": "王小明",
            "id_number": made_up_id(5),
            "phone": PHONE,
            "action": "next",
        },
    )
    found = client.post(
        f"{base}/work", data={"unit_search": "焊接", "action": "search"}
    )
    assert unit.uid in found.text
    after_work = client.post(
        f"{base}/work",
        data={
            "unit_uid": unit.uid,
            "group": event.groups[0].uid,
            "trade_years": "8",
            "level": "L4",
            "certificate_number": "S000033060012345678901",
            "action": "next",
        },
    )
    assert after_work.location == f"{base}/papers"
    for kind in ("photo", "id_card"):
        client.post(
            f"{base}/papers/{kind}",
            data={"file": (io.BytesIO(picture()), f"{kind}.jpg")},
            content_type="multipart/form-data",
        )
    assert client.get(f"{base}/papers").text.count("<img class") >= 2
    assert "disabled" not in client.get(f"{base}/confirm").text

    assert client.post(f"{base}/confirm").status_code == 422  # no consent
    client.post(f"{base}/confirm", data={"consent": "y"})

    entry = session.get(Entry, entry.id)
    assert (entry.state, entry.unit.name) == ("submitted", "绍兴焊接厂")
    assert client.get(base).status_code == 200
    assert client.get(f"{base}/identity").status_code == 302


def test_a_draft_is_saved_without_being_right(client, session, sign_in):
    entry = draft(session)
    sign_in(entry.user)

    response = client.post(
        f"/entries/{entry.uid}/identity",
        data={"name": "半", "id_number": "33", "phone": "", "action": "save"},
    )

    assert response.status_code == 302
    assert answers_of(session.get(Entry, entry.id)).id_number == "33"


def test_a_file_that_is_no_picture_is_refused(client, session, sign_in):
    entry = draft(session, papers=[])
    sign_in(entry.user)

    page = client.post(
        f"/entries/{entry.uid}/papers/photo",
        data={"file": (io.BytesIO(b"MZ not a picture"), "photo.jpg")},
        content_type="multipart/form-data",
        follow_redirects=True,
    )

    assert "notice--danger" in page.text


def test_a_file_that_is_too_large_is_refused_with_its_reason(client, session, sign_in):
    entry = draft(session, papers=[])
    sign_in(entry.user)

    page = client.post(
        f"/entries/{entry.uid}/papers/photo",
        data=bytes(13 * 1024 * 1024),
        content_type="multipart/form-data; boundary=x",
    )

    assert page.status_code == 413
    assert "10 MB" in page.text


def test_missing_things_are_listed_with_a_way_to_them(client, session, sign_in):
    entry = draft(session, phone="", papers=["photo"])
    sign_in(entry.user)

    page = client.get(f"/entries/{entry.uid}/confirm").text

    assert f"/entries/{entry.uid}/identity" in page
    assert "disabled" in page


def test_others_do_not_find_an_entry(client, session, sign_in):
    entry = make_entry(session, state="accepted")
    paper = entry.papers[0]
    addresses = [
        f"/entries/{entry.uid}{tail}"
        for tail in ("", "/identity", "/papers", "/confirm", "/ticket", "/ticket.pdf")
    ]
    addresses.append(f"/papers/{paper.uid}")
    for role in ("contestant", "judge", "chief_judge", "unit_officer", "hr_official"):
        sign_in(make_user(session, role))
        assert {client.get(address).status_code for address in addresses} == {404}


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("committee", 200),
        ("contestant", 403),
        ("judge", 403),
        ("chief_judge", 403),
        ("checkin_officer", 403),
        ("coding_officer_1", 403),
        ("supervisor", 403),
    ],
)
def test_who_reviews(client, session, sign_in, role, status):
    entry = make_entry(session)
    sign_in(make_user(session, role))

    assert client.get(f"/reviews/{entry.uid}").status_code == status
    assert client.get(f"/events/{entry.event.uid}/entries").status_code == status


def test_a_judge_sees_no_name_on_any_page_of_ours(client, session, sign_in):
    entry = make_entry(session, name="金丝雀甲乙", state="accepted")
    sign_in(make_user(session, "judge"))

    for address in ("/events", f"/events/{entry.event.uid}", "/entries", "/desk"):
        assert "金丝雀" not in client.get(address).text


def test_the_committee_returns_and_the_contestant_corrects(client, session, sign_in):
    entry = make_entry(session, name="王错字")
    paper = next(p for p in entry.papers if p.kind == "id_card")
    reviewer = make_user(session, "committee")
    review = f"/reviews/{entry.uid}"
    sign_in(reviewer)
    assert client.get(review).status_code == 200

    client.post(f"{review}/papers/{paper.uid}", data={"action": "refuse", "reason": ""})
    client.post(
        f"{review}/papers/{paper.uid}", data={"action": "refuse", "reason": "反光"}
    )
    returned = client.post(
        f"{review}/decision",
        data={"verdict": "returned", "to_correct": ["name"], "reason": "姓名有误"},
    )
    assert returned.status_code == 302
    page = client.get(returned.location).text
    assert "王错字：退回补正" in page

    sign_in(entry.user)
    page = client.get(f"/entries/{entry.uid}").text
    assert "姓名有误" in page
    assert "反光" in page
    step = client.get(f"/entries/{entry.uid}/identity").text
    assert 'name="name"' in step
    assert 'name="phone"' not in step
    assert client.get(f"/entries/{entry.uid}/work").status_code == 200
    client.post(
        f"/entries/{entry.uid}/identity", data={"name": "王改好", "action": "next"}
    )
    client.post(
        f"/entries/{entry.uid}/papers/id_card",
        data={"file": (io.BytesIO(picture()), "新.jpg")},
        content_type="multipart/form-data",
    )
    client.post(f"/entries/{entry.uid}/confirm", data={"consent": "y"})
    assert session.get(Entry, entry.id).state == "submitted"

    sign_in(reviewer)
    changes = {"looked_at": ["name", "paper:id_card"]}
    client.post(f"{review}/decision", data={"verdict": "accepted", **changes})
    entry = session.get(Entry, entry.id)
    assert (entry.state, entry.person.name) == ("accepted", "王改好")

    sign_in(entry.user)
    assert "<svg" in client.get(f"/entries/{entry.uid}/ticket").text
    pdf = client.get(f"/entries/{entry.uid}/ticket.pdf")
    assert pdf.data.startswith(b"%PDF-")
    assert b"NotoSansSC" in pdf.data
    assert client.get("/desk").status_code == 200


def test_numbers_are_masked_until_somebody_says_why(client, session, sign_in):
    number = made_up_id(77)
    entry = make_entry(session, id_number=number)
    sign_in(make_user(session, "committee"))
    review = f"/reviews/{entry.uid}"

    assert number not in client.get(review).text
    assert number not in client.post(f"{review}/reveal", data={"reason": ""}).text
    assert number in client.post(f"{review}/reveal", data={"reason": "核对"}).text


def test_duplicates_are_shown(client, session, sign_in):
    one = make_entry(session, name="赵一", id_number=made_up_id(8))
    other_event = make_event(session, competition=one.event.competition)
    make_entry(session, other_event, name="赵一", id_number=made_up_id(9))
    sign_in(make_user(session, "committee"))

    assert other_event.name in client.get(f"/reviews/{one.uid}").text


def test_the_review_list_costs_a_fixed_number_of_queries(
    client, session, sign_in, count_queries
):
    event = make_event(session)
    make_entry(session, event)
    sign_in(make_user(session, "committee"))
    client.get("/desk")
    address = f"/events/{event.uid}/entries"

    with count_queries() as few:
        client.get(address)
    for _number in range(6):
        make_entry(session, event)
    with count_queries() as many:
        page = client.get(f"{address}?state=submitted")

    assert len(few) == len(many)
    assert page.status_code == 200


def test_a_unit_officer_lists_their_own_unit(client, session, sign_in):
    own, foreign = make_unit(session), make_unit(session)
    mine = make_entry(session, unit=own, name="本厂人")
    make_entry(session, unit=foreign, name="外厂人")
    sign_in(make_user(session, "unit_officer", scope=Scope("unit", own.uid)))

    page = client.get("/unit/entries").text

    assert "本厂人" in page
    assert "外厂人" not in page
    assert client.get(f"/entries/{mine.uid}").status_code == 404


def test_withdrawing_needs_a_reason(client, session, sign_in):
    entry = make_entry(session)
    sign_in(entry.user)

    assert client.post(f"/entries/{entry.uid}/withdraw").status_code == 422
    client.post(f"/entries/{entry.uid}/withdraw", data={"reason": "出差"})

    assert session.get(Entry, entry.id).state == "withdrawn"


def test_the_committee_finds_work_on_its_desk(client, session, sign_in):
    event = make_event(session)
    make_entry(session, event)
    sign_in(make_user(session, "committee"))

    assert event.name in client.get("/desk").text
