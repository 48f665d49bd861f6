"""From the lock over the recheck to decoding, and back where something is wrong."""

import json

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from competition.events import rules as life
from competition.events.services import move_event
from ledger.log.models import LedgerEntry
from scoring.bundle import verify
from scoring.marking.queries import find_heads
from scoring.recheck import queries
from scoring.recheck.rules import Plan
from scoring.recheck.services import RecheckError, Verdict, find_work, set_plan
from scoring.results.services import locks
from tests.factories.accounts import make_user
from tests.factories.bundle import bundle_of, unpack
from tests.factories.people import make_person
from tests.factories.recheck import recheck_all
from tests.factories.scoring import actor_of, make_marked_event


@pytest.fixture
def marked(session):
    made = make_marked_event(session, works=8)
    made.fill()
    made.sign_all()
    made.lock()
    return made


def row_of(marked, round_=1):
    row = queries.find_row(marked.session, marked.event.id, round_)
    assert row is not None
    return row


def say(marked, work, outcome="right", *, user=None, **more):
    given = {"cells": "P1.1 J2", "reason": "another number stands on the paper"}
    return find_work(
        marked.session,
        event=marked.event,
        work=work,
        verdict=Verdict(**{"outcome": outcome} | given | more),
        user=user or marked.supervisor,
        now=marked.later(),
    )


def decode(marked):
    move_event(
        marked.session,
        event=marked.event,
        to=life.DECODED,
        actor=actor_of(marked.supervisor),
        now=marked.later(),
    )


def told(session, action):
    rows = session.scalars(
        select(LedgerEntry).where(LedgerEntry.action == action).order_by("seq")
    )
    return [(row.seq, json.loads(row.body)) for row in rows]


def unlock(marked):
    given = {"session": marked.session, "event": marked.event}
    chief = actor_of(marked.judge("J1"))
    locks.ask_unlock(**given, reason="recheck", actor=chief, now=marked.later())
    locks.confirm_unlock(**given, actor=actor_of(marked.supervisor), now=marked.later())


def test_nothing_is_decoded_before_the_recheck_is_done(session, marked):
    with pytest.raises(RecheckError, match=queries.read_sample(row_of(marked)).top[0]):
        decode(marked)

    recheck_all(session, marked.event, user=marked.supervisor, now=marked.later())

    decode(marked)
    assert marked.event.state == life.DECODED


def test_the_secret_is_fixed_before_the_lock_and_shown_with_the_sample(session, marked):
    [(committed, promise)] = told(session, "recheck.committed")
    [(locked, _lock)] = told(session, "marks.locked")
    [(drawn, sample)] = told(session, "recheck.drawn")

    assert committed < locked < drawn
    assert verify.sha(bytes.fromhex(sample["secret"])) == promise["secret_digest"]
    assert sample["secret"] == row_of(marked).secret


def test_a_work_is_rechecked_by_who_did_not_mark_it(session, marked):
    work = queries.find_state(session, row_of(marked)).works[0]
    twin = make_user(session, person=make_person(session))
    marked.judge("J2").person = twin.person
    session.flush()

    for user in (marked.judge("J1"), marked.judge("J2"), twin):
        with pytest.raises(RecheckError):
            say(marked, work, user=user)

    say(marked, work)
    with pytest.raises(RecheckError):
        say(marked, work)


def test_only_the_sample_is_rechecked_and_wrong_needs_words(session, marked):
    state = queries.find_state(session, row_of(marked))
    other = next(work for work in marked.works if work not in state.works)

    for work, words in ((other, {}), (state.works[0], {"reason": " "})):
        with pytest.raises(RecheckError):
            say(marked, work, "wrong", **words)


def test_a_wrong_work_leads_to_a_new_round_and_a_new_recheck(session, marked):
    first = row_of(marked)
    work = queries.find_state(session, first).works[0]

    grown = say(marked, work, "wrong")

    assert grown.is_grown
    assert set(grown.works) == set(marked.works)
    assert len(told(session, "recheck.grown")) == 1
    with pytest.raises(RecheckError, match=work):
        decode(marked)
    unlock(marked)
    head = find_heads(session, marked.seats["J2"].id, [work])[work, "P1.1"]
    marked.send("J2", work, "P1.1", "5", based_on=head.id, reason="recheck")
    marked.sign_all()
    marked.lock()
    # The whole field was left unfinished: nobody gets around it by unlocking.
    second = queries.find_state(session, row_of(marked, 2))
    assert set(second.works) == set(marked.works)
    assert row_of(marked, 2).secret != first.secret
    with pytest.raises(RecheckError):
        decode(marked)
    recheck_all(session, marked.event, user=marked.supervisor, now=marked.later())
    decode(marked)
    files = unpack(bundle_of(session, marked.event))
    report = verify.verify(verify.MemorySource(files))
    assert [f for f in report.problems() if f.startswith(("recheck", "checks"))] == []
    assert report.checked["recheck"] == "2"


@pytest.mark.parametrize("name", ["drawn", "top", "seed", "secret", "lock"])
def test_another_sample_than_was_drawn_is_found(session, marked, name):
    """The log tells another sample: whoever has the signing key rewrote it."""
    files = unpack(bundle_of(session, marked.event))
    source = verify.MemorySource(files)
    replay = verify.Replay(source, verify.Report(), verify.Options())
    replay.run()
    [(_seq, body)] = told(session, "recheck.drawn")
    assert replay.report.faults.get("recheck") is None
    if isinstance(body[name], list):
        body[name] = [*body[name][1:], "W99999"]
    else:
        body[name] = body[name][:-1] + ("0" if body[name][-1] != "0" else "1")

    name_of_step = "_recheck_drawn"
    tell = getattr(replay, name_of_step)
    with pytest.raises(verify.BadError):
        tell("ledger.jsonl:1", {}, "", body)


def test_a_plan_is_fixed_before_the_lock(session, marked):
    plan = Plan(top_kind="count", top_value=1, rest_percent=50)
    given = {"actor": actor_of(marked.committee), "now": marked.later()}
    with pytest.raises(RecheckError):
        set_plan(session, event=marked.event, plan=plan, **given)

    other = make_marked_event(session, works=9)
    with pytest.raises(RecheckError):
        set_plan(session, event=other.event, plan=Plan(rest_percent=5), **given)
    set_plan(session, event=other.event, plan=plan, **given)
    other.fill()
    other.sign_all()
    other.lock()

    sample = queries.read_sample(row_of(other))
    assert (len(sample.top), len(sample.drawn), len(sample.left)) == (1, 4, 4)


@pytest.mark.parametrize(
    "statement",
    [
        "update recheck_sample set works = '{}'",
        "delete from recheck_finding",
        "update recheck_secret set secret_digest = ''",
    ],
)
def test_the_database_keeps_what_was_drawn_and_found(session, marked, statement):
    recheck_all(session, marked.event, user=marked.supervisor, now=marked.later())

    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(statement))
