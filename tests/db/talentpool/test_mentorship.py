"""Recording pairs: the limits against what is stored."""

from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM
from talentpool.admission.queries.facts import fact_sources
from talentpool.dossiers.signals import craftsman_changed
from talentpool.mentorship.queries import pairs as queries
from talentpool.mentorship.services import pairs as services
from talentpool.mentorship.services.pairs import (
    NewPair,
    PairRefusedError,
    record_pair,
)
from tests.factories.people import make_person
from tests.factories.talentpool import NOW, make_craftsman, make_fact, make_pair

NEW = NewPair(
    starts_on=date(2026, 1, 1),
    ends_on=date(2027, 12, 31),
    relation="assigned",
    trade="焊工",
    state="active",
    agreement_number="师徒1号",
)


@pytest.fixture
def mentor(session):
    made = make_craftsman(session)
    make_fact(session, made, "certificate", level_code="L5")
    return made


def attempt(session, mentor, apprentice, **changes):
    new = NewPair(**{name: getattr(NEW, name) for name in NEW.__slots__} | changes)
    return record_pair(
        session, mentor=mentor, apprentice=apprentice, new=new, actor=SYSTEM, now=NOW
    )


def refused(session, mentor, apprentice, **changes):
    with pytest.raises(PairRefusedError) as raised:
        attempt(session, mentor, apprentice, **changes)
    return [breach.code for breach in raised.value.breaches]


def test_records_a_pair_and_announces_both(session, mentor):
    known = make_craftsman(session)
    heard = []
    craftsman_changed.connect(hear := lambda _s, **said: heard.append(said))

    pair = attempt(session, mentor, known.person)

    assert pair.apprentice_craftsman_id == known.id
    assert {said["craftsman_id"] for said in heard} == {mentor.id, known.id}
    assert session.scalars(
        select(LedgerEntry.subject).where(LedgerEntry.action == "pair.recorded")
    ).all() == [f"pair:{pair.uid}"]
    craftsman_changed.disconnect(hear)


def test_nobody_closes_a_circle(session, mentor):
    second, third = make_craftsman(session), make_craftsman(session)
    make_pair(session, mentor, apprentice=second.person)
    make_pair(session, second, apprentice=third.person)
    make_fact(session, third, "certificate", level_code="L6")

    assert refused(session, third, mentor.person) == ["cycle"]


def test_a_circle_that_ended_does_not_count(session, mentor):
    second = make_craftsman(session)
    make_pair(session, second, apprentice=mentor.person, state="graduated")

    assert attempt(session, mentor, second.person).state == "active"


def test_a_mentor_has_no_more_than_the_limit(session, mentor):
    for _ in range(3):
        make_pair(session, mentor)
    make_pair(session, mentor, state="graduated")
    apprentice = make_person(session)

    assert refused(session, mentor, apprentice) == ["capacity"]
    attempt(session, mentor, apprentice, exception_reason="领导小组同意")


def test_only_a_verified_certificate_makes_a_mentor(session):
    mentor = make_craftsman(session)
    make_fact(session, mentor, "certificate", level_code="L6", verified=False)

    assert refused(session, mentor, make_person(session)) == ["mentor_level"]


def test_one_mentor_in_one_occupation(session, mentor):
    apprentice = make_person(session)
    other = make_craftsman(session)
    make_pair(session, other, apprentice=apprentice)

    assert refused(session, mentor, apprentice) == ["double"]


def test_another_occupation_is_another_matter(session, mentor):
    apprentice = make_person(session)
    other = make_craftsman(session, occupation_code="6-18-01-01", trade="车工")
    make_pair(session, other, apprentice=apprentice)

    assert attempt(session, mentor, apprentice).state == "active"


def test_names_all_breaches_at_once(session, mentor):
    mentor.state = "left"
    session.flush()

    codes = refused(
        session,
        mentor,
        mentor.person,
        ends_on=date(2026, 1, 15),
        agreement_number="",
        apprentice_level="L6",
    )

    assert codes == ["mentor_state", "self", "term_short", "not_above", "agreement"]


def test_an_agreement_is_used_once(session, mentor):
    attempt(session, mentor, make_person(session))

    with pytest.raises(services.AgreementTakenError):
        attempt(session, mentor, make_person(session))


@pytest.mark.parametrize(
    ("to", "cause", "who", "allowed"),
    [
        ("graduated", "", "officer", True),
        ("terminated", "request", "officer", True),
        ("terminated", "request", "unit", False),
        ("terminated", "", "officer", False),
        ("graduated", "", "job", False),
        ("graduated", "request", "officer", False),
        ("draft", "", "officer", False),
    ],
)
def test_moving_on(session, mentor, to, cause, who, allowed):
    pair = make_pair(session, mentor)
    step = services.Step(to=to, cause=cause, on=date(2026, 6, 1))
    move = partial(services.move_pair, session, pair, step=step, who=who)

    if allowed:
        move(actor=SYSTEM, now=NOW)
        assert (pair.state, pair.closed_on) == (to, date(2026, 6, 1))
    else:
        with pytest.raises(services.PairStepError):
            move(actor=SYSTEM, now=NOW)


_DAYS = st.integers(0, 400).map(lambda n: date(2025, 1, 1) + timedelta(days=n))


@st.composite
def _web(draw):
    """Pairs among five people: (mentor, apprentice, first, last or None, live)."""
    people = st.integers(0, 4)
    found = []
    for _edge in range(draw(st.integers(0, 7))):
        first, last = sorted((draw(_DAYS), draw(_DAYS)))
        is_live = draw(st.booleans())
        found.append((draw(people), draw(people), first, last, is_live))
    return found


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(web=_web(), days=st.tuples(_DAYS, _DAYS))
def test_circles_are_found_on_any_day_of_a_term(session, web, days):
    first, last = min(days), max(days) + timedelta(days=1)
    with session.begin_nested() as undone:
        crowd = [make_craftsman(session) for _ in range(5)]
        for mentor, apprentice, begins, ends, is_live in web:
            make_pair(
                session,
                crowd[mentor],
                apprentice=crowd[apprentice].person,
                starts_on=begins,
                ends_on=begins + timedelta(days=1),
                state="active" if is_live else "terminated",
                cause="" if is_live else "request",
                closed_on=None if is_live else ends,
            )

        found = queries.closes_circle(
            session,
            mentor=crowd[0].person_id,
            apprentice=crowd[1].person_id,
            first=first,
            last=last,
        )
        undone.rollback()

    span = (last - first).days
    assert found == any(
        _is_below(web, 1, 0, first + timedelta(days=n)) for n in range(span + 1)
    )


def _is_below(web, top, wanted, day):
    """Tell by brute force whether `top` teaches `wanted`, along a chain, on a day."""
    seen, waiting = {top}, [top]
    while waiting:
        person = waiting.pop()
        for mentor, apprentice, begins, ends, is_live in web:
            holds = begins <= day and (is_live or day <= ends)
            if mentor == person and holds and apprentice not in seen:
                seen.add(apprentice)
                waiting.append(apprentice)
    return wanted in seen


def test_graduates_count_for_the_standard(session, mentor):
    make_pair(session, mentor, state="graduated")
    make_pair(session, mentor)

    found = fact_sources["mentorship"](session, mentor.id)

    assert found == {"graduated_apprentices": 1}


def test_many_pairs_load_at_once(session, mentor):
    people = [make_person(session) for _ in range(3)]
    row = {
        "mentor_id": mentor.id,
        "occupation_edition": 2022,
        "occupation_code": "6-18-02-04",
        "trade": "焊工",
        "relation": "assigned",
        "starts_on": date(2025, 1, 1),
        "ends_on": date(2026, 12, 31),
        "state": "active",
    }

    services.bulk_load(
        session,
        [row | {"apprentice_person_id": person.id} for person in people],
        actor=SYSTEM,
        now=NOW,
    )

    assert queries.count_live(session, [mentor.id]) == {mentor.id: 3}
