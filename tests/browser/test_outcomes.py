"""Carried scores and who is eligible, as the committee sees them on a screen."""

import pytest

from competition.codes.signals import codes_decoded
from extensions import db
from tests.factories.scoring import make_marked_event
from tests.web.scoring.test_carried import EARLIER, LADDER, make_final

SIZES = ((360, 780), (820, 1100), (1280, 900))


@pytest.fixture
def final(own_app):
    with own_app.app_context():
        session = db.session()
        earlier = make_marked_event(session, works=2, name=EARLIER)
        earlier.run_to_decoded()
        earlier.publish()
        made = make_final(session, earlier, tail=LADDER)
        made.lock()
        made.decode()
        codes_decoded.send(
            None, session=session, event_uid=made.event.uid, now=made.later()
        )
        session.commit()
        user, uid = made.committee, made.event.uid
        session.refresh(user)
        session.expunge(user)
        session.rollback()
    return user, uid


def test_who_is_eligible_and_why(live_server, final, page_at, assert_accessible):
    user, uid = final
    address = f"{live_server}/events/{uid}/outcomes"
    for width, height in SIZES:
        page = page_at(width, height, user=user)
        page.goto(address)

        assert page.get_by_text("技师").first.is_visible()
        assert page.get_by_text(EARLIER).first.is_visible()
        assert_accessible(page)
