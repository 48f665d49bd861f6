"""From a mark to a dossier: whatever is changed by hand on the way is found and named.

Done as only the owner of the database can do it, with the triggers out of the way.
"""

import pytest
from sqlalchemy import select, text

from ledger.log.services import SYSTEM, list_disagreements
from scoring.results.services.publish import withdraw
from talentpool.admission.models.proposals import Proposal
from talentpool.admission.services.decide import Decision, admit
from talentpool.dossiers.models import CompetitionRecord
from talentpool.dossiers.services.facts import correct_fact, dispute_fact
from tests.factories.scoring import actor_of, make_marked_event
from tests.factories.talentpool import NOW, make_craftsman, make_fact


@pytest.fixture
def thread(session):
    """A published event, an admitted winner, another proposal, an older craftsman."""
    marked = make_marked_event(session, works=3)
    marked.fill()
    marked.sign_all()
    marked.lock()
    marked.decode()
    marked.publish()
    proposals = session.scalars(select(Proposal).order_by(Proposal.place)).all()
    decision = Decision(
        level="city",
        pool_class="competition",
        minute_number="5",
        reason="x",
        consent_document="7",
    )
    admit(session, proposals[0], decision=decision, actor=SYSTEM, now=marked.later())
    craftsman = make_craftsman(session)
    honour = make_fact(session, craftsman, "honour")
    correct_fact(
        session, honour, values={"name": "另一奖章"}, reason="x", actor=SYSTEM, now=NOW
    )
    disputed = make_fact(session, craftsman, "studio")
    dispute_fact(session, disputed, reason="x", actor=SYSTEM, now=NOW)
    session.flush()
    return marked


def test_what_nobody_touched_agrees(session, thread):
    assert list_disagreements(session) == []


def test_a_withdrawn_publication_agrees(session, thread):
    withdraw(
        session,
        event=thread.event,
        reason="x",
        actor=actor_of(thread.committee),
        now=thread.later(),
    )

    assert list_disagreements(session) == []


@pytest.mark.parametrize(
    ("table", "change", "found"),
    [
        ("mark_event", "set value = '10' where seq = 1", "marks: mark"),
        ("result_version", "set rows = '{}'", "results: result"),
        (
            "publication",
            "set snapshot = replace(snapshot, 'award', 'aware')",
            "publications: publication",
        ),
        ("publication", "set links = '[]'", "publications: publication"),
        ("publication", "set signature = 'no'", "publications: publication"),
        (
            "publication",
            "set withdrawn_at = published_at, withdrawn_reason = 'x'",
            "publications: publication",
        ),
        ("proposal", "set state = 'admitted', decided_by = 'x'", "proposals: proposal"),
        ("proposal", "set place = 1", "proposals: proposal"),
        ("proposal", "set outcome = 'barred'", "proposals: proposal"),
        ("proposal", "set level = 'nation' where level = 'city'", "proposals: "),
        ("competition_record", "set place = 1, award = '特等奖'", "dossiers: fact"),
        ("honour_award", "set level = 'nation'", "dossiers: fact"),
        ("honour_award", "set is_current = true", "dossiers: fact"),
        ("studio", "set state = 'verified'", "dossiers: fact"),
        ("studio", "delete", "in the log and nowhere else"),
        ("craftsman", "set level = 'nation'", "dossiers: craftsman"),
        ("craftsman", "set state = 'due'", "dossiers: craftsman"),
    ],
)
def test_what_was_changed_by_hand_is_named(session, thread, table, change, found):
    verb = "delete from" if change == "delete" else "update"
    rest = "" if change == "delete" else change

    problems = _with_triggers_off(session, table, f"{verb} {table} {rest}")

    assert any(found in problem for problem in problems)


def test_a_fact_slipped_in_is_named(session, thread):
    record = session.scalars(select(CompetitionRecord)).one()
    session.add(
        CompetitionRecord(
            craftsman_id=record.craftsman_id,
            competition_name="假赛",
            event_name="焊工",
            tier="nation",
            trade="焊工",
            place=1,
            of_count=2,
            source="competition",
            recorded_at=NOW,
            recorded_by="x",
            state="verified",
        )
    )
    session.flush()

    assert any("is not in the log" in found for found in list_disagreements(session))


def _with_triggers_off(session, table, statement):
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"alter table {table} disable trigger user"))
    else:
        names = session.scalars(
            text("select name from sqlite_master where type = 'trigger'")
        ).all()
        for name in names:
            if name.startswith(f"{table}_"):
                session.execute(text(f"drop trigger {name}"))
    session.execute(text(statement))
    session.expire_all()
    return list_disagreements(session)
