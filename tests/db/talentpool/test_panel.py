"""The expert panel: own sheets, staying away, the trimmed mean."""

from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from ledger.log.services import SYSTEM
from talentpool.admission.models.experts import ExpertSheet
from talentpool.admission.queries.applications import list_claims
from talentpool.admission.rules.experts import bring_together, read_mark
from talentpool.admission.services import experts, review
from talentpool.admission.services.parties import ConflictError
from talentpool.standard.queries import read_shipped_text
from talentpool.standard.services import put_in_force
from tests.factories.accounts import NOW, make_user
from tests.factories.admission import actor_of, make_application, make_batch, send_in
from tests.factories.people import make_person, make_unit

MARKS = {"skill": "36", "merit": "25.5", "passing_on": "15", "conduct": "9"}


@pytest.fixture
def batch(session):
    return make_batch(session, steps=("district", "experts"))


@pytest.fixture
def panel(session, batch):
    users = [make_user(session, "pool_expert") for _ in range(6)]
    for user in users:
        experts.appoint(session, batch, user, actor=actor_of(user), now=NOW)
    return users


@pytest.fixture
def application(session, batch, panel):
    found = send_in(session, make_application(session, batch, claims=None))
    reviewer = make_user(session)
    for claim in list_claims(session, found.id):
        review.check_claim(
            session, found, claim, accepted=True, note="", user=reviewer, now=NOW
        )
    review.pass_step(session, found, "district", user=reviewer, now=NOW)
    return found


def sign(session, application, user, **marks):
    return experts.sign_sheet(
        session, application, marks=MARKS | marks, comment="", user=user, now=NOW
    )


def close(session, application, user, reason=""):
    return experts.close_panel(session, application, reason=reason, user=user, now=NOW)


@pytest.mark.parametrize(
    ("totals", "trim", "mean"),
    [
        pytest.param(["60", "70", "80", "90", "100"], 1, "80.00", id="one each side"),
        pytest.param(["60", "70", "80", "90", "100"], 2, "80.00", id="the middle one"),
        pytest.param(["1", "1", "2", "2", "2"], 0, "1.60", id="all"),
        pytest.param(["0", "1", "1", "0", "100"], 1, "0.67", id="half up, once"),
        pytest.param(["60", "70", "80", "90"], 1, None, id="too few"),
    ],
)
def test_sheets_are_brought_together_exactly(totals, trim, mean):
    result = bring_together(
        [Decimal(t) for t in totals], needed=5, trim=trim, pass_mark=60
    )

    assert result.mean == (None if mean is None else Decimal(mean))
    assert result.has_passed == (mean is not None and Decimal(mean) >= 60)


@pytest.mark.parametrize("text", ["41", "-1", "3.3", "x", "", "NaN", "1e9"])
def test_what_is_no_mark_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        read_mark(40, text)


def test_five_sheets_of_their_own_close_the_panel(session, application, panel):
    secretary = make_user(session)
    for user in panel[:4]:
        sign(session, application, user)
    with pytest.raises(experts.PanelIncompleteError):
        close(session, application, secretary)
    sign(session, application, panel[4], skill="0", merit="0")
    with pytest.raises(experts.SheetError):
        sign(session, application, panel[4])

    result = close(session, application, secretary)

    assert (result.count, result.mean) == (5, Decimal("85.50"))
    assert application.step == "decision"
    with pytest.raises(ConflictError):
        review.decide(
            session,
            application,
            pool_class="skilled",
            minute_number="1",
            reason="",
            user=panel[0],
            now=NOW,
        )


def test_weights_are_those_of_the_standard_the_batch_was_announced_by(session):
    text = read_shipped_text("city_posts")
    assert text is not None
    put_in_force(session, toml=text, actor=SYSTEM, now=NOW)
    batch = make_batch(session, steps=("district", "experts"))
    later = text.replace("max = 45", "max = 40").replace("max = 25", "max = 30")
    later = later.replace('version = "1.2"', 'version = "1.3"')
    put_in_force(session, toml=later, actor=SYSTEM, now=NOW)

    assert {c.code: c.most for c in experts.criteria_of(batch)} == {
        "skill": 45,
        "merit": 25,
        "passing_on": 20,
        "conduct": 10,
    }
    again = make_batch(session, steps=("district", "experts"))
    assert experts.criteria_of(again)[0].most == 40


@pytest.mark.parametrize(
    "marks", [{"skill": "45.5"}, {"merit": "26"}, {"other": "1"}], ids=str
)
def test_a_sheet_asks_for_what_its_standard_names(session, marks):
    text = read_shipped_text("city_posts")
    assert text is not None
    put_in_force(session, toml=text, actor=SYSTEM, now=NOW)
    batch = make_batch(session, steps=("district", "experts"))
    expert = make_user(session, "pool_expert")
    experts.appoint(session, batch, expert, actor=actor_of(expert), now=NOW)
    found = make_application(session, batch)
    found.person = make_person(session, unit=make_unit(session))
    found.district_code, found.occupation_code = "330602", "6-18-02-04"
    found.occupation_edition = 2022
    found.state, found.step, found.round = "running", "experts", 1
    session.flush()

    with pytest.raises(experts.SheetError):
        sign(session, found, expert, **marks)
    sheet = sign(session, found, expert, skill="45", merit="25")
    assert sheet.total == "94"


def test_below_the_marks_it_goes_on_with_a_reason_only(session, application, panel):
    for user in panel[:5]:
        sign(session, application, user, skill="1", merit="1")
    secretary = make_user(session)
    with pytest.raises(review.ReasonNeededError):
        close(session, application, secretary)

    close(session, application, secretary, reason="领导小组复议")

    assert application.step == "decision"


def test_who_stays_away_does_not_count(session, application, panel):
    for user in panel[:5]:
        sign(session, application, user)
    experts.recuse(session, application, reason="同门", user=panel[5], now=NOW)
    with pytest.raises(experts.SheetError):
        sign(session, application, panel[5])

    assert experts.result_of(session, application).count == 5


def test_own_unit_strangers_and_reviewers_have_no_sheet(session, application, panel):
    panel[0].unit = application.unit
    with pytest.raises(ConflictError) as refused:
        sign(session, application, panel[0])
    assert refused.value.codes == ("unit",)
    with pytest.raises(experts.NoExpertError):
        sign(session, application, make_user(session, "pool_expert"))
    somebody = make_user(session)
    with pytest.raises(experts.NoExpertError):
        experts.appoint(
            session, application.batch, somebody, actor=actor_of(somebody), now=NOW
        )


def test_a_signed_sheet_is_never_changed(session, application, panel):
    sign(session, application, panel[0])
    sheet = session.scalars(select(ExpertSheet)).one()

    sheet.total = "100"

    with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
        session.flush()
