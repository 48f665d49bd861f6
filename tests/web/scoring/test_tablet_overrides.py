"""The panel's tablets on the overview: named, lost, passed over by two persons."""

from datetime import UTC, datetime

import pytest

from scoring.tablets.models import Tablet, TabletOverride
from tests.factories.scoring import make_marked_event
from tests.factories.tablets import tell


@pytest.fixture
def marked(session):
    marked = make_marked_event(session, works=1)
    marked.now = datetime.now(UTC)
    tell(marked, "J2", "a", head=3, waiting=3)
    return marked


def test_two_persons_pass_a_tablet_over_on_the_overview(
    client, session, marked, sign_in
):
    base = f"/events/{marked.event.uid}"
    sign_in(marked.judge("J1"))
    assert "3 条评分或照片未送达" in client.get(f"{base}/marks").text
    for what, more in (
        ("name", {"name": "平板 A7"}),
        ("lost", {"reason": "找不到"}),
        ("override", {"reason": "找不到", "sheet": "S-07"}),
    ):
        client.post(f"{base}/tablets/{what}", data={"device": "a", **more})
    page = client.get(f"{base}/marks").text
    override = session.query(TabletOverride).one()
    url = f"{base}/tablets/override/{override.uid}/confirm"

    own = client.post(url)
    sign_in(marked.supervisor)
    assert "平板" in client.get("/desk").text
    other = client.post(url)

    assert "平板 A7" in page
    assert "已标记为丢失" in page
    assert own.status_code == 409
    assert other.status_code == 302
    assert session.query(TabletOverride).one().confirmed_by == marked.supervisor.uid
    assert session.query(Tablet).one().lost_reason == "找不到"
    assert "两人担保" in client.get(f"{base}/marks").text


def test_what_is_missing_in_a_form_is_told_and_nothing_kept(
    client, session, marked, sign_in
):
    sign_in(marked.judge("J1"))
    for what in ("name", "lost", "override"):
        answer = client.post(
            f"/events/{marked.event.uid}/tablets/{what}", data={"device": "a"}
        )
        assert answer.status_code == 302

    assert session.query(TabletOverride).all() == []
    assert session.query(Tablet).one().lost_at is None
