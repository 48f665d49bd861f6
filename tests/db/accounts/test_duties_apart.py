"""One person is one person, whichever account they use and however wide a role is."""

import pytest

from accounts.roles.rules import Scope
from accounts.roles.services import RoleError, grant_role
from competition.checkin.services.second import SecondPersonError
from competition.codes.services import decode
from competition.events import rules as life
from ledger.log.services import SYSTEM
from scoring.judges.services import Appointment, RecusalError, assign_judge
from scoring.results.services import locks
from scoring.results.services.locks import LockError
from scoring.results.services.publish import PublishError, publish
from tests.factories.accounts import NOW, make_user
from tests.factories.competition import make_draft, make_event
from tests.factories.people import make_person
from tests.factories.scoring import actor_of, make_marked_event


def grant(session, user, role, scope):
    grant_role(session, user=user, role=role, scope=scope, actor=SYSTEM, now=NOW)


def appoint(session, event, user, **values):
    return assign_judge(
        session,
        event=event,
        user=user,
        appointment=Appointment(**values),
        actor=SYSTEM,
        now=NOW,
    )


@pytest.mark.parametrize(
    ("held", "new"),
    [
        ("event", "event"),
        ("competition", "event"),
        ("event", "competition"),
        ("county", "event"),
        ("event", "county"),
        ("city", "event"),
        ("city", "county"),
        ("county", "city"),
        ("all", "event"),
        ("event", "all"),
    ],
)
@pytest.mark.parametrize("accounts", ["one account", "two accounts"])
def test_a_coding_officer_does_not_judge_by_any_detour(session, held, new, accounts):
    event = make_event(session)
    event.competition.district_code = "330602"
    session.flush()
    place = {
        "event": Scope("event", event.uid),
        "competition": Scope("competition", event.competition.uid),
        "county": Scope("district", "330602"),
        "city": Scope("district", "330600"),
        "all": Scope("all"),
    }
    person = make_person(session)
    first = make_user(session, person=person)
    second = first if accounts == "one account" else make_user(session, person=person)
    grant(session, first, "coding_officer_3", place[held])

    with pytest.raises(RoleError):
        grant(session, second, "judge", place[new])


def test_elsewhere_both_may_be_held(session):
    one, other = make_event(session), make_event(session)
    user = make_user(session, person=make_person(session))
    grant(session, user, "coding_officer_3", Scope("event", one.uid))

    grant(session, user, "judge", Scope("event", other.uid))


def test_a_coding_officer_gets_no_seat(session):
    event = make_event(session)
    user = make_user(session, "coding_officer_1", scope=Scope("event", event.uid))

    with pytest.raises(RoleError):
        appoint(session, event, user)


def test_a_contestant_gets_no_seat_at_their_own_event(session):
    draft = make_draft(session)
    other_account = make_user(session, person=make_person(session))

    with pytest.raises(RecusalError):
        appoint(session, draft.event, draft.user)
    appoint(session, draft.event, other_account)


def test_marking_does_not_open_with_a_judge_who_entered_later(session):
    marked = make_marked_event(session, works=1, state=life.CHECKIN)
    marked.event.state = life.REGISTRATION
    make_draft(session, marked.event, user=marked.judge("J2"))
    marked.event.state = life.CHECKIN
    session.flush()

    with pytest.raises(LockError, match="J2"):
        locks.open_marking(
            session, event=marked.event, actor=SYSTEM, now=marked.later()
        )


@pytest.fixture
def twins(session):
    """Two accounts of one person: a chief judge, and another."""
    marked = make_marked_event(session, works=2)
    person = make_person(session)
    marked.judge("J1").person = person
    twin = make_user(session, person=person)
    marked.run_to_decoded()
    return marked, twin


def test_two_accounts_of_one_person_do_not_unlock(session, twins):
    marked, twin = twins
    locks.ask_unlock(
        session,
        event=marked.event,
        reason="x",
        actor=actor_of(marked.judge("J1")),
        now=marked.later(),
    )

    with pytest.raises(LockError):
        locks.confirm_unlock(
            session, event=marked.event, actor=actor_of(twin), now=marked.later()
        )


def test_who_locked_does_not_publish_by_another_account(session, twins):
    marked, twin = twins

    with pytest.raises(PublishError):
        publish(session, event=marked.event, actor=actor_of(twin), now=marked.later())


def test_two_accounts_of_one_person_do_not_decode(session):
    marked = make_marked_event(session, works=1)
    marked.fill()
    marked.sign_all()
    marked.lock()
    scope, person = Scope("event", marked.event.uid), make_person(session)
    first = make_user(session, "coding_officer_1", scope=scope, person=person)
    second = make_user(session, "coding_officer_2", scope=scope, person=person)

    with pytest.raises(SecondPersonError):
        decode(
            session,
            event=marked.event,
            first=first,
            second=second,
            now=marked.later(),
        )
    assert marked.event.state == life.LOCKED
