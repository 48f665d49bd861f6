"""Around every page: where one is led, forged requests, headers, what is logged."""

import json
import re
from contextvars import Context
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog
from flask.testing import FlaskClient

from accounts.tokens import services as tokens
from app import create_app
from ledger.log.services import SYSTEM
from tests.databases import settings
from tests.factories.accounts import PASSWORD, make_user
from web import logs
from web.security import HEADERS

AWAY = ("//evil.example", "/\\evil.example", "/\t/evil.example", "/\n/evil.example")


@pytest.fixture(scope="module")
def strict_app(database, tmp_path_factory):
    """An application that asks for form tokens, as it does for real."""
    folder = tmp_path_factory.mktemp("strict")
    return create_app(settings(database.template(), folder, WTF_CSRF_ENABLED=True))


@pytest.mark.parametrize("target", [*AWAY, "https://evil.example", "evil", "\t//evil"])
def test_no_address_leads_away_after_signing_in(client, session, target):
    user = make_user(session, "contestant")
    body = {"username": user.username, "password": PASSWORD, "next": target}

    signed_in = client.post("/login", data=body)
    language = client.post("/language/en", data={"next": target})
    chosen = client.get("/language/en", query_string={"next": target})

    assert (signed_in.status_code, signed_in.location) == (302, "/desk")
    for answer in (language, chosen):
        assert (answer.status_code, answer.location) == (302, "/")


def test_every_form_asks_for_its_token(strict_app):
    """Sent from another site with the visitor's cookie, none of them does anything."""
    client = FlaskClient(strict_app, strict_app.response_class)
    let_in = {}
    for rule in strict_app.url_map.iter_rules():
        if "POST" in rule.methods and not rule.rule.startswith("/api/"):
            given: dict[str, object] = {
                name: 1 if f"int:{name}" in rule.rule else "x"
                for name in rule.arguments - set(rule.defaults or ())
            }
            # Where an address takes only some words, the last of them.
            words = re.findall(r"any\([^>]*?(\w+)\):(\w+)>", rule.rule)
            given |= {name: word for word, name in words}
            answer = Context().run(client.post, rule.build(given)[1])
            if answer.status_code != 400:
                let_in[rule.rule] = answer.status_code

    assert let_in == {}


@pytest.mark.parametrize(
    "path",
    ["/events", "/nowhere", "/admin/users", "/api/v1/marks", "/static/none.css"],
)
def test_every_answer_carries_the_headers(client, path):
    answer = client.get(path)

    assert HEADERS.items() <= dict(answer.headers).items()
    assert "script-src" not in HEADERS["Content-Security-Policy"]
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


def test_a_key_opens_no_page(client, session):
    """A page shows more than the key may see, and takes what its owner may do."""
    user = make_user(session, "security_admin")
    key = tokens.make(
        session,
        user=user,
        name="search",
        permissions=frozenset({"pool.search"}),
        lifetime=timedelta(days=1),
        actor=SYSTEM,
        now=datetime.now(UTC),
    )

    page = client.get("/account", headers={"Authorization": f"Bearer {key}"})

    assert page.status_code == 302
    assert "/login" in page.location


def test_another_kind_of_authorization_is_no_way_round_the_origin(
    client, session, sign_in
):
    sign_in(make_user(session, "judge"))
    headers = {"Authorization": "Basic eDp5", "Origin": "https://evil.example"}

    answer = client.post("/api/v1/marks", json={"marks": []}, headers=headers)

    assert answer.status_code == 403


def test_nobody_makes_a_key_that_acts_for_a_judge(client, session, sign_in):
    make_user(session, "judge", username="victim")
    sign_in(make_user(session, "security_admin"))
    body = {"username": "victim", "name": "x", "permissions": "marks.enter", "days": 9}

    page = client.post("/admin/tokens", data=body)

    assert "jc_" not in page.text


@pytest.mark.parametrize(
    "text",
    ["11010519491231002X", "Key (id)=(110105194912310021)", "tel:13812345678."],
)
def test_numbers_of_persons_are_blotted_out_of_the_log(text):
    logs.install()
    line: Any = {"event": "defect", "error": text}
    for process in structlog.get_config()["processors"]:
        line = process(None, "error", line)

    error = json.loads(line)["error"]
    assert "[number]" in error
    assert not any(part in error for part in ("1010519", "1381234"))


def test_a_row_the_database_refuses_is_not_logged():
    line: Any = {"error": "violates ck\nDETAIL:  Failing row (1, 王小明)\n[SQL: x]"}
    for process in structlog.get_config()["processors"]:
        line = process(None, "error", line)

    assert "王小明" not in line
    assert "[SQL: x]" in line


def test_a_failed_statement_is_logged_without_its_values(strict_app):
    assert strict_app.config["SQLALCHEMY_ENGINE_OPTIONS"]["hide_parameters"] is True
