"""A year of a pair: plan, log, assessments, extension, another mentor, graduation."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from accounts.messages.models import Message
from extensions import LOCAL
from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM
from talentpool.mentorship.models import Assessment, Milestone, Reward
from talentpool.mentorship.queries import due as overdue
from talentpool.mentorship.queries.plans import (
    list_assessments,
    list_milestones,
    list_task_sheets,
    sum_minutes,
)
from talentpool.mentorship.rules import assessments as views
from talentpool.mentorship.rules.plans import Task
from talentpool.mentorship.services import (
    assessing,
    ending,
    plans,
    reminders,
    rewards,
)
from talentpool.mentorship.services.pairs import PairRefusedError, Step, move_pair
from tests.factories.accounts import make_user
from tests.factories.mentorship import Crew
from tests.factories.people import make_attachment
from tests.factories.talentpool import make_craftsman, make_fact, make_pair


@pytest.fixture
def crew(session):
    made = Crew(session)
    made.bind()
    return made


def test_filing_makes_the_plan_of_the_trade(session, crew):
    milestones = list_milestones(session, crew.pair.id)
    kinds = [a.kind for a in list_assessments(session, crew.pair.id)]

    assert len(milestones) == 4
    assert "焊接" in milestones[0].title
    assert all(crew.pair.starts_on <= m.due_on <= crew.pair.ends_on for m in milestones)
    assert kinds == ["quarter"] * 3 + ["year"] + ["quarter"] * 3 + ["final"]


def test_a_milestone_has_evidence_day_and_signer(session, crew):
    milestone = list_milestones(session, crew.pair.id)[0]
    claim = plans.Claim(reached_on=crew.today(), attachment=make_attachment(session))
    learner, teacher = crew.users["apprentice"], crew.users["mentor"]
    sign = {"user": teacher, "now": crew.now}

    with pytest.raises(plans.PlanError):
        plans.sign_milestone(session, milestone, is_reached=True, answer="", **sign)
    plans.claim_milestone(session, milestone, claim, user=learner, now=crew.now)
    with pytest.raises(plans.PlanError):
        plans.sign_milestone(session, milestone, is_reached=False, answer="", **sign)
    plans.sign_milestone(session, milestone, is_reached=False, answer="补拍", **sign)
    assert (milestone.state, milestone.answer) == ("open", "补拍")
    plans.claim_milestone(session, milestone, claim, user=learner, now=crew.now)
    plans.sign_milestone(session, milestone, is_reached=True, answer="", **sign)

    assert (milestone.state, milestone.signed_by) == ("reached", teacher.uid)


def test_a_task_sheet_keeps_its_history_and_what_was_reached(session, crew):
    first, *rest = list_milestones(session, crew.pair.id)
    evidence = make_attachment(session)
    first.state, first.reached_on = "reached", crew.today()
    first.signed_by, first.attachment = "x", evidence
    session.flush()
    kept = [Task(uid=m.uid, title=m.title, due_on=m.due_on) for m in (first, *rest)]
    new = Task(title="新工艺", due_on=crew.pair.ends_on)
    why = {"reason": "设备更新", "actor": SYSTEM, "now": crew.now}

    plans.change_tasks(session, crew.pair, [*kept[:3], new], **why)
    for refused in (
        [*kept[1:3], new],  # without what was reached
        [*kept[:3], Task(title="x", due_on=crew.pair.ends_on + timedelta(days=1))],
    ):
        with pytest.raises(plans.PlanError):
            plans.change_tasks(session, crew.pair, refused, **why)

    assert len(list_task_sheets(session, crew.pair.id)) == 2
    (_sheet, changes), (_first, all_new) = plans.list_history(session, crew.pair)
    assert {d.kind for d in changes} == {"added", "removed"}
    assert len(all_new) == 4


def test_the_log_counts_what_the_mentor_confirmed(session, crew):
    lesson = plans.Lesson(
        held_on=crew.today(),
        minutes=90,
        text="平焊练习",
        photos=[make_attachment(session)],
    )
    entry = plans.write_log(
        session, crew.pair, lesson, user=crew.users["apprentice"], now=crew.now
    )

    assert sum_minutes(session, crew.pair.id) == 0
    for _twice in range(2):
        plans.confirm_log(session, entry, user=crew.users["mentor"], now=crew.now)
    assert sum_minutes(session, crew.pair.id) == 90
    early = plans.Lesson(
        held_on=crew.pair.starts_on - timedelta(days=1), minutes=1, text="x"
    )
    with pytest.raises(plans.PlanError):
        plans.write_log(
            session, crew.pair, early, user=crew.users["mentor"], now=crew.now
        )


def final_of(crew) -> Assessment:
    found = list_assessments(crew.session, crew.pair.id)
    return next(a for a in found if a.kind == "final" and not a.outcome)


def assess(crew, mark="80", assessment=None, **own):
    """Give every view of the final assessment; own: marks by role."""
    assessment = assessment or final_of(crew)
    crew.to(assessment.due_on)
    for role in views.VIEWS_OF[assessment.kind]:
        wanted = views.CRITERIA_OF[role]
        given = assessing.Given(
            marks=dict.fromkeys(wanted, own.get(role, mark)),
            document="技能测试 1 号" if role == "test" else "",
        )
        user = crew.officer if role == "test" else crew.users[role]
        assessing.give_view(
            crew.session, assessment, role, given, user=user, now=crew.now
        )
    return assessment


def close(crew, assessment, *, is_passed=True, note="", user=None):
    assessing.close_assessment(
        crew.session,
        assessment,
        is_passed=is_passed,
        note=note,
        user=user or crew.officer,
        now=crew.now,
    )


def graduate(crew):
    ending.graduate(
        crew.session, crew.pair, on=crew.today(), actor=SYSTEM, now=crew.now
    )


def test_nobody_graduates_before_a_passed_final_assessment(session, crew):
    learned = make_craftsman(session, person=crew.apprentice)
    crew.pair.apprentice_craftsman = learned
    make_fact(session, crew.mentor, "studio")

    with pytest.raises(ending.EndingError):
        graduate(crew)
    close(crew, assess(crew))
    graduate(crew)

    assert (crew.pair.state, crew.pair.closed_on) == ("graduated", crew.today())
    posted = session.execute(
        select(LedgerEntry.action, LedgerEntry.subject).where(
            LedgerEntry.action.like("craftsman.%graduated")
        )
    ).all()
    assert set(posted) == {
        ("craftsman.apprentice_graduated", f"craftsman:{crew.mentor.uid}"),
        ("craftsman.graduated", f"craftsman:{learned.uid}"),
    }


def test_each_view_is_given_once_by_another_human(session, crew):
    final = final_of(crew)
    given = assessing.Given(marks=dict.fromkeys(views.CRITERIA, "80"))
    give = {"given": given, "now": crew.now}

    with pytest.raises(assessing.AssessmentError):  # too early
        assessing.give_view(session, final, "mentor", user=crew.users["mentor"], **give)
    crew.to(final.due_on)
    give["now"] = crew.now
    assessing.give_view(session, final, "mentor", user=crew.users["mentor"], **give)
    again = make_user(session, person=crew.mentor.person)
    for role, user in (
        ("mentor", crew.users["mentor"]),
        ("unit", again),
        ("test", crew.officer),  # without its record
    ):
        with pytest.raises(assessing.AssessmentError):
            assessing.give_view(session, final, role, user=user, **give)
    assert not assessing.is_shown(final)


def test_views_far_apart_are_talked_about_and_a_low_one_is_not_outvoted(session, crew):
    final = assess(crew, mentor="95", unit="70", apprentice="100", test="59.5")

    with pytest.raises(assessing.AssessmentError):
        close(crew, final, note="谈过")
    with pytest.raises(assessing.AssessmentError):
        close(crew, final, is_passed=False)
    mentor = make_user(session, "pool_officer", person=crew.mentor.person)
    with pytest.raises(assessing.AssessmentError):
        close(crew, final, is_passed=False, note="x", user=mentor)
    close(crew, final, is_passed=False, note="测试未过,谈过")

    assert (final.outcome, final.band) == ("failed", "failed")
    with pytest.raises(ending.EndingError):
        graduate(crew)


def test_failed_it_is_extended_by_a_signed_change_and_passed_later(session, crew):
    close(crew, assess(crew, test="50"), is_passed=False, note="谈过")
    ends = crew.pair.ends_on + timedelta(days=180)
    far = crew.pair.ends_on + timedelta(days=400)

    with pytest.raises(PairRefusedError):
        crew.draw_up(ends_on=far, texts={"term": "太长"}, reason="x")
    crew.draw_up(ends_on=ends, texts={"term": "延期半年"}, reason="未通过")
    assert crew.pair.state == "active"
    crew.sign_all()
    crew.file()

    assert (crew.pair.state, crew.pair.ends_on) == ("extended", ends)
    second = final_of(crew)
    assert second.due_on == ends
    close(crew, assess(crew, assessment=second))
    graduate(crew)
    assert crew.pair.state == "graduated"


def test_another_mentor_makes_a_linked_successor_with_what_is_left(session, crew):
    milestones = list_milestones(session, crew.pair.id)
    plans.claim_milestone(
        session,
        milestones[0],
        plans.Claim(reached_on=crew.today(), attachment=make_attachment(session)),
        user=crew.users["apprentice"],
        now=crew.now,
    )
    plans.sign_milestone(
        session,
        milestones[0],
        is_reached=True,
        answer="",
        user=crew.users["mentor"],
        now=crew.now,
    )
    other = make_craftsman(session)
    change = {
        "on": crew.today(),
        "reason": "师傅调离",
        "actor": SYSTEM,
        "now": crew.now,
    }

    with pytest.raises(PairRefusedError), session.begin_nested():
        ending.change_mentor(session, crew.pair, other, **change)  # no certificate
    make_fact(session, other, "certificate", level_code="L6")
    made = ending.change_mentor(session, crew.pair, other, **change)

    assert (crew.pair.state, crew.pair.cause) == ("terminated", "change_of_mentor")
    assert (made.state, made.successor_of_id) == ("draft", crew.pair.id)
    plans.begin_plan(session, made, language="zh", actor=SYSTEM, now=crew.now)
    left = [m.title for m in list_milestones(session, made.id)]
    assert left == [m.title for m in milestones[1:]]


def remind(crew):
    ran, session = reminders.Ran(), crew.session
    reminders.move_batch(session, 0, ran, actor=SYSTEM, now=crew.now)
    for kind in overdue.KINDS:
        last: int | None = 0
        while last is not None:
            last = reminders.remind_batch(session, kind, last, ran, now=crew.now)
    return ran


def test_the_job_reminds_at_30_7_and_1_days_once_and_ends_nothing(session, crew):
    quarter = list_assessments(session, crew.pair.id)[0]
    for milestone in list_milestones(session, crew.pair.id):
        milestone.due_on = crew.pair.ends_on
    told = []
    for left in (31, 30, 20, 7, 6, 1, 0, -1, -2):
        crew.to(quarter.due_on - timedelta(days=left))
        told.append(remind(crew).told)

    assert told == [0, 3, 0, 3, 0, 3, 0, 3, 0]
    kinds = session.scalars(
        select(Message.kind).where(Message.kind.in_(("pair_due", "pair_late")))
    ).all()
    assert kinds.count("pair_due") == 9
    assert kinds.count("pair_late") == 3


def test_the_calendar_begins_and_makes_due_and_no_more(session):
    crew = Crew(session)
    crew.draw_up()
    crew.sign_all()
    crew.file()

    assert (remind(crew).begun, crew.pair.state) == (1, "active")
    crew.to(crew.pair.ends_on - timedelta(days=30))
    assert (remind(crew).due, crew.pair.state) == (1, "due")
    crew.to(crew.pair.ends_on + timedelta(days=400))
    remind(crew)
    assert (crew.pair.state, crew.pair.closed_on) == ("due", None)


def test_overdue_is_listed_by_county(session, crew):
    crew.to(crew.pair.starts_on + timedelta(days=100))
    scopes = [crew.scope()]

    rows, page = overdue.list_overdue(
        session, scopes, today=crew.today(), district="", kind="", page=1
    )
    counts = overdue.count_overdue(session, scopes, today=crew.today())

    assert [row.kind for row in rows] == ["milestone", "assessment"]
    assert page.total == 2
    [(_code, _name, numbers)] = counts
    assert numbers == {"milestone": 1, "assessment": 1}
    elsewhere = [crew.scope("999999")]
    assert overdue.count_overdue(session, elsewhere, today=crew.today()) == []


def test_an_apprentices_place_and_certificate_are_credited_once(session, crew):
    learned = make_craftsman(session, person=crew.apprentice)
    crew.pair.apprentice_craftsman, crew.pair.starts_on = learned, date(2020, 1, 1)
    session.flush()
    held = {"held_on": date(2026, 4, 1), "place": 2}
    make_fact(session, learned, "competition", verified=False, **held)
    assert session.query(Reward).count() == 0

    make_fact(session, learned, "competition", **held)
    make_fact(session, learned, "competition", **held | {"place": 1})
    make_fact(
        session, learned, "certificate", level_code="L5", issued_on=date(2026, 5, 1)
    )

    found = session.scalars(select(Reward).order_by(Reward.id)).all()
    assert [(r.rule, r.state) for r in found] == [
        ("contest_city", "proposed"),
        ("technician", "proposed"),
    ]


def test_a_draft_credits_nobody(session):
    mentor, learned = make_craftsman(session), make_craftsman(session)
    make_pair(
        session,
        mentor,
        apprentice=learned.person,
        apprentice_craftsman=learned,
        state="draft",
    )

    make_fact(session, learned, "competition", held_on=date(2026, 4, 1), place=1)

    assert session.query(Reward).count() == 0


def test_a_reward_is_decided_by_a_person_and_paid_by_a_document(session, crew):
    learned = make_craftsman(session, person=crew.apprentice)
    crew.pair.apprentice_craftsman, crew.pair.starts_on = learned, date(2020, 1, 1)
    make_fact(session, learned, "competition", held_on=date(2026, 4, 1), place=1)
    reward = session.scalars(select(Reward)).one()
    by = {"user": crew.officer, "now": crew.now}

    with pytest.raises(rewards.RewardError):
        rewards.note_payment(session, reward, payment="凭证 1", **by)
    with pytest.raises(rewards.RewardError):
        rewards.decide(session, reward, to="refused", reason="", **by)
    own = make_user(session, "pool_officer", person=crew.mentor.person)
    with pytest.raises(rewards.RewardError):
        rewards.decide(
            session, reward, to="approved", reason="", user=own, now=crew.now
        )
    rewards.decide(session, reward, to="approved", reason="", **by)
    with pytest.raises(rewards.RewardError):
        rewards.note_payment(session, reward, payment="", **by)
    rewards.note_payment(session, reward, payment="凭证 1", **by)

    assert (reward.state, reward.payment) == ("paid", "凭证 1")


def test_a_milestone_without_evidence_is_refused_by_the_database(session, crew):
    milestone = session.scalars(select(Milestone)).first()
    milestone.state = "reached"

    with pytest.raises(Exception, match="evidence_day_and_signer"):
        session.flush()


def test_a_pair_from_paper_is_extended_by_an_officer(session):
    pair = make_pair(session, make_craftsman(session), state="due")
    now = Crew(session).now.astimezone(LOCAL)
    ends = pair.ends_on + timedelta(days=90)
    step = Step(to="extended", on=now.date(), ends_on=ends)

    move_pair(session, pair, step=step, who="officer", actor=SYSTEM, now=now)

    assert (pair.state, pair.ends_on) == ("extended", ends)
