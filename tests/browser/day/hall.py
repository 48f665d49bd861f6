"""The hall: check-in with a substitute, the draws, the marking."""

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect
from sqlalchemy import select

from competition.checkin.services import desk
from competition.codes.models import ContestCode, StationCode
from competition.codes.queries import list_work_links
from competition.draw.models import Draw
from competition.registration.models import Entry, Ticket
from extensions import LOCAL, db
from ledger.log.services import SYSTEM
from people.persons.models import Person
from scoring.judges.queries import list_aspects, list_seats
from scoring.scheme import queries as schemes
from tests.browser.day.cast import (
    ABSENT,
    APPEAL_SCORE,
    APPEALS,
    ENTRANTS,
    SCORES,
    SINGLE,
    TEAM,
    WAITING_SCORE,
    WAITS,
    event_of,
)
from tests.browser.day.device import Day, follow, press
from tests.factories.scoring import MarkedEvent, make_item
from tests.papers import pictures, read_qr

LAYERS = ("contest", "station", "work")
TEAM_SCORES = dict(zip(("陶一鸣", "戚卫国"), ("88", "86"), strict=True)) | {
    "谢长青": "85",
    "邹立人": "80",
    "喻明远": "84",
    "柏正南": "79",
}


# ---- check-in ------------------------------------------------------------------


def ticket_of(day: Day, name: str) -> str:
    """Return what the newest ticket of somebody says."""
    with day.app.app_context():
        ticket = db.session.scalars(
            select(Ticket)
            .join(Entry, Ticket.entry_id == Entry.id)
            .join(Person, Entry.person_id == Person.id)
            .where(Person.name == name)
            .order_by(Ticket.id.desc())
        ).first()
        assert ticket is not None, name
        return ticket.text


def check_in(day: Day, names: tuple[str, ...], stays_away: tuple[str, ...]) -> None:
    """Let some in on the tablet, one from paper, the rest beside it, and close."""
    for at, name in enumerate(names):
        page = day.at("checkin", day.here("checkin"))
        page.fill("#text", ticket_of(day, name) if at % 2 == 0 else name)
        page.keyboard.press("Enter")
        expect(page.locator(".compare__name")).to_have_text(name)
        page.locator('form[action$="/confirm"] button[type=submit]').click()
        expect(page.locator(".scan__verdict")).to_contain_text(name)
    key_in(day, {*names, *stays_away})
    with day.app.app_context():
        session = db.session()
        event = event_of(day.event)
        rest = session.scalars(
            select(Entry).where(Entry.event_id == event.id, Entry.state == "accepted")
        )
        here = desk.Desk(event, SYSTEM, "a1b2c3", datetime.now(UTC))
        for entry in rest:
            assert entry.person is not None
            if entry.person.name not in {*names, *stays_away}:
                desk.confirm(session, here, entry)
        session.commit()
    page = day.at("checkin", day.here("checkin"))
    press(page, "/checkin/close")


def key_in(day: Day, others: set[str]) -> None:
    """Check one in from the printed list: its code opens the page it is keyed into."""
    page = day.at("checkin", day.here("checkin/paper"), check=True)
    listed = day.print("gate", page.locator('a[href$="/checkin/sheet.pdf"]'))
    code = urlsplit(read_qr(pictures(listed)[0]))
    page = day.at("checkin", f"{code.path}?{code.query}")
    [sheet] = parse_qs(code.query)["paper"]
    expect(page.locator("#paper")).to_have_value(sheet)
    names = page.locator("tbody th").all_inner_texts()
    name = next(name for name in names if name not in others)
    row = page.locator("tbody tr", has_text=name)
    row.locator('input[name^="in-"]').fill(f"{datetime.now(LOCAL):%H:%M}")
    follow(page, page.locator("main form button[type=submit]"))
    expect(row).to_contain_text("已检录")
    page = day.at("checkin", day.here("checkin/scans"))
    expect(page.locator("tbody tr", has_text=name)).to_contain_text(sheet)


def open_desk(day: Day) -> None:
    page = day.at("checkin", day.here("checkin"))
    press(page, "/checkin/open")


def replace_member(day: Day, team: str) -> None:
    """The leader puts the substitute in a member's place; the old ticket is void."""
    old = ticket_of(day, TEAM[1])
    page = day.at("leader", "/desk")
    follow(page, page.locator(f'main a[href$="/teams/{team}"]').first)
    follow(page, page.locator('a[href$="/replace"]'))
    page.locator("#member").get_by_label(TEAM[1]).check()
    page.locator("#substitute").get_by_label(TEAM[2]).check()
    page.fill("#reason", "手部受伤")
    follow(page, page.locator("form.form-sheet button[type=submit]"))
    expect(page.locator("table")).to_contain_text("手部受伤")
    page = day.at("checkin", day.here("checkin"))
    page.fill("#text", old)
    page.keyboard.press("Enter")
    expect(page.locator("#checkin-result")).to_contain_text("不得入场")


# ---- the draws -----------------------------------------------------------------


def draw_codes(day: Day) -> None:
    """Three officers draw a layer each; anybody's browser derives each one again."""
    for number, layer in enumerate(LAYERS, start=1):
        page = day.at(f"coding{number}", day.here(f"codes/{layer}"))
        press(page, f"/codes/{layer}/commit")
        page.locator('input[name="kind"][value="dice"]').check()
        page.fill("#by", "监督仲裁")
        page.fill("#value", "31415926535897932384")
        press(page, f"/codes/{layer}/contribute")
        press(page, f"/codes/{layer}/derive")
        if number == 2 and page.locator('a[href$="/station/proof.pdf"]').count():
            day.print("proof", page.locator('a[href$="/station/proof.pdf"]'))


def derive_again(day: Day, *, is_revealed: bool) -> None:
    """The public page of every draw of the event says that it holds, by a program."""
    with day.app.app_context():
        event = event_of(day.event)
        draws = db.session.scalars(select(Draw).where(Draw.event_id == event.id))
        uids = [draw.uid for draw in draws]
    assert len(uids) == len(LAYERS)
    said = "您的浏览器已用另一套程序" if is_revealed else "密数公开之前"
    for uid in uids:
        page = day.at("public", f"/draws/{uid}")
        expect(page.locator('#browser-verdict[data-sound="true"]')).to_contain_text(
            said
        )
    if is_revealed:
        _find_a_changed_draw(day.page("public"), uids[0])


def _find_a_changed_draw(page: Page, uid: str) -> None:
    """Two who change places in the file: the browser's program finds it."""

    def change(route):
        told = json.loads(route.fetch().body())
        first, second, *_others = told["result"]
        result = told["result"]
        result[first], result[second] = result[second], result[first]
        route.fulfill(json=told)

    page.route("**/draw.json", change)
    page.goto(f"/draws/{uid}")
    expect(page.locator('#browser-verdict[data-sound="false"]')).to_be_visible()
    page.unroute("**/draw.json")


# ---- the marking ---------------------------------------------------------------


class Hands(MarkedEvent):
    """What tablets do where it only takes time; by the clock of the day."""

    def later(self) -> datetime:
        return datetime.now(UTC)


def hands_of(day: Day) -> Hands:
    """Return the panel of the event at hand; needs the application's context."""
    session, event = db.session(), event_of(day.event)
    rows = session.execute(
        select(Entry, StationCode.station)
        .join(ContestCode, ContestCode.entry_id == Entry.id)
        .join(
            StationCode,
            (StationCode.contest_no == ContestCode.contest_no)
            & (StationCode.event_id == ContestCode.event_id),
        )
        .where(ContestCode.event_id == event.id)
    ).all()
    code_of = {link.source: link.code for link in list_work_links(session, event.id)}
    users = day.cast.users
    return Hands(
        session=session,
        event=event,
        entries=[entry for entry, _station in rows],
        works=[code_of[station] for _entry, station in rows],
        committee=session.merge(users["committee"]),
        supervisor=session.merge(users["supervisor"]),
        seats={seat.seat: seat for seat in list_seats(session, event.id)},
    )


def works_by_name(day: Day) -> dict[str, str]:
    """Return everybody's work code: only the test knows it before the decoding."""
    with day.app.app_context():
        hands = hands_of(day)
        return {
            entry.person.name: code
            for entry, code in zip(hands.entries, hands.works, strict=True)
            if entry.person is not None
        }


def open_marking(day: Day) -> None:
    page = day.at("chief", day.here("marks"))
    press(page, "/marks/open")


def give_marks(day: Day, skip: tuple[str, str, str] | None = None) -> None:
    """Give every judge's marks but one: (seat, work, aspect)."""
    by_code = {code: name for name, code in works_by_name(day).items()}
    with day.app.app_context():
        hands = hands_of(day)
        version = schemes.find_frozen(hands.session, hands.event.id)
        assert version is not None
        scheme, panel = schemes.load_scheme(version), list(hands.seats.values())
        for name, seat in hands.seats.items():
            items = [
                make_item(work, aspect.code, value_of(by_code[work], aspect.code))
                for work in hands.works
                for aspect in list_aspects(scheme, seat, panel)
                if (name, work, aspect.code) != skip
            ]
            answers = hands.send_items(name, *items)
            assert {a["status"] for a in answers} == {"stored"}, answers[:3]
        hands.session.commit()


def print_sheets(day: Day) -> None:
    """The chief judge prints sheets for incidents, should the tablets fail."""
    page = day.at("chief", day.here("incidents"), check=True)
    day.print("incident", page.locator('a[href*="/incidents/sheets.pdf"]'))


def value_of(name: str, aspect: str) -> str:
    """Return what every judge gives somebody: who shows more is ahead."""
    if aspect == "A1":
        known = dict(zip(ENTRANTS, SCORES, strict=True))
        return (known | {APPEALS: APPEAL_SCORE, WAITS: WAITING_SCORE})[name]
    if aspect == "B1":
        return TEAM_SCORES[name]
    return {"A2": "2", "A3": "1"}.get(aspect, "1")


def mark_on_the_tablet(day: Day, work: str, aspect: str, *, yes: bool) -> None:
    """A judge answers on the marking screen, and the server has it."""
    page = day.at("judge", f"/judging/{day.event}")
    page.goto(f"/judging/{day.event}/mark#{work}/{aspect}")
    page.reload()  # another place of the same page is no new page
    expect(page.locator("#work")).to_have_text(work)
    expect(page.locator("#code")).to_have_text(aspect)
    with page.expect_response("**/api/v1/marks") as answer:
        page.locator("#control .answers button").nth(0 if yes else 1).click()
    [receipt] = answer.value.json()["marks"]
    assert receipt["status"] == "stored", receipt
    expect(page.locator("#outbox")).to_have_class("mark-state mark-state--server")


def sign_sheets(day: Day) -> None:
    """One judge signs on the tablet and is countersigned there, the others beside."""
    page = day.at("judge", f"/judging/{day.event}/sign")
    follow(page, page.locator("#sign button:not([disabled])"))
    with day.app.app_context():
        hands = hands_of(day)
        own = str(
            next(
                name
                for name, seat in hands.seats.items()
                if seat.user.username == "judge"
            )
        )
        others = [seat for seat in hands.seats if seat != own]
        for seat in others:
            hands.sign(seat)
        for seat in others:
            hands.check(seat)
        hands.session.commit()
    page = day.at("chief", f"/judging/{day.event}/panel")
    waiting = page.locator(".btn-primary.panel-sheets__action")
    follow(page, waiting.first)
    follow(page, page.locator('.panel-check button[value="agreed"]'))
    expect(page.locator(".notice--success").first).to_be_visible()


def hold_the_event(day: Day, *, seen: tuple[str, ...]) -> None:
    """From the close of check-in to the opening of the marks."""
    stays_away = (ABSENT,) if day.event == day.events[SINGLE] else ()
    check_in(day, seen, stays_away)
    draw_codes(day)
    derive_again(day, is_revealed=False)
    open_marking(day)
