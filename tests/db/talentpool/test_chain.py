"""The chain of reviews, the notice and its objections, the entry."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM, list_disagreements
from people.consent.services import give_consent, withdraw_consent
from people.workdays.services import WorkdayTableMissingError
from talentpool.admission.models.applications import Application, Claim
from talentpool.admission.models.notices import Objection
from talentpool.admission.queries import applications as queries
from talentpool.admission.queries.notices import find_notice
from talentpool.admission.services import decide as direct
from talentpool.admission.services import objections, review, submit, take
from talentpool.admission.services.drafts import ClaimValues
from talentpool.admission.services.enter import ObjectionOpenError, enter
from talentpool.admission.services.notices import (
    GuardianNeededError,
    lines_shown,
    publish,
)
from talentpool.admission.services.parties import ConflictError, actor_of
from talentpool.admission.services.propose import propose
from talentpool.dossiers.models import SkillCertificate
from talentpool.dossiers.rules import is_certificate_number
from tests.factories.accounts import NOW, make_user
from tests.factories.admission import make_application, make_batch, send_in
from tests.factories.competition import make_entry, make_event
from tests.factories.people import make_person, make_unit
from tests.factories.talentpool import publication

# Published on the eve of National Day 2026: 1 to 7 October are off, the Saturday 10th
# is worked instead; so five working days end on Monday the 12th.
EVE = datetime(2026, 9, 30, 2, 0, tzinfo=UTC)


@pytest.fixture
def batch(session):
    return make_batch(session, closes_on=NOW.date() + timedelta(days=300))


@pytest.fixture
def application(session, batch):
    return send_in(session, make_application(session, batch))


@pytest.fixture
def office(session):
    """Return somebody new for each step."""
    return lambda: make_user(session)


def verify_all(session, application, user, now=NOW):
    for claim in queries.list_claims(session, application.id):
        review.check_claim(
            session, application, claim, accepted=True, note="", user=user, now=now
        )


def pass_level(session, application, user, now=NOW):
    verify_all(session, application, user, now)
    review.pass_step(session, application, application.step, user=user, now=now)


def decide(session, application, user, now=NOW, **more):
    values = {"pool_class": "skilled", "minute_number": "〔2026〕7号", "reason": ""}
    review.decide(session, application, user=user, now=now, **(values | more))


def to_notice(session, application, office, now=NOW):
    """Bring an application to its notice; return the notice and its publisher."""
    pass_level(session, application, office(), now)
    pass_level(session, application, office(), now)
    decide(session, application, office(), now)
    publisher = office()
    notice = publish(
        session,
        application.batch,
        [application],
        contact="0575-8000",
        user=publisher,
        now=now,
    )
    return find_notice(session, notice.uid), publisher


def object_to(session, notice, now=NOW):
    content = objections.Content(name="何平", contact="138", text="材料不实")
    return objections.file_objection(
        session, notice, 0, kind="named", content=content, attachment=None, now=now
    )


def test_the_whole_way_ends_with_a_certificate(session, application, office):
    notice, publisher = to_notice(session, application, office, EVE)
    assert (notice.first_day.isoformat(), notice.last_day.isoformat()) == (
        "2026-09-30",
        "2026-10-12",
    )
    on_last_day = datetime(2026, 10, 12, 15, 59, tzinfo=UTC)  # 23:59 here
    with pytest.raises(review.NoticeRunningError):
        enter(session, application, user=publisher, now=on_last_day)

    after = on_last_day + timedelta(minutes=1)
    craftsman = enter(session, application, user=publisher, now=after)

    assert (application.state, application.step) == ("admitted", "entry")
    assert is_certificate_number(craftsman.certificate_number)
    assert craftsman.entered_on.isoformat() == "2026-10-13"
    fact = session.scalars(select(SkillCertificate)).one()
    assert (fact.level_code, fact.state) == ("L5", "verified")
    assert list(list_disagreements(session)) == []


def test_nothing_is_passed_out_of_order(session, application, office):
    with pytest.raises(review.OutOfOrderError):
        review.pass_step(session, application, "city", user=office(), now=NOW)
    with pytest.raises(review.OutOfOrderError):
        decide(session, application, office())
    with pytest.raises(review.OutOfOrderError):
        publish(
            session,
            application.batch,
            [application],
            contact="x",
            user=office(),
            now=NOW,
        )
    with pytest.raises(review.OutOfOrderError):
        enter(session, application, user=office(), now=NOW)
    with pytest.raises(review.UncheckedError):
        review.pass_step(session, application, "district", user=office(), now=NOW)


def test_a_step_is_due_in_working_days(session, batch):
    submitted = send_in(session, make_application(session, batch, now=EVE), now=EVE)

    # Ten working days from 30 September 2026 on.
    assert submitted.due_on.isoformat() == "2026-10-19"


def test_each_step_has_hands_of_its_own(session, application, office):
    reviewer = office()
    pass_level(session, application, reviewer)

    with pytest.raises(ConflictError):
        review.pass_step(session, application, "city", user=reviewer, now=NOW)
    pass_level(session, application, office())
    with pytest.raises(ConflictError):
        decide(session, application, reviewer)
    decider = office()
    decide(session, application, decider)
    with pytest.raises(ConflictError):
        publish(
            session,
            application.batch,
            [application],
            contact="x",
            user=decider,
            now=NOW,
        )


def test_reviewers_stay_away_from_their_own_unit(session, application):
    colleague = make_user(session, unit=application.unit)

    with pytest.raises(ConflictError) as refused:
        review.pass_step(session, application, "district", user=colleague, now=NOW)

    assert refused.value.codes == ("unit",)


def test_returned_to_an_earlier_step_and_checked_again_by_the_same_office(
    session, application, office
):
    county, city = office(), office()
    pass_level(session, application, county)
    with pytest.raises(review.ReasonNeededError):
        review.return_to(
            session, application, "district", reason="", user=city, now=NOW
        )
    with pytest.raises(review.OutOfOrderError):
        review.return_to(session, application, "notice", reason="x", user=city, now=NOW)

    review.return_to(
        session, application, "district", reason="补工会证明", user=city, now=NOW
    )

    assert (application.state, application.step) == ("running", "district")
    pass_level(session, application, county)
    pass_level(session, application, city)
    assert application.step == "decision"


def test_returned_to_the_applicant_and_sent_again(session, application, office):
    reviewer = office()
    [claim, *_more] = queries.list_claims(session, application.id)
    with pytest.raises(review.ReasonNeededError):
        review.check_claim(
            session, application, claim, accepted=False, note="", user=reviewer, now=NOW
        )
    review.check_claim(
        session,
        application,
        claim,
        accepted=False,
        note="看不清",
        user=reviewer,
        now=NOW,
    )

    review.return_to(
        session, application, "", reason="重新上传", user=reviewer, now=NOW
    )
    assert (application.state, application.reason) == ("returned", "重新上传")
    with pytest.raises(submit.IncompleteError):  # a refused claim counts as none
        send_in(session, application)
    claim.state, claim.checked_by = "claimed", ""
    send_in(session, application)

    assert (application.round, application.step) == (2, "district")
    assert len(queries.list_snapshots(session, application.id)) == 2


def test_a_decision_against_the_verdict_gives_its_reason(session, batch, office):
    claims = {
        "employment": "in_service",
        "post_kind": "operator",
        "front_line": "no",
        "union_member": "yes",
        "law_abiding": "yes",
        "years_in_trade": "2012-07-01",
        "certificate_rank": "5",
    }
    application = send_in(session, make_application(session, batch, claims=claims))
    pass_level(session, application, office())
    pass_level(session, application, office())
    assert application.outcome == "inadmissible"

    decider = office()
    with pytest.raises(review.ReasonNeededError):
        decide(session, application, decider)
    decide(session, application, decider, reason="特殊贡献")

    assert application.step == "notice"


def test_an_objection_suspends_the_entry_until_its_outcome(
    session, application, office
):
    notice, publisher = to_notice(session, application, office)
    after = NOW + timedelta(days=30)
    objection = object_to(session, notice)
    assert b"\xe6\x9d\x90" not in objection.content_sealed
    with pytest.raises(ObjectionOpenError):
        enter(session, application, user=publisher, now=after)

    opened = objections.open_content(
        session, objection, purpose="核查", actor=actor_of(publisher), now=NOW
    )
    assert opened.text == "材料不实"
    objections.answer(
        session,
        objection,
        upheld=False,
        outcome="经核查属实",
        document="核查报告3号",
        user=publisher,
        now=NOW,
    )
    with pytest.raises(objections.AnsweredError):
        objections.answer(
            session,
            objection,
            upheld=True,
            outcome="x",
            document="",
            user=publisher,
            now=NOW,
        )

    assert enter(session, application, user=publisher, now=after).state == "active"
    actions = session.scalars(select(LedgerEntry.action)).all()
    assert {"objection.filed", "objection.opened", "objection.answered"} <= set(actions)
    bodies = session.scalars(select(LedgerEntry.body)).all()
    assert not any("材料不实" in body or "何平" in body for body in bodies)


def test_an_objection_that_is_upheld_ends_the_application(session, application, office):
    notice, publisher = to_notice(session, application, office)
    objection = object_to(session, notice)

    objections.answer(
        session,
        objection,
        upheld=True,
        outcome="材料造假",
        document="",
        user=publisher,
        now=NOW,
    )

    assert (application.state, application.reason) == ("refused", "材料造假")
    with pytest.raises(submit.StepError):
        enter(session, application, user=publisher, now=NOW + timedelta(days=40))


def test_objections_are_taken_while_the_notice_runs(session, application, office):
    notice, _publisher = to_notice(session, application, office)

    with pytest.raises(objections.NoticeOverError):
        object_to(session, notice, NOW + timedelta(days=20))

    assert session.scalars(select(Objection)).all() == []


def test_a_notice_shows_four_things_and_only_of_those_who_consent(
    session, application, office
):
    notice, _publisher = to_notice(session, application, office)
    [line] = lines_shown(session, notice)
    person = application.person
    assert (line.name, line.unit, line.trade, line.recommender) == (
        person.name,
        application.unit.name,
        "焊工",
        "",
    )

    withdraw_consent(
        session,
        person=person,
        purpose="publication",
        now=NOW,
        actor=actor_of(application.submitter),
    )

    assert lines_shown(session, notice) == []


def test_the_young_are_masked_on_a_notice(session, batch, office):
    young = make_person(
        session,
        name="吴小川",
        unit=make_unit(session),
        born=NOW.date().replace(year=NOW.year - 17),
    )
    application = send_in(session, make_application(session, batch, person=young))
    with pytest.raises(GuardianNeededError):
        to_notice(session, application, office)
    give_consent(
        session,
        person=young,
        purpose="publication",
        version="1",
        guardian="吴母, 告知书2号",
        now=NOW,
        actor=SYSTEM,
    )

    notice = publish(
        session, batch, [application], contact="0575-1", user=office(), now=NOW
    )

    assert [line.name for line in lines_shown(session, notice)] == ["吴*川"]


def test_a_notice_over_a_year_without_a_table_is_refused(session, application, office):
    late = datetime(2099, 12, 30, 2, 0, tzinfo=UTC)

    with pytest.raises(WorkdayTableMissingError):
        to_notice(session, application, office, late)


def test_the_units_notice_runs_its_days_first(session, office):
    batch = make_batch(session, steps=("unit_notice", "district"))
    application = send_in(session, make_application(session, batch, way="unit"))
    officer = application.submitter
    with pytest.raises(review.NoticeRunningError):
        review.pass_step(session, application, "unit_notice", user=officer, now=NOW)

    notice = review.put_up_unit_notice(
        session, application, place="公告栏", actor=actor_of(officer), now=NOW
    )

    # From Friday 1 May 2026, off until the 5th; the Saturday 9th is worked.
    assert notice.last_day.isoformat() == "2026-05-11"
    later = NOW + timedelta(days=11)
    review.pass_step(session, application, "unit_notice", user=officer, now=later)
    assert application.step == "district"


def test_a_signed_paper_is_noted_by_an_office_only(session, batch, office):
    application = make_application(session, batch, way="unit")
    officer = application.submitter
    submit.submit(
        session,
        application,
        user=officer,
        has_consented=False,
        actor=actor_of(officer),
        now=NOW,
    )

    def note(user):
        review.confirm_on_paper(
            session, application, document="同意书1号", user=user, now=NOW
        )

    with pytest.raises(ConflictError):
        note(officer)
    reviewer = office()
    note(reviewer)

    assert (application.state, application.confirmed_how) == ("running", "paper")
    pass_level(session, application, reviewer)  # who saw the paper may check it


def test_a_published_place_goes_through_the_batch_and_not_past_it(
    session, batch, office
):
    entry = make_entry(session, make_event(session, name="焊工"), state="accepted")
    actor = actor_of(office())
    [proposal] = propose(session, publication((entry, 1)), actor=actor, now=NOW)
    decision = direct.Decision(
        level="city", pool_class="competition", minute_number="1", reason="x"
    )
    with pytest.raises(direct.BatchOpenError):
        direct.admit(session, proposal, decision=decision, actor=actor, now=NOW)
    entry.user.person = None
    application = Application(batch=batch)
    take.take_into_batch(session, proposal, application, actor=actor, now=NOW)
    with pytest.raises(direct.InBatchError):
        direct.refuse(session, proposal, reason="x", actor=actor, now=NOW)

    reviewer = office()
    review.confirm_on_paper(
        session, application, document="同意书", user=reviewer, now=NOW
    )
    review.state_claim(
        session,
        application,
        ClaimValues(field="union_member", value="yes", document="会员证"),
        user=reviewer,
        now=NOW,
    )
    review.pass_step(session, application, "district", user=reviewer, now=NOW)
    review.pass_step(session, application, "city", user=office(), now=NOW)
    decide(session, application, office(), reason="竞赛第一名")
    publisher = office()
    publish(session, batch, [application], contact="x", user=publisher, now=NOW)
    later = NOW + timedelta(days=30)
    craftsman = enter(session, application, user=publisher, now=later)

    assert (proposal.state, proposal.craftsman_id) == ("admitted", craftsman.id)
    assert proposal.minute_number == "〔2026〕7号"
    found = list_disagreements(session)
    assert not [text for text in found if text.startswith("applications")]


def test_what_a_withdrawn_publication_proposed_waits(session, batch, office):
    entry = make_entry(session, make_event(session, name="焊工"), state="accepted")
    actor = actor_of(office())
    [proposal] = propose(session, publication((entry, 1)), actor=actor, now=NOW)
    entry.user.person = None
    application = Application(batch=batch)
    take.take_into_batch(session, proposal, application, actor=actor, now=NOW)
    reviewer = office()
    review.confirm_on_paper(
        session, application, document="同意书", user=reviewer, now=NOW
    )

    proposal.state = "suspended"

    with pytest.raises(review.GroundGoneError):
        review.pass_step(session, application, "district", user=reviewer, now=NOW)
    assert session.scalars(select(Claim)).all() == []
