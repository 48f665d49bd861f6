"""Lists of events, seats and results cost the same for one event and for several."""

import pytest

from accounts.roles.rules import Scope
from tests.factories.accounts import make_user
from tests.factories.scoring import make_marked_event

CITY = Scope("district", "330600")
ROLES = {
    "/results": "",
    "/desk": "supervisor",
    "/panels": "supervisor",
    "/checkin": "checkin_officer",
    "/codes": "coding_officer_1",
    "/competitions": "committee",
}


def make_round(session):
    """One event being marked, one locked and one published."""
    make_marked_event(session)
    for last in ("lock", "publish"):
        made = make_marked_event(session)
        made.fill()
        made.sign_all()
        made.lock()
        if last == "publish":
            made.decode()
            made.publish()
    session.flush()


@pytest.mark.parametrize("path", sorted(ROLES))
def test_a_list_costs_a_fixed_number_of_queries(
    client, session, sign_in, count_queries, path
):
    role = ROLES[path]
    sign_in(make_user(session, *([role] if role else []), scope=CITY))
    make_round(session)
    client.get(path)
    with count_queries() as few:
        assert client.get(path).status_code == 200
    make_round(session)

    with count_queries() as many:
        client.get(path)

    assert len(many) == len(few), "\n".join(many)
