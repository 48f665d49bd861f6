import pytest

from accounts.roles.queries import list_grants
from accounts.users.queries import find_by_username
from tests.factories.accounts import PASSWORD, make_user


def login(client, username, password=PASSWORD, **more):
    return client.post(
        "/login", data={"username": username, "password": password, **more}
    )


def test_signing_in_leads_to_the_desk(client, session):
    user = make_user(session)

    response = login(client, user.username.upper())

    assert response.status_code == 302
    assert response.location == "/desk"
    assert client.get("/desk").status_code == 200


def test_signing_in_leads_back_to_where_one_wanted_to_go(client, session):
    user = make_user(session)

    response = login(client, user.username, next="/account")

    assert response.location == "/account"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\e"])
def test_signing_in_never_leads_away(client, session, target):
    user = make_user(session)

    assert login(client, user.username, next=target).location == "/desk"


def test_a_wrong_password_and_an_unknown_name_look_alike(client, session):
    user = make_user(session)

    wrong = login(client, user.username, "wrong")
    unknown = login(client, "nobody", "wrong")

    assert wrong.status_code == unknown.status_code == 422
    strip = lambda r, name: r.text.replace(name, "")  # noqa: E731
    assert len(strip(wrong, user.username)) == len(strip(unknown, "nobody"))


def test_the_sixth_try_waits(client, session):
    user = make_user(session)
    for _ in range(5):
        login(client, user.username, "wrong")

    assert login(client, user.username).status_code == 429


def test_a_copied_cookie_is_dead_after_signing_out(client, session, sign_in):
    user = make_user(session)
    login(client, user.username)
    with client.session_transaction() as cookie:
        copy = dict(cookie)

    client.post("/logout")
    with client.session_transaction() as cookie:
        cookie.update(copy)

    assert client.get("/account").status_code == 302


def test_a_new_password_works_at_once(client, session, sign_in):
    user = make_user(session)
    sign_in(user)

    client.post(
        "/account",
        data={
            "current": PASSWORD,
            "password": "another long sentence",
            "again": "another long sentence",
        },
    )

    assert client.get("/account").status_code == 200
    client.post("/logout")
    assert login(client, user.username, "another long sentence").location == "/desk"


def test_the_language_is_remembered(client, session, sign_in):
    user = make_user(session)
    sign_in(user)

    client.post("/language/en", data={"next": "/account"})

    assert user.locale == "en"
    assert 'lang="en"' in client.get("/account").text


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("sys_admin", "/admin/users", 200),
        ("sys_admin", "/admin/users/new", 200),
        ("sys_admin", "/admin/roles", 403),
        ("security_admin", "/admin/roles", 200),
        ("security_admin", "/admin/tokens", 200),
        ("security_admin", "/admin/users", 403),
        ("judge", "/admin/users", 403),
        ("contestant", "/admin/tokens", 403),
    ],
)
def test_who_sees_which_page(client, session, sign_in, role, path, status):
    sign_in(make_user(session, role))

    assert client.get(path).status_code == status


def test_an_administrator_makes_a_user_and_another_gives_the_role(
    client, session, sign_in
):
    sign_in(make_user(session, "sys_admin"))
    client.post(
        "/admin/users/new",
        data={"username": "wang", "display_name": "王工", "password": PASSWORD},
    )
    made = find_by_username(session, "wang")
    assert made is not None

    sign_in(make_user(session, "security_admin"))
    client.post(
        f"/admin/roles/{made.uid}",
        data={"role": "committee", "scope_kind": "all", "scope_key": ""},
    )

    assert [g.role for g in list_grants(session, made.id)] == ["committee"]


def test_a_key_is_shown_once(client, session, sign_in):
    user = make_user(session, "hr_official")
    sign_in(make_user(session, "security_admin"))

    page = client.post(
        "/admin/tokens",
        data={
            "username": user.username,
            "name": "report",
            "permissions": ["pool.search"],
            "days": 30,
        },
    )

    assert "jc_" in page.text
    assert "jc_" not in client.get("/admin/tokens").text


def test_lists_cost_a_fixed_number_of_queries(client, session, sign_in, count_queries):
    sign_in(make_user(session, "sys_admin"))
    client.get("/admin/users")
    with count_queries() as few:
        client.get("/admin/users")
    for _ in range(12):
        make_user(session)

    with count_queries() as many:
        client.get("/admin/users")

    assert len(many) == len(few)


def test_an_empty_desk_leads_on_to_the_users_own_pages(client, session, sign_in):
    sign_in(make_user(session, "audit_admin"))

    main = client.get("/desk").text.partition("<main")[2]

    assert 'href="/admin/ledger"' in main


def test_roles_are_offered_by_name(client, session, sign_in):
    admin = make_user(session, "security_admin")
    sign_in(admin)

    page = client.get(f"/admin/roles/{admin.uid}").text

    assert '<option value="chief_judge">裁判长</option>' in page
