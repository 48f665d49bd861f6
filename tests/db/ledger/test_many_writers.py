"""Several writers at once: the log stays whole, and a person stays one person."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

from sqlalchemy import func, select

from extensions import db
from ledger.log import services
from ledger.log.services import SYSTEM, record
from people.persons.models import Person
from tests.factories.people import made_up_id, make_person

NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
WRITERS, EACH = 4, 8


def at_once(app, work):
    """Run `work(number)` in several threads that start together; each commits."""
    start = Barrier(WRITERS)

    def run(number):
        with app.app_context():
            start.wait()
            return work(number)

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(run, range(WRITERS)))


def test_the_log_stays_gapless(own_app):
    def work(number):
        for turn in range(EACH):
            record(
                db.session(),
                actor=SYSTEM,
                action="thing.made",
                subject=f"thing:{number}-{turn}",
                now=NOW,
            )
            db.session.commit()

    at_once(own_app, work)

    with own_app.app_context():
        verdict = services.verify(db.session())
    assert (verdict.count, verdict.fault) == (WRITERS * EACH, None)


def test_one_person_registered_by_several_at_once(own_app):
    def work(_number):
        person = make_person(
            db.session(), name="张三", id_number=made_up_id(1), phone=""
        )
        uid = person.uid
        db.session.commit()
        return uid

    uids = at_once(own_app, work)

    assert len(set(uids)) == 1
    with own_app.app_context():
        assert db.session.scalar(select(func.count(Person.id))) == 1
        assert services.verify(db.session()).fault is None
