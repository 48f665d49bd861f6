"""Two people press at the same moment; there is one place."""

from threading import Barrier, Thread

from sqlalchemy import select

from competition.registration.models import Entry
from competition.registration.queries import find_waiting
from competition.registration.services.submissions import submit_entry
from extensions import db
from ledger.log.services import SYSTEM
from tests.factories.competition import NOW, make_draft, make_event


def test_the_last_place_is_given_once(own_app):
    with own_app.app_context():
        event = make_event(db.session(), quota=1)
        uids = [make_draft(db.session(), event).uid for _number in range(3)]
        db.session.commit()
    start, outcomes = Barrier(3), []

    def press(uid):
        with own_app.test_request_context():
            start.wait()
            entry = db.session.scalars(select(Entry).where(Entry.uid == uid)).one()
            submit_entry(
                db.session(), entry=entry, has_consented=True, actor=SYSTEM, now=NOW
            )
            waits = find_waiting(db.session(), entry.id) is not None
            db.session.commit()
            outcomes.append("waits" if waits else "in")

    threads = [Thread(target=press, args=(uid,)) for uid in uids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["in", "waits", "waits"]
