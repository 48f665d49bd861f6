"""Paper keyed in twice: blind, by three persons, and as marks of the judge."""

import json

import pytest
from sqlalchemy import select

from accounts.roles.rules import Scope
from ledger.log.models import LedgerEntry
from ledger.log.services import list_disagreements
from scoring.keying import queries
from scoring.keying.models import KeyingPass
from scoring.keying.rules import Cell, Reading
from scoring.keying.services import sheets
from scoring.keying.services.sheets import AGREED, DIFFERS, WAITS, KeyingError
from scoring.marking.models import MarkEvent
from scoring.marking.queries import list_counted, list_pending
from scoring.sheets.queries import find_sheet
from tests.factories.accounts import make_user
from tests.factories.calls import CALLING
from tests.factories.people import make_person
from tests.factories.scoring import actor_of, make_item, make_marked_event

PAPER = {"P1.1": "8", "P1.2": "1", "P1.3": "2"}


class Desk:
    """Three clerks over the sheets of an event."""

    def __init__(self, session, **values):
        self.session, self.marked = session, make_marked_event(session, **values)
        scope = Scope("event", self.marked.event.uid)
        self.first, self.second, self.third = (
            make_user(session, "committee", scope=scope) for _ in range(3)
        )

    def open(self, seats=("J1",), works=(), lost=""):
        return sheets.open_sheets(
            self.session,
            event=self.marked.event,
            seats=seats,
            works=works,
            lost=lost,
            actor=actor_of(self.first),
            now=self.marked.later(),
        )

    def save(self, sheet, user, values=PAPER, number="017", comments=()):
        said = dict(comments)
        cells = {code: Cell(v, said.get(code, "")) for code, v in values.items()}
        return sheets.save_pass(
            self.session,
            sheet=sheet,
            reading=Reading(number=number, cells=cells),
            user=user,
            now=self.marked.later(),
        )

    def key(self, sheet, user, values=PAPER, **more):
        self.save(sheet, user, values, **more)
        return sheets.finish_pass(
            self.session,
            sheet=sheet,
            user=user,
            actor=actor_of(user),
            now=self.marked.later(),
        )

    def settle(self, sheet, user, **choices):
        sheets.settle(
            self.session,
            sheet=sheet,
            choices={k.replace("_", "."): Cell(v) for k, v in choices.items()},
            user=user,
            actor=actor_of(user),
            now=self.marked.later(),
        )

    def marks(self):
        return self.session.scalars(select(MarkEvent).order_by(MarkEvent.seq)).all()


@pytest.fixture
def desk(session):
    return Desk(session, works=2)


def test_what_two_agree_on_becomes_marks_of_the_judge(session, desk):
    [sheet, _other] = desk.open()

    assert desk.key(sheet, desk.first) == WAITS
    assert desk.marks() == []
    alike = {**PAPER, "P1.1": "8.0 "}
    assert desk.key(sheet, desk.second, alike) == AGREED

    marks = desk.marks()
    assert [(m.aspect, m.value) for m in marks] == list(PAPER.items())
    assert {m.seat.seat for m in marks} == {"J1"}
    assert {m.device for m in marks} == {"paper:017"}
    assert [m.device_seq for m in marks] == [1, 2, 3]
    assert {m.reason for m in marks} == {"paper sheet 017"}
    [logged] = session.scalars(
        select(LedgerEntry).where(LedgerEntry.action == "marks.received")
    )
    assert (logged.actor_kind, logged.actor) == ("human", desk.second.uid)
    assert list_disagreements(session) == []
    assert sheet.number == "017"


def test_the_second_never_reads_what_the_first_keyed(session, desk):
    [sheet, _other] = desk.open()
    desk.key(sheet, desk.first)
    seat = desk.marked.seats["J1"]

    assert queries.list_own_passes(session, seat.id, desk.second.uid) == {}
    turns = queries.list_turns(session, desk.marked.event.id)[sheet.id]
    assert [set(turn.__slots__) for turn in turns] == [{"turn", "keyed_by", "is_done"}]
    desk.save(sheet, desk.second, {"P1.1": "7"})
    own = queries.list_own_passes(session, seat.id, desk.second.uid)[sheet.id]
    assert json.loads(own.cells) == {"P1.1": ["7", ""]}


def test_a_third_settles_what_differs_and_nobody_else(session, desk):
    [sheet, _other] = desk.open()
    desk.key(sheet, desk.first)
    differing = {**PAPER, "P1.1": "6", "P1.2": ""}
    assert desk.key(sheet, desk.second, differing, number="71") == DIFFERS
    choices = {"P1_1": "9", "P1_2": "1", "#": "017"}

    assert desk.marks() == []
    for user in (desk.first, desk.second, desk.marked.judge("J2")):
        with pytest.raises(KeyingError):
            desk.settle(sheet, user, **choices)
    with pytest.raises(KeyingError):
        desk.settle(sheet, desk.third, P1_1="9")
    with pytest.raises(KeyingError):
        desk.settle(sheet, desk.third, **{**choices, "P1_1": "11"})
    desk.settle(sheet, desk.third, **choices)

    assert [(m.aspect, m.value) for m in desk.marks()] == [
        ("P1.1", "9"),
        ("P1.2", "1"),
        ("P1.3", "2"),
    ]
    [settled] = session.scalars(
        select(LedgerEntry).where(LedgerEntry.action == "keying.settled")
    )
    assert ["P1.1", ["8", ""], ["6", ""], ["9", ""]] in json.loads(settled.body)[
        "differences"
    ]


def test_one_person_is_one_person(session, desk):
    [sheet, _other] = desk.open()
    person = make_person(session)
    desk.first.person_id = desk.second.person_id = person.id
    desk.third.person_id = desk.marked.judge("J2").person_id = make_person(session).id
    session.flush()
    desk.key(sheet, desk.first)

    for user in (desk.first, desk.second, desk.third, desk.marked.judge("J1")):
        with pytest.raises(KeyingError):
            desk.save(sheet, user)
    assert len(session.scalars(select(KeyingPass)).all()) == 1


def test_a_draft_survives_and_bad_values_are_not_finished(session, desk):
    [sheet, other] = desk.open()
    desk.save(sheet, desk.first, {"P1.1": "1"}, number="")
    session.expire_all()

    own = queries.list_own_passes(session, sheet.seat_id, desk.first.uid)[sheet.id]
    assert sheets.read_pass(own).cells == {"P1.1": Cell("1", "")}
    for values, number in (
        ({**PAPER, "P1.1": "11"}, "1"),
        ({**PAPER, "P1.3": "4"}, "1"),
        (PAPER, ""),
        (PAPER, "no 7"),
    ):
        with pytest.raises(KeyingError):
            desk.key(sheet, desk.first, values, number=number)
    desk.key(sheet, desk.first)
    desk.key(sheet, desk.second)
    with pytest.raises(KeyingError, match="017"):
        desk.key(other, desk.first)


def test_empty_is_not_zero_and_a_struck_mark_is_withdrawn(session, desk):
    marked, work = desk.marked, desk.marked.works[0]
    marked.send("J1", work, "P1.2", "1")
    [sheet, _other] = desk.open()
    paper = {"P1.1": "0", "P1.2": "/", "P1.3": ""}

    desk.key(sheet, desk.first, paper)
    assert desk.key(sheet, desk.second, paper) == AGREED

    counted = list_counted(session, marked.event.id, entry=work)
    assert [(c.aspect, c.value) for c in counted] == [("P1.1", "0")]
    assert (work, "P1.3") in find_sheet(session, marked.seats["J1"]).gaps


def test_a_comment_that_is_asked_for_stays_asked_for(session):
    desk = Desk(session, works=1, text=CALLING)
    [sheet] = desk.open()
    paper = {**PAPER, "P1.1": "3"}
    desk.key(sheet, desk.first, paper)
    desk.key(sheet, desk.second, paper)
    seat = desk.marked.seats["J1"]
    owed = [call.what for call in find_sheet(session, seat).calls]
    [again] = desk.open()
    words = {"P1.1": "毛刺  未去"}
    desk.key(again, desk.first, paper, comments=words)
    assert desk.key(again, desk.second, paper, comments={"P1.1": "毛刺 未去"}) == AGREED

    assert "comment" in owed
    calls = find_sheet(session, seat).calls
    assert "comment" not in [call.what for call in calls]
    [counted] = list_counted(session, desk.marked.event.id, aspects=["P1.1"])
    assert counted.reason == "paper sheet 017: 毛刺 未去"
    numbers = [m.device_seq for m in desk.marks()]
    assert numbers == list(range(1, 7))


def test_after_the_signature_nothing_is_taken(session, desk):
    desk.marked.fill()
    [sheet, _other] = desk.open()
    desk.key(sheet, desk.first)
    desk.marked.sign("J1")
    before = len(desk.marks())

    with pytest.raises(KeyingError), session.begin_nested():
        desk.key(sheet, desk.second)

    assert len(desk.marks()) == before
    assert sheet.closed_at is None


def test_sheets_are_opened_once_and_only_while_marks_are_open(session, desk):
    assert len(desk.open(seats=())) == 4
    with pytest.raises(KeyingError):
        desk.open()
    desk.marked.event.state = "locked"
    with pytest.raises(KeyingError):
        desk.open()


def test_a_lost_tablet_that_comes_back_does_not_count(session, desk):
    """The procedure of docs/operations.md, "A tablet is lost", played through."""
    marked, work = desk.marked, desk.marked.works[0]
    sent = make_item(work, "P1.1", "5", device="lost", device_seq=1)
    marked.send_items("J1", sent)  # what had arrived before it was lost
    unsent = [
        make_item(work, "P1.1", "6", device="lost", device_seq=2, based_on=sent["id"]),
        make_item(work, "P1.2", "1", device="lost", device_seq=3),
    ]
    sheet = desk.open(works=[work], lost="J1 tablet, fell into the tank")[0]
    paper = {"P1.1": "6", "P1.2": "1", "P1.3": "3"}
    desk.key(sheet, desk.first, paper)
    assert desk.key(sheet, desk.second, paper) == AGREED
    counted = list_counted(session, marked.event.id)

    back = marked.send_items("J1", *unsent)

    assert {m.reason for m in desk.marks()[1:4]} == {
        "device_lost: J1 tablet, fell into the tank; paper sheet 017"
    }
    assert [answer["status"] for answer in back] == ["conflict", "conflict"]
    assert list_counted(session, marked.event.id) == counted
    assert len(list_pending(session, marked.event.id)) == 2
