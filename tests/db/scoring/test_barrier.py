"""Nobody signs or locks while a tablet of the panel still holds something (T-08)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.roles.rules import Scope
from ledger.log.models import LedgerEntry
from scoring.marking.queries import find_lock, list_signatures
from scoring.results.services import locks
from scoring.tablets.models import TabletOverride
from scoring.tablets.services.barrier import (
    BarrierError,
    check_barrier,
    list_panel_tablets,
)
from scoring.tablets.services.overrides import (
    TabletError,
    ask_override,
    confirm_override,
    mark_lost,
    name_tablet,
)
from tests.factories.accounts import make_user
from tests.factories.people import make_person, make_unit
from tests.factories.scoring import actor_of, make_marked_event
from tests.factories.tablets import own_device, tell


@pytest.fixture
def marked(session):
    marked = make_marked_event(session, works=2)
    marked.fill()
    return marked


def report(marked, seat, **more):
    """Let the tablet a seat has marked on report; it made as many as the server has."""
    tablets = list_panel_tablets(marked.session, marked.event, marked.now)
    device = own_device(marked, seat)
    [found] = [t for t in tablets if t.device == device]
    more.setdefault("head", max(found.state.numbers))
    return tell(marked, seat, device, **more)


def ask(marked, device, actor=None):
    return ask_override(
        marked.session,
        event=marked.event,
        device=device,
        reason="掉进水里",
        sheet="S-07",
        actor=actor or actor_of(marked.judge("J1")),
        now=marked.later(),
    )


def confirm(marked, override, user):
    return confirm_override(
        marked.session,
        event=marked.event,
        uid=override.uid,
        actor=actor_of(user),
        now=marked.later(),
    )


def test_a_panel_whose_tablets_are_empty_signs_and_locks(session, marked):
    for seat in ("J1", "J2"):
        report(marked, seat)

    marked.sign_all()
    marked.lock()

    assert find_lock(session, marked.event.id) is not None


def test_a_judge_cannot_sign_over_an_own_tablet_that_still_holds_marks(session, marked):
    tablet = report(marked, "J1", head=9, waiting=3)
    name_tablet(
        session,
        event=marked.event,
        device=tablet.device,
        name="平板 07",
        actor=actor_of(marked.judge("J1")),
        now=marked.later(),
    )

    with pytest.raises(BarrierError) as caught:
        marked.sign("J1")

    assert "平板 07（J1）" in caught.value.message
    assert "3" in caught.value.message
    assert list_signatures(session, marked.event.id) == []


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"waiting": 1}, id="unsent"),
        pytest.param({"attention": 1}, id="attention"),
        pytest.param({"head": 99}, id="marks the server never saw"),
    ],
)
def test_nor_over_a_colleagues_tablet(marked, more):
    report(marked, "J1")
    report(marked, "J2", **more)

    with pytest.raises(BarrierError, match="J2"):
        marked.sign("J1")


def test_a_colleague_who_is_merely_silent_keeps_only_the_chief_back(session, marked):
    report(marked, "J1")
    report(marked, "J2")
    marked.sign_all()
    marked.send("J2", marked.works[0], "P1.1", "1")  # late; and not reported since
    marked.now += timedelta(minutes=11)

    check_barrier(session, event=marked.event, now=marked.now, seat=marked.seats["J1"])
    with pytest.raises(BarrierError, match="J2"):
        check_barrier(session, event=marked.event, now=marked.now)


def test_a_gap_keeps_the_lock_open_whether_or_not_the_tablet_reports(session, marked):
    marked.send("J2", marked.works[0], "P1.1", "1", device="api", device_seq=1)
    marked.send("J2", marked.works[0], "P1.2", "1", device="api", device_seq=3)

    with pytest.raises(BarrierError, match=r"api.*J2.*\b2\b"):
        check_barrier(session, event=marked.event, now=marked.now)

    tell(marked, "J2", "api", head=3, refused=[2])
    check_barrier(session, event=marked.event, now=marked.now)


def test_the_marks_of_other_events_count_in_the_sequence(session, marked):
    other = make_marked_event(session, works=1)
    seat = other.seats["J1"]
    seat.user = marked.judge("J1")
    session.flush()
    for event, seq in ((marked, 1), (other, 2), (marked, 3)):
        event.send("J1", event.works[0], "P1.2", "1", device="a", device_seq=seq)

    check_barrier(session, event=marked.event, now=marked.now)
    check_barrier(session, event=other.event, now=marked.now)


def test_two_persons_override_on_record_and_the_lock_goes_on(session, marked):
    marked.sign_all()
    report(marked, "J2", head=99)
    device = own_device(marked, "J2")
    with pytest.raises(BarrierError):
        marked.lock()

    override = ask(marked, device)
    with pytest.raises(BarrierError):
        marked.lock()
    confirm(marked, override, marked.supervisor)
    marked.lock()

    assert find_lock(session, marked.event.id) is not None
    entries = session.scalars(
        select(LedgerEntry)
        .where(LedgerEntry.action.in_(["tablets.override_asked", "tablets.overridden"]))
        .order_by(LedgerEntry.seq)
    ).all()
    assert [e.actor for e in entries] == [
        marked.judge("J1").uid,
        marked.supervisor.uid,
    ]
    assert all("S-07" in e.body and e.scope for e in entries)


def test_the_same_person_cannot_confirm_by_either_of_their_accounts(session, marked):
    chief = marked.judge("J1")
    chief.person = make_person(session, unit=make_unit(session))
    scope = Scope("event", marked.event.uid)
    twin = make_user(session, "supervisor", scope=scope, person=chief.person)
    session.flush()
    override = ask(marked, own_device(marked, "J2"))

    for user in (chief, twin):
        with pytest.raises(TabletError, match="另一人"):
            confirm(marked, override, user)

    assert session.get(TabletOverride, override.id).confirmed_at is None


@pytest.mark.parametrize(
    ("change", "word"),
    [
        pytest.param({"reason": " "}, "为什么", id="no reason"),
        pytest.param({"sheet": ""}, "编号", id="no paper sheet"),
        pytest.param({"device": "x"}, "席位", id="of no seat here"),
    ],
)
def test_an_override_says_why_and_where_the_paper_is(session, marked, change, word):
    asked = {"device": own_device(marked, "J2"), "reason": "坏了", "sheet": "S-07"}

    with pytest.raises(TabletError, match=word):
        ask_override(
            session,
            event=marked.event,
            actor=actor_of(marked.judge("J1")),
            now=marked.later(),
            **asked | change,
        )


def test_an_override_is_asked_for_once_and_confirmed_once(marked):
    override = ask(marked, own_device(marked, "J2"))
    with pytest.raises(TabletError, match="已有"):
        ask(marked, own_device(marked, "J2"))
    confirm(marked, override, marked.supervisor)

    with pytest.raises(TabletError, match="等待"):
        confirm(marked, override, marked.supervisor)


def test_an_override_is_for_one_round_only(session, marked):
    override = ask(marked, own_device(marked, "J2"))
    confirm(marked, override, marked.supervisor)
    report(marked, "J2", head=99)
    marked.sign_all()
    marked.lock()
    _unlock(marked)

    with pytest.raises(BarrierError):
        marked.sign("J1")


def _unlock(marked):
    shared = {"event": marked.event, "now": marked.later()}
    chief, other = actor_of(marked.judge("J1")), actor_of(marked.supervisor)
    locks.ask_unlock(marked.session, reason="复核", actor=chief, **shared)
    locks.confirm_unlock(marked.session, actor=other, **shared)


def test_a_lost_tablet_needs_the_override_and_coming_back_full_ends_it(session, marked):
    report(marked, "J2")
    device = own_device(marked, "J2")
    mark_lost(
        session,
        event=marked.event,
        device=device,
        reason="找不到",
        actor=actor_of(marked.supervisor),
        now=marked.later(),
    )
    with pytest.raises(BarrierError, match="丢失"):
        check_barrier(session, event=marked.event, now=marked.now)
    override = ask(marked, device)
    confirm(marked, override, marked.supervisor)
    check_barrier(session, event=marked.event, now=marked.now)

    marked.now += timedelta(minutes=20)
    tablet = report(marked, "J2", head=12, waiting=6)

    assert tablet.back_at == marked.now
    assert override.ended_at == marked.now
    with pytest.raises(BarrierError, match="6"):
        check_barrier(session, event=marked.event, now=marked.now)
    actions = session.scalars(
        select(LedgerEntry.action).order_by(LedgerEntry.seq.desc()).limit(2)
    )
    assert set(actions) == {"tablets.came_back", "tablets.override_ended"}


def test_a_lost_tablet_that_comes_back_empty_leaves_the_override(session, marked):
    report(marked, "J2")
    override = ask(marked, own_device(marked, "J2"))
    confirm(marked, override, marked.supervisor)

    marked.now += timedelta(minutes=20)
    report(marked, "J2")

    assert override.ended_at is None


def test_an_override_over_a_tablet_that_is_there_ends_only_with_more(session, marked):
    """Its judge cannot sign in; it says again and again what two persons know."""
    report(marked, "J2", head=8, waiting=2)
    override = ask(marked, own_device(marked, "J2"))
    confirm(marked, override, marked.supervisor)

    marked.now += timedelta(seconds=60)
    report(marked, "J2", head=8, waiting=2)
    assert override.ended_at is None

    marked.now += timedelta(seconds=60)
    report(marked, "J2", head=9, waiting=3)
    assert override.ended_at == marked.now


def test_reading_the_panel_costs_the_same_for_many_tablets(
    session, marked, count_queries
):
    def cost():
        session.expire_all()
        with count_queries() as queries:
            list_panel_tablets(session, marked.event, marked.now)
        return len(queries)

    report(marked, "J1", head=20)
    few = cost()
    for number in range(8):
        tell(marked, "J2", f"t{number}", head=3)

    assert cost() == few
