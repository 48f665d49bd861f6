"""The points of a dossier, with every line, on the dossier's page."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from extensions import LOCAL
from ledger.log.services import list_disagreements
from talentpool.admission.queries.applications import list_claims
from talentpool.admission.services.points import points_of_application
from talentpool.dossiers.services.merits import merits_of, points_of_craftsman
from tests.factories.accounts import make_user
from tests.factories.admission import CLAIMS, make_application, make_batch, send_in
from tests.factories.talentpool import make_craftsman, make_fact, make_pair


def test_a_dossier_shows_its_points_and_why(client, session, sign_in):
    today = datetime.now(UTC).astimezone(LOCAL).date()
    recent, old = today - timedelta(days=100), today - timedelta(days=2000)
    craftsman = make_craftsman(session)
    make_fact(session, craftsman, "competition", place=1, held_on=recent)
    make_fact(session, craftsman, "competition", place=2, held_on=old)
    make_fact(session, craftsman, "honour", awarded_on=recent)
    make_fact(session, craftsman, "honour", awarded_on=recent, level="district")
    make_fact(
        session, craftsman, "achievement", kind="patent", achieved_on=recent, role=""
    )
    make_fact(session, craftsman, "achievement", verified=False, achieved_on=recent)
    make_pair(session, craftsman, agreement_number="师徒-1", starts_on=recent)
    make_pair(session, craftsman, starts_on=recent)

    found = points_of_craftsman(session, craftsman, on=today)
    assert found is not None
    points = found[1]

    # First of a city 10, the higher honour 5, a patent 1, an apprentice by agreement 1.
    assert points.total == 17
    assert [line.reason for line in points.lines] == [
        *("counted", "outside_window"),
        *("counted", "not_highest"),
        *("counted", "no_evidence"),
        *("counted", "no_evidence"),
    ]
    sign_in(make_user(session, "hr_official"))
    page = client.get(f"/pool/craftsmen/{craftsman.uid}").text
    assert "17 分" in page
    assert "11.3.3" in page


def test_an_applications_points_are_by_the_standard_of_its_batch(
    client, session, sign_in
):
    today = datetime.now(UTC).astimezone(LOCAL).date()
    craftsman = make_craftsman(session)
    make_fact(
        session, craftsman, "competition", held_on=today - timedelta(days=9), place=1
    )
    claims = CLAIMS | {"competitions": "nation:1:30"}
    application = make_application(
        session, make_batch(session), person=craftsman.person, claims=claims
    )
    send_in(session, application)
    now = datetime.now(UTC)

    found = points_of_application(session, application, now)
    assert found is not None
    _model, points = found

    assert points.total == 10
    assert [line.reason for line in points.lines] == ["counted", "no_evidence"]
    sign_in(make_user(session, "pool_officer"))
    assert "10 分" in client.get(f"/pool/reviews/{application.uid}").text


def test_a_claimed_place_with_its_day_counts_once_it_is_verified(session):
    now = datetime.now(UTC)
    recent = now.astimezone(LOCAL).date() - timedelta(days=30)
    claims = CLAIMS | {"competitions": f"city:2:30:{recent}"}
    application = make_application(session, make_batch(session), claims=claims)
    send_in(session, application)
    listed = list_claims(session, application.id)
    claim = next(claim for claim in listed if claim.field == "competitions")

    def total():
        found = points_of_application(session, application, now)
        assert found is not None
        return found[1].total

    assert total() == 0
    claim.state, claim.checked_at, claim.checked_by = "verified", now, "user:x"
    session.flush()

    assert total() == 8


def test_level_and_rank_of_an_achievement_count(session):
    craftsman = make_craftsman(session)
    day = date(2026, 3, 1)
    stated = {"achieved_on": day, "role": "第9完成人"}
    make_fact(
        session, craftsman, "achievement", level="nation", author_rank=2, **stated
    )
    make_fact(session, craftsman, "achievement", level="city", **stated)

    found = points_of_craftsman(session, craftsman, on=date(2026, 5, 1))
    assert found is not None

    # The published table: national, second author 12; a prefecture's, others 3.2.
    assert [line.worth for line in found[1].lines] == [12, Fraction("3.2")]
    assert list_disagreements(session) == []


def test_the_authors_rank_is_read_from_the_role(session):
    craftsman = make_craftsman(session)
    make_fact(session, craftsman, "achievement", role="第2完成人")
    make_fact(session, craftsman, "achievement", role="参与")

    assert [merit.rank for merit in merits_of(session, craftsman)] == [2, 99]
