"""Counting how a pool keeps the standard: the same facts as person by person."""

from datetime import UTC, date, datetime, time
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from accounts.roles.rules import EVERYWHERE, Scope
from ledger.log.services import SYSTEM
from talentpool.admission.queries.facts import gather_facts
from talentpool.admission.rules.applications import ADMITTED
from talentpool.admission.services.drafts import ClaimValues, put_claim
from talentpool.compliance.models import ComplianceCount
from talentpool.compliance.queries.facts import iter_pool
from talentpool.compliance.rules.tally import merge
from talentpool.compliance.services import report as reports
from talentpool.compliance.services.report import find_dossiers, report
from talentpool.dossiers.models import Craftsman
from talentpool.standard.queries import read_shipped
from talentpool.standard.rules.evaluate import OUTCOMES, evaluate
from talentpool.standard.rules.evaluate_pool import evaluate_pool
from tests.factories.accounts import NOW
from tests.factories.admission import make_application, make_batch
from tests.factories.people import make_unit
from tests.factories.talentpool import make_craftsman, make_fact, make_pair

ON = date(2026, 5, 1)
EVERYBODY = [EVERYWHERE]
# An entry that says nothing of its own, so that the dossier alone is judged.
SILENT: Any = SimpleNamespace(
    uid="", group=None, unit_id=None, trade_years=None, level_code=None
)


@pytest.fixture
def people(session):
    """Make craftsmen of every sort, and somebody who left."""
    plain = make_craftsman(session, post_kind="operator")
    made = [
        plain,
        make_craftsman(session, employment="", front_line=None, union_member=None),
        make_craftsman(session, employment="retired", post_kind="finance"),
        make_craftsman(session, trade_since=date(2022, 6, 1)),
        make_craftsman(session, trade_since=None, post_kind="technical"),
        make_craftsman(session, trade_since=date(2026, 6, 1)),
    ]
    make_fact(session, made[0], "certificate")
    make_fact(session, made[0], "certificate", level_code="L4", number="S2")
    make_fact(session, made[1], "certificate", verified=False)
    make_fact(session, made[1], "achievement")
    make_fact(session, made[2], "achievement", kind="patent", benefit_yuan=None)
    make_fact(session, made[2], "achievement", benefit_yuan=None)
    make_fact(session, made[3], "achievement", kind="method", named_after_person=True)
    make_fact(session, made[3], "competition", tier="province", place=12)
    make_fact(session, made[3], "competition", tier="nation", place=2)
    make_fact(session, made[4], "competition", place=None, of_count=None)
    make_fact(session, made[4], "studio")
    make_fact(session, made[5], "studio", role="member")
    make_pair(session, made[5], state="graduated")
    make_pair(session, plain)
    gone = make_craftsman(session)
    gone.state = "left"
    session.flush()
    return made


def alone(session, craftsman):
    return gather_facts(
        session, craftsman=craftsman, entry=SILENT, place=None, statements=[], on=ON
    )


def test_the_pool_knows_what_is_known_of_each(session, people):
    profile = read_shipped()

    [pool] = iter_pool(session, EVERYBODY, ON)
    verdict = evaluate_pool(profile, pool.facts)

    assert list(pool.ids) == [person.id for person in people]
    single = [evaluate(profile, alone(session, person)) for person in people]
    assert [OUTCOMES[c] for c in verdict.outcomes] == [v.outcome for v in single]
    for index, finding in enumerate(verdict.findings):
        alike = [v.findings[index].status for v in single]
        assert finding.met.tolist() == [status == "met" for status in alike]
        assert finding.not_met.tolist() == [status == "not_met" for status in alike]


def test_counts_by_clause(session, people):
    found = report(session, read_shipped(), EVERYBODY, ON)

    counts = {row.clause.number: row.count for row in found.rows}
    tally = counts["4.1.2"].tally
    assert (tally.kept, tally.of, tally.missing, tally.broken) == (5, 6, 1, 0)
    # The years: three have them, one is waived, one began a month from now; of one
    # nothing is known.
    tally = counts["4.1.5"].tally
    assert (tally.kept, tally.missing, tally.broken) == (4, 1, 1)
    assert counts["4.3.1"].uses == 1
    assert counts["3.1.2"].uses == 6
    assert counts["7.1"].tally.of == 1
    fields = {f.field: f.clause for f in read_shipped().fields}
    assert counts[fields["craftsman.trade_since"]].tally.kept == 5
    assert counts[fields["certificate.number"]].what == "facts"
    assert counts[fields["certificate.number"]].tally.kept == 3


def test_what_an_application_proved_counts_from_then_on(session, people):
    proven = {
        "law_abiding": ("yes", True),
        "named_methods": ("2", True),
        "innovations": ("9", True),  # people[1] has one on record, which goes before
        "unmatched_skill": ("yes", False),  # nobody verified it
    }
    application = make_application(session, make_batch(session), claims={})
    for field, (value, verified) in proven.items():
        claim = ClaimValues(field=field, value=value, document="证明")
        put_claim(session, application, claim, actor=SYSTEM, now=NOW, verified=verified)
    application.person, application.craftsman = people[1].person, people[1]
    application.district_code, application.occupation_code = "330602", "6-18-02-04"
    application.occupation_edition, application.state = 2022, ADMITTED
    session.flush()
    profile = read_shipped()

    [pool] = iter_pool(session, EVERYBODY, ON)

    facts = alone(session, people[1])
    assert (facts.law_abiding, facts.named_methods) == (True, 2)
    assert (facts.innovations, facts.unmatched_skill) == (1, None)
    verdict = evaluate_pool(profile, pool.facts)
    for index, person in enumerate(people):
        single = evaluate(profile, alone(session, person))
        assert [f.met[index] for f in verdict.findings] == [
            f.status == "met" for f in single.findings
        ]


def test_spans_add_up_to_the_whole(session, people):
    whole = report(session, read_shipped(), EVERYBODY, ON)

    pieces = list(iter_pool(session, EVERYBODY, ON, span=4))
    summed: dict[str, Any] = {}
    for pool in pieces:
        merge(summed, reports.count_entry(read_shipped(), pool))

    assert [len(pool) for pool in pieces] == [4, 2]
    counts = {row.clause.number: row.count for row in whole.rows}
    [place] = summed.values()
    for condition in read_shipped().conditions:
        assert place[condition.clause] == counts[condition.clause]


def test_a_large_pool_is_shown_as_last_counted(session, people, monkeypatch):
    elsewhere = make_unit(session, district_code="330681")
    make_craftsman(session, unit=elsewhere)
    live = report(session, read_shipped(), EVERYBODY, ON)
    monkeypatch.setattr(reports, "COUNTED_AT_ONCE", 0)
    assert reports.report_to_show(session, read_shipped(), EVERYBODY, ON) is None

    now = datetime.combine(ON, time(4), UTC)
    reports.keep_count(session, actor=SYSTEM, now=now)

    shown = reports.report_to_show(session, read_shipped(), EVERYBODY, ON)
    assert shown.counted_at == now
    assert (shown.rows, shown.total, shown.outcomes) == (live.rows, 7, live.outcomes)
    there = [Scope("district", "330681")]
    assert reports.report_to_show(session, read_shipped(), there, ON).total == 1
    city = [Scope("district", "330600")]
    assert reports.report_to_show(session, read_shipped(), city, ON).total == 7


def test_old_counts_are_let_go(session, people, monkeypatch):
    monkeypatch.setattr(reports, "KEPT", 2)
    for hour in range(4):
        reports.keep_count(
            session, actor=SYSTEM, now=datetime.combine(ON, time(hour), UTC)
        )

    kept = session.scalars(select(ComplianceCount.counted_at)).all()
    assert [moment.hour for moment in kept] == [2, 3]


def test_a_place_counts_its_own(session, people):
    elsewhere = make_unit(session, district_code="330681")
    make_craftsman(session, unit=elsewhere)

    here = report(session, read_shipped(), [Scope("district", "330681")], ON)

    assert here.total == 1
    assert report(session, read_shipped(), [], ON).total == 0


def test_names_who_breaks_a_clause(session, people):
    def found(clause, *, is_broken):
        ids = find_dossiers(
            session,
            read_shipped(),
            EVERYBODY,
            ON,
            clause=clause,
            is_broken=is_broken,
        )
        return None if ids is None else [session.get(Craftsman, i) for i in ids]

    assert found("4.1.5", is_broken=True) == [people[5]]
    assert found("4.1.2", is_broken=False) == [people[1]]
    assert found("9.9", is_broken=True) is None


def test_counting_takes_as_many_statements_for_more_people(
    session, people, count_queries
):
    with count_queries() as few:
        report(session, read_shipped(), EVERYBODY, ON)
    for _number in range(5):
        make_fact(session, make_craftsman(session), "certificate")
    session.flush()

    with count_queries() as more:
        report(session, read_shipped(), EVERYBODY, ON)

    assert len(few) == len(more) <= 30
