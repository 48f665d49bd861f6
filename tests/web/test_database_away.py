"""When the database does not answer, the page says so, and does not fall over."""

import errno

import pytest
from sqlalchemy.exc import OperationalError

from tests.factories.accounts import make_user


def test_a_signed_in_user_gets_a_true_page(client, session, sign_in, monkeypatch):
    sign_in(make_user(session))

    def away(*args, **kwargs):
        raise OperationalError("select 1", {}, Exception("connection refused"))

    monkeypatch.setattr("web.security.find_user", away)

    response = client.get("/desk")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("database or disk is full", "磁盘已满"),
        ("could not extend file: No space left on device", "磁盘已满"),
        ("attempt to write a readonly database", "只能读取"),
        ("database is locked", "正忙"),
        ("canceling statement due to lock timeout", "正忙"),
        ("connection refused", "没有响应"),
    ],
)
def test_a_tablet_is_told_why_and_when_to_try_again(client, monkeypatch, said, told):
    def fail(*args, **kwargs):
        raise OperationalError("select 1", {}, Exception(said))

    monkeypatch.setattr("accounts.tokens.services.find", fail)

    response = client.post(
        "/api/v1/marks", json={"marks": []}, headers={"Authorization": "Bearer x"}
    )

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert response.content_type == "application/problem+json"
    assert told in response.json["detail"]


@pytest.mark.parametrize("is_cold", [False, True])
def test_a_machine_without_free_handles_asks_for_time(own_app, monkeypatch, is_cold):
    def fail(*args, **kwargs):
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr("accounts.tokens.services.find", fail)
    if is_cold:  # the answer's own words would have to be read from a file
        monkeypatch.setattr("web.errors._", fail)

    response = own_app.test_client().post(
        "/api/v1/marks", json={"marks": []}, headers={"Authorization": "Bearer x"}
    )

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert response.content_type == "application/problem+json"
    assert is_cold or "打开的文件过多" in response.json["detail"]
