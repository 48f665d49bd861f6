"""The door for badges, what opens behind it, and the pages that make and end them."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from accounts.badges.models import Badge
from accounts.roles.rules import Scope
from accounts.sessions.models import SignIn
from tests.factories.accounts import PASSWORD, make_user
from tests.factories.badges import make_badge
from tests.factories.scoring import make_marked_event
from tests.papers import page_texts

JSON = {"Accept": "application/json"}


@pytest.fixture
def marked(session):
    return make_marked_event(session, works=2)


@pytest.fixture
def made(session, marked):
    made = make_badge(session, marked.judge("J2"), now=datetime.now(UTC))
    session.commit()
    return made


def show(client, made, **changes):
    body = {"badge": made.secret, "pin": made.pin} | changes
    return client.post("/badge", data=body)


def test_the_browser_is_marked_when_a_badge_opened_something_there(client, made):
    door = client.get("/badge?next=/judging")
    answer = show(client, made)

    assert door.status_code == 200
    assert "device=" not in str(door.headers)
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if "device=" in c)
    for part in ("HttpOnly", "SameSite=Strict", "Max-Age=34560000", "Path=/"):
        assert part in cookie


def test_under_https_the_browsers_mark_is_never_sent_in_clear(app, client, made):
    app.config["SESSION_COOKIE_SECURE"] = True
    try:
        body = {"badge": made.secret, "pin": made.pin}
        answer = client.post("/badge", data=body, base_url="https://localhost")
    finally:
        app.config["SESSION_COOKIE_SECURE"] = False

    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if "device=" in c)
    assert cookie.startswith("__Host-device=")
    assert "Secure" in cookie


def test_a_badge_opens_the_marking_pages_and_nothing_else(client, marked, made):
    event = marked.event.uid
    # The chief's own rights are not the badge's; nor are those of anybody signed in.
    opened = ["/judging", f"/judging/{event}", f"/judging/{event}/sheet.json"]
    closed = [
        "/account",
        f"/events/{event}/marks",
        "/admin/users",
        f"/events/{event}/judges",
    ]

    entered = show(client, made)

    assert (entered.status_code, entered.location) == (302, "/judging/app")
    assert [client.get(url).status_code for url in opened] == [200] * 3
    assert {client.get(url).status_code for url in closed} <= {403, 404}
    assert client.get("/desk").location == "/judging/app"
    assert client.post("/account/sign-ins/end").status_code == 403


def test_a_chief_judge_by_badge_only_marks(client, session, marked):
    made = make_badge(session, marked.judge("J1"), now=datetime.now(UTC))
    event = marked.event.uid
    show(client, made)

    by_badge = client.get(f"/events/{event}/marks").status_code
    client.post("/logout")
    name = marked.judge("J1").username
    client.post("/login", data={"username": name, "password": PASSWORD})

    assert by_badge == 403
    assert client.get(f"/events/{event}/marks").status_code == 200


def test_the_script_gets_its_answer_as_json(client, made):
    body = {"badge": made.code, "pin": made.pin, "next": "/judging?x=1"}

    answer = client.post("/badge", data=body, headers=JSON)

    assert answer.get_json() == {"judge": made.badge.user.uid, "next": "/judging?x=1"}


def test_nobody_is_led_away(client, made):
    assert show(client, made, next="https://evil.example/").location == "/judging/app"


def test_refusals_say_the_same_and_what_to_do(client, session, made):
    wrong = f"{(int(made.pin) + 1) % 1_000_000:06}"
    ended = make_badge(session, make_user(session, "judge"), now=datetime.now(UTC))
    ended.badge.revoked_at = datetime.now(UTC)
    session.commit()

    answers = [
        client.post("/badge", data={"badge": badge, "pin": pin}, headers=JSON)
        for badge, pin in [
            (made.secret, wrong),
            ("A" * 26, made.pin),
            (ended.secret, ended.pin),
        ]
    ]

    assert {(a.status_code, a.text) for a in answers} == {
        (422, answers[0].text),
    }
    assert show(client, made, pin="12").status_code == 422


def test_another_tablet_is_told_so_and_asks(client, session, app, made):
    show(client, made)
    other = app.test_client()
    other.test_session = session

    answer = other.post("/badge", data={"badge": made.secret, "pin": made.pin})

    assert answer.status_code == 409
    assert "另一台平板" in answer.text
    assert session.get(Badge, made.badge.id).asked_at is not None


def test_a_tablet_that_knew_a_badge_is_led_to_the_door_again(client, session, made):
    assert client.get("/judging").location == "/login?next=/judging?"

    show(client, made)
    made.badge.revoked_at = datetime.now(UTC)
    session.execute(update(SignIn).values(revoked_at=datetime.now(UTC)))
    session.commit()

    assert client.get("/judging").location == "/badge?next=/judging?"


def test_the_committee_prints_allows_and_revokes(client, session, sign_in, marked):
    session.commit()
    url = f"/events/{marked.event.uid}/badges"
    days = {"first": "2026-06-20", "last": "2026-06-21"}
    sign_in(marked.committee)

    pdf = client.post(url, data=days)
    badges = session.scalars(select(Badge).order_by(Badge.id)).all()
    again = client.post(url, data=days)

    assert pdf.mimetype == "application/pdf"
    [page] = page_texts(pdf.data)
    assert marked.judge("J1").display_name in page
    assert [badge.label for badge in badges] == list(marked.seats)
    assert {badge.scope for badge in badges} == {f"event:{marked.event.uid}"}
    assert again.status_code == 302
    assert session.scalars(select(Badge)).all() == badges

    client.post(f"{url}/{badges[0].uid}/allow")
    client.post(f"{url}/{badges[0].uid}/revoke")
    assert badges[0].revoked_at is not None
    assert client.get(url).status_code == 200

    client.post(url, data=days | {"seat": marked.seats["J2"].uid})
    assert badges[1].revoked_at is not None


def test_days_that_cannot_be_make_no_badge(client, session, sign_in, marked):
    session.commit()
    sign_in(marked.committee)
    url = f"/events/{marked.event.uid}/badges"

    for first, last in [("2026-06-20", "2026-06-19"), ("2026-06-20", "2026-08-20")]:
        client.post(url, data={"first": first, "last": last})

    assert session.scalar(select(Badge)) is None


def test_a_badge_of_another_event_is_not_reached(client, session, sign_in, marked):
    made = make_badge(session, marked.judge("J2"), scope="event:of-somebody-else")
    session.commit()
    sign_in(marked.committee)

    for verb in ("allow", "revoke"):
        url = f"/events/{marked.event.uid}/badges/{made.badge.uid}/{verb}"
        assert client.post(url).status_code == 404


def test_the_list_costs_as_much_for_many(
    client, session, sign_in, marked, count_queries
):
    sign_in(marked.committee)
    session.commit()
    url = f"/events/{marked.event.uid}/badges"
    client.get(url)
    with count_queries() as bare:
        client.get(url)
    scope = f"event:{marked.event.uid}"
    for seat in marked.seats.values():
        make_badge(session, seat.user, scope=scope)
    session.commit()

    with count_queries() as queries:
        client.get(url)

    assert len(queries) == len(bare)


def test_the_security_administrator_makes_one_for_any_user(client, session, sign_in):
    judge = make_user(session, "judge", username="any.judge")
    admin = make_user(session, "security_admin", scope=Scope("all"))
    session.commit()
    sign_in(admin)
    body = {"label": "试用", "first": "2026-06-20", "last": "2026-06-20"}

    unknown = client.post("/admin/badges", data=body | {"username": "nobody"})
    pdf = client.post("/admin/badges", data=body | {"username": "any.judge"})
    badge = session.scalar(select(Badge))

    assert unknown.status_code == 200
    assert pdf.mimetype == "application/pdf"
    assert badge.user is judge
    client.post(f"/admin/badges/{badge.uid}/allow")
    client.post(f"/admin/badges/{badge.uid}/revoke")
    assert badge.revoked_at is not None
    assert client.get("/admin/badges").status_code == 200
