"""From signed sheets to the lock, back by two persons, and on to publication."""

import json

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from competition.events import rules as life
from errors import DomainError
from ledger.signatures.services import is_genuine
from scoring.marking.queries import find_lock, list_signatures
from scoring.results import queries
from scoring.results.rules.rulings import Ruling
from scoring.results.rules.score import ScoringError
from scoring.results.services import decisions, locks, publish
from scoring.results.services.locks import LockError
from scoring.results.services.publish import PublishError
from scoring.results.signals import results_published, results_withdrawn
from scoring.sheets.services import SignError, sign_sheet
from tests.factories.accounts import make_user
from tests.factories.scoring import actor_of, make_item, make_marked_event


@pytest.fixture
def marked(session):
    return make_marked_event(session, works=3, absent=1)


def decide(marked, kind, target="", value="", entry=None):
    return decisions.decide(
        marked.session,
        event=marked.event,
        ruling=Ruling(entry or marked.works[0], kind, target, value),
        reason="seen by all",
        actor=actor_of(marked.judge("J1")),
        now=marked.later(),
    )


def rows_of(session, marked):
    result = queries.find_result(session, marked.event.id)
    return {row["entry"]: row for row in json.loads(result.rows)["results"]}


# ---- opening and signing


@pytest.mark.parametrize(
    "seats", [pytest.param(1, id="few"), pytest.param(3, id="many"), 0]
)
def test_marking_opens_only_with_a_panel_that_fits(session, seats):
    with pytest.raises(LockError):
        make_marked_event(session, seats=seats)


def test_nobody_signs_with_gaps(session, marked):
    with pytest.raises(SignError):
        marked.sign("J1")


def test_nobody_signs_with_a_conflict(session, marked):
    marked.fill()
    marked.send("J1", marked.works[0], "P1.1", "2")

    with pytest.raises(SignError):
        marked.sign("J1")


def test_the_tablet_and_the_server_must_show_the_same(session, marked):
    marked.fill()

    with pytest.raises(SignError):
        sign_sheet(
            session,
            seat=marked.seats["J1"],
            digest="0" * 64,
            actor=actor_of(marked.judge("J1")),
            now=marked.later(),
        )


def test_a_returned_sheet_is_open_again(session, marked):
    marked.fill()
    marked.sign("J1")
    signature = list_signatures(session, marked.event.id)[0]

    locks.return_sheet(
        session,
        event=marked.event,
        uid=signature.uid,
        reason="judge again",
        actor=actor_of(marked.judge("J1")),
        now=marked.later(),
    )

    assert list_signatures(session, marked.event.id) == []
    marked.sign("J1")


# ---- locking


def test_everybody_signs_before_the_lock(session, marked):
    marked.fill()
    marked.sign("J1")

    with pytest.raises(LockError, match="J2"):
        marked.lock()


def test_a_late_mark_is_settled_before_the_lock(session, marked):
    marked.fill()
    marked.sign_all()
    late = marked.send("J2", marked.works[0], "P1.1", "1")
    with pytest.raises(LockError):
        marked.lock()

    decisions.set_aside(
        session,
        event=marked.event,
        mark_id=late["id"],
        reason="after the signature",
        actor=actor_of(marked.judge("J1")),
        now=marked.later(),
    )

    marked.lock()
    assert marked.event.state == life.LOCKED


def test_a_spread_of_judgements_keeps_the_marks_open(session, marked):
    marked.fill()
    head = marked.send("J2", marked.works[0], "P1.3", "3")["current"]["id"]
    marked.send("J2", marked.works[0], "P1.3", "3", based_on=head)
    marked.sign_all()

    with pytest.raises(ScoringError, match="re-score"):
        marked.lock()


def test_the_lock_computes_the_result(session, marked):
    marked.fill()
    marked.sign_all()

    marked.lock()

    rows = rows_of(session, marked)
    # 9, 8, 7 points for the look, 10 for clean, 10/3 for craft.
    assert [rows[w]["total"] for w in marked.works] == ["22.33", "21.33", "20.33"]
    assert [rows[w]["rank"] for w in marked.works] == [1, 2, 3]
    assert rows[marked.works[0]]["award"] == "First"


def test_decisions_change_the_result(session, marked):
    marked.fill()
    decide(marked, "veto_aspect", "P1.1")
    decide(marked, "penalty", "overtime", "600", entry=marked.works[1])
    decide(marked, "disqualify", entry=marked.works[2])
    marked.sign_all()

    marked.lock()

    rows = rows_of(session, marked)
    assert rows[marked.works[0]]["total"] == "13.33"
    assert rows[marked.works[1]]["total"] == "19.33"
    assert rows[marked.works[2]]["status"] == "disqualified"


def test_a_revoked_decision_does_not_count(session, marked):
    marked.fill()
    made = decide(marked, "disqualify")
    decisions.revoke(
        session,
        event=marked.event,
        uid=made.uid,
        reason="mistaken",
        actor=actor_of(marked.judge("J1")),
        now=marked.later(),
    )
    marked.sign_all()

    marked.lock()

    assert rows_of(session, marked)[marked.works[0]]["rank"] == 1
    assert len(queries.list_decisions(session, marked.event.id)) == 2


def test_a_disqualified_work_needs_no_marks(session, marked):
    decide(marked, "disqualify")
    for seat in marked.seats:
        marked.send_items(
            seat,
            *(
                make_item(work, code, "1")
                for work in marked.works[1:]
                for code in ("P1.1", "P1.2", "P1.3")
            ),
        )
    marked.sign_all()

    marked.lock()

    assert rows_of(session, marked)[marked.works[0]]["rank"] is None


@pytest.mark.parametrize(
    ("kind", "target", "value"),
    [
        ("veto_aspect", "P9", ""),
        ("penalty", "lateness", "1"),
        ("time", "", "soon"),
        ("time", "", "-1"),
        ("promote", "", ""),
    ],
)
def test_a_decision_on_nothing_is_refused(marked, kind, target, value):
    with pytest.raises(DomainError):
        decide(marked, kind, target, value)


# ---- unlocking


def test_an_unlock_takes_two_persons_and_everybody_signs_again(session, marked):
    marked.fill()
    marked.sign_all()
    marked.lock()
    chief, supervisor = actor_of(marked.judge("J1")), actor_of(marked.supervisor)
    given = {"session": session, "event": marked.event}
    locks.ask_unlock(**given, reason="wrong work", actor=chief, now=marked.later())
    with pytest.raises(LockError):
        locks.confirm_unlock(**given, actor=chief, now=marked.later())

    locks.confirm_unlock(**given, actor=supervisor, now=marked.later())

    assert marked.event.state == life.MARKING
    assert list_signatures(session, marked.event.id) == []
    marked.sign_all()
    marked.lock()
    assert find_lock(session, marked.event.id).round == 2
    assert queries.find_result(session, marked.event.id).version == 2


# ---- publishing


def test_publishing_signs_what_it_shows(session, marked):
    heard = []
    marked.run_to_decoded()

    with results_published.connected_to(lambda _s, **given: heard.append(given)):
        publication = marked.publish()

    assert heard[0]["publication_uid"] == publication.uid
    signature = bytes.fromhex(publication.signature)
    assert is_genuine(publication.snapshot.encode(), signature, publish.PURPOSE)
    published = queries.get_publication(session, publication.uid)
    assert [r.rank for r in published.rows] == [1, 2, 3, None]
    assert published.rows[0].person_id == marked.entries[0].person_id
    assert published.rows[0].of == 3
    assert published.rows[-1].status == "absent"
    assert marked.event.state == life.PUBLISHED


def test_who_locked_does_not_publish(session, marked):
    marked.run_to_decoded()

    with pytest.raises(PublishError):
        publish.publish(
            session,
            event=marked.event,
            actor=actor_of(marked.judge("J1")),
            now=marked.later(),
        )


def test_nothing_is_published_before_decoding(session, marked):
    marked.fill()
    marked.sign_all()
    marked.lock()

    with pytest.raises(DomainError):
        marked.publish()


def test_a_withdrawn_publication_stays_on_record(session, marked):
    heard = []
    marked.run_to_decoded()
    marked.publish()

    with results_withdrawn.connected_to(lambda _s, **given: heard.append(given)):
        publish.withdraw(
            session,
            event=marked.event,
            reason="appeal upheld",
            actor=actor_of(make_user(session, "committee")),
            now=marked.later(),
        )

    assert len(heard) == 1
    assert queries.find_current(session, marked.event.id) is None
    again = marked.publish()
    assert again.version == 2
    trail = queries.list_publications(session, marked.event.id)
    assert [p.withdrawn_reason for p in trail] == ["", "appeal upheld"]


@pytest.mark.parametrize(
    "statement",
    [
        "update publication set snapshot = ''",
        "delete from publication",
        "update result_version set rows = '[]'",
        "update scheme_version set text = ''",
        "update sheet_signature set digest = ''",
        "update mark_lock set digest = ''",
        "delete from scoring_decision",
    ],
)
def test_the_database_keeps_what_was_signed(session, marked, statement):
    decide(marked, "time", value="3600")
    marked.run_to_decoded()
    marked.publish()

    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(statement))
