"""Who gets in by a badge, who does not, and what is written down of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.badges.models import Badge
from accounts.badges.services import enter, issue
from accounts.badges.services.enter import (
    EARLY,
    LATE,
    NO_DUTY,
    OPENED,
    OTHER_DEVICE,
    WAIT,
    WRONG,
    terms_of,
    try_badge,
)
from accounts.roles.models import RoleGrant
from accounts.sessions import services as sessions
from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM
from tests.factories.accounts import NOW, make_user
from tests.factories.badges import attempt, make_badge

MINUTE = timedelta(minutes=1)


@pytest.fixture
def judge(session):
    return make_user(session, "judge")


@pytest.fixture
def made(session, judge):
    return make_badge(session, judge)


def actions(session):
    found = session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq))
    return [row.action for row in found if row.action.startswith("badge.")]


def wrong_pin(made):
    return f"{(int(made.pin) + 1) % 1_000_000:06}"


def test_secret_or_code_open_with_the_pin(session, made):
    by_secret = try_badge(session, attempt(made), NOW)
    by_code = try_badge(session, attempt(made, text=made.code.lower()), NOW)

    assert (by_secret.kind, by_code.kind) == (OPENED, OPENED)
    assert by_secret.badge is made.badge
    assert actions(session) == ["badge.made", "badge.bound"]


def test_nothing_printed_is_in_the_database(session, made):
    session.flush()
    row = session.execute(select(Badge.__table__)).one()
    entries = session.scalars(select(LedgerEntry.body)).all()

    kept = " ".join(map(str, [*row, *entries]))
    for text in (made.secret, made.code, made.code.replace("-", ""), made.pin):
        assert text not in kept


def test_unknown_ended_and_wrong_are_refused_alike(session, made):
    other = make_badge(session, make_user(session, "judge"))
    issue.revoke_badge(session, badge=other.badge, actor=SYSTEM, now=NOW)
    closed = make_badge(session, make_user(session, "judge"))
    closed.badge.user.enabled = False

    outcomes = {
        try_badge(session, attempt(made, pin=wrong_pin(made)), NOW),
        try_badge(session, attempt(made, text="A" * 26), NOW),
        try_badge(session, attempt(made, text="nonsense"), NOW),
        try_badge(session, attempt(other), NOW),
        try_badge(session, attempt(closed), NOW),
    }

    assert outcomes == {enter.Outcome(WRONG)}
    assert actions(session).count("badge.refused") == 5


def test_the_pin_of_another_badge_does_not_do(session, made):
    other = make_badge(session, make_user(session, "judge"))

    outcome = try_badge(session, attempt(made, pin=other.pin), NOW)

    assert other.pin == made.pin or outcome.kind == WRONG


def test_five_wrong_pins_make_a_badge_wait_at_that_address(session, made):
    bad = attempt(made, pin=wrong_pin(made))
    kinds = [try_badge(session, bad, NOW).kind for _try in range(6)]

    here = try_badge(session, attempt(made), NOW + 14 * MINUTE)
    elsewhere = try_badge(session, attempt(made, address="192.168.8.21"), NOW)
    later = try_badge(session, attempt(made), NOW + 16 * MINUTE)

    assert kinds == [WRONG] * 5 + [WAIT]
    assert (here.kind, elsewhere.kind, later.kind) == (WAIT, OPENED, OPENED)


def test_a_stolen_badge_cannot_be_tried_from_many_addresses(session, made, monkeypatch):
    monkeypatch.setattr(enter, "ALLOWED_BADGE", 6)
    kinds = [
        try_badge(
            session,
            attempt(made, pin=wrong_pin(made), address=f"192.168.8.{number}"),
            NOW,
        ).kind
        for number in range(7)
    ]

    assert kinds == [WRONG] * 6 + [WAIT]


def test_one_address_cannot_try_badge_after_badge(session, made, monkeypatch):
    monkeypatch.setattr(enter, "ALLOWED_ADDRESS", 6)
    kinds = [
        try_badge(session, attempt(made, text=f"{number:A>26}"), NOW).kind
        for number in range(1, 8)
    ]

    assert kinds == [WRONG] * 6 + [WAIT]


def test_the_first_tablet_keeps_the_badge(session, made):
    first = try_badge(session, attempt(made), NOW)
    other = try_badge(session, attempt(made, device="tablet-2"), NOW)
    again = try_badge(session, attempt(made), NOW)

    assert [first.kind, other.kind, again.kind] == [OPENED, OTHER_DEVICE, OPENED]
    assert made.badge.asked_at == NOW


def test_another_tablet_gets_it_when_that_is_allowed(session, made):
    try_badge(session, attempt(made), NOW)
    user = made.badge.user
    token = sessions.start(
        session, user=user, device="tablet-1", now=NOW, terms=terms_of(made.badge)
    )
    try_badge(session, attempt(made, device="tablet-2"), NOW)

    issue.allow_another(session, badge=made.badge, actor=SYSTEM, now=NOW)

    assert sessions.find_user(session, token, NOW) is None  # the first is signed out
    assert try_badge(session, attempt(made, device="tablet-2"), NOW).kind == OPENED
    assert try_badge(session, attempt(made), NOW).kind == OTHER_DEVICE
    assert actions(session)[-3:] == ["badge.released", "badge.bound", "badge.refused"]


def test_a_revoked_badge_signs_its_tablet_out(session, made):
    user = made.badge.user
    by_badge = sessions.start(
        session, user=user, device="x", now=NOW, terms=terms_of(made.badge)
    )
    by_password = sessions.start(session, user=user, device="x", now=NOW)

    issue.revoke_badge(session, badge=made.badge, actor=SYSTEM, now=NOW)
    issue.revoke_badge(session, badge=made.badge, actor=SYSTEM, now=NOW)

    assert sessions.find_user(session, by_badge, NOW) is None
    assert sessions.find_user(session, by_password, NOW) is user
    assert actions(session).count("badge.revoked") == 1


def test_a_new_badge_ends_the_one_for_the_same_place_only(session, judge):
    here = make_badge(session, judge, scope="event:a")
    there = make_badge(session, judge, scope="event:b")

    make_badge(session, judge, scope="event:a")

    assert here.badge.revoked_at == NOW
    assert there.badge.revoked_at is None


@pytest.mark.parametrize(
    ("moved", "expected"),
    [(timedelta(hours=-25), EARLY), (timedelta(hours=24), LATE)],
    ids=["early", "late"],
)
def test_a_badge_holds_in_its_time(session, made, moved, expected):
    assert try_badge(session, attempt(made), NOW + moved).kind == expected


def test_who_no_longer_judges_is_not_let_in(session, made):
    grant = session.scalar(
        select(RoleGrant).where(RoleGrant.user_id == made.badge.user_id)
    )
    grant.revoked_at = NOW
    session.flush()

    assert try_badge(session, attempt(made), NOW).kind == NO_DUTY


def test_a_sign_in_ends_with_its_badge_and_after_twelve_hours(session, made):
    start = {"user": made.badge.user, "device": "x", "terms": terms_of(made.badge)}
    full = sessions.start(session, now=NOW, **start)
    short = sessions.start(session, now=NOW + timedelta(hours=23), **start)

    def lives(token, hours):
        return bool(sessions.find_user(session, token, NOW + timedelta(hours=hours)))

    assert [lives(full, 11.9), lives(full, 12)] == [True, False]
    assert [lives(short, 23.9), lives(short, 24)] == [True, False]
