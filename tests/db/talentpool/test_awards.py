"""Award rounds: nominated, marked apart, ranked by the engine, decided by a second."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from ledger.log.models import LedgerEntry
from talentpool.dossiers.models import HonourAward
from talentpool.dossiers.services.facts import correct_fact
from talentpool.growth.queries import awards as queries
from talentpool.growth.services import awards, juries, prizes
from talentpool.growth.services import innovations as projects
from talentpool.growth.services.awards import (
    AwardError,
    AwardStateError,
    RefusedNominationError,
)
from tests.factories.accounts import make_user
from tests.factories.awards import (
    by,
    make_jury,
    make_round,
    nominated,
    sign,
    verified_project,
)
from tests.factories.growth import make_project, part_of
from tests.factories.people import make_person, make_unit
from tests.factories.talentpool import NOW, make_craftsman, make_fact, make_pair


@pytest.fixture
def opener(session):
    return make_user(session)


@pytest.fixture
def award(session, opener):
    return make_round(session, opener=opener)


def begun(session, award, *, count=2, experts=5):
    """Nominate so many projects and begin the marking; return them and the jury."""
    found = [nominated(session, award) for _ in range(count)]
    jury = make_jury(session, award, experts)
    awards.begin_scoring(session, award, reason="全部到齐", by=by(make_user(session)))
    return found, jury


def closed(session, award, *totals):
    """Bring a round to its closed marking; totals: one per project."""
    found, jury = begun(session, award, count=len(totals))
    for nomination, total in zip(found, totals, strict=True):
        for user in jury:
            sign(session, nomination, user, total)
    juries.close_scoring(session, award, by=by(make_user(session)))
    return found


def honours(session, nomination):
    return session.scalars(
        select(HonourAward)
        .where(
            HonourAward.project_uid == nomination.innovation.uid, HonourAward.is_current
        )
        .order_by(HonourAward.id)
    ).all()


def test_awards_stand_in_the_dossiers_of_all_with_their_roles(session, award):
    project = verified_project(session)
    part_of(project, make_craftsman(session), "participant")
    first, second, third = (nominated(session, award, p) for p in (project, None, None))
    jury = make_jury(session, award)
    awards.begin_scoring(session, award, reason="到齐", by=by(make_user(session)))
    for nomination, total in ((first, 90), (second, 80), (third, 50)):
        for user in jury:
            sign(session, nomination, user, total)
    juries.close_scoring(session, award, by=by(make_user(session)))
    prizes.publish(session, award, document="〔2026〕8号", by=by(make_user(session)))

    assert [(n.rank, n.total, n.prize, n.state) for n in (first, second, third)] == [
        (1, "90", "一等奖", "awarded"),
        (2, "80", "二等奖", "awarded"),
        (3, "50", "", "unawarded"),
    ]
    lead, mate = honours(session, first)
    assert (lead.name, lead.level, lead.state) == (
        "职工技术创新成果奖 · 一等奖",
        "city",
        "verified",
    )
    assert (lead.role, mate.role) == ("lead", "participant")
    assert (lead.given_for, lead.document) == (project.title, "〔2026〕8号")
    assert honours(session, third) == []
    actions = session.scalars(
        select(LedgerEntry.action)
        .where(LedgerEntry.subject == f"award:{award.uid}")
        .order_by(LedgerEntry.seq)
    ).all()
    assert [a for a in actions if a != "award.expert_appointed"] == [
        "award.opened",
        *["award.nominated"] * 3,
        "award.scoring_begun",
        *["award.sheet_signed"] * 15,
        "award.scoring_closed",
        "award.published",
    ]


def test_published_results_are_the_engines_again(session, award):
    found = closed(session, award, 90, 80)
    prizes.publish(session, award, document="", by=by(make_user(session)))

    ranking = prizes.rank(session, award)

    assert [(n.rank, n.prize) for n, _ in ranking.lines] == [
        (r.rank, r.award) for _, r in ranking.lines
    ]
    tree = prizes.explain(ranking, found[0])
    sums = tree["components"][0]["sums"]
    assert len({line["judge"] for line in sums}) == 5
    assert tree["award"]["award"] == "一等奖"


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"state": "submitted"}, ["unconfirmed"]),
        ({"kind": "invention"}, ["kind"]),
        ({"finished_on": (NOW - timedelta(days=800)).date()}, ["period"]),
    ],
)
def test_what_is_not_admitted_is_told(session, award, values, codes):
    project = make_project(
        session, make_craftsman(session), **({"state": "verified"} | values)
    )

    with pytest.raises(RefusedNominationError) as refused:
        nominated(session, award, project)

    assert list(refused.value.codes) == codes


def test_nobody_is_nominated_twice_late_or_from_elsewhere(session, award):
    first = nominated(session, award)
    with pytest.raises(RefusedNominationError) as twice:
        nominated(session, award, first.innovation)
    with pytest.raises(RefusedNominationError) as late:
        nominated(session, award, now=NOW + timedelta(days=11))
    far = make_round(session, district_code="330681")
    with pytest.raises(RefusedNominationError) as elsewhere:
        nominated(session, far)

    assert [list(e.value.codes) for e in (twice, late, elsewhere)] == [
        ["twice"],
        ["window"],
        ["place"],
    ]
    awards.withdraw(session, first, reason="材料不全", by=by(make_user(session)))
    assert nominated(session, award, first.innovation) is first


def test_one_award_of_a_level(session, award):
    first, _second = closed(session, award, 90, 50)
    prizes.publish(session, award, document="", by=by(make_user(session)))
    same, other = make_round(session), make_round(session, level="province")

    with pytest.raises(RefusedNominationError) as refused:
        nominated(session, same, first.innovation)

    assert refused.value.codes == ("taken",)
    assert nominated(session, other, first.innovation).state == "nominated"


def test_a_project_competes_in_one_round_of_a_level_at_a_time(session, award):
    first = nominated(session, award)
    beside = make_round(session, name="职工发明奖")

    with pytest.raises(RefusedNominationError) as refused:
        nominated(session, beside, first.innovation)

    assert refused.value.codes == ("taken",)
    awards.cancel(session, award, reason="预算取消", by=by(make_user(session)))
    assert nominated(session, beside, first.innovation).state == "nominated"


def test_own_work_own_unit_mentors_and_apprentices_stay_away(session, award):
    unit = make_unit(session)
    lead = make_craftsman(session, person=make_person(session, unit=unit))
    mentor, pupil = make_craftsman(session), make_person(session)
    make_pair(session, mentor, apprentice=lead.person)
    make_pair(session, lead, apprentice=pupil)
    project = verified_project(session, lead=lead)
    recorder = make_user(session, "pool_expert")
    project.recorded_by = recorder.uid
    nomination = nominated(session, award, project)
    experts = {
        "party:nominee": make_user(session, "pool_expert", person=lead.person),
        "party:submitter": recorder,
        "unit": make_user(session, "pool_expert", unit=unit),
        "mentor": make_user(session, "pool_expert", person=mentor.person),
    }
    apprentice = make_user(session, "pool_expert", person=pupil)
    office = by(make_user(session))
    for user in (*experts.values(), apprentice):
        juries.appoint(session, award, user, by=office)
    awards.begin_scoring(session, award, reason="到齐", by=office)

    for code, user in experts.items():
        assert code in juries.hindrances(session, nomination, user), code
        with pytest.raises(juries.StayAwayError):
            sign(session, nomination, user, 80)
    assert juries.hindrances(session, nomination, apprentice) == ["mentor"]
    assert juries.hindrances(session, nomination, make_user(session)) == []


def test_five_sheets_with_marks_are_needed_for_each_project(session, award):
    [nomination], jury = begun(session, award, count=1)
    office = by(make_user(session))
    for user in jury[:4]:
        sign(session, nomination, user, 80)
    juries.stay_away(session, nomination, reason="合作单位", by=by(jury[4]))
    with pytest.raises(AwardError):
        juries.close_scoring(session, award, by=office)

    [late] = make_jury(session, award, 1)[5:]
    with pytest.raises(AwardError):
        juries.close_scoring(session, award, by=office)
    sign(session, nomination, late, 80)
    juries.close_scoring(session, award, by=office)

    assert award.state == "closed"


def test_everybody_signs_before_the_marking_is_closed(session, award):
    [nomination], jury = begun(session, award, count=1, experts=6)
    for user in jury[:5]:
        sign(session, nomination, user, 80)

    with pytest.raises(AwardError) as refused:
        juries.close_scoring(session, award, by=by(make_user(session)))

    assert jury[5].display_name in refused.value.message


def test_a_sheet_is_signed_once_by_who_sits_there(session, award):
    [nomination], jury = begun(session, award, count=1)
    sheet = sign(session, nomination, jury[0], 80)

    for user in (jury[0], make_user(session, "pool_expert")):
        with pytest.raises(AwardError):
            sign(session, nomination, user, 70)
    for marks in ({}, {**dict.fromkeys(("N1", "N2", "B1", "B2", "S1", "S2"), "99")}):
        with pytest.raises(AwardError):
            juries.sign_sheet(
                session, nomination, marks=marks, comment="", by=by(jury[1])
            )
    with pytest.raises(DatabaseError), session.begin_nested():
        session.execute(
            text("update award_sheet set marks = '{}' where id = :id"), {"id": sheet.id}
        )


def test_nobody_sees_a_ranking_before_the_marking_is_closed(session, award):
    [nomination], jury = begun(session, award, count=1)
    sign(session, nomination, jury[0], 80)

    with pytest.raises(AwardStateError):
        prizes.rank(session, award)


def test_a_tie_over_the_last_place_is_decided_with_a_reason(session, award):
    one, two, three = closed(session, award, 80, 80, 70)
    office, second = by(make_user(session)), by(make_user(session))
    with pytest.raises(AwardError):
        prizes.publish(session, award, document="", by=second)
    with pytest.raises(AwardError):
        prizes.decide_tie(
            session, award, {one.uid: 1, two.uid: 1}, reason="推广面", by=office
        )
    with pytest.raises(AwardStateError):
        prizes.decide_tie(
            session, award, {one.uid: 1, three.uid: 2}, reason="推广面", by=office
        )

    prizes.decide_tie(
        session, award, {one.uid: 2, two.uid: 1}, reason="推广面更广", by=office
    )
    prizes.publish(session, award, document="", by=second)

    assert [(n.rank, n.prize) for n in (one, two, three)] == [
        (2, "二等奖"),
        (1, "一等奖"),
        (3, ""),
    ]
    assert one.tie_reason == "推广面更广"


def test_a_second_person_decides(session, award, opener):
    nomination, *_ = closed(session, award, 90)
    member = make_user(session, person=nomination.innovation.shares[0].craftsman.person)
    expert = queries.list_experts(session, award.id)[0].user

    for user in (opener, member, expert):
        with pytest.raises(AwardError):
            prizes.publish(session, award, document="", by=by(user))

    assert award.state == "closed"
    assert honours(session, nomination) == []


def test_wrong_states_are_refused(session, award):
    office = by(make_user(session))
    [nomination], jury = begun(session, award, count=1)
    steps = {
        "nominating": lambda: nominated(session, award),
        "withdrawing": lambda: awards.withdraw(
            session, nomination, reason="x", by=office
        ),
        "beginning": lambda: awards.begin_scoring(
            session, award, reason="x", by=office
        ),
        "deciding": lambda: prizes.publish(session, award, document="", by=office),
        "taking back": lambda: prizes.take_back(
            session, nomination, reason="x", by=office
        ),
    }

    for name, step in steps.items():
        with pytest.raises(AwardStateError):
            pytest.fail(f"{name}: {step()}")
    awards.cancel(session, award, reason="预算取消", by=office)
    with pytest.raises(AwardStateError):
        sign(session, nomination, jury[0], 80)
    assert (award.state, award.reason) == ("cancelled", "预算取消")


def test_the_marking_begins_with_five_experts_a_project_and_a_reason(session, award):
    office = by(make_user(session))

    def begin(reason="到齐", who=office):
        awards.begin_scoring(session, award, reason=reason, by=who)

    with pytest.raises(AwardError):
        begin()  # nobody
    make_jury(session, award, 5)
    with pytest.raises(AwardError):
        begin()  # nothing
    nominated(session, award)
    with pytest.raises(AwardError):
        begin("")  # too early without a reason
    begin("", by(office.user, NOW + timedelta(days=11)))

    assert award.state == "scoring"


def test_what_is_taken_back_is_disputed(session, award):
    first, second = closed(session, award, 90, 80)
    prizes.publish(session, award, document="", by=by(make_user(session)))
    [honour] = honours(session, second)
    new = correct_fact(
        session,
        honour,
        values={"name": "创新奖 · 二等奖"},
        reason="名称更正",
        actor=by(make_user(session)).actor,
        now=NOW,
        verified=True,
    )
    office = by(make_user(session))

    prizes.take_back(session, second, reason="造假", by=office)
    projects.revoke(session, first.innovation, reason="效益不实", by=office)

    assert (new.project_uid, new.role, new.state) == (
        second.innovation.uid,
        "lead",
        "disputed",
    )
    assert [fact.state for fact in honours(session, first)] == ["disputed"]
    assert (first.state, second.state) == ("taken_back", "taken_back")


def test_a_project_that_is_taken_back_leaves_the_round(session, award):
    one, two = begun(session, award)[0]
    projects.revoke(
        session, one.innovation, reason="效益不实", by=by(make_user(session))
    )

    assert queries.list_standing(session, award) == [two]


def test_an_award_a_dossier_has_by_hand_is_linked_and_not_doubled(session, award):
    project = verified_project(session)
    old = make_fact(
        session,
        project.shares[0].craftsman,
        "honour",
        name="职工技术创新成果奖 · 一等奖",
    )
    nomination = nominated(session, award, project)
    jury = make_jury(session, award)
    awards.begin_scoring(session, award, reason="到齐", by=by(make_user(session)))
    for user in jury:
        sign(session, nomination, user, 90)
    juries.close_scoring(session, award, by=by(make_user(session)))
    prizes.publish(session, award, document="", by=by(make_user(session)))

    [honour] = honours(session, nomination)
    assert (honour.supersedes_id, old.is_current) == (old.id, False)
