"""The coding officers' pages: each sees one layer; judges see none."""

import pytest
from sqlalchemy import select

from competition.codes import queries
from competition.codes.models import WorkCode
from competition.draw.models import Draw
from competition.draw.queries import find_live
from tests.factories.accounts import PASSWORD
from tests.factories.codes import (
    check_in,
    close,
    draw_layer,
    make_coded,
    make_desk,
    make_officers,
)
from tests.factories.recheck import pretend_locked
from tests.factories.scoring import make_panel

SLUGS = {"contest_no": "contest", "station": "station", "work_code": "work"}
OFFICER = {"contest_no": 1, "station": 2, "work_code": 3}
CANARY = "金丝雀"


@pytest.fixture
def day(session):
    """An event whose check-in is closed, every name and unit a canary."""
    event, entries = make_desk(session, 3)
    for number, entry in enumerate(entries):
        entry.person.name = f"{CANARY}{'甲乙丙'[number]}"
        entry.unit.name = f"{CANARY}第{number}厂"
    check_in(session, event, entries)
    close(session, event)
    return event, entries, make_officers(session, event)


def address(event, layer, tail=""):
    return f"/events/{event.uid}/codes/{SLUGS[layer]}{tail}"


def draw_by_pages(client, event, layer, **commit):
    client.post(address(event, layer, "/commit"), data=commit)
    for kind, by, value in (
        ("leader", "越城区", "7"),
        ("dice", "监督", "31415926535897932384"),
    ):
        client.post(
            address(event, layer, "/contribute"),
            data={"kind": kind, "by": by, "value": value},
        )
    return client.post(address(event, layer, "/derive"))


def test_three_officers_make_the_chain_and_marking_opens(client, session, day, sign_in):
    event, _entries, officers = day

    for layer in SLUGS:
        sign_in(officers[OFFICER[layer]])
        assert client.get(address(event, layer)).status_code == 200
        assert draw_by_pages(client, event, layer).status_code == 302
        page = client.get(address(event, layer)).text
        codes = [link.code for link in _links(session, event, layer)]
        assert len(codes) == 3
        assert all(code in page for code in codes)
        printed = client.get(address(event, layer, "/print")).text
        assert all(code in printed for code in codes)
    assert client.get(f"/events/{event.uid}/codes").status_code == 200
    unready = client.post(f"/events/{event.uid}/codes/open-marking")
    make_panel(session, event)
    client.post(f"/events/{event.uid}/codes/open-marking")

    assert unready.status_code == 409  # no frozen scheme, no panel
    session.refresh(event)
    assert event.state == "marking"


def _links(session, event, layer):
    return {
        "contest_no": queries.list_contest_links,
        "station": queries.list_station_links,
        "work_code": queries.list_work_links,
    }[layer](session, event.id)


def test_pages_before_their_time(client, day, sign_in):
    event, _entries, officers = day
    sign_in(officers[2])

    assert client.get(address(event, "station")).status_code == 200
    assert client.post(address(event, "station", "/commit")).status_code == 409
    assert client.post(address(event, "station", "/derive")).status_code == 409
    assert client.get(address(event, "station", "/void")).status_code == 409


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"kind": "leader", "by": "甲", "value": "x"}, id="a letter"),
        pytest.param({"kind": "leader", "by": "", "value": "7"}, id="nobody"),
        pytest.param({"kind": "dice", "by": "监督", "value": "1" * 41}, id="too long"),
    ],
)
def test_what_was_mistyped_comes_back_with_a_reason(client, day, sign_in, data):
    event, _entries, officers = day
    sign_in(officers[1])
    client.post(address(event, "contest_no", "/commit"))

    response = client.post(address(event, "contest_no", "/contribute"), data=data)

    assert response.status_code == 422


def test_the_dice_are_rolled_once(client, day, sign_in):
    event, _entries, officers = day
    sign_in(officers[1])
    client.post(address(event, "contest_no", "/commit"))
    dice = {"kind": "dice", "by": "监督", "value": "123456"}
    client.post(address(event, "contest_no", "/contribute"), data=dice)

    again = client.post(address(event, "contest_no", "/contribute"), data=dice)

    assert again.status_code == 422


def test_the_hall_says_how_many_stations(client, session, day, sign_in):
    event, _entries, officers = day
    draw_layer(session, event, "contest_no")
    sign_in(officers[2])

    bad = client.post(
        address(event, "station", "/commit"), data={"hall_size": "501"}
    ).status_code
    draw_by_pages(client, event, "station", hall_size="2")

    assert bad == 422
    stations = {link.code[:2] for link in _links(session, event, "station")}
    assert stations == {"1-", "2-"}


def pages_of(event):
    chain = f"/events/{event.uid}/codes"
    return [
        chain,
        f"{chain}/decode",
        f"{chain}/decoded",
        *(address(event, layer) for layer in SLUGS),
        *(address(event, layer, "/print") for layer in SLUGS),
        *(address(event, layer, "/void") for layer in SLUGS),
    ]


@pytest.mark.parametrize("who", ["judge", "chief", "checkin"])
def test_judges_see_no_page_of_the_chain(client, session, day, sign_in, who):
    event, _entries, officers = day
    for layer in SLUGS:
        draw_layer(session, event, layer)
    sign_in(officers[who])

    answers = {url: client.get(url).status_code for url in pages_of(event)}
    steps = [
        address(event, layer, tail)
        for layer in SLUGS
        for tail in ("/commit", "/contribute", "/derive", "/void")
    ]
    steps += [
        f"/events/{event.uid}/codes/open-marking",
        f"/events/{event.uid}/codes/decode",
    ]

    assert set(answers.values()) == {403}
    assert {client.post(url).status_code for url in steps} == {403}
    assert client.get("/codes").status_code == 403
    assert CANARY not in client.get("/desk").text


def test_each_officer_sees_their_own_layer_only(client, session, day, sign_in):
    event, _entries, officers = day
    for layer in SLUGS:
        draw_layer(session, event, layer)

    for number in (1, 2, 3):
        sign_in(officers[number])
        for layer, owner in OFFICER.items():
            expected = 200 if owner == number else 403
            for tail in ("", "/print"):
                assert client.get(address(event, layer, tail)).status_code == expected
    sign_in(officers["supervisor"])
    for layer in SLUGS:
        assert client.get(address(event, layer)).status_code == 403


def seen_by(client, event, layer):
    """Return everything an officer's pages say."""
    pages = (
        address(event, layer),
        address(event, layer, "/print"),
        address(event, layer, "/void"),
        f"/events/{event.uid}/codes",
        "/codes",
        "/desk",
    )
    return "\n".join(client.get(page).text for page in pages)


def test_the_pages_of_one_layer_hold_nothing_of_another(client, session, day, sign_in):
    event, entries, officers = day
    for layer in SLUGS:
        draw_layer(session, event, layer)
    names = [entry.person.name for entry in entries]
    uids = [entry.uid for entry in entries]
    works = list(session.scalars(select(WorkCode.work_code)))

    seen = {}
    for layer, number in OFFICER.items():
        sign_in(officers[number])
        seen[layer] = seen_by(client, event, layer)

    assert all(name in seen["contest_no"] for name in names)
    assert ">01<" not in seen["contest_no"]
    for layer in ("station", "work_code"):
        assert CANARY not in seen[layer]
        assert not any(uid in seen[layer] for uid in uids)
    assert ">001<" not in seen["work_code"]
    for layer in ("contest_no", "station"):
        assert not any(code in seen[layer] for code in works)
    assert all(code in seen["work_code"] for code in works)


def test_small_groups_are_pointed_out(client, session, sign_in):
    event, entries = make_desk(session, 4, groups=("职工组", "学生组"))
    check_in(session, event, entries)
    close(session, event)
    draw_layer(session, event, "contest_no")
    sign_in(make_officers(session, event)[1])

    page = client.get(address(event, "contest_no")).text

    assert "职工组, 学生组" in page


def void_data(officer, password=PASSWORD):
    return {"reason": "名单漏人", "username": officer.username, "password": password}


def test_a_draw_is_voided_by_two(client, session, day, sign_in):
    event, _entries, officers = day
    draw_layer(session, event, "contest_no")
    sign_in(officers[1])
    url = address(event, "contest_no", "/void")

    wrong = client.post(url, data=void_data(officers["supervisor"], "wrong"))
    own = client.post(url, data=void_data(officers[1]))
    right = client.post(url, data=void_data(officers["supervisor"]))

    codes = (wrong.status_code, own.status_code, right.status_code)
    assert codes == (422, 403, 302)
    assert find_live(session, event.id, "contest_no") is None
    assert "名单漏人" in client.get(address(event, "contest_no")).text


@pytest.fixture
def locked(session):
    event, entries = make_coded(session, 3, absent=1)
    pretend_locked(session, event)
    return event, entries, make_officers(session, event)


def decode_data(officer, password=PASSWORD):
    return {"sure": "y", "username": officer.username, "password": password}


def test_two_decode(client, session, locked, sign_in):
    event, entries, officers = locked
    sign_in(officers[1])
    url = f"/events/{event.uid}/codes/decode"
    assert client.get(f"/events/{event.uid}/codes/decoded").status_code == 403
    assert url in client.get("/desk").text

    wrong = client.post(url, data=decode_data(officers["supervisor"], "wrong"))
    unsure = client.post(url, data={**decode_data(officers["supervisor"]), "sure": ""})
    alone = client.post(url, data=decode_data(officers[1]))
    judge = client.post(url, data=decode_data(officers["judge"]))
    right = client.post(url, data=decode_data(officers["supervisor"]))

    answers = [r.status_code for r in (wrong, unsure, alone, judge, right)]
    assert answers == [422, 422, 403, 403, 302]
    page = client.get(right.location).text
    assert all(entry.person.name in page for entry in entries)
    session.refresh(event)
    assert event.state == "decoded"


def test_the_public_record_of_a_draw(client, session, day, sign_in):
    event, entries, _officers = day
    for layer in SLUGS:
        draw_layer(session, event, layer)
    draws = session.scalars(select(Draw).order_by(Draw.id)).all()
    works = list(session.scalars(select(WorkCode.work_code)))
    sign_in(None)

    seen = client.get(f"/events/{event.uid}/draws").text
    for draw in draws:
        page = client.get(f"/draws/{draw.uid}").text
        assert draw.commitment[8:] in page
        assert "31415926535897932384" in page
        seen += page + client.get(f"/draws/{draw.uid}/draw.json").text

    assert CANARY not in seen
    assert not any(code in seen for code in works)
    assert not any(entry.uid in seen for entry in entries)


def test_after_decoding_the_record_shows_and_proves_the_outcome(
    client, session, locked, sign_in
):
    event, _entries, officers = locked
    sign_in(officers[1])
    client.post(
        f"/events/{event.uid}/codes/decode", data=decode_data(officers["supervisor"])
    )
    sign_in(None)
    draw = find_live(session, event.id, "work_code")
    assert draw is not None

    page = client.get(f"/draws/{draw.uid}").text
    file = client.get(f"/draws/{draw.uid}/draw.json").json

    assert draw.seed in page
    assert "checks__item--wrong" not in page
    codes = set(session.scalars(select(WorkCode.work_code)))
    assert set(file["result"].values()) == codes
    assert all(code in page for code in codes)


def test_what_is_not_there_is_not_found(client, session):
    event, _entries = make_desk(session, 0)
    event.state = "draft"
    session.flush()

    assert client.get("/draws/nothing").status_code == 404
    assert client.get("/draws/nothing/draw.json").status_code == 404
    assert client.get("/events/nothing/draws").status_code == 404
    assert client.get(f"/events/{event.uid}/draws").status_code == 404
