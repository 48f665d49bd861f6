"""The second signature: by another person, before the lock, anew after every change."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from errors import DomainError
from scoring.judges.services import Appointment, SeatError, assign_judge, move_seat
from scoring.marking.models import RETURNED
from scoring.marking.queries import find_heads, list_checks, list_signatures
from scoring.panels.services import CheckError, Verdict, check_sheet
from scoring.results.services import locks
from scoring.results.services.lives import list_lives
from scoring.results.services.locks import LockError
from scoring.sheets.queries import find_alerts, find_sheet, sheet_data
from scoring.sheets.services import SignError
from tests.factories.accounts import make_user
from tests.factories.people import make_person
from tests.factories.scoring import SCHEME, actor_of, make_marked_event

THREE = SCHEME.replace("judges = 2", "judges = 3")


@pytest.fixture
def marked(session):
    """Three judges of panel A: J1 is the chief judge, J2 leads the panel."""
    made = make_marked_event(session, works=2, seats=3, text=THREE)
    lead(made, "J2")
    return made


def lead(marked, seat, *, is_chair=True):
    move_seat(
        marked.session,
        seat=marked.seats[seat],
        panel="A",
        is_chair=is_chair,
        actor=actor_of(marked.committee),
        now=marked.later(),
    )


def say(marked, checker, signer, outcome="agreed", **more):
    signatures = list_signatures(marked.session, marked.event.id)
    signature = next(s for s in signatures if s.seat.seat == signer)
    return check_sheet(
        marked.session,
        seat=marked.seats[checker],
        uid=signature.uid,
        verdict=Verdict(**{"outcome": outcome, "digest": signature.digest} | more),
        actor=actor_of(marked.judge(checker)),
        now=marked.later(),
    )


def states(marked):
    lives = list_lives(marked.session, marked.event.id, marked.seats.values())
    return " ".join(state for state, _steps in lives.values())


def signed(marked):
    marked.fill()
    for seat in marked.seats:
        marked.sign(seat)


def test_the_lock_waits_for_every_check_and_names_what_lacks(marked):
    signed(marked)
    say(marked, "J2", "J1")

    with pytest.raises(LockError, match=r"J2.*J3"):
        marked.lock()

    say(marked, "J1", "J2")
    say(marked, "J2", "J3", device="tablet-7")
    assert states(marked) == "checked checked checked"
    marked.lock()
    assert states(marked) == "locked locked locked"
    checks = list_checks(marked.session, marked.event.id)
    assert [(c.seat.seat, c.device) for c in checks] == [
        ("J2", ""),
        ("J1", ""),
        ("J2", "tablet-7"),
    ]


@pytest.mark.parametrize(("checker", "signer"), [("J2", "J2"), ("J1", "J3")])
def test_a_sheet_is_checked_by_who_it_is_for(marked, checker, signer):
    signed(marked)

    with pytest.raises(CheckError):
        say(marked, checker, signer)


def test_two_accounts_of_one_person_are_one(session, marked):
    signed(marked)
    person = make_person(session)
    marked.judge("J2").person = person
    marked.judge("J3").person = person
    session.flush()

    with pytest.raises(CheckError):
        say(marked, "J2", "J3")


def test_a_chair_who_falls_ill_is_followed(marked):
    signed(marked)

    with pytest.raises(SeatError):
        lead(marked, "J3")
    lead(marked, "J2", is_chair=False)
    lead(marked, "J3")

    say(marked, "J3", "J2")
    with pytest.raises(SeatError):
        move_seat(
            marked.session,
            seat=marked.seats["J2"],
            panel="B",
            is_chair=False,
            actor=actor_of(marked.committee),
            now=marked.later(),
        )


@pytest.mark.parametrize("name", ["", "A B", "ABCDEFGHI", "甲/乙"])
def test_a_panel_has_a_short_name(session, marked, name):
    with pytest.raises(SeatError):
        assign_judge(
            session,
            event=marked.event,
            user=make_user(session),
            appointment=Appointment(panel=name, covers=[]),
            actor=actor_of(marked.committee),
            now=marked.later(),
        )


def test_a_sheet_is_checked_once_and_as_it_was_read(marked):
    signed(marked)

    with pytest.raises(CheckError):
        say(marked, "J2", "J3", digest="0" * 64)
    say(marked, "J2", "J3")
    with pytest.raises(CheckError):
        say(marked, "J2", "J3")


def test_a_sheet_given_back_needs_both_anew(marked):
    signed(marked)
    with pytest.raises(LockError):
        say(marked, "J2", "J3", RETURNED)

    say(marked, "J2", "J3", RETURNED, reason="Look at W1 again")

    assert states(marked) == "signed signed open"
    marked.sign("J3")
    assert states(marked) == "signed signed signed"
    say(marked, "J2", "J3")
    steps = list_lives(marked.session, marked.event.id, [marked.seats["J3"]])
    [(_state, told)] = steps.values()
    assert [step.what for step in told] == ["signed", "returned", "signed", "checked"]


def test_a_checked_sheet_the_chief_gives_back_needs_both_anew(marked):
    marked.fill()
    marked.sign_all()
    signature = list_signatures(marked.session, marked.event.id)[2]
    locks.return_sheet(
        marked.session,
        event=marked.event,
        uid=signature.uid,
        reason="a comment is wrong",
        actor=actor_of(marked.judge("J1")),
        now=marked.later(),
    )
    marked.sign("J3")

    with pytest.raises(LockError, match="J3"):
        marked.lock()


def test_after_an_unlock_everything_is_signed_and_checked_anew(session, marked):
    marked.fill()
    marked.sign_all()
    marked.lock()
    given = {"session": session, "event": marked.event}
    locks.ask_unlock(
        **given,
        reason="wrong work",
        actor=actor_of(marked.judge("J1")),
        now=marked.later(),
    )
    locks.confirm_unlock(**given, actor=actor_of(marked.supervisor), now=marked.later())
    for seat in marked.seats:
        marked.sign(seat)

    with pytest.raises(LockError, match=r"J1.*J2.*J3"):
        marked.lock()

    assert states(marked) == "signed signed signed"


def test_marking_opens_only_where_another_person_can_check(session):
    one = SCHEME.replace("judges = 2", "judges = 1")

    with pytest.raises(LockError, match="J1"):
        make_marked_event(session, seats=1, text=one)


def test_a_sheet_with_a_closed_cell_is_not_checked(marked):
    marked.fill()
    marked.sign("J3")
    head = find_heads(marked.session, marked.seats["J2"].id, marked.works)
    cell = (marked.works[0], "P1.3")
    marked.send("J2", *cell, "", kind="void", reason="x", based_on=head[cell].id)

    with pytest.raises(CheckError, match=marked.works[0]):
        say(marked, "J2", "J3")


@pytest.mark.parametrize(
    "statement",
    [
        "update sheet_check set outcome = 'returned'",
        "delete from sheet_check",
        "update sheet_signature set device = 'x'",
        "update mark_lock set checks = 9",
    ],
)
def test_the_database_keeps_what_was_checked(session, marked, statement):
    marked.fill()
    marked.sign_all()
    marked.lock()

    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(statement))


# ---- judging again


def judge_again(marked, seat, value, reason=""):
    head = find_heads(marked.session, marked.seats[seat].id, marked.works)
    cell = (marked.works[0], "P1.3")
    answer = marked.send(seat, *cell, value, based_on=head[cell].id, reason=reason)
    assert answer["status"] == "stored"


def test_a_new_judgement_without_a_reason_is_kept_and_the_sheet_waits(session, marked):
    marked.fill(lambda at, code: "3" if (at, code) == (0, "P1.3") else "1")
    head = find_heads(session, marked.seats["J1"].id, marked.works)
    cell = (marked.works[0], "P1.3")
    marked.send("J1", *cell, "1", based_on=head[cell].id)  # 1 3 3: a call
    sheet = find_sheet(session, marked.seats["J1"])
    assert sheet.rescores == [cell]
    assert sheet.calls == []

    judge_again(marked, "J1", "2")

    sheet = find_sheet(session, marked.seats["J1"])
    assert sheet is not None
    data = sheet_data(sheet)
    assert data["cells"][cell[0]]["P1.3"]["value"] == "2"
    assert (data["rescores"], data["owed"]) == ([], [cell])
    assert find_alerts(session, marked.seats["J1"], "")["owed"] == [cell]
    assert find_alerts(session, marked.seats["J2"], "")["owed"] == []
    with pytest.raises(SignError):
        marked.sign("J1")
    judge_again(marked, "J1", "2", reason="seen from behind")
    marked.sign("J1")


def test_only_a_judge_checks_and_only_while_marking_is_open(marked):
    signed(marked)
    uid = list_signatures(marked.session, marked.event.id)[0].uid
    for seat in marked.seats:
        marked.check(seat)
    marked.lock()

    with pytest.raises(DomainError):
        check_sheet(
            marked.session,
            seat=marked.seats["J2"],
            uid=uid,
            verdict=Verdict(outcome="agreed", digest="0" * 64),
            actor=actor_of(marked.judge("J2")),
            now=marked.later(),
        )
