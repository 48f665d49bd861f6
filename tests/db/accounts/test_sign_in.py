from datetime import timedelta
from typing import Any

import pytest

from accounts.roles import services as roles
from accounts.roles.queries import list_grants, list_rows
from accounts.roles.rules import EVERYWHERE, Grant, Scope
from accounts.sessions import services
from accounts.tokens import services as tokens
from accounts.users.services import UserError, check_password, create_user
from ledger.log.queries import iter_links
from ledger.log.services import SYSTEM, Actor
from tests.factories.accounts import NOW, PASSWORD, make_user


def test_a_token_signs_in_until_it_is_ended(session):
    user = make_user(session)
    token = services.start(session, user=user, device="tablet", now=NOW)
    session.flush()

    assert services.find_user(session, token, NOW) is user

    services.end(session, token=token, now=NOW)

    assert services.find_user(session, token, NOW) is None


def test_a_token_grows_old(session):
    user = make_user(session)
    token = services.start(session, user=user, device="tablet", now=NOW)
    session.flush()

    assert services.find_user(session, token, NOW + services.LIFETIME) is None


def test_a_closed_account_is_out_at_once(session):
    user = make_user(session)
    token = services.start(session, user=user, device="tablet", now=NOW)
    user.enabled = False
    session.flush()

    assert services.find_user(session, token, NOW) is None


def test_the_password_is_checked_and_nobody_has_none(session):
    user = make_user(session)

    assert check_password(user, PASSWORD)
    assert not check_password(user, PASSWORD + "x")
    assert not check_password(None, PASSWORD)


def test_a_name_is_taken_in_any_case(session):
    make_user(session, username="Li.Hua")

    with pytest.raises(UserError):
        make_user(session, username="li.hua")


def test_failures_block_one_name_at_one_address_for_a_while(session):
    place: dict[str, Any] = {"username": "lihua", "address": "10.0.0.1"}
    for _ in range(5):
        services.count_failure(session, now=NOW, **place)

    assert services.is_throttled(session, now=NOW, **place)
    assert not services.is_throttled(
        session, username="lihua", address="10.0.0.2", now=NOW
    )
    later = NOW + timedelta(minutes=15)
    assert not services.is_throttled(session, now=later, **place)


def test_a_role_is_given_once_and_logged(session):
    user = make_user(session)
    scope = Scope("event", "e1")

    for _ in range(2):
        roles.grant_role(
            session, user=user, role="judge", scope=scope, actor=SYSTEM, now=NOW
        )

    assert list_grants(session, user.id) == [Grant("judge", scope)]
    assert [link.action for link in iter_links(session)].count("role.granted") == 1


def test_nobody_gives_a_role_to_themselves(session):
    user = make_user(session, "security_admin")

    with pytest.raises(roles.RoleError):
        roles.grant_role(
            session,
            user=user,
            role="committee",
            scope=EVERYWHERE,
            actor=Actor("human", user.uid),
            now=NOW,
        )


def test_duties_are_kept_apart(session):
    user = make_user(session, "judge")

    with pytest.raises(roles.RoleError):
        roles.grant_role(
            session,
            user=user,
            role="coding_officer_3",
            scope=Scope("event", "e1"),
            actor=SYSTEM,
            now=NOW,
        )


def test_a_role_ends(session):
    user = make_user(session, "judge")

    roles.revoke_role(
        session, grant=list_rows(session, user.id)[0], actor=SYSTEM, now=NOW
    )

    assert list_grants(session, user.id) == []


def test_a_key_opens_until_it_is_revoked(session):
    user = make_user(session, "hr_official")
    secret = tokens.make(
        session,
        user=user,
        name="report",
        permissions=frozenset({"pool.search"}),
        lifetime=timedelta(days=1),
        actor=SYSTEM,
        now=NOW,
    )

    found = tokens.find(session, secret, NOW)

    assert found is not None
    assert found.permissions == "pool.search"
    tokens.revoke(session, token=found, actor=SYSTEM, now=NOW)
    assert tokens.find(session, secret, NOW) is None


def test_an_account_that_cannot_be_logged_is_not_made(session, monkeypatch):
    monkeypatch.setattr(
        "accounts.users.services.record",
        lambda *args, **kwargs: (_ for _ in ()).throw(RuntimeError("no ledger")),
    )

    with pytest.raises(RuntimeError):
        create_user(
            session,
            username="nobody",
            password=PASSWORD,
            display_name="x",
            now=NOW,
            actor=SYSTEM,
        )
