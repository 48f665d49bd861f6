"""Two people press at the same moment; there is one place."""

from threading import Barrier, Thread

from sqlalchemy import select

from competition.registration.models import Entry
from competition.registration.services.submissions import (
    NotEligibleError,
    submit_entry,
)
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
            try:
                submit_entry(
                    db.session(),
                    entry=entry,
                    has_consented=True,
                    actor=SYSTEM,
                    now=NOW,
                )
                db.session.commit()
                outcomes.append("in")
            except NotEligibleError:
                db.session.rollback()
                outcomes.append("full")

    threads = [Thread(target=press, args=(uid,)) for uid in uids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["full", "full", "in"]
