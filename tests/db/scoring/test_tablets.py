"""Every tablet is known by its reports: who used it, what it holds, what is odd."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from ledger.log.models import LedgerEntry
from scoring.tablets.models import NEW_DEVICE, RESTARTED, TabletUse
from scoring.tablets.services.reports import MOST_TABLETS, TooManyTabletsError
from tests.factories.scoring import make_marked_event
from tests.factories.tablets import tell


@pytest.fixture
def marked(session):
    return make_marked_event(session, works=2)


def actions(session):
    return [
        action
        for action in session.scalars(
            select(LedgerEntry.action).order_by(LedgerEntry.seq)
        )
        if action.startswith("tablets.")
    ]


def test_tablets_are_numbered_as_they_are_first_seen(session, marked):
    tablets = [tell(marked, "J1", "a"), tell(marked, "J2", "b"), tell(marked, "J1")]
    again = tell(marked, "J1", "a", head=4)

    first = tablets[0].number
    assert [t.number for t in tablets] == [first, first + 1, first + 2]
    assert (again.id, again.head) == (tablets[0].id, 4)
    assert actions(session).count("tablets.seen") == 3


def test_a_tablet_that_goes_from_hand_to_hand_is_in_both_panels(session, marked):
    tablet = tell(marked, "J1", "a")
    tell(marked, "J2", "a")
    tell(marked, "J2", "a")

    uses = session.scalars(select(TabletUse).order_by(TabletUse.id)).all()
    assert [(u.tablet_id, u.seat.seat) for u in uses] == [
        (tablet.id, "J1"),
        (tablet.id, "J2"),
    ]
    assert tablet.flag == ""


def test_what_was_refused_is_remembered_though_the_tablet_forgets(marked):
    tell(marked, "J1", "a", head=3, refused=[2])

    tablet = tell(marked, "J1", "a", head=5, refused=[4])

    assert tablet.refused_numbers == {2, 4}


def test_another_tablet_at_a_seat_has_lost_its_history(session, marked):
    first = tell(marked, "J1", "a", head=8)

    second = tell(marked, "J1", "b", head=0)

    assert (first.flag, second.flag) == ("", NEW_DEVICE)
    assert actions(session)[-1] == "tablets.flagged"


def test_so_has_one_whose_seat_marked_on_another_that_never_reported(marked):
    marked.send("J1", marked.works[0], "P1.1", "8", device="old", device_seq=1)

    assert tell(marked, "J1", "new").flag == NEW_DEVICE


def test_a_sequence_that_begins_again_is_flagged_and_its_head_still_owed(marked):
    tell(marked, "J1", "a", head=8)
    later = marked.now + timedelta(seconds=30)

    tablet = tell(marked, "J1", "a", head=1, now=later)

    assert (tablet.flag, tablet.head) == (RESTARTED, 8)


def test_a_sequence_behind_the_marks_we_have_is_flagged_too(marked):
    for seq in (1, 2, 3):
        marked.send("J1", marked.works[0], "P1.1", "8", device="a", device_seq=seq)

    soon = tell(marked, "J1", "a", head=2)
    assert soon.flag == ""  # the third may have overtaken the report

    later = marked.now + timedelta(seconds=30)
    assert tell(marked, "J1", "a", head=2, now=later).flag == RESTARTED


def test_a_clock_that_jumps_is_noted_and_nothing_refused(marked):
    now = marked.later()
    tablet = tell(marked, "J1", "a", now=now)
    assert (tablet.offset, tablet.jumped_at) == (0, None)

    ahead = (now + timedelta(days=365)).isoformat()
    answer = marked.send(
        "J1", marked.works[0], "P1.1", "8", device="a", device_seq=1, marked_at=ahead
    )
    later = now + timedelta(seconds=20)
    sent = (later + timedelta(days=365)).isoformat()
    tablet = tell(marked, "J1", "a", head=1, now=later, clock=sent)

    assert answer["status"] == "stored"
    assert tablet.jumped_at == later
    assert tablet.offset == 365 * 86400


def test_one_seat_cannot_fill_the_list_of_tablets(marked):
    for number in range(MOST_TABLETS):
        tell(marked, "J1", f"t{number}")

    with pytest.raises(TooManyTabletsError):
        tell(marked, "J1", "more")
