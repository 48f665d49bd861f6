"""An agreement by its parties' own accounts, and mutual choice, page by page."""

import re

import pytest

from accounts.roles.rules import Scope
from talentpool.mentorship.models import Offer, Pair
from talentpool.mentorship.queries.agreements import find_newest
from talentpool.mentorship.rules.agreements import SECTIONS
from tests.factories.accounts import PASSWORD, make_user
from tests.factories.mentorship import Crew, make_offer
from tests.factories.people import made_up_id, make_person
from tests.factories.talentpool import make_craftsman, make_fact
from tests.papers import page_texts


@pytest.fixture
def crew(session):
    return Crew(session)


def url(crew, more=""):
    return f"/pool/pairs/{crew.pair.uid}/agreement{more}"


def fields(page):
    """Return what a form of the page holds, as a browser would send it back."""
    found = dict(re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\r?\n?([^<]*)<', page))
    for tag in re.findall(r"<input[^>]*>", page):
        name = re.search(r'name="(\w+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and value and "checkbox" not in tag:
            found[name[1]] = value[1]
    return found


def sign(client, crew, party, codes=SECTIONS, password=PASSWORD):
    newest = find_newest(crew.session, crew.pair.id)
    data = {"party": party, "digest": newest.digest, "codes": list(codes)}
    return client.post(url(crew, "/sign"), data={**data, "password": password})


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_from_the_template_to_the_filed_paper(client, session, sign_in, crew, language):
    for user in (*crew.users.values(), crew.officer):
        user.locale = language
    sign_in(crew.users["unit"])
    form = client.get(url(crew, "/edit")).text
    assert crew.mentor.person.name in form
    assert client.post(url(crew, "/edit"), data=fields(form)).status_code == 302

    for party in ("mentor", "apprentice", "unit"):
        sign_in(crew.users[party])
        assert client.get("/desk").text.count("/pool/mentoring") >= 1
        assert client.get(url(crew)).text.count('name="codes"') == len(SECTIONS)
        assert sign(client, crew, party).status_code == 302
        assert 'name="codes"' not in client.get(url(crew)).text
    sign_in(crew.officer)
    assert 'name="waiver"' in client.get(url(crew)).text
    client.post(url(crew, "/file"), data={"number": "越师徒2026-0001", "waiver": ""})

    assert crew.pair.state == "filed"
    assert client.get(f"/pool/pairs/{crew.pair.uid}").status_code == 200
    paper = client.get(f"{url(crew)}.pdf")
    text = "".join(page_texts(paper.data))
    assert "越师徒2026-0001" in text
    assert crew.mentor.person.name in text
    assert crew.users["mentor"].display_name in text


def test_a_wrong_password_or_an_old_page_signs_nothing(client, session, sign_in, crew):
    crew.draw_up()
    sign_in(crew.users["mentor"])

    wrong = sign(client, crew, "mentor", password="no")  # noqa: S106 - a wrong one
    assert wrong.status_code == 422
    assert sign(client, crew, "mentor", codes=()).status_code == 409
    assert sign(client, crew, "apprentice").status_code == 404
    old = find_newest(session, crew.pair.id).digest
    crew.draw_up(texts={"goals": "x"})
    data = {
        "party": "mentor",
        "digest": old,
        "codes": [*SECTIONS],
        "password": PASSWORD,
    }
    assert client.post(url(crew, "/sign"), data=data).status_code == 409
    assert crew.pair.state == "draft"


def test_a_form_with_faults_keeps_what_was_written(client, sign_in, crew):
    sign_in(crew.users["unit"])
    data = fields(client.get(url(crew, "/edit")).text)
    data |= {"goals": "考取技师", "reward": "", "ends_on": data["starts_on"]}

    answer = client.post(url(crew, "/edit"), data=data)

    assert answer.status_code == 422
    assert "考取技师" in answer.text
    assert answer.text.count("field__errors") == 2


def test_strangers_see_no_agreement(client, session, sign_in, crew):
    crew.draw_up()
    strangers = [
        make_user(session, person=make_person(session)),
        make_user(session, "unit_officer", scope=Scope("unit", "another")),
        make_user(session, "unit_officer"),  # everywhere: speaks for no unit
        make_user(session, "pool_officer", scope=Scope("district", "330681")),
    ]
    for stranger in strangers:
        sign_in(stranger)
        assert client.get(url(crew)).status_code == 404
        assert client.get(f"{url(crew)}.pdf").status_code == 404
        assert client.get(url(crew, "/edit")).status_code == 404
        assert sign(client, crew, "unit").status_code == 404
        assert crew.apprentice.name not in client.get("/pool/mentoring").text
    sign_in(crew.users["apprentice"])
    assert client.get(url(crew, "/edit")).status_code == 404


def test_another_deadline(client, session, sign_in, crew):
    crew.draw_up()
    sign_in(crew.users["unit"])

    client.post(url(crew, "/deadline"), data={"day": "2099-01-01"})

    newest = find_newest(session, crew.pair.id)
    assert newest.confirm_by.isoformat() == "2099-01-01"


def test_a_unit_assigns_an_apprentice_to_its_own_mentor(client, session, sign_in, crew):
    sign_in(crew.users["unit"])
    data = {
        "name": "何志远",
        "id_number": made_up_id(903),
        "apprentice_level": "L3",
        "trade": "焊工",
        "relation": "assigned",
        "state": "draft",
        "starts_on": "2026-06-01",
        "ends_on": "2028-05-31",
    }
    own = f"/pool/craftsmen/{crew.mentor.uid}/apprentices/new"

    assert client.get(own).status_code == 200
    assert client.post(own, data=data | {"state": "active"}).status_code == 200
    assert client.post(own, data=data).status_code == 302

    made = session.query(Pair).order_by(Pair.id.desc()).first()
    assert (made.state, made.apprentice.name) == ("draft", "何志远")
    other = make_craftsman(session)
    assert client.get(f"/pool/craftsmen/{other.uid}/apprentices/new").status_code == 403


def test_two_who_look_find_each_other(client, session, sign_in):
    mentor = make_craftsman(session)
    make_fact(session, mentor, "certificate", level_code="L6")
    person = make_person(session, unit=mentor.person.unit)
    teacher = make_offer(session, mentor.person)
    users = [make_user(session, person=p) for p in (mentor.person, person)]
    sign_in(users[1])
    data = {"side": "apprentice", "occupation": "6-18-02-04", "trade": "焊工"}

    assert client.post("/pool/mentoring/offers", data={}).status_code == 422
    client.post("/pool/mentoring/offers", data=data)
    own = session.query(Offer).filter_by(side="apprentice").one()
    mine = f"/pool/mentoring/offers/{own.uid}"
    assert mentor.person.name in client.get(mine).text
    client.post(f"{mine}/wish", data={"wanted": teacher.uid, "rank": "1"})
    sign_in(users[0])
    theirs = f"/pool/mentoring/offers/{teacher.uid}"
    assert client.get(mine).status_code == 404
    assert person.name in client.get(theirs).text
    client.post(f"{theirs}/wish", data={"wanted": own.uid, "rank": "2"})
    assert 'name="starts_on"' in client.get(theirs).text
    term = {"starts_on": "2026-06-01", "ends_on": "2028-05-31"}
    client.post(f"{theirs}/pair", data={"wanted": own.uid, **term})

    pair = session.query(Pair).one()
    assert (pair.apprentice_person_id, pair.state) == (person.id, "draft")
    assert person.name in client.get("/pool/mentoring").text


def test_lists_cost_a_fixed_number_of_statements(
    client, session, sign_in, crew, count_queries
):
    sign_in(crew.users["mentor"])
    own = make_offer(session, crew.mentor.person)
    pages = ("/pool/mentoring", f"/pool/mentoring/offers/{own.uid}")
    for page in pages:
        client.get(page)
    with count_queries() as before:
        for page in pages:
            client.get(page)
    for _ in range(3):
        looker = make_offer(session, make_person(session), side="apprentice")
        person = make_person(session, unit=crew.unit)
        Crew(session, apprentice=person).pair.mentor = crew.mentor
        assert looker.id
    session.flush()

    with count_queries() as after:
        for page in pages:
            client.get(page)

    assert len(after) == len(before)
