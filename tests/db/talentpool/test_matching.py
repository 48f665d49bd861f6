"""The desk: from a demand to a service in the dossier, and who is looked at."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from accounts.messages.models import Message
from accounts.roles.rules import EVERYWHERE, Scope
from ledger.log.models import LedgerEntry
from ledger.log.services import Actor
from talentpool.dossiers.models import FirmService
from talentpool.dossiers.signals import craftsman_changed
from talentpool.matching.queries.demands import list_demands, sum_services
from talentpool.matching.rules.desk import Served
from talentpool.matching.services import desk
from talentpool.matching.services.desk import By, DeskError, DeskStateError
from talentpool.matching.services.find import find_matches
from tests.factories.accounts import make_user
from tests.factories.matching import make_assignment, make_demand, make_outcome
from tests.factories.people import make_person, make_unit
from tests.factories.talentpool import NOW, make_craftsman, make_fact, make_pair

LATER = NOW + timedelta(days=3)


def by(session, now=LATER, user=None):
    user = user or make_user(session)
    return By(user=user, actor=Actor("human", user.uid), now=now)


@pytest.fixture
def demand(session):
    return make_demand(session)


def found(session, demand, scopes=(EVERYWHERE,)):
    return find_matches(session, demand, list(scopes), now=LATER)


def test_from_the_demand_to_the_dossier(session, demand):
    craftsman = make_craftsman(session, willing_to_serve=True)
    make_fact(session, craftsman, "certificate")
    shown = found(session, demand).shown(craftsman.id)
    heard = []
    craftsman_changed.connect(hear := lambda _s, **said: heard.append(said))

    made = desk.assign(
        session, demand, craftsman, shown=shown, note="就近", by=by(session)
    )
    desk.answer(session, made, accepts=True, text="", by=by(session))
    served = Served(visits=2, problems=1, trained=12)
    outcome = desk.record_outcome(
        session, made, served, on=LATER.date(), text="改了顺序", by=by(session)
    )
    fact = desk.confirm(session, demand, outcome, settles=True, by=by(session))

    assert demand.state == "done"
    assert (fact.visits, fact.firms, fact.problems, fact.trained) == (2, 1, 1, 12)
    assert (fact.state, fact.firm, fact.is_current) == (
        "verified",
        demand.unit.name,
        True,
    )
    assert outcome.fact_uid == fact.uid
    assert heard[-1]["craftsman_id"] == craftsman.id  # the search learns of it
    craftsman_changed.disconnect(hear)
    actions = session.scalars(
        select(LedgerEntry.action)
        .where(LedgerEntry.subject == f"demand:{demand.uid}")
        .order_by(LedgerEntry.seq)
    ).all()
    assert actions == [
        *("demand.assigned", "demand.answered", "demand.served"),
        "demand.confirmed",
    ]


def test_the_craftsman_and_the_firm_are_told_at_each_step(session, demand):
    craftsman = make_craftsman(session)
    asked = make_user(session, person=craftsman.person)
    firm = Scope("unit", demand.unit.uid)
    officer = make_user(session, "unit_officer", scope=firm)

    made = desk.assign(session, demand, craftsman, shown=None, note="x", by=by(session))
    assert told(session) == {("demand_asked", asked.id)}
    desk.answer(session, made, accepts=True, text="", by=by(session))
    both = {officer.id, demand.asked_by_id}
    assert told(session) == {("demand_answered", user) for user in both}
    served = Served(visits=1, problems=1, trained=0)
    outcomes = [
        desk.record_outcome(
            session, made, served, on=LATER.date(), text="x", by=by(session)
        )
        for _ in range(2)
    ]
    assert told(session) == {("demand_to_confirm", user) for user in both}
    desk.dispute(session, demand, outcomes[0], reason="没来", by=by(session))
    assert told(session) == {("demand_settled", asked.id)}
    desk.confirm(session, demand, outcomes[1], settles=True, by=by(session))
    assert told(session) == {("demand_settled", asked.id)}


def told(session) -> set[tuple[str, int]]:
    """Return who was told what since this was asked last; titles stay on the page."""
    found = session.scalars(select(Message)).all()
    assert all(demand_free(message) for message in found)
    said = {(message.kind, message.user_id) for message in found}
    for message in found:
        session.delete(message)
    session.flush()
    return said


def demand_free(message) -> bool:
    return "薄壁管" not in message.params


def test_a_firm_counts_once_for_a_demand(session, demand):
    one, other = make_craftsman(session), make_craftsman(session)
    first = make_outcome(session, make_assignment(session, demand, one))
    second = make_outcome(session, make_assignment(session, demand, other))

    facts = [
        desk.confirm(session, demand, outcome, settles=False, by=by(session))
        for outcome in (first, second)
    ]

    assert [fact.firms for fact in facts] == [1, 0]
    sums = sum_services(
        session, [EVERYWHERE], first=date(2026, 1, 1), last=date(2026, 12, 31)
    )
    assert (sums.visits, sums.firms, sums.problems, sums.trained) == (4, 1, 2, 30)


def test_what_the_firm_disputes_never_counts(session, demand):
    outcome = make_outcome(
        session, make_assignment(session, demand, make_craftsman(session))
    )

    desk.dispute(session, demand, outcome, reason="只来过一次", by=by(session))

    assert session.query(FirmService).count() == 0
    with pytest.raises(DeskStateError):
        desk.confirm(session, demand, outcome, settles=False, by=by(session))


def test_nobody_confirms_what_they_recorded(session, demand):
    user = make_user(session)
    outcome = make_outcome(
        session,
        make_assignment(session, demand, make_craftsman(session)),
        recorded_by_id=user.id,
    )

    with pytest.raises(DeskError):
        desk.confirm(session, demand, outcome, settles=False, by=by(session, user=user))


@pytest.mark.parametrize(
    ("served", "day"),
    [
        (Served(visits=0, problems=0, trained=0), LATER.date()),
        (Served(visits=1, problems=0, trained=0), LATER.date() + timedelta(days=1)),
        (Served(visits=1, problems=0, trained=0), NOW.date() - timedelta(days=1)),
    ],
)
def test_an_outcome_says_something_and_lies_in_its_days(session, demand, served, day):
    made = make_assignment(session, demand, make_craftsman(session))

    with pytest.raises(DeskError):
        desk.record_outcome(session, made, served, on=day, text="x", by=by(session))


def test_all_decline_and_it_waits_again(session, demand):
    made = make_assignment(session, demand, make_craftsman(session), state="asked")

    desk.answer(session, made, accepts=False, text="在外地", by=by(session))

    assert (demand.state, made.state) == ("open", "declined")
    with pytest.raises(DeskStateError):
        desk.answer(session, made, accepts=True, text="", by=by(session))


def test_nobody_is_asked_twice(session, demand):
    craftsman = make_craftsman(session)
    make_assignment(session, demand, craftsman)

    with pytest.raises(DeskError):
        desk.assign(session, demand, craftsman, shown=None, note="x", by=by(session))


def test_closing_frees_those_who_were_asked(session, demand):
    made = make_assignment(session, demand, make_craftsman(session))

    desk.close(session, demand, to="withdrawn", reason="自己解决了", by=by(session))

    assert (demand.state, made.state) == ("withdrawn", "ended")
    with pytest.raises(DeskStateError):
        desk.close(session, demand, to="unmet", reason="x", by=by(session))


def test_looks_at_those_of_the_field_within_the_places(session, demand):
    here = make_craftsman(session, willing_to_serve=True)
    far_unit = make_unit(session, district_code="330681")
    far = make_craftsman(session, person=make_person(session, unit=far_unit))
    make_craftsman(session, occupation_code="4-03-02-01", trade="中式烹调师")
    make_craftsman(session, state="suspended")
    gone = make_craftsman(session)
    gone.person.erased_at = NOW

    everywhere = found(session, demand)
    near = found(session, demand, [Scope("district", "330602")])

    assert [one.offer for one in everywhere.matches] == [here.id, far.id]
    assert [one.offer for one in near.matches] == [here.id]
    assert everywhere.looked == everywhere.total == 2


def test_reads_certificates_records_and_load(session, demand, count_queries):
    craftsman = make_craftsman(session, willing_to_serve=True)
    make_fact(session, craftsman, "certificate", level_code="L6")
    make_fact(session, craftsman, "service", title="薄壁管对接焊变形攻关")
    make_fact(session, craftsman, "achievement", title="过期", valid_to=None)
    make_assignment(session, make_demand(session), craftsman)

    [one] = found(session, demand).matches

    assert (one.rank, one.short, one.busy, one.room) == (6, 0, 1, 2)
    assert [similar.title for similar in one.similar] == ["薄壁管对接焊变形攻关"]
    with count_queries() as few:
        found(session, demand)
    for _ in range(3):
        make_fact(session, make_craftsman(session), "certificate")
    with count_queries() as many:
        found(session, demand)
    assert len(many) == len(few)


def test_a_mentor_is_found_by_room_and_level_and_the_pair_ends_it(session):
    unit = make_unit(session)
    demand = make_demand(session, unit=unit, kind="mentor", apprentice_level_code="L4")
    good, low, full = (make_craftsman(session) for _ in range(3))
    for craftsman, level in ((good, "L6"), (low, "L4"), (full, "L6")):
        make_fact(session, craftsman, "certificate", level_code=level)
    for _ in range(4):  # a senior technician's quota
        make_pair(session, full)

    matches = found(session, demand).matches

    assert [(one.offer, one.room > 0) for one in matches] == [
        (good.id, True),
        (full.id, False),
    ]
    make_assignment(session, demand, good)
    with pytest.raises(DeskError):
        desk.close(session, demand, to="done", reason="", by=by(session))
    apprentice = make_person(session, unit=unit)
    make_pair(session, good, apprentice=apprentice, recorded_at=LATER)
    desk.close(session, demand, to="done", reason="", by=by(session))
    assert demand.state == "done"


def test_lists_keep_to_the_scope(session, demand):
    other = make_demand(session, unit=make_unit(session, district_code="330681"))

    def listed(*scopes):
        page = list_demands(session, scopes, state="", page=1)
        return {one.id for one in page.items}

    assert listed() == set()
    assert listed(Scope("district", "330681")) == {other.id}
    assert listed(Scope("unit", demand.unit.uid)) == {demand.id}
    assert listed(EVERYWHERE) == {demand.id, other.id}
