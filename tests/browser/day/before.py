"""From the copy of last year's competition to the close of registration."""

from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, expect

from competition.checkin.services.gates import add_gate
from competition.stations.rules.plan import Plan
from competition.stations.services import save_plan
from demo.portraits import paper, portrait
from extensions import db
from ledger.log.services import SYSTEM
from scoring.judges.services import Appointment, assign_judge
from tests.browser.day.cast import (
    APPEALS,
    PANELS,
    SINGLE,
    TEAM,
    TEAMS,
    WAITS,
    enter_others,
    event_of,
    find_events,
)
from tests.browser.day.device import Day, follow, give_reason, press
from tests.factories.accounts import PASSWORD
from tests.factories.entry_files import entry_file, entry_row
from tests.factories.people import made_up_id
from tests.papers import page_texts

MOST_CLICKS = 12
COUNT = """
addEventListener("click", () => {
  sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1;
}, true);
"""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def open_registration(day: Day) -> None:
    """Copy last year's competition and open both events; the clicks are counted."""
    page = day.page("committee")
    page.add_init_script(COUNT)
    day.at("committee", "/competitions")
    page.evaluate("sessionStorage.clicks = 0; null")
    follow(page, page.locator("a[href$='/competitions/new']").first)
    last = f"/competitions/{day.cast.last}/clone"
    follow(page, page.locator(f"a[href$='{last}']"))
    follow(page, page.locator("main form button[type=submit]"))
    follow(page, page.locator("main form button[type=submit]"))
    clicks = int(page.evaluate("sessionStorage.clicks"))
    with day.app.app_context():
        day.events = find_events()
        states = {event_of(uid).state for uid in day.events.values()}
    assert states == {"registration"}
    assert 1 < clicks <= MOST_CLICKS


def freeze_schemes(day: Day) -> None:
    for uid in day.events.values():
        page = day.at("committee", f"/events/{uid}/scheme")
        press(page, "/freeze")
        expect(page.locator(".notice--success").first).to_be_visible()


def seat_and_enter(day: Day) -> None:
    """Seat the panels, and enter everybody who does not do it on a screen."""
    with day.app.app_context():
        session, now = db.session(), datetime.now(UTC)
        events = {name: event_of(uid) for name, uid in day.events.items()}
        for name, panel in PANELS.items():
            for username in panel:
                assign_judge(
                    session,
                    event=events[name],
                    user=session.merge(day.cast.users[username]),
                    appointment=Appointment(is_chief=username == "chief"),
                    actor=SYSTEM,
                    now=now,
                )
        leaving = enter_others(session, events[SINGLE], events[TEAMS])
        for room in ("一号车间", "二号车间"):
            add_gate(
                session,
                event=events[SINGLE],
                name=room,
                closes_at=None,
                actor=SYSTEM,
                now=now,
            )
        plan = Plan(hall=24, per_row=6, beside="soft", features="1-4: 数控系统 FANUC")
        save_plan(session, event=events[SINGLE], plan=plan, actor=SYSTEM, now=now)
        session.commit()
        session.refresh(leaving)
        session.expunge(leaving)
    day.cast.users["withdraws"] = leaving


# ---- contestants, on phones ----------------------------------------------------


def register(day: Day, who: str, name: str, number: int) -> None:
    """Open an account and enter, all on a phone."""
    page = day.at(who, "/events")
    follow(page, page.locator(f'a[href$="/events/{day.event}"]').first)
    follow(page, page.locator(f'a[href$="/events/{day.event}/enter"]').first)
    follow(page, page.locator('a[href*="/sign-up"]').last)
    phone = f"1380575{number:04d}"
    page.fill("#phone", phone)
    page.fill("#display_name", name)
    page.fill("#password", PASSWORD)
    follow(page, page.locator("main button[type=submit]"))
    follow(page, page.locator(f'form[action$="/{day.event}/enter"] button'))
    page.fill("#name", name)
    page.fill("#id_number", made_up_id(number))
    page.fill("#phone", phone)
    follow(page, page.locator("button[value=next]"))
    page.fill("#unit_search", day.cast.unit[:4])
    follow(page, page.locator("button[value=search]"))
    page.get_by_label(day.cast.unit).check()
    page.locator('input[name="group"]').first.check()
    page.fill("#trade_years", "12")
    page.select_option("#level", "L5")
    follow(page, page.locator("button[value=next]"))
    upload(page, day.folder, number)
    follow(page, page.locator('a[href$="/confirm"]').last)
    page.check("#consent")
    follow(page, page.locator("main form button[type=submit]").last)


def upload(page: Page, folder: Path, number: int) -> None:
    """Hand in photo and card on the page of papers."""
    for kind, data in (("photo", portrait(number)), ("id_card", paper(number))):
        path = folder / f"{kind}.jpg"
        path.write_bytes(data)
        page.set_input_files(f"#file-{kind}", path)
        follow(page, page.locator(f"section#{kind} button[type=submit]"))


def move_up_the_waiting_list(day: Day) -> None:
    """All places are taken: one waits, another withdraws, the place moves on."""
    page = day.at("waits", "/entries")
    follow(page, page.locator('a[href^="/entries/"]').first)
    expect(page.locator("main")).to_contain_text("第 1 位")
    waiting = page.url
    page = day.at("withdraws", "/entries")
    follow(page, page.locator('a[href^="/entries/"]').first)
    give_reason(page, "/withdraw", "出差")
    page = day.at("committee", day.here("waiting"))
    expect(page.locator("main tbody tr")).to_contain_text(WAITS)
    press(page, "/waiting/move-up")  # the place was offered as it became free
    page = day.page("waits")
    page.goto(waiting)
    press(page, "/take-place")
    expect(page.locator("main")).not_to_contain_text("第 1 位")


# ---- the unit's officer --------------------------------------------------------


def bring_a_team(day: Day) -> str:
    """Enter three people from a workbook and make a team of them; return its uid."""
    own = {"单位": None, "统一社会信用代码": None, "区县": None}
    rows = [entry_row(n, **own, 姓名=name) for n, name in enumerate(TEAM, 1)]
    page = day.at("officer", day.here("bulk"))
    book = {"name": "名单.xlsx", "mimeType": XLSX, "buffer": entry_file(rows)}
    page.set_input_files("input[type=file]", book)  # type: ignore[arg-type]
    follow(page, page.locator("main form button[type=submit]").first)
    press(page, "/load")
    links = page.locator('a[href$="/papers"]')
    expect(links).to_have_count(len(TEAM))
    hrefs = [str(link.get_attribute("href")) for link in links.all()]
    for number, href in enumerate(hrefs, start=20):
        upload(day.at("officer", href), day.folder, number)
    page = day.at("officer", day.here("bulk"))
    page.check("#consent")
    press(page, "/bulk/submit")
    page = day.at("officer", day.here("teams/new"))
    page.fill("#name", "鉴湖一队")
    page.fill("#leader_name", "王领队")
    page.fill("#leader_account", "leader")
    page.fill("#coach-name", "吴教练")
    for at, name in enumerate(TEAM):
        role = "members" if at < 2 else "substitutes"
        page.locator(f"#{role}").get_by_label(name).check()
    follow(page, page.locator("form.stack button[type=submit]"))
    expect(page.locator("h1")).to_contain_text("鉴湖一队")
    return page.url.rsplit("/", 1)[-1]


# ---- the committee -------------------------------------------------------------


def review(day: Day, count: int) -> None:
    """Accept everybody who waits; the page leads from one to the next."""
    page = day.at("committee", day.here("entries?state=submitted"))
    follow(page, page.locator('main tbody a[href*="/reviews/"]').first)
    for _ in range(count):
        accept = page.locator('form:has(input[name="verdict"][value="accepted"])')
        follow(page, accept.locator("button[type=submit]"))
    assert page.url.endswith(day.here("entries"))


def close(day: Day) -> None:
    page = day.at("committee", day.here("desk"))
    press(page, "/move/closed")


def print_papers_of_the_day(day: Day) -> None:
    page = day.at("committee", day.here("prints?stations=24&in_row=6"), check=True)
    for kind in ("tickets", "badges", "names", "doors", "stations", "timetable"):
        day.print(kind, page.locator(f'a[href*="/prints/{kind}.pdf"]'))


def print_team_lists(day: Day) -> None:
    """What is printed for a team event names the teams."""
    page = day.at("committee", day.here("prints"))
    listed = day.print("team-names", page.locator('a[href*="/prints/names.pdf"]'))
    assert "鉴湖一队" in "".join(page_texts(listed))


def register_everybody(day: Day) -> str:
    """From the copy to the close of both events; return the uid of the team."""
    open_registration(day)
    freeze_schemes(day)
    seat_and_enter(day)
    day.event = day.events[SINGLE]
    register(day, "appeals", APPEALS, 901)
    register(day, "waits", WAITS, 902)
    move_up_the_waiting_list(day)
    review(day, 2)
    close(day)
    print_papers_of_the_day(day)
    day.event = day.events[TEAMS]
    team = bring_a_team(day)
    review(day, len(TEAM))
    close(day)
    print_team_lists(day)
    return team
