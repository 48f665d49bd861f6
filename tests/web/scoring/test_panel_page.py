"""The chair's pages; nobody learns what another gave before all have marked."""

import re
from itertools import islice

import pytest

from competition.events import rules as life
from outbox import VOID
from scoring.marking.models import SheetCheck
from scoring.marking.queries import find_heads, list_signatures
from scoring.marking.rules import panel as rules
from scoring.panels import queries as panels
from tests.factories.scoring import SCHEME, make_item, make_marked_event

THREE = (
    SCHEME.replace("judges = 2", "judges = 3")
    .replace('code = "P1.1"', 'code = "P1.1"\ndisagreement = 2')
    .replace('code = "P1.2"', 'code = "P1.2"\ndisagreement = 5')
)
# Values and words that stand nowhere else in a page.
VALUES = {"J2": "7.310000", "J3": "8.640000"}
WORDS = {"J2": "canary-of-two", "J3": "canary-of-three"}
LINK = re.compile(r'(?:href|src|action|data-\w+)="(/[^"#?]+)')


@pytest.fixture
def marked(session):
    """J1 is the chief judge and marks too; all three are of panel A, which J1 leads."""
    made = make_marked_event(session, works=2, seats=3, text=THREE)
    for seat in ("J2", "J3"):
        plant(made, seat)
    return made


def plant(marked, seat):
    """Have a judge mark everything, with canaries in the watched aspects."""
    items = []
    for work in marked.works:
        for code, value in (("P1.1", VALUES[seat]), ("P1.2", "1"), ("P1.3", "1.0000")):
            items.append(make_item(work, code, value, reason=WORDS[seat]))
    answers = marked.send_items(seat, *items)
    assert {answer["status"] for answer in answers} == {"stored"}
    # And a conflict, which the chief judge's desk lists with its value.
    marked.send(seat, marked.works[0], "P1.1", VALUES[seat], reason=WORDS[seat])


def crawl(client, marked):
    """Yield every page and answer of the event that links lead to."""
    event = marked.event.uid
    waiting = [
        "/desk",
        *(
            f"/judging/{event}{tail}"
            for tail in ("", "/mark", "/sign", "/sheet.json", "/alerts.json", "/panel")
        ),
        *(
            f"/events/{event}/{tail}"
            for tail in ("marks", "review", "standing", "spread", "paper", "scheme")
        ),
        *(f"/events/{event}/marks/{work}" for work in marked.works),
        *(
            f"/judging/{event}/panel/{signature.uid}"
            for signature in list_signatures(marked.session, marked.event.id)
        ),
        *(
            f"/events/{event}/paper/records/{signature.uid}.pdf"
            for signature in list_signatures(marked.session, marked.event.id)
        ),
        f"/api/v1/events/{event}/results",
    ]
    seen = set(waiting)
    while waiting:
        path = waiting.pop()
        response = client.get(path)
        if response.mimetype == "text/event-stream":
            # It goes on for minutes; what it says first is all of the wall.
            response.set_data(b"".join(islice(response.iter_encoded(), 2)))
        if response.status_code == 200:
            yield path, response
            if response.mimetype == "text/html":
                links = {
                    link
                    for link in LINK.findall(response.text)
                    if event in link and not link.endswith(".pdf")
                }
                waiting += sorted(links - seen)
                seen |= links


def leaks(client, marked, seats):
    """Return (path, whose) of every canary of `seats` that can be read."""
    return sorted(
        {
            (path, seat)
            for path, response in crawl(client, marked)
            for seat in seats
            if VALUES[seat].encode() in response.data
            or VALUES[seat].rstrip("0").encode() in response.data
            or WORDS[seat].encode() in response.data
        }
    )


@pytest.mark.parametrize("seat", ["J1", "J2", "J3"])
def test_nobody_reads_anothers_mark_before_all_have_marked(
    client, marked, sign_in, seat
):
    sign_in(marked.judge(seat))
    others = [other for other in VALUES if other != seat]

    assert leaks(client, marked, others) == []
    assert any(path.endswith("/panel") for path, _page in crawl(client, marked))


def settle(marked, seat):
    """Have a judge settle the conflict, so that the sheet can be signed."""
    cell = (marked.works[0], "P1.1")
    head = find_heads(marked.session, marked.seats[seat].id, [cell[0]])[cell]
    marked.send(seat, *cell, VALUES[seat], based_on=head.id, reason=WORDS[seat])


def test_a_signed_sheet_is_no_way_around(client, marked, sign_in):
    settle(marked, "J2")
    marked.sign("J2")
    sign_in(marked.judge("J1"))
    signature = list_signatures(marked.session, marked.event.id)[0]
    path = f"/judging/{marked.event.uid}/panel/{signature.uid}"

    page = client.get(path)

    assert page.status_code == 200
    assert "J1" in page.text  # who still has to mark
    assert leaks(client, marked, ["J2", "J3"]) == []
    record = client.get(f"/events/{marked.event.uid}/paper/records/{signature.uid}.pdf")
    assert record.status_code == 409
    answer = client.post(
        path, data={"outcome": "agreed", "digest": signature.digest, "device": "t"}
    )
    assert answer.status_code == 200
    assert marked.session.query(SheetCheck).count() == 0


def test_when_all_have_marked_the_chair_sees_them_side_by_side(client, marked, sign_in):
    every = {**VALUES, "J1": "2.220000"}
    sign_in(marked.judge("J1"))
    marked.send("J1", marked.works[0], "P1.1", every["J1"])

    page = client.get(f"/judging/{marked.event.uid}/panel")

    assert all(value in page.text for value in every.values())
    assert page.text.count("panel-call") == 1


def test_a_withdrawn_mark_closes_its_cell_again(client, marked, sign_in):
    cell = (marked.works[0], "P1.1")
    given = marked.send("J1", *cell, "7")
    marked.send("J1", *cell, "", kind="void", reason="x", based_on=given["id"])
    sign_in(marked.judge("J1"))

    assert leaks(client, marked, ["J2", "J3"]) == []


def early(watched, judges, works, stored, settled=()):
    """The wrong variant: opens a cell when all but one have marked."""
    lenient = {code: tuple(seats[1:]) for code, seats in judges.items()}
    cells = []
    for found in rules.list_cells(watched, judges, works, stored, settled):
        cell = found
        mine = [s for s in stored if (s.entry, s.aspect) == (cell.entry, cell.aspect)]
        there = {s.judge for s in mine if s.kind != VOID}
        if not cell.is_open and there >= set(lenient[cell.aspect]):
            given = {j: tuple(s for s in mine if s.judge == j) for j in there}
            cell = rules.PanelCell(
                entry=cell.entry,
                aspect=cell.aspect,
                judges=tuple(sorted(there)),
                marked=frozenset(there),
                versions=given,
            )
        cells.append(cell)
    return cells


def test_a_page_that_opens_one_mark_too_early_is_found(
    client, marked, sign_in, monkeypatch
):
    monkeypatch.setattr(panels, "list_cells", early)
    sign_in(marked.judge("J1"))

    found = leaks(client, marked, ["J2", "J3"])

    panel = f"/judging/{marked.event.uid}/panel"
    assert (panel, "J2") in found
    assert (panel, "J3") in found


def test_the_page_of_a_panel_follows_what_others_do(client, marked, sign_in):
    sign_in(marked.judge("J1"))
    path = f"/judging/{marked.event.uid}/panel"
    tag = client.get(path).headers["ETag"]

    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    marked.send("J1", marked.works[0], "P1.1", "7")
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_who_leads_and_checks_nothing_has_no_panel_page(client, session, sign_in):
    made = make_marked_event(session, works=1, seats=3, text=THREE)
    made.seats["J2"].is_chair = True
    session.flush()
    sign_in(made.judge("J3"))

    assert client.get(f"/judging/{made.event.uid}/panel").status_code == 403
    assert "/panel" not in client.get(f"/judging/{made.event.uid}").text


def complete(marked):
    for work in marked.works:
        for code, value in (("P1.1", "8"), ("P1.2", "1"), ("P1.3", "1")):
            marked.send("J1", work, code, value)
    for seat in ("J2", "J3"):
        settle(marked, seat)
        marked.sign(seat)
    marked.sign("J1")


def test_a_sheet_is_checked_and_given_back_on_its_page(client, marked, sign_in):
    complete(marked)
    signatures = {
        s.seat.seat: s for s in list_signatures(marked.session, marked.event.id)
    }
    sign_in(marked.judge("J1"))
    at = f"/judging/{marked.event.uid}/panel"
    two, three = (f"{at}/{signatures[seat].uid}" for seat in ("J2", "J3"))
    page = client.get(two)
    assert VALUES["J2"] in page.text
    assert WORDS["J2"] in page.text
    assert "/panel" in client.get("/desk").text

    agreed = client.post(
        two,
        data={
            "outcome": "agreed",
            "digest": signatures["J2"].digest,
            "device": "tablet-9",
        },
    )
    empty = client.post(
        three, data={"outcome": "returned", "digest": signatures["J3"].digest}
    )
    returned = client.post(
        three,
        data={
            "outcome": "returned",
            "digest": signatures["J3"].digest,
            "reason": "W1 again",
        },
    )

    assert agreed.location == returned.location == at
    assert empty.status_code == 200
    told = marked.session.query(SheetCheck).order_by(SheetCheck.id).all()
    assert [(c.outcome, c.device, c.reason) for c in told] == [
        ("agreed", "tablet-9", ""),
        ("returned", "", "W1 again"),
    ]
    assert client.get(three).status_code == 404
    own = f"{at}/{signatures['J1'].uid}"
    assert client.get(own).status_code == 403


def test_the_committee_puts_judges_into_panels(client, session, sign_in):
    made = make_marked_event(session, works=1, seats=3, text=THREE, state=life.CHECKIN)
    sign_in(made.committee)
    url = f"/events/{made.event.uid}/judges"
    two = f"{url}/{made.seats['J2'].uid}/panel"

    done = client.post(two, data={"panel": "B", "is_chair": "y"})
    again = client.post(
        f"{url}/{made.seats['J3'].uid}/panel", data={"panel": "B", "is_chair": "y"}
    )

    assert done.status_code == 302
    assert again.status_code == 409
    assert (made.seats["J2"].panel, made.seats["J2"].is_chair) == ("B", True)
    assert not made.seats["J3"].is_chair
    assert 'value="B"' in client.get(url).text


def test_views_and_spread_follow_the_marks(client, marked, sign_in):
    chief = marked.judge("J1")
    sign_in(chief)
    url = f"/events/{marked.event.uid}/spread"

    before = client.get(url)
    again = client.get(url, headers={"If-None-Match": before.headers["ETag"]})
    for code, value in (("P1.1", "1"), ("P1.2", "1"), ("P1.3", "1")):
        marked.send("J1", marked.works[0], code, value)
    after = client.get(url).text

    assert again.status_code == 304
    assert before.text.count("2 / 3") == 2
    assert "3 / 3" not in before.text
    assert "3 / 3" in after
    # From the median of P1.1, 7.31, and with nothing else apart.
    assert "J1 -6.31" in after
    assert "J3 +1.33" in after
    assert "P1.1" in after  # further apart than its disagreement of 2


def test_the_chair_sees_the_views_of_the_own_panel(client, marked, sign_in):
    sign_in(marked.judge("J1"))

    page = client.get(f"/judging/{marked.event.uid}/panel").text

    assert page.count("2 / 3") == 2


def test_who_only_marks_does_not_see_them(client, marked, sign_in):
    sign_in(marked.judge("J2"))

    assert client.get(f"/events/{marked.event.uid}/spread").status_code == 403
