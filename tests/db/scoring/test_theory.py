"""Results from a file: marks of the seat by the one service, once, and taken back."""

import json

import pytest
from sqlalchemy import func, select

from ledger.log.models import LedgerEntry
from ledger.log.services import list_disagreements
from scoring.marking.models import MarkEvent
from scoring.marking.queries import list_counted
from scoring.results.services.compute import read_ground, score_ground
from scoring.theory.models import MarkColumn
from scoring.theory.rules import ENTRY
from scoring.theory.services import files
from scoring.theory.services.files import TheoryError
from scoring.theory.services.words import TheoryFaultsError
from tests.db.scoring.test_keying import Desk
from tests.factories.people import make_person
from tests.factories.result_files import (
    COVERS,
    THEORY,
    TheoryDesk,
    result_csv,
    result_workbook,
)
from tests.factories.scoring import actor_of


@pytest.fixture
def desk(session):
    return TheoryDesk(session, works=3)


def points(desk):
    counted = list_counted(desk.session, desk.marked.event.id, aspects=["T1.1"])
    return {mark.entry: mark.value for mark in counted}


def count_marks(session):
    return session.scalar(select(func.count()).select_from(MarkEvent))


def outcomes(desk, found):
    return [row.outcome for row in files.foresee(desk.session, found).rows]


def test_a_file_becomes_marks_of_the_seat_and_decides_the_ranks(session, desk):
    marked = desk.marked
    for seat in ("J1", "J2"):
        for work in marked.works:
            marked.send(seat, work, "P1.1", "80")
    found = desk.bring(desk.rows(60, 90.5, "75"))

    assert outcomes(desk, found) == ["new"] * 3
    assert points(desk) == {}
    assert desk.take(found) == 3

    marks = session.scalars(select(MarkEvent).where(MarkEvent.aspect == "T1.1")).all()
    assert points(desk) == dict(zip(marked.works, ("60", "90.5", "75"), strict=True))
    assert {m.seat.seat for m in marks} == {"J1"}
    assert {m.device for m in marks} == {f"import:{found.file_sha256[:16]}"}
    assert sorted(m.device_seq for m in marks) == [1, 2, 3]
    assert list_disagreements(session) == []
    scored = score_ground(read_ground(session, marked.event.id))
    assert [(r.entry, r.rank) for r in scored.results] == [
        (marked.works[1], 1),
        (marked.works[2], 2),
        (marked.works[0], 3),
    ]
    [taken] = session.scalars(
        select(LedgerEntry).where(LedgerEntry.action == "theory.taken")
    )
    assert json.loads(taken.body)["counts"] == {"new": 3, "changed": 0, "known": 0}


def test_the_same_file_twice_makes_no_second_mark(session, desk):
    # The bytes once: a workbook made a second later says so inside.
    rows = desk.rows()
    data = result_workbook(rows)
    found = desk.bring(rows, data=data)
    assert desk.bring(rows, data=data) is found
    desk.take(found)
    before = count_marks(session)

    again = desk.bring(rows)
    assert outcomes(desk, again) == ["known"] * 3
    assert desk.take(again) == 0
    changed = desk.bring(desk.rows("60.00", 61, 99))

    assert count_marks(session) == before
    assert outcomes(desk, changed) == ["known", "known", "changed"]
    assert desk.take(changed) == 1
    assert points(desk)[desk.marked.works[2]] == "99"


def test_what_is_undone_gives_way_to_what_counted_before(session, desk):
    one, other, third = desk.marked.works
    desk.marked.send("J1", one, "T1.1", "50")
    found = desk.bring(desk.rows(60, 70, 80))
    desk.take(found)
    later = desk.bring([["作品号", "理论成绩"], [third, 85]])
    desk.take(later)

    assert desk.undo(found) == (2, 1)

    assert points(desk) == {one: "50", third: "85"}
    voids = session.scalars(select(MarkEvent).where(MarkEvent.kind == "void")).all()
    assert [(m.entry, m.reason) for m in voids] == [(other, "机读卡读错")]
    assert found.state == "undone"
    assert list_disagreements(session) == []
    with pytest.raises(TheoryError):
        desk.undo(found)
    desk.take(desk.bring(desk.rows(60, 70, 80)))
    assert points(desk) == {one: "60", other: "70", third: "80"}


def test_two_persons_who_do_not_judge(session, desk):
    found = desk.bring(desk.rows())
    person = make_person(session)
    desk.first.person_id = desk.third.person_id = person.id
    session.flush()

    for user in (desk.first, desk.third, desk.marked.judge("J2")):
        with pytest.raises(TheoryError):
            desk.take(found, user)
    with pytest.raises(TheoryError):
        desk.bring(desk.rows(1), user=desk.marked.judge("J2"))
    assert count_marks(session) == 0


def test_a_fault_anywhere_keeps_everything_out(session, desk):
    found = desk.bring([*desk.rows(60, 101), ["ZZZZ", 50]])

    with pytest.raises(TheoryFaultsError) as caught:
        desk.take(found)

    assert len(caught.value.faults) == 2
    assert count_marks(session) == 0
    assert found.state == "checked"


def test_nothing_about_persons_is_kept(session, desk):
    named = [[*row, "张三"] for row in desk.rows()]
    named[0][-1] = "姓名"
    numbered = [[*row, "备注"] for row in desk.rows()]
    numbered[1][-1] = "11010519491231002X"

    for rows in (named, numbered):
        with pytest.raises(TheoryFaultsError):
            desk.bring(rows)
    noted = [[*row, "甲" * 9] for row in desk.rows()]
    found = desk.bring(noted)
    desk.take(found)

    assert "甲" not in found.content


def test_columns_are_remembered_for_the_organiser(session, desk):
    rows = desk.rows(heading="卷面", code="考场码")
    found = desk.bring(rows)
    assert files.read_meanings(found) == {}
    files.set_meanings(session, found=found, meanings={0: ENTRY, 1: "T1.1"})
    desk.take(found)

    next_year = TheoryDesk(session, works=1)
    elsewhere = TheoryDesk(session, works=1)
    elsewhere.marked.event.competition.organiser = "别处"
    text = {"heading": "卷面", "code": "考场码"}

    assert files.read_meanings(next_year.bring(next_year.rows(**text))) == {
        0: ENTRY,
        1: "T1.1",
    }
    assert files.read_meanings(elsewhere.bring(elsewhere.rows(**text))) == {}
    assert session.scalar(select(func.count()).select_from(MarkColumn)) == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_csv_as_spreadsheets_write_it(desk, encoding):
    data = result_csv(desk.rows("60.5", 61, ""), encoding)

    desk.take(desk.bring(None, data=data, name="成绩.csv"))

    assert list(points(desk).values()) == ["60.5", "61"]


def test_a_workbook_number_is_what_the_spreadsheet_shows(desk):
    desk.take(desk.bring(desk.rows(0.1 + 0.2, 88.0, 99.99)))

    assert list(points(desk).values()) == ["0.3", "88", "99.99"]


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00", b"PK\x03\x04broken", b"\x00" * 9]
)
def test_what_is_no_table_is_refused(session, desk, data):
    with pytest.raises(TheoryFaultsError):
        desk.bring(None, data=data)


def test_after_the_signature_nothing_is_taken_or_undone(session):
    desk = TheoryDesk(session, works=1)
    [work] = desk.marked.works
    for seat in ("J1", "J2"):
        desk.marked.send(seat, work, "P1.1", "80")
    found = desk.bring(desk.rows(60))
    desk.take(found)
    second = desk.bring(desk.rows(61))
    desk.marked.sign("J1")
    before = count_marks(session)

    for step in (lambda: desk.take(second), lambda: desk.undo(found)):
        with pytest.raises(TheoryError), session.begin_nested():
            step()

    assert count_marks(session) == before


def test_a_file_that_is_given_up_makes_nothing(session, desk):
    found = desk.bring(desk.rows())
    files.discard(
        session, found=found, actor=actor_of(desk.second), now=desk.marked.later()
    )

    with pytest.raises(TheoryError):
        desk.take(found)
    assert count_marks(session) == 0


def test_papers_keyed_in_twice_go_the_same_way(session):
    """The other way in: two persons key each paper, a third settles."""
    desk = Desk(session, works=2, text=THEORY, covers=COVERS)
    one, other = desk.marked.works
    for sheet, first, second in zip(
        desk.open(), ("70", "81"), ("70.0", "88"), strict=True
    ):
        number = f"T-{sheet.entry}"
        for user, value in ((desk.first, first), (desk.second, second)):
            desk.key(sheet, user, {"T1.1": value}, number=number)
        if first == "81":
            desk.settle(sheet, desk.third, T1_1="88")

    counted = list_counted(session, desk.marked.event.id, aspects=["T1.1"])
    assert {m.entry: m.value for m in counted} == {one: "70", other: "88"}
