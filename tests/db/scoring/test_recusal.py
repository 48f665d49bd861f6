"""Ties are looked at where the names are; who asks learns yes or no."""

import pytest

from competition.recusal.queries import is_recused, list_recused
from competition.recusal.services import Tie, declare, withdraw
from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM
from people.persons.queries import open_id_number
from scoring.judges.services import RecusalError, lift_recusal
from scoring.marking.models import MarkEvent
from scoring.sheets.services import SignError
from tests.factories.accounts import NOW, make_user
from tests.factories.codes import make_desk
from tests.factories.people import make_person, make_unit
from tests.factories.scoring import make_item, make_marked_event
from tests.factories.talentpool import make_craftsman, make_pair


@pytest.fixture
def event(session):
    return make_desk(session, 2)


def tie(session, user, **values):
    return declare(session, user=user, tie=Tie(**values), actor=SYSTEM, now=NOW)


@pytest.mark.parametrize(
    "how", ["unit", "number", "name", "name and unit", "own unit", "takes part"]
)
def test_every_kind_of_tie_is_found(session, event, how):
    happening, (entry, _other) = event
    judge = make_user(session)
    person, unit = entry.person, entry.unit
    ways = {
        "unit": {"kind": "unit", "unit": unit},
        "number": {"kind": "family", "id_number": open_id_number(person)},
        "name": {"kind": "coach", "name": person.name},
        "name and unit": {"kind": "past_pupil", "name": person.name, "unit": unit},
    }
    if how in ways:
        tie(session, judge, **ways[how])
    elif how == "own unit":
        judge.unit = unit
    else:
        judge.person = person
    session.flush()

    assert is_recused(session, happening.id, judge)


def test_namesakes_and_withdrawn_ties_keep_nobody_away(session, event):
    happening, (entry, _other) = event
    judge = make_user(session)
    elsewhere = make_unit(session)
    tie(session, judge, kind="coach", name=entry.person.name, unit=elsewhere)
    tie(session, judge, kind="unit", unit=elsewhere)
    wrong = tie(session, judge, kind="unit", unit=entry.unit)
    withdraw(session, tie=wrong, user=judge, actor=SYSTEM, now=NOW)

    assert not is_recused(session, happening.id, judge)


def test_the_question_is_answered_for_all_in_few_statements(
    session, event, count_queries
):
    happening, (entry, _other) = event
    judges = [make_user(session) for _judge in range(5)]
    tie(session, judges[3], kind="unit", unit=entry.unit)

    with count_queries() as statements:
        found = list_recused(session, happening.id, [one.id for one in judges])

    assert found == {judges[3].id}
    assert len(statements) == 5  # the last one of the pool's pairs
    assert not any("person.name," in text.split("FROM")[0] for text in statements)


def test_the_log_does_not_say_to_whom(session, event):
    _happening, (entry, _other) = event
    judge = make_user(session)

    tie(session, judge, kind="coach", name=entry.person.name, unit=entry.unit)

    last = session.query(LedgerEntry).order_by(LedgerEntry.seq.desc()).first()
    assert last.action == "recusal.declared"
    assert entry.person.name not in last.body
    assert entry.unit.uid not in last.body


@pytest.mark.parametrize("is_mentor", [True, False])
@pytest.mark.parametrize(
    ("state", "is_tied"), [("active", True), ("graduated", True), ("draft", False)]
)
def test_a_pair_of_the_pool_is_a_tie(session, event, is_mentor, state, is_tied):
    happening, (entry, _other) = event
    judge = make_user(session)
    judge.person = make_person(session)
    session.flush()
    mentor, apprentice = judge.person, entry.person
    if not is_mentor:
        mentor, apprentice = apprentice, mentor
    craftsman = make_craftsman(session, person=mentor)
    make_pair(session, craftsman, apprentice=apprentice, state=state)

    assert is_recused(session, happening.id, judge) is is_tied


def test_a_tie_declared_after_another_was_lifted_counts_again(session):
    made = make_marked_event(session, works=2)
    judge, seat = made.judge("J2"), made.seats["J2"]
    tie(session, judge, kind="unit", unit=made.entries[0].unit)
    lift_recusal(session, seat=seat, reason="无人替换", actor=SYSTEM, now=NOW)

    tie(session, judge, kind="coach", name=made.entries[1].person.name)
    [refused] = made.send_items("J2", make_item(made.works[0], "P1.1", "3"))

    assert (refused["status"], refused["reason"]) == ("refused", "recused")


def test_a_recused_judge_does_not_sign(session):
    made = make_marked_event(session, works=1)
    made.fill()
    tie(session, made.judge("J2"), kind="unit", unit=made.entries[0].unit)

    with pytest.raises(SignError, match=r"takes part|参赛者"):
        made.sign("J2")


def test_a_tie_declared_while_marking_keeps_the_judge_from_marking(session):
    made = make_marked_event(session, works=2)
    entry, judge = made.entries[0], made.judge("J2")
    first = made.send_items("J2", make_item(made.works[0], "P1.1", "3"))

    tie(session, judge, kind="unit", unit=entry.unit)
    refused = made.send_items("J2", make_item(made.works[1], "P1.1", "3"))
    seat = made.seats["J2"]
    with pytest.raises(RecusalError):
        lift_recusal(session, seat=seat, reason=" ", actor=SYSTEM, now=NOW)
    lift_recusal(session, seat=seat, reason="无人替换", actor=SYSTEM, now=NOW)
    taken = made.send_items("J2", make_item(made.works[1], "P1.1", "3"))

    assert first[0]["status"] == taken[0]["status"] == "stored"
    assert (refused[0]["status"], refused[0]["reason"]) == ("refused", "recused")
    assert session.query(MarkEvent).count() == 2
