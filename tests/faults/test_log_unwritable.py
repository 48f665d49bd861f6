"""F-17: the log cannot be written; nothing happens off the record or half-way.

A trigger makes every entry of the log fail, as a full disk or a damaged index would.
"""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import MetaData, select, text
from sqlalchemy.exc import DBAPIError

from accounts.tokens import services as tokens
from competition.registration.services.drafts import start_entry
from competition.registration.services.review import accept_entry
from competition.registration.services.submissions import submit_entry
from extensions import db
from ledger.log.services import SYSTEM
from talentpool.admission.models.proposals import Proposal
from talentpool.admission.services.decide import Decision, admit
from tests.factories.accounts import make_user
from tests.factories.competition import NOW as OPEN
from tests.factories.competition import make_draft, make_entry, make_event
from tests.factories.scoring import make_item, make_marked_event


def registering(session):
    event, user = make_event(session), make_user(session, "contestant")
    return lambda: start_entry(session, event=event, user=user, actor=SYSTEM, now=OPEN)


def submitting(session):
    entry = make_draft(session)
    return lambda: submit_entry(
        session, entry=entry, has_consented=True, actor=SYSTEM, now=OPEN
    )


def accepting(session):
    entry = make_entry(session)
    return lambda: accept_entry(session, entry=entry, actor=SYSTEM, now=OPEN)


def marking(session):
    marked = make_marked_event(session, works=1)
    item = make_item(marked.works[0], "P1.1", "8")
    return lambda: marked.send_items("J1", item)


def signing(session):
    marked = make_marked_event(session, works=1)
    marked.fill()
    return lambda: marked.sign("J1")


def locking(session):
    marked = make_marked_event(session, works=1)
    marked.fill()
    marked.sign_all()
    return marked.lock


def publishing(session):
    marked = make_marked_event(session, works=2)
    marked.run_to_decoded()
    return marked.publish


def admitting(session):
    marked = make_marked_event(session, works=2)
    marked.run_to_decoded()
    marked.publish()
    proposal = session.scalars(select(Proposal).order_by(Proposal.place)).first()
    decision = Decision(
        level="city",
        pool_class="competition",
        minute_number="5",
        reason="x",
        consent_document="7",
    )
    return lambda: admit(
        session, proposal, decision=decision, actor=SYSTEM, now=marked.later()
    )


@pytest.mark.parametrize(
    "prepare",
    [
        registering,
        submitting,
        accepting,
        marking,
        signing,
        locking,
        publishing,
        admitting,
    ],
)
def test_nothing_happens_off_the_record(session, prepare):
    act = prepare(session)
    session.flush()
    _make_unwritable(session)
    before = _everything(session)

    with pytest.raises(DBAPIError):
        _do(session, act)
    session.expire_all()

    assert _everything(session) == before


def test_a_tablet_is_told_that_nothing_was_stored(own_app):
    """Over the wire: no answer that a tablet could take for "stored"."""
    with own_app.app_context():
        session = db.session()
        marked = make_marked_event(session, works=1)
        key = _key(session, marked.judge("J1"))
        item = make_item(marked.works[0], "P1.1", "8")
        _make_unwritable(session)
        session.commit()
        before = _everything(session)
    client = own_app.test_client()

    answer = client.post(
        "/api/v1/marks",
        json={"marks": [item]},
        headers={"Authorization": f"Bearer {key}"},
    )

    assert answer.status_code in {500, 503}
    assert "stored" not in answer.text
    with own_app.app_context():
        assert _everything(db.session()) == before


def _do(session, act):
    with session.begin_nested():
        act()
        session.flush()


def _everything(session):
    """Return every row of every table, so that no half-done state can hide."""
    tables = MetaData()
    tables.reflect(session.connection())
    return {
        table.name: sorted(
            json.dumps([str(v) for v in row]) for row in session.execute(select(table))
        )
        for table in tables.sorted_tables
        if table.name not in {"occupation", "district", "alembic_version"}
    }


def _make_unwritable(session):
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            text(
                "create function no_log() returns trigger language plpgsql as "
                "$$ begin raise exception 'the log is full'; end $$"
            )
        )
        session.execute(
            text(
                "create trigger no_log before insert on ledger_entry "
                "for each row execute function no_log()"
            )
        )
        return
    session.execute(
        text(
            "create trigger no_log before insert on ledger_entry "
            "begin select raise(abort, 'the log is full'); end"
        )
    )


def _key(session, user):
    return tokens.make(
        session,
        user=user,
        name="tablet",
        permissions=frozenset({"marks.enter"}),
        lifetime=timedelta(days=1),
        actor=SYSTEM,
        now=datetime.now(UTC),
    )
