"""The recheck of a locked event, done by somebody who marks nothing.

recheck_all(session, event, user=supervisor)     every work of the sample is right
pretend_locked(session, event)                   locked and rechecked, without a mark
"""

import json

from competition.events.rules import LOCKED
from scoring.marking.models import MarkLock
from scoring.marking.queries import find_lock
from scoring.recheck import queries
from scoring.recheck.models import RecheckSample
from scoring.recheck.services import Verdict, find_work
from tests.factories.accounts import NOW


def recheck_all(session, event, *, user, now):
    """Find every work of the sample right; return how far it is then."""
    lock = find_lock(session, event.id)
    row = queries.find_row(session, event.id, lock.round)
    assert row is not None
    for work in queries.find_state(session, row).waiting:
        find_work(
            session,
            event=event,
            work=work,
            verdict=Verdict(outcome="right"),
            user=user,
            now=now,
        )
    return queries.find_state(session, row)


def pretend_locked(session, event):
    """Lock an event nobody marked, with nothing to recheck: for what comes after."""
    shared = {"event_id": event.id, "round": 1}
    session.add(
        MarkLock(
            **shared, digest="0" * 64, last_seq=0, locked_at=NOW, locked_by="tests"
        )
    )
    empty = {"whole": False, "top": [], "again": [], "drawn": [], "left": []}
    session.add(
        RecheckSample(
            **shared,
            lock_digest="0" * 64,
            secret="0" * 64,
            seed="0" * 64,
            works=json.dumps(empty),
            drawn_at=NOW,
        )
    )
    event.state = LOCKED
    session.flush()
