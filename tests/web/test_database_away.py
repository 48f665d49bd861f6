"""When the database does not answer, the page says so, and does not fall over."""

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
