"""Keying paper in on pages: nobody sees another's values before a third person does."""

import pytest

from scoring.keying.queries import list_open
from scoring.marking.queries import list_counted
from scoring.paper.rules import SheetName, write_sheet_text
from tests.db.scoring.test_keying import PAPER, Desk

AJAX = {"X-Requested-With": "jiangcai"}


@pytest.fixture
def desk(session):
    return Desk(session, works=2)


def pages_of(desk):
    return f"/events/{desk.marked.event.uid}/keying"


def row_of(values, number="017", **more):
    cells = {f"v-{code}": value for code, value in values.items()}
    return {"number": number, **cells, **more}


def send(client, desk, sheet, values, **more):
    url = f"{pages_of(desk)}/sheets/{sheet.uid}"
    return client.post(url, data=row_of(values, **more), headers=AJAX)


def test_three_persons_on_the_pages(session, client, sign_in, desk):
    sign_in(desk.first)
    opened = client.post(pages_of(desk), data={"seat": "J1", "work": "", "lost": ""})
    assert opened.status_code == 302
    [sheet, other] = list_open(session, desk.marked.seats["J1"].id)
    grid = f"{pages_of(desk)}/{desk.marked.seats['J1'].uid}"
    draft = send(client, desk, sheet, {"P1.1": "6.25"})
    assert draft.json == {"error": "", "outcome": ""}
    assert 'value="6.25"' in client.get(grid).text
    assert send(client, desk, sheet, {"P1.1": "11"}, done="yes").status_code == 422
    kept = {**PAPER, "P1.1": "6.25"}
    assert send(client, desk, sheet, kept, done="yes").json["outcome"] == "waits"
    assert sheet.entry not in client.get(grid).text

    sign_in(desk.second)
    page = client.get(grid).text
    assert sheet.entry in page
    assert other.entry in page
    assert "6.25" not in page
    assert send(client, desk, sheet, PAPER, done="yes").json["outcome"] == "differs"
    settling = f"{pages_of(desk)}/sheets/{sheet.uid}/settle"
    assert "6.25" not in client.get(settling).text

    sign_in(desk.third)
    assert settling in client.get(pages_of(desk)).text
    page = client.get(settling).text
    assert "6.25" in page
    assert desk.first.display_name not in page
    open_one = {"first-v-P1.1": "6.25", "second-v-P1.1": "8"}
    assert client.post(settling, data=open_one).status_code == 422
    done = client.post(settling, data={**open_one, "pick-P1.1": "first"})
    assert done.status_code == 302
    counted = list_counted(session, desk.marked.event.id)
    assert {c.aspect: c.value for c in counted} == kept


def test_the_code_on_a_sheet_opens_its_row(client, sign_in, desk):
    desk.open()
    sign_in(desk.first)
    work, seat = desk.marked.works[1], desk.marked.seats["J1"]
    name = {"seat": "J1", "work": work, "digest": "0" * 32}
    own = write_sheet_text(SheetName(event_uid=desk.marked.event.uid, **name))
    other = write_sheet_text(SheetName(event_uid=seat.uid, **name))

    found = client.get(pages_of(desk), query_string={"sheet": own})
    lost = client.get(pages_of(desk), query_string={"sheet": other})

    assert found.location.endswith(f"/keying/{seat.uid}#row-{work}")
    assert lost.location.endswith("/keying")


def test_a_row_is_kept_without_a_script(session, client, sign_in, desk):
    sheet = desk.open()[0]
    sign_in(desk.first)

    url = f"{pages_of(desk)}/sheets/{sheet.uid}"
    kept = client.post(url, data=row_of(PAPER, done="yes"))

    assert kept.status_code == 302
    assert client.get(kept.location).status_code == 200


def test_judges_and_supervisors_do_not_key_in(client, sign_in, desk):
    sheet = desk.open()[0]
    for user in (desk.marked.judge("J1"), desk.marked.supervisor):
        sign_in(user)
        assert send(client, desk, sheet, PAPER).status_code == 403


def test_the_overview_costs_the_same_with_many_sheets(
    client, sign_in, desk, count_queries
):
    desk.open(works=[desk.marked.works[0]])
    sign_in(desk.first)
    client.get(pages_of(desk))
    with count_queries() as few:
        client.get(pages_of(desk))
    desk.open(seats=())
    client.get(pages_of(desk))
    with count_queries() as many:
        client.get(pages_of(desk))

    assert len(many) == len(few)
