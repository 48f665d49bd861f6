"""Duties that are kept apart: every cell refused, when given and in deed."""

from itertools import permutations

import pytest
from sqlalchemy import delete

from accounts.roles.models import RoleGrant
from accounts.roles.rules import EVERYWHERE, FORBIDDEN_PAIRS, ROLES, Scope
from accounts.roles.services import RoleError, grant_role
from ledger.log.services import SYSTEM
from tests.factories.accounts import NOW, make_user
from tests.factories.codes import make_coded
from tests.factories.people import make_person

ADMINS = ("sys_admin", "security_admin", "audit_admin")
# What each duty does, asked by its own page.
DEEDS = {
    "coding_officer_1": "/events/{event}/codes/contest",
    "coding_officer_2": "/events/{event}/codes/station",
    "coding_officer_3": "/events/{event}/codes/work",
    "judge": "/judging/app/status.json",
    "chief_judge": "/events/{event}/marks",
    "supervisor": "/events/{event}/codes",
    "committee": "/events/{event}/judges",
    "checkin_officer": "/events/{event}/checkin",
    "sys_admin": "/admin/users",
    "security_admin": "/admin/roles",
    "audit_admin": "/admin/ledger",
}
CELLS = [
    (held, new)
    for held, new in permutations(sorted(DEEDS), 2)
    if frozenset({held, new}) in FORBIDDEN_PAIRS
]


@pytest.fixture
def event(session):
    return make_coded(session, 2)[0]


def place_of(role, event):
    return EVERYWHERE if role in ADMINS else Scope("event", event.uid)


def smuggle(session, user, *roles, event):
    """Give roles past every check, as somebody at the database could."""
    session.execute(delete(RoleGrant).where(RoleGrant.user_id == user.id))
    for role in roles:
        place = place_of(role, event)
        row = RoleGrant(
            user_id=user.id,
            role=role,
            scope_kind=place.kind,
            scope_key=place.key,
            granted_at=NOW,
            granted_by="tests",
        )
        session.add(row)
    session.flush()


def is_granted(session, user, role, place):
    try:
        grant_role(session, user=user, role=role, scope=place, actor=SYSTEM, now=NOW)
    except RoleError:
        return False
    return True


def test_the_table_is_whole():
    assert (
        {role for pair in FORBIDDEN_PAIRS for role in pair} == set(DEEDS) <= set(ROLES)
    )
    assert len(CELLS) == 2 * len(FORBIDDEN_PAIRS) == 42


def test_no_cell_is_granted(session, event):
    competition = Scope("competition", event.competition.uid)
    granted = []
    for held, new in CELLS:
        person = make_person(session)
        first, second = (make_user(session, person=person) for _account in range(2))
        smuggle(session, first, held, event=event)
        places = {place_of(new, event), EVERYWHERE}
        if new not in ADMINS:
            places.add(competition)
        granted += [
            (held, new, place.kind)
            for user in (first, second)
            for place in places
            if is_granted(session, user, new, place)
        ]

    assert granted == []


def test_no_cell_acts(client, session, sign_in, event):
    user = make_user(session)
    sign_in(user)
    alone, together = {}, {}

    for role, address in DEEDS.items():
        smuggle(session, user, role, event=event)
        alone[role] = client.get(address.format(event=event.uid)).status_code
    for held, new in CELLS:
        smuggle(session, user, held, new, event=event)
        for role in (held, new):
            address = DEEDS[role].format(event=event.uid)
            together[held, new, role] = client.get(address).status_code

    assert set(alone.values()) == {200}, alone
    assert set(together.values()) == {403}


def test_a_second_account_helps_nobody(client, session, sign_in, event):
    person = make_person(session)
    user, other = (make_user(session, person=person) for _account in range(2))
    sign_in(user)
    found = {}

    for held, new in CELLS:
        smuggle(session, user, held, event=event)
        smuggle(session, other, new, event=event)
        found[held, new] = client.get(DEEDS[held].format(event=event.uid)).status_code

    assert set(found.values()) == {403}
