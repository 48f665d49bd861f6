"""A year of a pair, page by page: plan, log, assessments, ends, overdue, rewards."""

import io
from datetime import date, timedelta

import pytest
from PIL import Image

from talentpool.mentorship.models import LogEntry, Milestone, Pair
from talentpool.mentorship.queries.plans import (
    list_assessments,
    list_milestones,
    list_task_sheets,
)
from talentpool.mentorship.rules.assessments import CRITERIA_OF, VIEWS_OF
from talentpool.mentorship.services.assessing import Given, close_assessment, give_view
from tests.factories.accounts import PASSWORD, make_user
from tests.factories.mentorship import Crew, make_reward
from tests.factories.people import make_person
from tests.factories.talentpool import make_craftsman, make_fact


@pytest.fixture
def crew(session):
    made = Crew(session)
    made.bind()
    return made


def url(crew, more=""):
    return f"/pool/pairs/{crew.pair.uid}{more}"


def photo():
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "#884422").save(out, "JPEG")
    return io.BytesIO(out.getvalue()), "照片.jpg"


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_page_of_a_pair_opens_for_its_parties(
    client, session, sign_in, crew, language
):
    [assessment, *_rest] = list_assessments(session, crew.pair.id)
    for user in (*crew.users.values(), crew.officer):
        user.locale = language
        sign_in(user)
        for page in ("/plan", "/log", "/assessments", f"/assessments/{assessment.uid}"):
            assert client.get(url(crew, page)).status_code == 200
    sign_in(make_user(session, person=make_person(session)))
    for page in ("/plan", "/log", "/assessments", f"/assessments/{assessment.uid}"):
        assert client.get(url(crew, page)).status_code == 404


def test_the_apprentice_hands_in_and_the_mentor_signs(client, session, sign_in, crew):
    milestone = list_milestones(session, crew.pair.id)[0]
    own = url(crew, f"/milestones/{milestone.uid}")
    sign_in(crew.users["apprentice"])
    today = crew.today().isoformat()

    client.post(f"{own}/claim", data={"reached_on": today})
    assert milestone.state == "open"  # without evidence
    client.post(f"{own}/claim", data={"reached_on": today, "evidence": photo()})
    assert client.post(f"{own}/sign", data={"is_reached": "yes"}).status_code == 404
    sign_in(crew.users["mentor"])
    assert client.get(f"{own}/evidence").mimetype == "image/jpeg"
    client.post(f"{own}/sign", data={"is_reached": "yes"})

    assert (milestone.state, milestone.signed_by) == (
        "reached",
        crew.users["mentor"].uid,
    )
    sign_in(crew.users["unit"])
    assert milestone.title in client.get(url(crew, "/plan")).text


def test_the_task_sheet_has_versions(client, session, sign_in, crew):
    sign_in(crew.users["unit"])
    milestones = list_milestones(session, crew.pair.id)
    data = {"reason": "设备更新"}
    for number, milestone in enumerate(milestones):
        data |= {
            f"tasks-{number}-uid": milestone.uid,
            f"tasks-{number}-title": milestone.title if number else "新的开头",
            f"tasks-{number}-due_on": milestone.due_on.isoformat(),
        }

    assert client.get(url(crew, "/plan/edit")).text.count("-title") >= 7
    broken = data | {"tasks-0-due_on": ""}
    assert client.post(url(crew, "/plan/edit"), data=broken).status_code == 422
    assert client.post(url(crew, "/plan/edit"), data=data).status_code == 302

    assert len(list_task_sheets(session, crew.pair.id)) == 2
    page = client.get(url(crew, "/plan")).text
    assert "新的开头" in page
    assert "设备更新" in page


def test_the_log_takes_photos_and_the_mentor_confirms(client, session, sign_in, crew):
    sign_in(crew.users["apprentice"])
    data = {
        "held_on": crew.today().isoformat(),
        "hours": "1",
        "minutes": "30",
        "text": "平焊练习",
        "photos": [photo(), photo()],
    }

    assert client.post(url(crew, "/log"), data=data | {"text": ""}).status_code == 422
    data["photos"] = [photo(), photo()]
    assert client.post(url(crew, "/log"), data=data).status_code == 302
    entry = session.query(LogEntry).one()
    assert (entry.minutes, len(entry.photos)) == (90, 2)
    picture = url(crew, f"/log/photos/{entry.photos[0].uid}")
    assert client.get(picture).mimetype == "image/jpeg"
    confirm = url(crew, f"/log/{entry.uid}/confirm")
    assert client.post(confirm).status_code == 404
    sign_in(crew.users["mentor"])
    client.post(confirm)
    assert entry.confirmed_by == crew.users["mentor"].uid
    sign_in(crew.users["unit"])
    del data["photos"]
    assert client.post(url(crew, "/log"), data=data).status_code == 404


def test_a_monthly_assessment_is_added_by_the_unit(client, session, sign_in, crew):
    own = url(crew, "/assessments/new")
    day = (crew.today() + timedelta(days=30)).isoformat()
    sign_in(crew.users["mentor"])
    assert client.post(own, data={"kind": "month", "due_on": day}).status_code == 404
    sign_in(crew.users["unit"])

    for _twice in range(2):
        client.post(own, data={"kind": "month", "due_on": day})
    client.post(own, data={"kind": "month", "due_on": "2099-01-01"})

    kinds = [one.kind for one in list_assessments(session, crew.pair.id)]
    assert kinds.count("month") == 1


def final_of(session, crew):
    final = list_assessments(session, crew.pair.id)[-1]
    final.due_on = crew.today()
    session.flush()
    return final


def view(role, mark, **more):
    marks = dict.fromkeys(CRITERIA_OF[role], mark)
    return {"role": role, "password": PASSWORD, **marks, **more}


def test_four_views_are_signed_apart_and_shown_together(client, session, sign_in, crew):
    final = final_of(session, crew)
    own = url(crew, f"/assessments/{final.uid}")
    sign_in(crew.users["mentor"])
    wrong = view("mentor", "91.5") | {"password": "no"}
    assert client.post(own, data=wrong).status_code == 422
    assert client.post(own, data=view("mentor", "91.3")).status_code == 409
    assert client.post(own, data=view("unit", "91")).status_code == 404
    assert client.post(own, data=view("mentor", "91.5")).status_code == 302
    assert "91.5" in client.get(own).text
    sign_in(crew.users["apprentice"])
    assert "91.5" not in client.get(own).text
    client.post(own, data=view("apprentice", "70"))
    sign_in(crew.users["unit"])
    client.post(own, data=view("unit", "80"))
    assert "91.5" not in client.get(own).text
    client.post(own, data=view("test", "76.5", document="记录 1"))
    assert "91.5" in client.get(own).text
    assert client.post(f"{own}/close", data={"is_passed": "yes"}).status_code == 404
    sign_in(crew.officer)
    data = {"is_passed": "yes", "note": ""}
    assert client.post(f"{own}/close", data=data).status_code == 422
    client.post(f"{own}/close", data=data | {"note": "谈过"})

    assert (final.outcome, final.band) == ("passed", "good")
    assert client.post(url(crew, "/graduate"), data={"on": ""}).status_code == 302
    assert crew.pair.state == "graduated"
    dossier = client.get(f"/pool/craftsmen/{crew.mentor.uid}/history")
    assert dossier.status_code == 200


def test_failed_one_is_shown_the_ways_on_and_may_change_the_mentor(
    client, session, sign_in, crew
):
    final = final_of(session, crew)
    for role in VIEWS_OF["final"]:
        given = Given(marks=dict.fromkeys(CRITERIA_OF[role], "50"), document="x")
        user = crew.officer if role == "test" else crew.users[role]
        give_view(session, final, role, given, user=user, now=crew.now)
    close_assessment(
        session, final, is_passed=False, note="", user=crew.officer, now=crew.now
    )
    sign_in(crew.officer)
    page = client.get(url(crew, "/assessments")).text
    assert url(crew, "/mentor") in page
    assert client.post(url(crew, "/graduate"), data={}).status_code == 409

    other = make_craftsman(session, unit=crew.unit)
    data = {
        "certificate": other.certificate_number,
        "on": crew.today().isoformat(),
        "reason": "考核未通过",
    }
    assert client.get(url(crew, "/mentor")).status_code == 200
    assert client.post(url(crew, "/mentor"), data=data).status_code == 422
    make_fact(session, other, "certificate", level_code="L6")
    nobody = data | {"certificate": "JC-2020-00000000"}
    assert client.post(url(crew, "/mentor"), data=nobody).status_code == 422
    assert client.post(url(crew, "/mentor"), data=data).status_code == 302

    made = session.query(Pair).filter_by(successor_of_id=crew.pair.id).one()
    assert (crew.pair.state, made.state) == ("terminated", "draft")
    assert other.person.name in client.get(url(crew, "/assessments")).text


def test_overdue_by_county(client, session, sign_in, crew, count_queries):
    sign_in(crew.officer)
    assert crew.apprentice.name not in client.get("/pool/pairs/overdue").text
    late = session.query(Milestone).filter_by(pair_id=crew.pair.id).first()
    late.due_on = date(2020, 1, 1)
    session.flush()

    assert crew.apprentice.name in client.get("/pool/pairs/overdue").text
    for query, shown in (("kind=milestone", True), ("kind=term", False)):
        page = client.get(f"/pool/pairs/overdue?{query}").text
        assert (crew.apprentice.name in page) is shown
    here = crew.mentor.district_code
    assert (
        crew.apprentice.name in client.get(f"/pool/pairs/overdue?district={here}").text
    )
    with count_queries() as before:
        client.get("/pool/pairs/overdue")
    for milestone in list_milestones(session, crew.pair.id):
        milestone.due_on = date(2020, 1, 1)
    session.flush()
    with count_queries() as after:
        client.get("/pool/pairs/overdue")
    assert len(after) == len(before)


def test_rewards_are_decided_and_noted(client, session, sign_in, crew):
    reward = make_reward(session, crew.pair)
    own = f"/pool/pairs/rewards/{reward.uid}"
    sign_in(crew.officer)

    assert crew.mentor.person.name in client.get("/pool/pairs/rewards").text
    assert (
        crew.mentor.person.name not in client.get("/pool/pairs/rewards?state=paid").text
    )
    assert client.get(own).status_code == 200
    assert client.post(own, data={"to": "refused", "reason": ""}).status_code == 422
    client.post(own, data={"to": "approved", "reason": ""})
    assert reward.state == "approved"
    client.post(own, data={"payment": "凭证 7"})

    assert (reward.state, reward.payment) == ("paid", "凭证 7")
    assert "凭证 7" in client.get(own).text


def test_a_pair_from_paper_takes_the_plan_of_its_trade(client, session, sign_in):
    crew = Crew(session, state="active", agreement_number="纸质 1 号")
    sign_in(crew.officer)

    assert client.get(url(crew, "/plan")).status_code == 200
    client.post(url(crew, "/plan/begin"))

    assert len(list_milestones(session, crew.pair.id)) == 4
    ends = crew.pair.ends_on + timedelta(days=90)
    data = {"to": "extended", "on": crew.today().isoformat(), "cause": ""}
    client.post(url(crew), data=data | {"ends_on": ends.isoformat()})
    assert (crew.pair.state, crew.pair.ends_on) == ("extended", ends)
