"""Agreements against what is stored: signing, changing, filing, mutual choice."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from accounts.messages.models import Message
from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM
from talentpool.mentorship.models import Confirmation, Section
from talentpool.mentorship.queries.agreements import find_newest, list_confirmations
from talentpool.mentorship.queries.open_work import count_to_sign
from talentpool.mentorship.queries.wishes import list_matches, list_own_offers
from talentpool.mentorship.rules.agreements import SECTIONS
from talentpool.mentorship.services import wishes
from talentpool.mentorship.services.agreements import AgreementError
from talentpool.mentorship.services.filing import RecusalError
from talentpool.mentorship.services.pairs import (
    PairRefusedError,
    PairStepError,
    Step,
    move_pair,
)
from talentpool.mentorship.services.sealing import is_sealed
from tests.factories.accounts import make_user
from tests.factories.mentorship import Crew, make_offer
from tests.factories.people import make_person, make_unit
from tests.factories.talentpool import NOW, make_craftsman, make_fact, make_pair


@pytest.fixture
def crew(session):
    made = Crew(session)
    made.draw_up()
    return made


def test_signed_by_all_it_waits_to_be_filed_and_then_holds(session, crew):
    crew.sign("mentor")
    crew.sign("apprentice", SECTIONS[:3])
    assert crew.pair.state == "draft"
    assert crew.missing() == {"apprentice": SECTIONS[3:], "unit": SECTIONS}

    crew.sign_all()
    assert crew.pair.state == "signed"
    filed = crew.file()

    assert (crew.pair.state, filed.state) == ("filed", "filed")
    assert crew.pair.agreement_number.startswith("SX-")
    assert is_sealed(filed, list_confirmations(session, crew.pair.id))
    actions = session.scalars(
        select(LedgerEntry.action)
        .where(LedgerEntry.subject == f"pair:{crew.pair.uid}")
        .order_by(LedgerEntry.seq)
    ).all()
    assert actions == [
        *("agreement.drawn_up", *["agreement.confirmed"] * 4, "agreement.completed"),
        *("pair.signed", "agreement.filed", "pair.filed", "plan.written"),
    ]


def test_each_party_is_told_once(session, crew):
    told = session.scalars(select(Message.kind)).all()
    crew.sign_all()
    crew.file()

    assert told == ["pair_to_sign"] * 3
    assert session.query(Message).filter_by(kind="pair_filed").count() == 3


def test_a_change_keeps_what_it_does_not_touch_and_the_old_one_holds_meanwhile(
    session, crew
):
    crew.sign_all()
    first = crew.file()
    crew.draw_up(texts={"goals": "取得技师证书"}, reason="目标提高")

    assert crew.missing() == dict.fromkeys(("mentor", "apprentice", "unit"), ("goals",))
    assert (first.state, crew.pair.state) == ("filed", "filed")
    crew.sign_all()
    second = crew.file()

    assert (first.state, second.state) == ("replaced", "filed")
    there = list_confirmations(session, crew.pair.id)
    assert is_sealed(first, there)
    assert is_sealed(second, there)


def test_a_seal_breaks_when_a_text_is_another(session, crew):
    crew.sign_all()
    filed = crew.file()
    section = session.scalars(
        select(Section).where(Section.agreement_id == filed.id)
    ).first()
    section.digest = "0" * 64
    session.flush()

    assert not is_sealed(filed, list_confirmations(session, crew.pair.id))


def test_a_change_before_the_filing_goes_back_to_its_parties(crew):
    crew.sign_all()

    crew.draw_up(texts={"reward": "无"}, reason="改")

    assert crew.pair.state == "draft"
    with pytest.raises(AgreementError):
        crew.file()


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="nothing changed"),
        pytest.param({"texts": {"goals": "x"}, "reason": ""}, id="no reason"),
        pytest.param({"texts": {"goals": " "}}, id="an empty section"),
        pytest.param({"ends_on": date(2090, 1, 1)}, id="dates without their section"),
    ],
)
def test_what_is_no_change_is_refused(crew, changes):
    with pytest.raises(AgreementError):
        crew.draw_up(**changes)


def test_a_term_beyond_the_limits_is_refused(crew):
    ends = crew.pair.starts_on + timedelta(days=1200)

    with pytest.raises(PairRefusedError) as refused:
        crew.draw_up(ends_on=ends, texts={"term": "四年"})

    assert [b.code for b in refused.value.breaches] == ["term_long"]


def test_after_the_deadline_nobody_signs_and_nothing_ends(session, crew):
    crew.now += timedelta(days=15)

    with pytest.raises(AgreementError):
        crew.sign("mentor")

    assert crew.pair.state == "draft"
    assert find_newest(session, crew.pair.id).state == "open"


def test_nobody_signs_for_two_parties(session, crew):
    crew.sign("mentor")
    crew.users["unit"] = make_user(session, person=crew.mentor.person)

    with pytest.raises(AgreementError):
        crew.sign("unit")


def test_across_firms_both_units_sign(session):
    crew = Crew(session, across=True)
    crew.draw_up()

    assert set(crew.missing()) == {"mentor", "apprentice", "unit", "mentor_unit"}


def test_the_guardian_of_a_minor_is_named(session):
    crew = Crew(session, apprentice=make_person(session, unit=make_unit(session)))
    crew.apprentice.birth_date = crew.today() - timedelta(days=16 * 366)

    with pytest.raises(AgreementError):
        crew.draw_up()
    crew.draw_up(guardian="父 王某,知情书 1 号")

    assert find_newest(session, crew.pair.id).guardian


@pytest.mark.parametrize("tie", ["mentor", "unit", "signer"])
def test_who_is_tied_to_a_pair_does_not_file_it(session, crew, tie):
    crew.sign_all()
    users = {
        "mentor": lambda: make_user(session, "pool_officer", person=crew.mentor.person),
        "unit": lambda: make_user(session, "pool_officer", unit=crew.unit),
        "signer": lambda: crew.users["unit"],
    }

    with pytest.raises(RecusalError):
        crew.file(user=users[tie]())


def test_a_limit_is_looked_at_when_it_is_filed_and_a_waiver_is_kept(session, crew):
    crew.sign_all()
    for _ in range(4):  # a senior technician's quota
        make_pair(session, crew.mentor)

    with pytest.raises(PairRefusedError) as refused:
        crew.file()
    filed = crew.file(waiver="领导小组同意")

    [breach] = refused.value.breaches
    assert (breach.code, breach.clause) == ("capacity", "7.1.3")
    assert (filed.waived, filed.waiver) == ("capacity", "领导小组同意")


def test_a_circle_is_found_at_the_filing_and_no_waiver_helps(session, crew):
    crew.sign_all()
    learned = make_craftsman(session, person=crew.apprentice)
    make_pair(session, learned, apprentice=crew.mentor.person)

    with pytest.raises(PairRefusedError) as refused:
        crew.file(waiver="x")

    assert [b.code for b in refused.value.breaches] == ["cycle"]


def test_signatures_are_only_added(session, crew):
    crew.sign("mentor")
    session.flush()
    for deed in (update(Confirmation).values(party="unit"), delete(Confirmation)):
        with pytest.raises(DatabaseError), session.begin_nested():
            session.execute(deed)


def test_what_waits_for_whom(session, crew):
    waits = {
        party: count_to_sign(session, person_id=user.person_id, units=units)
        for party, user, units in (
            ("mentor", crew.users["mentor"], []),
            ("unit", crew.users["unit"], [crew.unit.uid]),
            ("nobody", crew.officer, []),
        )
    }
    crew.sign("mentor")

    mentor = crew.users["mentor"].person_id
    assert waits == {"mentor": 1, "unit": 1, "nobody": 0}
    assert count_to_sign(session, person_id=mentor, units=[]) == 0


@pytest.fixture
def lookers(session):
    unit = make_unit(session)
    mentor = make_craftsman(session, person=make_person(session, unit=unit))
    make_fact(session, mentor, "certificate", level_code="L6")
    learner = make_person(session, unit=unit)
    return (
        make_offer(session, mentor.person),
        make_offer(session, learner, side="apprentice"),
    )


def wish(session, own, wanted):
    wishes.wish_for(session, own, wanted, rank=1, actor=SYSTEM, now=NOW)


TERM = wishes.Term(starts_on=date(2026, 6, 1), ends_on=date(2028, 5, 31))


def test_two_wishes_become_a_pair(session, lookers):
    teacher, learner = lookers
    wish(session, teacher, learner)
    assert list_matches(session) == []
    with pytest.raises(wishes.WishError):
        wishes.draw_pair(session, learner, teacher, TERM, actor=SYSTEM, now=NOW)

    wish(session, learner, teacher)
    assert list_matches(session) == [(teacher, learner)]
    pair = wishes.draw_pair(session, learner, teacher, TERM, actor=SYSTEM, now=NOW)

    assert (pair.state, pair.relation) == ("draft", "mutual")
    assert pair.mentor.person_id == teacher.person_id
    assert (learner.state, teacher.state) == ("closed", "looking")
    assert list_matches(session) == []


def test_two_units_make_it_across_firms(session, lookers):
    teacher, learner = lookers
    learner.person.unit = make_unit(session)
    session.flush()
    wish(session, teacher, learner)
    wish(session, learner, teacher)

    pair = wishes.draw_pair(session, teacher, learner, TERM, actor=SYSTEM, now=NOW)

    assert pair.relation == "cross_firm"


def test_a_wish_stays_within_side_and_occupation(session, lookers):
    teacher, _learner = lookers
    other = make_offer(
        session,
        make_person(session),
        side="apprentice",
        occupation_code="6-18-01-01",
    )
    same_side = make_offer(session, make_craftsman(session).person)

    for wanted in (other, same_side, teacher):
        with pytest.raises(wishes.WishError):
            wish(session, teacher, wanted)


def test_only_who_is_in_the_pool_offers_to_teach(session, lookers):
    occupation = make_pair(session, make_craftsman(session)).occupation
    search = wishes.Search(side="mentor", occupation=occupation, trade="焊工")

    with pytest.raises(wishes.WishError):
        wishes.look_for(session, make_person(session), search, actor=SYSTEM, now=NOW)


def test_after_an_end_the_apprentice_is_asked_and_shown_only_by_their_word(
    session, crew
):
    step = Step(to="terminated", cause="mentor_left", on=crew.today())
    move_pair(session, crew.pair, step=step, who="officer", actor=SYSTEM, now=crew.now)
    wishes.ask_again(session, crew.pair, actor=SYSTEM, now=crew.now)
    wishes.ask_again(session, crew.pair, actor=SYSTEM, now=crew.now)

    [offer] = list_own_offers(session, crew.apprentice.id)
    assert offer.state == "asked"
    wishes.answer(session, offer, looks=True, actor=SYSTEM, now=crew.now)
    assert offer.state == "looking"
    with pytest.raises(PairStepError):
        crew.draw_up(texts={"goals": "x"})
