"""Qualifiers reach the next tier: here, and in a second installation by file."""

import io
import json
import re
import secrets
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from accounts.roles.rules import Scope
from accounts.sessions import services as sessions
from app import create_app
from competition.codes.signals import codes_decoded
from competition.registration.models import Entry
from extensions import db
from ledger.log.services import SYSTEM
from people.persons.queries import open_id_number
from people.persons.services import register_person
from scoring.ladder.models import QualifierFile, TrustedSender
from scoring.ladder.services.files import LadderError, write_qualifiers
from scoring.ladder.services.take import read_offer, take_qualifiers
from scoring.results import queries as results
from tests import databases
from tests.factories.accounts import make_user
from tests.factories.competition import NOW, make_event
from tests.factories.scoring import make_marked_event
from tests.web.scoring.test_carried import EARLIER, scheme_from


def sealed_in(page):
    found = re.search(r'name="sealed" value="([^"]+)"', page)
    assert found is not None
    return found[1]


KEYS = ("SECRET_KEY", "FIELD_KEY", "LOOKUP_KEY", "SIGNING_KEY")


@pytest.fixture
def earlier(session):
    made = make_marked_event(session, works=2, name=EARLIER)
    made.fill(lambda at, code: {"P1.1": str(9 - at)}.get(code, "1"))
    made.sign_all()
    made.lock()
    made.decode()
    made.publish()
    return made


@pytest.fixture
def elsewhere(database, tmp_path):
    """A second installation: a database and keys of its own."""
    with database.copy() as url:
        keys = {name: secrets.token_bytes(32) for name in KEYS}
        app = create_app(databases.settings(url, tmp_path, **keys))
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


class Far:
    """An event of the next tier in the other installation, and its officer."""

    def __init__(self, app):
        self.app = app
        with app.app_context():
            session = db.session()
            event = make_event(session)
            user = make_user(session, "committee")
            token = sessions.start(
                session, user=user, device="test", now=datetime.now(UTC)
            )
            session.commit()
            self.uid, self.event_id = event.uid, event.id
        self.client = app.test_client()
        with self.client.session_transaction() as cookie:
            cookie.update(_user_id=token, _fresh=True)

    def offer(self, data):
        return self.client.post(
            f"/events/{self.uid}/ladder",
            data={"file": (io.BytesIO(data), "q.json"), "source": "", "top": "3"},
        ).text

    def confirm(self, page, **more):
        sealed = sealed_in(page)
        return self.client.post(
            f"/events/{self.uid}/ladder/confirm", data={"sealed": sealed, **more}
        )

    def entries(self):
        with self.app.app_context():
            found = db.session.scalars(select(Entry).order_by(Entry.id))
            return [
                (e.person.name, open_id_number(e.person), e.state, e.user_id)
                for e in found
                if e.person is not None
            ]


def write(earlier, top=1):
    return write_qualifiers(
        earlier.session, event=earlier.event, top=top, actor=SYSTEM, now=NOW
    )


def test_a_second_installation_takes_a_file_once(earlier, elsewhere, client, sign_in):
    sign_in(earlier.committee)
    address = f"/events/{earlier.event.uid}/qualifiers"
    winner = earlier.entries[0].person
    assert winner.name in client.get(address).text
    data = client.post(address, data={"top": "1"}).data
    winner = (winner.name, open_id_number(winner), "draft", None)
    far = Far(elsewhere)

    page = far.offer(data)
    unsure = far.confirm(page)
    assert unsure.status_code == 422
    assert far.entries() == []
    assert winner[1] not in page  # masked on the screen, sealed in the form
    assert far.confirm(page, trusts="y").status_code == 302
    assert far.entries() == [winner]

    again = far.offer(data)
    assert "taken before" in again or "此前已接收" in again
    assert far.confirm(again).status_code == 302
    assert far.entries() == [winner]
    with elsewhere.app_context():
        assert len(db.session.scalars(select(QualifierFile)).all()) == 1
        assert len(db.session.scalars(select(TrustedSender)).all()) == 1


@pytest.mark.parametrize(
    "tamper",
    [
        lambda told: told["content"]["qualifiers"][0].update(total="99.00"),
        lambda told: told["content"]["source"].update(top=9),
        lambda told: told.update(public_key="ab" * 32),
        lambda told: told["content"]["qualifiers"].append(
            told["content"]["qualifiers"][0]
        ),
    ],
)
def test_a_file_that_was_changed_is_refused(earlier, elsewhere, tamper):
    told = json.loads(write(earlier))
    tamper(told)
    with elsewhere.app_context():
        event = make_event(db.session())

        with pytest.raises(LadderError, match=r"签名|signature"):
            read_offer(
                db.session(),
                event=event,
                data=json.dumps(told).encode(),
                today=NOW.date(),
            )


def test_points_of_another_installation_are_carried(earlier, elsewhere):
    data = write(earlier, top=2)
    people = [(e.person.name, open_id_number(e.person)) for e in earlier.entries]
    with elsewhere.app_context():
        final = make_marked_event(db.session(), works=2, text=scheme_from())
        for entry, (name, number) in zip(final.entries, people, strict=True):
            entry.person = register_person(
                db.session(),
                name=name,
                id_number=number,
                phone="",
                unit=None,
                now=NOW,
                actor=SYSTEM,
            )
        final.event.state = "registration"
        _file, made = take_qualifiers(
            db.session(),
            event=final.event,
            data=data,
            trusts=True,
            actor=SYSTEM,
            now=NOW,
        )
        final.event.state = "marking"
        final.fill()
        final.sign_all()
        final.lock()
        final.decode()
        codes_decoded.send(
            None, session=final.session, event_uid=final.event.uid, now=final.later()
        )
        rows = json.loads(results.find_result(final.session, final.event.id).rows)
        carried = [float(rows["carried"][work]["T"]) for work in final.works]

        assert made == 0  # both had entered on their own
        assert carried[0] > carried[1] > 0
        assert rows["sources"]["T"]["event"] == earlier.event.uid
        final.publish()


def test_an_event_here_sends_its_winners_up(session, client, sign_in, earlier):
    event = make_event(session)
    far_away = make_event(session)
    far_away.competition.district_code = "320000"
    sign_in(make_user(session, "committee", scope=Scope("district", "330600")))
    address = f"/events/{event.uid}/ladder"
    page = client.get(address).text
    assert earlier.event.uid in page

    offer = client.post(address, data={"source": earlier.event.uid, "top": "1"}).text
    sealed = sealed_in(offer)
    client.post(f"{address}/confirm", data={"sealed": sealed})

    [entry] = session.scalars(select(Entry).where(Entry.event_id == event.id))
    first = earlier.entries[0]
    assert (entry.person_id, entry.user_id) == (first.person_id, first.user_id)
    assert first.person.name in client.get(address).text
    assert earlier.event.uid not in client.get(f"/events/{far_away.uid}/ladder").text


def test_nobody_confirms_what_was_not_shown(session, client, sign_in, earlier):
    event = make_event(session)
    other = make_event(session, competition=event.competition)
    sign_in(make_user(session, "committee"))
    offer = client.post(
        f"/events/{event.uid}/ladder", data={"source": earlier.event.uid, "top": "1"}
    ).text
    sealed = sealed_in(offer)

    spoilt = ("A" if sealed[0] != "A" else "B") + sealed[1:]

    for uid, text in ((other.uid, sealed), (event.uid, spoilt)):
        answer = client.post(f"/events/{uid}/ladder/confirm", data={"sealed": text})
        assert answer.status_code == 400


def test_an_event_that_has_begun_takes_nobody(session, earlier):
    event = make_event(session, state="marking")

    with pytest.raises(LadderError):
        read_offer(session, event=event, data=write(earlier), today=NOW.date())
