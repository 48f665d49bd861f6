"""A sign-in: what its cookie is, when it ends, and that no older one lives on in it."""

import pytest

import config
from accounts.roles.queries import list_rows
from tests.factories.accounts import NOW, PASSWORD, make_user


def sign_in_by_form(client, user):
    body = {"username": user.username, "password": PASSWORD}
    return client.post("/login", data=body)


def token_of(client):
    with client.session_transaction() as cookie:
        return cookie.get("_user_id")


def test_the_cookie_is_for_this_site_and_not_for_scripts(client, session):
    answer = sign_in_by_form(client, make_user(session))

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("session=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    ("https", "name", "secure"), [("1", "__Host-session", True), ("", "session", False)]
)
def test_under_https_the_cookie_is_never_sent_in_clear(
    monkeypatch, https, name, secure
):
    monkeypatch.setenv("JIANGCAI_HTTPS", https)

    made = config.from_environment()

    assert made["SESSION_COOKIE_NAME"] == name
    assert made["SESSION_COOKIE_SECURE"] is secure


def test_signing_in_makes_a_new_token_each_time(client, session):
    user = make_user(session)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "planted"

    sign_in_by_form(client, user)
    first = token_of(client)
    client.post("/logout")
    sign_in_by_form(client, user)

    assert len({"planted", first, token_of(client)}) == 3


def test_ending_all_sign_ins_ends_those_on_other_devices(client, session):
    user = make_user(session)
    sign_in_by_form(client, user)
    elsewhere = token_of(client)

    client.post("/account/sign-ins/end")
    stays = client.get("/account").status_code
    with client.session_transaction() as cookie:
        cookie["_user_id"] = elsewhere

    assert stays == 200
    assert client.get("/account").status_code == 302


def test_a_closed_account_is_out_at_its_next_request(client, session, sign_in):
    user = make_user(session)
    sign_in(user)
    assert client.get("/account").status_code == 200

    user.enabled = False
    session.flush()

    assert client.get("/account").status_code == 302


def test_a_role_that_ended_opens_nothing_at_the_next_request(client, session, sign_in):
    user = make_user(session, "sys_admin")
    sign_in(user)
    assert client.get("/admin/users").status_code == 200

    list_rows(session, user.id)[0].revoked_at = NOW
    session.flush()

    assert client.get("/admin/users").status_code == 403
