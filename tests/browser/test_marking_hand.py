"""How the marking screen feels in a judge's hand: controls, grid, undo, codes, keys."""

from uuid import UUID

import pytest
from sqlalchemy import select

from extensions import db
from scoring.marking.models import MarkEvent
from scoring.paper.rules import SheetName, write_sheet_text
from tests.factories.scoring import make_item, make_marked_event

LONG_NAME = "焊缝外观质量" * 33  # 198 characters
LEVELS = ["焊缝成形不良，存在裂纹、未熔合或者明显的咬边缺陷；" * 8] * 4
HEAD = """
format = "jiangcai-scheme/1"
title = "Test"
[rounding]
component = 2
total = 2
[[components]]
code = "P"
name = "Practice"
max = {max}
weight = 1
[[components.criteria]]
code = "P1"
name = "Look"
"""
TAIL = """
[ranking]
ties = ["aspect:P1.1 desc"]
[[awards]]
name = "First"
count = 1
"""
LONG = f"""name = "{LONG_NAME}"
description = "{"对照样件，在自然光下距离三十厘米目视检查全部焊缝，记录每处缺陷。" * 6}"
"""
KINDS = {
    "P1.1": 'kind = "score"\nmin = 2\nmax = 10\nname = "焊缝余高"',
    "P1.2": 'kind = "yes_no"\nmax = 10\nname = "劳保用品穿戴齐全"',
    "P1.3": f'kind = "judgement"\nmax = 10\nname = "工艺"\ndescriptors = {LEVELS}',
    "P1.4": (
        'kind = "judgement"\nmax = 10\nname = "外观"\ndescriptors = '
        '["低于行业标准", "达到行业标准", "达到且部分超过", "优秀，超过标准"]'
    ),
    "P1.5": (
        'kind = "deduction"\nmax = 10\nper_fault = 2\nmax_faults = 3\nname = "气孔"'
    ),
    "P1.6": (
        'kind = "tolerance"\nmax = 10\nlower = 47.95\nupper = 48.05\nunit = 0.01\n'
        'per_unit = 1\nmode = "step"\nsymbol = "mm"\nname = "直径 Ø48"'
    ),
    "P1.7": (
        'kind = "choice"\nmax = 10\nname = "等级"\n'
        'options = { "I" = 10, "II" = 7, "III" = 4, "IV" = 0 }'
    ),
    "P1.8": (
        'kind = "choice"\nmax = 10\nname = "工序"\noptions = { "全部按规程完成" = 10, '
        '"漏一道工序但不影响使用" = 8, "漏两道工序" = 6, "顺序有误" = 4, "未完成" = 1, '
        '"未做" = 0 }'
    ),
    "P1.9": 'kind = "rank"\nmax = 10\nstep = 2\nname = "名次"',
    "P1.10": (
        'kind = "score"\nmax = 600\nsymbol = "s"\ntimed = true\nname = "完成用时"'
    ),
    "P1.11": f'kind = "tolerance"\nmax = 10\nlower = 1\nunit = 1\nper_unit = 1\n{LONG}',
}


def scheme(kinds):
    aspects = "".join(
        f'[[components.criteria.aspects]]\ncode = "{code}"\njudges = 2\n'
        f'aggregate = "mean"\n{text}\n'
        for code, text in kinds.items()
    )
    full = sum(600 if "600" in text else 10 for text in kinds.values())
    return HEAD.format(max=full) + aspects + TAIL


class Given:
    """What the tests need of an event, free of the session that made it."""

    def __init__(self, session, *, works=3, kinds=KINDS, marks=()):
        made = make_marked_event(session, works=works, text=scheme(kinds))
        for seat, work, aspect, value in marks:
            made.send_items(seat, make_item(made.works[work], aspect, value))
        session.commit()
        self.works, self.uid = list(made.works), made.event.uid
        self.judges = {name: seat.user for name, seat in made.seats.items()}
        for user in self.judges.values():
            session.refresh(user)
        session.expunge_all()
        session.rollback()


@pytest.fixture(scope="module")
def database(_databases):
    """One kind will do: nothing here hangs on the database."""
    return next(iter(_databases.values()))


@pytest.fixture(autouse=True)
def _networks_fail(expected_console):
    expected_console.append("net::ERR_")


@pytest.fixture
def made(own_app):
    def make(**values):
        with own_app.app_context():
            return Given(db.session(), **values)

    return make


def open_sheet(page_at, given, at="", *, size=(820, 1180), seat="J1", **options):
    page = page_at(*size, user=given.judges[seat], **options)
    page.goto(f"/judging/{given.uid}/mark#{at}")
    page.wait_for_selector("#outbox.mark-state--server")
    return page


def go_to(page, work, code):
    """Open an aspect as the address would, without loading the page anew."""
    page.evaluate("to => { location.hash = to }", f"#{work}/{code}")
    page.wait_for_selector(f"#work:text-is('{work}')")
    page.wait_for_selector(f"#code:text-is('{code}')")


def word(page, name):
    texts = "JSON.parse(document.getElementById('sheet').dataset.texts)"
    return page.evaluate(f"name => {texts}[name]", name)


@pytest.fixture
def stored(own_app):
    def read():
        with own_app.app_context():
            rows = db.session.scalars(select(MarkEvent).order_by(MarkEvent.seq))
            return [(m.entry, m.aspect, m.kind, m.value, m.reason) for m in rows]

    return read


HANDS = """() => {
  const shown = [...document.querySelectorAll("header, main, footer")]
    .flatMap((part) => [...part.querySelectorAll("button, a")])
    .filter((one) => one.checkVisibility() && !one.closest("dialog"));
  const boxes = shown.map((one) => [one.innerText, one.getBoundingClientRect()]);
  const found = boxes
    .filter(([, box]) => box.width < 56 || box.height < 56)
    .map(([name, box]) => `${name} is ${box.width} × ${box.height}`);
  for (const [at, [name, one]] of boxes.entries()) {
    for (const [other, two] of boxes.slice(at + 1)) {
      const x = Math.max(one.left - two.right, two.left - one.right);
      const y = Math.max(one.top - two.bottom, two.top - one.bottom);
      if (Math.max(x, y) < 7.9) found.push(`${name} lies close to ${other}`);
    }
  }
  for (const [name, box] of boxes) {
    const isHigh = box.top < 0 || box.bottom > innerHeight + 1;
    if (isHigh || box.right > innerWidth + 1) found.push(`${name} is out of sight`);
  }
  const main = document.querySelector("main");
  if (main.scrollHeight > main.clientHeight) found.push("the screen scrolls");
  return found;
}"""
# 7:1 where axe's own rule of WCAG AA asks for 4.5:1.
CONTRAST = """async () => {
  const only = { type: "rule", values: ["color-contrast-enhanced"] };
  const { violations } = await axe.run(document, { runOnly: only });
  return violations.flatMap((one) => one.nodes.map((node) => node.failureSummary));
}"""


@pytest.mark.parametrize("size", [(360, 740), (820, 1180), (1280, 800)])
def test_every_control_is_whole_in_gloves_and_in_the_sun(
    page_at, made, size, assert_accessible
):
    given = made(works=1)
    page = open_sheet(page_at, given, given.works[0], size=size)

    for mode in ("right", "sunlit and left"):
        for code in KINDS:
            go_to(page, given.works[0], code)
            assert page.evaluate(HANDS) == [], (mode, code)
            if code in {"P1.3", "P1.5", "P1.6"}:
                assert_accessible(page)
                assert page.evaluate(CONTRAST) == [], (mode, code)
        page.click("#open-tools")
        page.check("#set-sun")
        page.check("#set-left")
        page.click("#tools [data-close]")

    page.reload()
    page.wait_for_selector("body.is-sunlit.is-left")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    go_to(page, given.works[0], "P1.6")
    assert_accessible(page)
    page.locator(".keypad__save").scroll_into_view_if_needed()
    assert page.locator("#next").is_visible()


def test_a_control_says_what_a_value_is_worth_or_why_not(page_at, made, stored):
    given = made(works=1)
    work = given.works[0]
    page = open_sheet(page_at, given, f"{work}/P1.1", size=(360, 740))

    assert "2" in page.inner_text(".pad__range")
    assert "10" in page.inner_text(".pad__range")
    page.keyboard.type("12", delay=60)
    assert "10" in page.inner_text(".mark-worth--bad")
    page.click(".keypad__save")
    page.click("#next")  # what cannot be saved is told once, then left
    assert page.inner_text("#code") == "P1.1"
    for key in ("erase", "erase"):
        page.click(f".keypad__{key}")
    page.click(".keypad button >> nth=0")
    page.click(".keypad__save")
    assert "2" in page.inner_text(".mark-worth--bad")  # 1 is less than 2, the least

    go_to(page, work, "P1.5")
    for _ in range(4):
        page.click(".mark-counter button >> nth=1")
    assert "6" in page.inner_text(".mark-worth__lost")  # 4 × 2, at most 3 faults

    go_to(page, work, "P1.6")
    sides = []
    for key in "48.05":
        page.keyboard.press(key)
        sides.append(page.get_attribute(".scale", "data-side"))
    assert sides == ["below", "in", "in", "in", "in"]
    page.keyboard.press("Backspace")
    page.keyboard.press("7")
    assert page.get_attribute(".scale", "data-side") == "above"
    assert "0.02" in page.inner_text(".mark-worth")
    assert "8" in page.inner_text(".mark-worth")
    assert page.locator(".scale__value path").count() == 1

    go_to(page, work, "P1.3")
    level = LEVELS[0][:20]
    assert page.get_by_text(level).first.is_visible()
    page.click(".answers button >> nth=2")
    page.wait_for_selector("#state.mark-state--server")
    assert [row[3] for row in stored()] == ["2"]


def test_a_keyboard_marks_a_whole_work_with_digits_and_enter(page_at, made, stored):
    given = made(works=2)
    work = given.works[0]
    page = open_sheet(page_at, given, work, size=(1280, 800))
    typed = {
        "P1.1": "8.5",
        "P1.2": "n",
        "P1.3": "2",
        "P1.4": "3",
        "P1.5": "1",
        "P1.6": "48.07",
        "P1.7": "2",
        "P1.8": "6",
        "P1.9": "3",
        "P1.10": "3:25.5",
        "P1.11": "1.5",
    }

    for code, keys in typed.items():
        page.wait_for_selector(f"#code:text-is('{code}')")
        page.keyboard.type(keys, delay=60)
        if code in {"P1.2", "P1.3", "P1.4", "P1.7", "P1.8"}:
            page.wait_for_selector(".answers [aria-pressed=true]")
        page.keyboard.press("Enter")

    page.wait_for_selector(f"#work:text-is('{given.works[1]}')")
    page.wait_for_selector("#outbox.mark-state--server")
    expected = {**typed, "P1.2": "0", "P1.7": "II", "P1.8": "未做"}
    assert [(row[1], row[3]) for row in stored()] == list(expected.items())
    page.keyboard.press("?")
    page.wait_for_selector("#keys[open]")


def test_news_of_the_sender_leave_what_is_being_typed(page_at, made, stored):
    given = made(works=1, marks=[("J2", 0, "P1.1", "9")])
    work = given.works[0]
    page = open_sheet(page_at, given, f"{work}/P1.9")
    page.context.route("**/api/v1/marks", lambda route: route.abort())
    page.keyboard.type("3", delay=60)
    page.keyboard.press("Enter")
    page.wait_for_selector("#outbox:has-text('1')")
    page.wait_for_selector("#code:text-is('P1.10')")

    page.keyboard.type("3:", delay=60)  # no value yet
    page.context.unroute("**/api/v1/marks")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector("#outbox.mark-state--server")
    page.keyboard.type("25.5", delay=60)
    page.keyboard.press("Enter")

    page.wait_for_selector("#code:text-is('P1.11')")
    page.wait_for_selector("#outbox.mark-state--server")
    assert [row[3] for row in stored()] == ["9", "3", "3:25.5"]


def test_what_was_settled_is_not_typed_over_on_leaving(page_at, made, stored):
    given = made(works=1)
    at = f"{given.works[0]}/P1.1"
    one, two = (open_sheet(page_at, given, at) for _tablet in range(2))
    one.keyboard.type("5", delay=60)
    one.click(".keypad__save")
    one.wait_for_selector("#state.mark-state--server")
    two.keyboard.type("7", delay=60)
    two.click(".keypad__save")
    two.wait_for_selector(".mark-duel__side")

    two.click(".mark-duel__side >> nth=0 >> button")
    two.wait_for_selector("#attention[hidden]", state="attached")
    two.click("#next")

    two.wait_for_selector("#code:text-is('P1.2')")
    two.wait_for_selector("#outbox.mark-state--server")
    assert [row[3] for row in stored()] == ["5", "7", "5"]


def test_going_on_by_itself_is_chosen_and_remembered(page_at, made, stored):
    given = made(works=1)
    work = given.works[0]
    page = open_sheet(page_at, given, f"{work}/P1.2")
    page.click(".answers button >> nth=0")
    page.wait_for_selector("#state.mark-state--server")
    assert page.inner_text("#code") == "P1.2"

    page.click("#open-tools")
    page.check("#set-auto")
    page.click("#tools [data-close]")
    page.reload()
    page.wait_for_selector("#outbox.mark-state--server")
    page.click(".answers button >> nth=1")

    page.wait_for_selector("#code:text-is('P1.3')")
    page.click("#undo")
    page.wait_for_selector("#code:text-is('P1.2')")
    page.wait_for_selector("#outbox.mark-state--server")
    assert [(row[2], row[3]) for row in stored()] == [
        ("mark", "1"),
        ("mark", "0"),
        ("mark", "1"),
    ]


def test_undoing_is_a_new_event_on_top_of_the_last(page_at, made, stored):
    given = made(works=1, marks=[("J1", 0, "P1.4", "3")])
    work = given.works[0]
    page = open_sheet(page_at, given, f"{work}/P1.4")
    page.click(".answers button >> nth=1")
    page.wait_for_selector("#undo:not([disabled])")

    page.keyboard.press("Control+z")  # back to what another tablet gave
    page.wait_for_selector(".answers button:nth-child(4)[aria-pressed=true]")
    go_to(page, work, "P1.2")
    page.click(".answers button >> nth=0")
    page.wait_for_selector("#state.mark-state--server")
    page.click("#open-note")
    assert page.locator("#note-events li").count() == 1
    page.click("#note-undo")
    page.wait_for_selector("#state.mark-state--none")

    page.wait_for_selector("#outbox.mark-state--server")
    undone = word(page, "undone")
    assert stored() == [
        (work, "P1.4", "mark", "3", ""),
        (work, "P1.4", "mark", "1", ""),
        (work, "P1.4", "mark", "3", ""),
        (work, "P1.2", "mark", "1", ""),
        (work, "P1.2", "void", "", undone),
    ]
    page.click("#open-note")
    assert page.locator("#note-events li").count() == 2


def test_the_grid_shows_gaps_among_sixty_works_and_forty_aspects(
    page_at, made, assert_accessible
):
    kinds = {f"A{n}": 'kind = "yes_no"\nmax = 10\nname = "项目"' for n in range(40)}
    kinds["P1.1"] = KINDS["P1.4"]
    given = made(
        works=60, kinds=kinds, marks=[("J1", 59, "A39", "1"), ("J1", 0, "A0", "0")]
    )
    page = open_sheet(page_at, given, f"{given.works[59]}/A38", size=(360, 740))

    page.click("#open-grid")
    page.wait_for_selector("#grid[data-done=all]")

    assert page.locator(".mark-grid td button").count() == 60 * 41
    assert page.evaluate("document.activeElement.dataset.aspect") == "38"
    page.keyboard.press("ArrowRight")
    here = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert here.startswith(f"{given.works[59]} A39, 1, ")
    cell = "document.activeElement.getBoundingClientRect()"
    assert page.evaluate(f"{cell}.left > 60 && {cell}.right <= innerWidth")
    corner = page.locator(".mark-grid__corner").bounding_box()
    assert corner["x"] < 40
    assert corner["y"] < 300
    assert_accessible(page)

    page.check("#grid [value=gaps]", force=True)
    page.wait_for_selector("#grid[data-done=gaps]")
    assert page.locator(".mark-grid td button:not([data-dim])").count() == 60 * 41 - 2
    page.keyboard.press("Escape")
    page.click("#open-grid")
    page.wait_for_selector("#grid[data-done=gaps]")
    page.click(f"#grid tr:has-text('{given.works[1]}') button >> nth=1")
    assert page.inner_text("#work") == given.works[1]
    assert page.inner_text("#code") == "A1"


def scan(page, text):
    """Type as a hand scanner does: far quicker than a hand, with Enter at the end."""
    page.evaluate(
        """keys => {
          for (const key of keys) {
            const about = { key, bubbles: true, cancelable: true };
            document.body.dispatchEvent(new KeyboardEvent("keydown", about));
          }
        }""",
        [*text, "Enter"],
    )


def test_a_work_is_opened_by_its_code(page_at, made, stored):
    given = made(works=3)
    page = open_sheet(page_at, given, f"{given.works[0]}/P1.4")
    other = str(UUID(int=7))

    def sheet(work, seat="J1", event=given.uid):
        name = SheetName(event_uid=event, seat=seat, work=work, digest="ab" * 16)
        return write_sheet_text(name)

    # A hand scanner: very quick keys, wherever we are; none of them becomes a mark.
    scan(page, sheet(given.works[2]))
    page.wait_for_selector(f"#work:text-is('{given.works[2]}')")
    scan(page, sheet(given.works[1], seat="J2"))
    page.wait_for_selector(f"#work:text-is('{given.works[1]}')")
    assert "J2" in page.inner_text("#notice")
    go_to(page, given.works[1], "P1.1")
    scan(page, given.works[0])
    page.wait_for_selector(f"#work:text-is('{given.works[0]}')")

    told = set()
    for wrong in (
        "JC1.abc.def",
        sheet("W9"),
        sheet("W1", event=other),
        "6901234567892",
    ):
        scan(page, wrong)
        page.wait_for_selector("#scan[open] #scan-tell:not(:empty)")
        told.add(page.inner_text("#scan-tell"))
        page.click("#scan [data-close]")
    assert len(told) == 4
    assert page.inner_text("#work") == given.works[0]

    page.keyboard.press("s")
    page.wait_for_selector("#scan[open]")
    page.fill("#scan-text", given.works[2][-2:])
    page.click(f"#scan-offers button:text-is('{given.works[2]}')")
    page.wait_for_selector(f"#work:text-is('{given.works[2]}')")
    assert stored() == []


def test_judging_anew_asks_why_and_keeps_both_marks(
    page_at, made, stored, assert_accessible
):
    given = made(works=1, marks=[("J1", 0, "P1.4", "0"), ("J2", 0, "P1.4", "3")])
    work = given.works[0]
    page = open_sheet(page_at, given, f"{work}/P1.4", size=(360, 740))
    assert page.locator("#notice").is_visible()

    page.click(".answers button >> nth=2")
    page.wait_for_selector("#note[open]")
    assert_accessible(page)
    page.click("#note-save")  # no reason, no mark
    page.wait_for_selector("#note[open]")
    page.click("#note-phrases button >> nth=0")
    reason = page.input_value("#note-text")
    page.click("#note-save")

    page.wait_for_selector(".answers button:nth-child(3)[aria-pressed=true]")
    page.wait_for_selector("#outbox.mark-state--server")
    assert [row[3:] for row in stored()] == [("0", ""), ("3", ""), ("2", reason)]


def test_two_marks_that_meet_are_shown_side_by_side(
    page_at, made, stored, assert_accessible
):
    given = made(works=1)
    work = given.works[0]
    one = open_sheet(page_at, given, f"{work}/P1.4", size=(360, 740))
    two = open_sheet(page_at, given, f"{work}/P1.4", size=(360, 740))

    one.click(".answers button >> nth=0")
    one.wait_for_selector("#state.mark-state--server")
    two.click(".answers button >> nth=1")
    two.wait_for_selector(".mark-duel__side")

    two.wait_for_selector(
        ".mark-duel__side >> nth=0 >> text=/\\d+:\\d\\d:\\d\\d.*…[0-9a-f]{4}/"
    )
    assert two.locator(".mark-duel__value").all_inner_texts() == ["0", "1"]
    facts = two.locator(".mark-duel__facts").all_inner_texts()
    assert "…" in facts[0]
    assert "…" not in facts[1]
    assert_accessible(two)
    assert two.evaluate(HANDS) == []
    two.click(".mark-duel__side >> nth=0 >> button")
    two.wait_for_selector("#attention[hidden]", state="attached")
    two.wait_for_selector("#outbox.mark-state--server")
    assert [row[3] for row in stored()] == ["0", "1", "0"]


def test_the_count_of_what_waits_is_in_sight_and_said_once(page_at, made):
    given = made(works=1)
    page = open_sheet(page_at, given, f"{given.works[0]}/P1.2")
    page.context.route("**/api/v1/marks", lambda route: route.abort())
    page.evaluate(
        """() => {
          window.said = [];
          const spoken = document.getElementById("spoken");
          new MutationObserver(() => {
            if (spoken.textContent) window.said.push(spoken.textContent);
          }).observe(spoken, { childList: true });
        }"""
    )

    page.click(".answers button >> nth=0")
    page.wait_for_selector("#outbox:has-text('1')")
    page.wait_for_selector("#strip-signs i[data-state=tablet]")
    page.wait_for_selector("#spoken:not(:empty)", state="attached")
    page.context.unroute("**/api/v1/marks")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector("#outbox.mark-state--server")
    page.wait_for_selector("#strip-signs i[data-state=server]")
    page.wait_for_selector(
        f"#spoken:has-text('{word(page, 'allIn')}')", state="attached"
    )

    assert len(page.evaluate("window.said")) == 2  # saved here; all is there
    assert page.locator("[aria-live]").count() == 1
