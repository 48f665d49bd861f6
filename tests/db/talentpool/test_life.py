"""A dossier of any day, exits and returns, re-confirmation and the nightly check."""

from datetime import date, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from accounts.roles.rules import EVERYWHERE, Scope
from ledger.log.services import SYSTEM, list_disagreements
from people.persons.services import update_person
from talentpool.dossiers.models import Craftsman, HonourAward, Membership, PoolStep
from talentpool.dossiers.queries import list_facts
from talentpool.dossiers.services import craftsmen, facts, returns
from talentpool.dossiers.services.memberships import Tier, open_membership
from talentpool.life.models import RecordFinding, Review, YearlyUpdate
from talentpool.life.services import consistency, heads, reviews, states
from talentpool.life.services.history import list_changes
from talentpool.life.services.then import KnownFact, show_then
from talentpool.standard.services import ensure_in_force
from tests.factories.people import make_person, make_unit
from tests.factories.talentpool import NOW, make_craftsman, make_fact, make_pair

TODAY = NOW.date()


@pytest.fixture
def craftsman(session):
    return make_craftsman(session, term_ends_on=date(2026, 6, 30))


def ground(on=TODAY, **values):
    given = {"reason": "依据文件办理", "document": "工字1号", "decided_by": "市总工会"}
    return returns.Ground(on=on, **(given | values))


def leave(session, craftsman, cause="retirement", on=TODAY, now=NOW):
    states.leave(
        session, craftsman, cause=cause, ground=ground(on), actor=SYSTEM, now=now
    )


def back(session, craftsman, now, **more):
    returns.re_enter(
        session,
        craftsman,
        tier=Tier("district", "skilled", "工字9号"),
        ground=ground(now.date()),
        actor=SYSTEM,
        now=now,
        **more,
    )


def _snapshot(found):
    return {
        (item.kind, item.fact.uid): item.state
        for item in found
        if item.kind == "honour"
    }


def _by_what_counts_now(session, craftsman) -> list[KnownFact]:
    """The wrong way, kept to show that the comparison finds it."""
    return [
        KnownFact(kind=kind, fact=fact, state=fact.state, held=True, documents=())
        for kind, rows in list_facts(session, craftsman).items()
        for fact in rows
        if fact.is_current
    ]


def _work_on(session, craftsman, deed, now):
    """Add, correct, verify or dispute an honour, as officers would."""
    current = [f for f in list_facts(session, craftsman)["honour"] if f.is_current]
    if deed in "aA":
        facts.add_fact(
            session,
            HonourAward,
            craftsman=craftsman,
            values={"name": "奖章", "level": "city", "awarded_on": date(2020, 1, 1)},
            actor=SYSTEM,
            now=now,
            verified=deed == "A",
        )
        return
    fact = current[now.day % len(current)]
    if deed == "c":
        name = {"name": f"奖章{now.day}"}
        facts.correct_fact(
            session, fact, values=name, reason="录错", actor=SYSTEM, now=now
        )
    elif deed == "v":
        facts.verify_fact(session, fact, actor=SYSTEM, now=now)
    else:
        facts.dispute_fact(session, fact, reason="存疑", actor=SYSTEM, now=now)


# One letter a day: add (A: verified), correct, verify, dispute.
@pytest.mark.parametrize("days", ["aAcvdcavdvcAccdv", "aaavvddccvvAcd", "Adcvdcvdcaav"])
def test_every_day_comes_back_as_it_was(session, craftsman, days):
    seen = {}
    for number, deed in enumerate(days):
        now = NOW + timedelta(days=number)
        _work_on(session, craftsman, deed, now)
        seen[now.date()] = _snapshot(_by_what_counts_now(session, craftsman))

    then = {
        day: _snapshot(show_then(session, craftsman, known_on=day, valid_on=day).facts)
        for day in seen
    }
    wrong = _snapshot(_by_what_counts_now(session, craftsman))

    assert then == seen
    assert any(shown != wrong for shown in seen.values())  # the wrong way would differ


def test_the_head_and_its_place_in_the_pool_come_back(session, craftsman):
    later = NOW + timedelta(days=30)
    why = {"reason": "转岗"}
    craftsmen.change_head(
        session, craftsman, changes={"post": "班长"}, actor=SYSTEM, now=later, why=why
    )
    leave(session, craftsman, on=later.date(), now=later)

    before = show_then(session, craftsman, known_on=TODAY, valid_on=TODAY)
    after = show_then(session, craftsman, known_on=later.date(), valid_on=later.date())

    assert (before.head["post"], before.head["state"]) == ("", "active")
    assert (after.head["post"], after.head["state"]) == ("班长", "left")
    held = {item.kind: item.held for item in before.facts if item.kind == "membership"}
    assert held == {"membership": True}


def test_a_dossier_of_before_its_entry_is_not_there(session, craftsman):
    day = TODAY - timedelta(days=1)

    assert not show_then(session, craftsman, known_on=day, valid_on=day).was_recorded


def test_the_history_names_field_old_new_and_document(session, craftsman):
    old = make_fact(session, craftsman, "honour", document="甲1号")
    facts.correct_fact(
        session, old, values={"name": "省劳模"}, reason="录错", actor=SYSTEM, now=NOW
    )

    changes = [c for c in list_changes(session, craftsman) if c.field == "name"]

    assert [(c.old, c.new, c.reason, c.document) for c in changes] == [
        ("市五一劳动奖章", "省劳模", "录错", "甲1号")
    ]
    assert changes[0].link.hash


def test_the_history_names_what_changed_about_the_person(session, craftsman):
    person, unit = craftsman.person, make_unit(session, name="第二机械厂")
    names = person.name, person.unit.name
    why = heads.Why(on=TODAY, reason="更名", document="户籍证明2号")
    new = {"name": "王小更", "unit": unit, "phone": "13900001111"}
    heads.edit_head(
        session, craftsman, head={}, person=new, why=why, actor=SYSTEM, now=NOW
    )
    # From another room, without a document.
    update_person(
        session, person=person, changes={"education": "21"}, now=NOW, actor=SYSTEM
    )

    changes = list_changes(session, craftsman)[::-1]
    found = {c.field: c for c in changes if c.kind == ""}

    told = {f: (c.old, c.new, c.document) for f, c in found.items() if f}
    assert told["name"] == (names[0], "王小更", "户籍证明2号")
    assert told["unit"] == (names[1], "第二机械厂", "户籍证明2号")
    assert told["phone"][1] == "139****1111"
    assert told["education"][1] == "21"
    assert len([c for c in changes if c.field == "name"]) == 1


def test_a_new_unit_becomes_a_dated_post(session, craftsman):
    first = heads.Why(on=date(2026, 2, 1), reason="调动", document="调令1")
    second = heads.Why(on=date(2026, 4, 1), reason="调动", document="调令2")
    units = [make_unit(session), make_unit(session)]
    for unit, why in zip(units, (first, second), strict=True):
        heads.edit_head(
            session,
            craftsman,
            head={},
            person={"unit": unit},
            why=why,
            actor=SYSTEM,
            now=NOW,
        )

    posts = [
        f
        for f in cast("list[Any]", list_facts(session, craftsman)["post"])
        if f.is_current
    ]

    assert {(p.unit_name, p.valid_from, p.valid_to) for p in posts} == {
        (units[0].name, date(2026, 2, 1), date(2026, 3, 31)),
        (units[1].name, date(2026, 4, 1), None),
    }


def test_only_one_membership_is_open_per_tier(session, craftsman):
    tier = Tier("city", "skilled", "工字2号")
    again = open_membership(session, craftsman, tier, on=TODAY, actor=SYSTEM, now=NOW)
    states.join_tier(
        session,
        craftsman,
        tier=Tier("province", "named", "省工字1号"),
        on=TODAY,
        actor=SYSTEM,
        now=NOW,
    )

    rows = session.scalars(select(Membership).order_by(Membership.id)).all()

    assert again is rows[0]
    assert [(m.level, m.valid_to, m.decision) for m in rows] == [
        ("city", None, ""),
        ("province", None, "省工字1号"),
    ]
    assert craftsman.level == "province"
    twice = {c.key: getattr(rows[0], c.key) for c in Membership.__table__.columns}
    twice |= {"id": 10**6, "uid": "x"}
    statement = insert(Membership).values(twice)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(statement)


def test_an_exit_ends_all_memberships_and_the_return_is_the_same_dossier(
    session, craftsman
):
    number, later = craftsman.certificate_number, NOW + timedelta(days=40)
    review = Review(
        craftsman=craftsman,
        profile_version=ensure_in_force(session, now=NOW),
        term_ends_on=TODAY,
        state="open",
        opened_at=NOW,
    )
    session.add(review)

    leave(session, craftsman)
    back(session, craftsman, later)

    rows = session.scalars(select(Membership).order_by(Membership.id)).all()
    current = [(m.level, m.valid_to, m.cause) for m in rows if m.is_current]
    assert current == [("city", TODAY, "retirement"), ("district", None, "")]
    steps = session.scalars(select(PoolStep).order_by(PoolStep.id)).all()
    assert [(s.to_state, s.cause, s.document) for s in steps] == [
        ("left", "retirement", "工字1号"),
        ("active", "re_entry", "工字1号"),
    ]
    assert (craftsman.state, craftsman.certificate_number) == ("active", number)
    assert (review.state, review.decided_by) == ("closed", SYSTEM.name)
    assert session.scalar(select(func.count()).select_from(Craftsman)) == 1
    assert [d for d in list_disagreements(session) if d.startswith("dossiers")] == []


@pytest.mark.parametrize(
    ("cause", "years", "error"),
    [
        pytest.param("false_material", 5, returns.BarredError, id="barred"),
        pytest.param("false_material", 7, returns.ProcedureNeededError, id="procedure"),
        pytest.param("death", 7, returns.BarredError, id="dead"),
    ],
)
def test_who_may_not_come_back(session, craftsman, cause, years, error):
    leave(session, craftsman, cause)

    with pytest.raises(error):
        back(session, craftsman, NOW + timedelta(days=366 * years))


def test_after_the_bar_the_whole_procedure_brings_back(session, craftsman):
    leave(session, craftsman, "false_material")

    back(session, craftsman, NOW + timedelta(days=366 * 7), by_procedure=True)

    assert (craftsman.state, craftsman.level) == ("active", "district")


def test_a_state_that_changed_meanwhile_is_seen(session, craftsman):
    """Two officers at once: the second acts on what the first left behind."""
    about: dict[str, Any] = {"ground": ground(), "actor": SYSTEM, "now": NOW}
    states.suspend(session, craftsman, cause="long_leave", **about)
    others = update(Craftsman).where(Craftsman.id == craftsman.id)
    session.execute(
        others.values(state="left"), execution_options={"synchronize_session": False}
    )
    assert craftsman.state == "suspended"

    with pytest.raises(craftsmen.StateStepError):
        states.resume(session, craftsman, **about)

    session.execute(
        others.values(post="班长"), execution_options={"synchronize_session": False}
    )
    craftsmen.change_head(
        session, craftsman, changes={"post": "技师"}, actor=SYSTEM, now=NOW
    )
    [change] = [c for c in list_changes(session, craftsman) if c.field == "post"]
    assert (change.old, change.new) == ("班长", "技师")


def test_a_suspension_ends_and_an_unknown_cause_or_day_is_refused(session, craftsman):
    about: dict[str, Any] = {"actor": SYSTEM, "now": NOW}
    states.suspend(session, craftsman, cause="long_leave", ground=ground(), **about)
    with pytest.raises(returns.DayError):
        states.resume(
            session, craftsman, ground=ground(TODAY - timedelta(days=1)), **about
        )
    with pytest.raises(states.NoSuchCauseError):
        states.leave(session, craftsman, cause="boredom", ground=ground(), **about)

    states.resume(session, craftsman, ground=ground(), **about)

    assert craftsman.state == "active"


def run(session, now=NOW, scopes=(EVERYWHERE,)):
    ran = reviews.Ran()
    reviews.run_batch(session, 0, ran, scopes=list(scopes), actor=SYSTEM, now=now)
    return ran


def test_activity_renews_and_the_rest_waits_for_a_person(session, craftsman):
    idle = make_craftsman(session, term_ends_on=date(2026, 7, 1))
    far = make_craftsman(session, term_ends_on=date(2027, 7, 1))
    make_fact(session, craftsman, "competition", held_on=date(2025, 5, 1))

    ran = run(session)
    again = run(session)

    assert (ran.looked_at, ran.renewed, ran.opened) == (2, 1, 1)
    assert (again.looked_at, again.renewed, again.opened, again.waiting) == (1, 0, 0, 1)
    assert (craftsman.state, craftsman.term_ends_on) == ("active", date(2030, 6, 30))
    assert (idle.state, far.state) == ("due", "active")
    rows = {r.craftsman_id: r for r in session.scalars(select(Review))}
    assert (rows[craftsman.id].state, rows[craftsman.id].reason) == (
        "renewed",
        "competition",
    )
    assert (rows[idle.id].state, rows[idle.id].causes) == ("open", "no_activity")
    assert [d for d in list_disagreements(session) if d.startswith("dossiers")] == []


def test_what_comes_in_later_renews_who_waited(session, craftsman):
    run(session)
    make_pair(session, craftsman)

    ran = run(session, NOW + timedelta(days=1))

    assert (ran.renewed, craftsman.state) == (1, "active")
    assert session.scalars(select(Review.state)).all() == ["renewed"]


def test_a_person_confirms_once(session, craftsman):
    run(session)
    review = session.scalars(select(Review)).one()
    about: dict[str, Any] = {
        "reason": "仍在一线",
        "document": "复核表1",
        "actor": SYSTEM,
        "now": NOW,
    }

    reviews.confirm(session, review, **about)

    assert (craftsman.state, craftsman.term_ends_on) == ("active", date(2030, 6, 30))
    with pytest.raises(reviews.ReviewClosedError):
        reviews.confirm(session, review, **about)


def test_an_officer_runs_it_for_their_own_places_only(session, craftsman):
    assert run(session, scopes=[Scope("district", "330681")]).looked_at == 0


def test_the_yearly_update_is_kept_and_cannot_be_rewritten(session, craftsman):
    reviews.record_update(
        session, craftsman, role="self", note="", actor=SYSTEM, now=NOW
    )
    statement = update(YearlyUpdate).values(note="x")

    with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
        session.execute(statement)


def night(session, now=NOW):
    checked = consistency.Checked()
    last = consistency.check_batch(session, 0, checked, now=now)
    assert consistency.check_batch(session, last or 0, checked, now=now) is None
    return checked


def test_findings_come_once_go_when_put_right_and_stay_accepted(session):
    person = make_person(session, born=date(1990, 5, 1))
    craftsman = make_craftsman(session, person=person, trade_since=date(2012, 7, 1))
    wrong = make_fact(session, craftsman, "honour", awarded_on=date(1980, 1, 1))
    pair = make_pair(
        session,
        craftsman,
        apprentice=make_person(session, born=date(1985, 5, 1)),
    )

    first, second = night(session), night(session)

    rows = {row.code: row for row in session.scalars(select(RecordFinding))}
    assert (first.new, second.new, second.open) == (2, 0, 2)
    assert rows["master_younger_than_apprentice"].key == pair.uid
    consistency.accept(
        session,
        rows["master_younger_than_apprentice"],
        reason="属实",
        actor=SYSTEM,
        now=NOW,
    )
    right = {"awarded_on": date(2020, 1, 1)}
    facts.correct_fact(
        session, wrong, values=right, reason="录错", actor=SYSTEM, now=NOW
    )

    third = night(session)

    assert (third.new, third.gone, third.open) == (0, 1, 0)
    assert rows["before_birth"].state == "gone"


def test_the_check_costs_the_same_for_one_and_for_many(session, count_queries):
    make_craftsman(session)
    with count_queries() as one:
        night(session)
    for number in range(3):
        craftsman = make_craftsman(session)
        make_fact(session, craftsman, "certificate", number=f"N{number}")
        make_pair(session, craftsman)

    with count_queries() as many:
        night(session)

    assert len(many) <= len(one)
