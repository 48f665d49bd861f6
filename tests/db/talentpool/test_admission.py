"""Published results become proposals, proposals become dossiers."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select

from accounts.roles.rules import EVERYWHERE, Scope
from ledger.log.models import LedgerEntry
from ledger.log.queries import iter_links
from ledger.log.rules import first_fault
from ledger.log.services import SYSTEM, Actor, list_disagreements
from people.consent.services import give_consent, withdraw_consent
from scoring.certificates.services import follow as certificates
from scoring.figures import services as figures
from scoring.results.signals import results_published, results_withdrawn
from talentpool.admission.models.proposals import Proposal
from talentpool.admission.queries import proposals as queries
from talentpool.admission.services import decide, follow
from talentpool.admission.services.propose import (
    StillBarredError,
    open_again,
    propose,
    withdraw,
)
from talentpool.dossiers.models import CompetitionRecord, Craftsman
from talentpool.dossiers.queries import find_by_person
from talentpool.dossiers.rules import is_certificate_number
from talentpool.dossiers.services.returns import Ground
from talentpool.dossiers.signals import craftsman_changed
from talentpool.life.services import states
from talentpool.standard.queries import read_shipped
from talentpool.standard.rules.evaluate import verdict_from_json
from tests.factories.competition import NOW, make_entry, make_event
from tests.factories.people import make_unit
from tests.factories.talentpool import make_craftsman, publication

OFFICER = Actor("human", "0190a0a0-0000-7000-8000-00000000000f")
LATER = NOW + timedelta(days=50)
DECISION = decide.Decision(
    level="city", pool_class="competition", minute_number="〔2026〕5号", reason="名次"
)
EVERYTHING = {
    "post_kind": "operator",
    "front_line": "yes",
    "union_member": "yes",
    "law_abiding": "yes",
    "trade_since": "2010-07-01",
}


@pytest.fixture
def event(session):
    return make_event(session, name="焊工")


@pytest.fixture
def entry(session, event):
    return make_entry(session, event, state="accepted")


@pytest.fixture
def proposal(session, entry):
    return propose(session, publication((entry, 1)), actor=SYSTEM, now=LATER)[0]


def agree(session, proposal):
    give_consent(
        session,
        person=proposal.person,
        purpose="pool",
        version="1",
        now=NOW,
        actor=SYSTEM,
    )


def test_proposes_those_the_standard_could_admit(session, event):
    entries = [make_entry(session, event, state="accepted") for _ in range(5)]
    ranks = [1, 2, 3, 4, None]

    made = propose(
        session, publication(*zip(entries, ranks, strict=True)), actor=SYSTEM, now=LATER
    )

    assert [(p.entry.uid, p.place, p.of_count) for p in made] == [
        (entry.uid, rank, 4) for entry, rank in zip(entries[:3], ranks, strict=False)
    ]
    assert {p.outcome for p in made} == {"inadmissible", "incomplete"} - {
        "inadmissible"
    }


def test_the_verdict_says_what_each_clause_rests_on(session, proposal):
    findings = {f.clause: f for f in verdict_from_json(proposal.verdict).findings}

    place = findings["4.2.4"]
    assert (place.status, place.value) == ("met", "city:1:1")
    assert place.document == f"publication:{proposal.publication_uid}"
    assert findings["4.1.3"].status == "evidence_missing"
    assert proposal.profile_version.version == read_shipped().version


def test_the_signal_makes_proposals(session, entry, monkeypatch, request):
    published = publication((entry, 1))
    monkeypatch.setattr(follow, "get_publication", lambda _session, _uid: published)
    # Others listen too, and this publication is in no table.
    for other in (certificates, figures):
        results_published.disconnect(other.on_published)
        request.addfinalizer(other.listen)

    results_published.send(
        None,
        session=session,
        publication_uid=published.uid,
        event_uid=entry.event.uid,
        actor=SYSTEM,
        now=LATER,
    )

    assert session.scalars(select(Proposal.entry_id)).all() == [entry.id]


def test_withdrawing_suspends_what_waits(session, proposal):
    results_withdrawn.send(
        None,
        session=session,
        publication_uid=proposal.publication_uid,
        event_uid=proposal.event.uid,
        actor=SYSTEM,
        now=LATER,
    )

    assert proposal.state == "suspended"
    with pytest.raises(decide.NotOpenError):
        decide.admit(session, proposal, decision=DECISION, actor=OFFICER, now=LATER)


def test_publishing_again_replaces_the_suspended_and_keeps_what_was_stated(
    session, entry, proposal
):
    decide.state_facts(
        session,
        proposal,
        values=EVERYTHING,
        document="单位证明3号",
        actor=OFFICER,
        now=LATER,
    )
    uid = proposal.publication_uid
    withdraw(session, publication_uid=uid, actor=SYSTEM, now=LATER)

    again = propose(session, publication((entry, 1)), actor=SYSTEM, now=LATER)[0]

    assert (proposal.state, again.state) == ("replaced", "open")
    assert again.outcome == "admissible"


def test_statements_complete_the_verdict(session, proposal):
    decide.state_facts(
        session,
        proposal,
        values=EVERYTHING,
        document="单位证明3号",
        actor=OFFICER,
        now=LATER,
    )

    assert proposal.outcome == "admissible"
    findings = {f.clause: f for f in verdict_from_json(proposal.verdict).findings}
    assert findings["4.1.3"].document == "单位证明3号"
    assert findings["4.1.5"].value == "15"


def test_admitting_makes_a_dossier_that_leads_back(session, proposal):
    agree(session, proposal)
    heard = []
    craftsman_changed.connect(hear := lambda _s, **said: heard.append(said))

    craftsman = decide.admit(
        session, proposal, decision=DECISION, actor=OFFICER, now=LATER
    )

    record = session.scalars(select(CompetitionRecord)).one()
    assert (record.craftsman_id, record.state) == (craftsman.id, "verified")
    assert record.publication_uid == proposal.publication_uid
    assert record.entry_uid == proposal.entry.uid
    assert (record.place, record.of_count, record.total) == (1, 1, "88.50")
    assert is_certificate_number(craftsman.certificate_number)
    assert (proposal.state, proposal.decided_by) == ("admitted", OFFICER.name)
    assert proposal.craftsman_id == craftsman.id
    assert {said["craftsman_id"] for said in heard} == {craftsman.id}
    craftsman_changed.disconnect(hear)


def test_what_was_stated_goes_into_the_dossier(session, proposal):
    agree(session, proposal)
    decide.state_facts(
        session,
        proposal,
        values=EVERYTHING,
        document="单位证明3号",
        actor=OFFICER,
        now=LATER,
    )

    craftsman = decide.admit(
        session, proposal, decision=DECISION, actor=OFFICER, now=LATER
    )

    assert craftsman.front_line is True
    assert craftsman.trade_since.isoformat() == "2010-07-01"
    assert craftsman.term_ends_on.year == craftsman.entered_on.year + 4


@pytest.mark.parametrize(
    ("consented", "decision", "refusal"),
    [
        pytest.param(False, DECISION, decide.ConsentMissingError, id="no consent"),
        pytest.param(
            True,
            decide.Decision(level="city", pool_class="competition", minute_number="1"),
            decide.ReasonMissingError,
            id="against the verdict without a reason",
        ),
    ],
)
def test_refuses_to_admit(session, proposal, consented, decision, refusal):
    withdraw_consent(
        session, person=proposal.person, purpose="pool", now=NOW, actor=SYSTEM
    )
    if consented:
        agree(session, proposal)

    with pytest.raises(refusal):
        decide.admit(session, proposal, decision=decision, actor=OFFICER, now=LATER)


def test_a_consent_on_paper_is_recorded(session, proposal):
    withdraw_consent(
        session, person=proposal.person, purpose="pool", now=NOW, actor=SYSTEM
    )
    decision = decide.Decision(
        level="city",
        pool_class="competition",
        minute_number="1",
        reason="名次",
        consent_document="同意书第7号",
    )

    decide.admit(session, proposal, decision=decision, actor=OFFICER, now=LATER)

    assert proposal.consent.version == decide.PAPER_NOTICE
    bodies = session.scalars(
        select(LedgerEntry.body).where(
            LedgerEntry.action == "proposal.consent_recorded"
        )
    ).all()
    assert len(bodies) == 1
    assert "同意书第7号" in bodies[0]


def test_nobody_decides_twice(session, proposal):
    decide.refuse(session, proposal, reason="材料不实", actor=OFFICER, now=LATER)

    with pytest.raises(decide.NotOpenError):
        decide.admit(session, proposal, decision=DECISION, actor=OFFICER, now=LATER)

    assert find_by_person(session, proposal.person_id) is None


def test_a_refusal_needs_a_reason(session, proposal):
    with pytest.raises(decide.ReasonMissingError):
        decide.refuse(session, proposal, reason="", actor=OFFICER, now=LATER)


def test_somebody_in_the_pool_gets_the_record_only(session, entry):
    craftsman = make_craftsman(session, person=entry.person)

    made = propose(session, publication((entry, 4)), actor=SYSTEM, now=LATER)

    assert made == []
    assert session.scalars(select(CompetitionRecord.craftsman_id)).all() == [
        craftsman.id
    ]


def send_away(session, craftsman, cause, on):
    ground = Ground(on=on, reason="x", document="工字1号", decided_by="市总工会")
    now = datetime.combine(on, time(9), UTC)
    states.leave(session, craftsman, cause=cause, ground=ground, actor=SYSTEM, now=now)


def test_who_left_is_proposed_to_come_back(session, entry):
    craftsman = make_craftsman(session, person=entry.person)
    number = craftsman.certificate_number
    send_away(session, craftsman, "own_request", LATER.date() - timedelta(days=400))

    [made] = propose(session, publication((entry, 1)), actor=SYSTEM, now=LATER)
    agree(session, made)
    decide.admit(session, made, decision=DECISION, actor=OFFICER, now=LATER)

    assert (made.state, made.craftsman) == ("admitted", craftsman)
    assert (craftsman.state, craftsman.certificate_number) == ("active", number)
    assert session.scalars(select(Craftsman.id)).all() == [craftsman.id]
    assert len(session.scalars(select(CompetitionRecord)).all()) == 1


def test_a_bar_suspends_the_proposal_until_it_has_run_out(session, entry):
    craftsman = make_craftsman(session, person=entry.person)
    left = LATER.date() - timedelta(days=30)
    send_away(session, craftsman, "false_material", left)

    [made] = propose(session, publication((entry, 1)), actor=SYSTEM, now=LATER)

    assert (made.standing, made.barred_until.year) == ("barred", left.year + 6)
    with pytest.raises(decide.NotOpenError):
        decide.admit(session, made, decision=DECISION, actor=OFFICER, now=LATER)
    with pytest.raises(StillBarredError):
        open_again(session, made, actor=OFFICER, now=LATER)
    after = LATER + timedelta(days=366 * 6)
    open_again(session, made, actor=OFFICER, now=after)
    assert made.standing == "open"
    assert made.judged_at == after
    assert list_disagreements(session) == [
        f"proposals: proposal {made.uid} claims another place than was published"
    ]  # no publication was stored here


def test_a_withdrawn_result_opens_no_bar(session, entry):
    craftsman = make_craftsman(session, person=entry.person)
    send_away(session, craftsman, "false_material", LATER.date() - timedelta(days=30))
    published = publication((entry, 1))
    [made] = propose(session, published, actor=SYSTEM, now=LATER)

    withdraw(session, publication_uid=published.uid, actor=SYSTEM, now=LATER)

    assert made.standing == "suspended"
    with pytest.raises(StillBarredError):
        open_again(session, made, actor=OFFICER, now=LATER + timedelta(days=366 * 7))


@pytest.mark.parametrize("gone", ["dead", "erased"])
def test_nobody_proposes_the_dead_or_the_erased(session, entry, gone):
    craftsman = make_craftsman(session, person=entry.person)
    send_away(session, craftsman, "death", LATER.date() - timedelta(days=400))
    if gone == "erased":
        entry.person.erased_at = LATER

    made = propose(session, publication((entry, 1)), actor=SYSTEM, now=LATER)

    assert made == []
    records = session.scalars(select(CompetitionRecord.id)).all()
    assert len(records) == (gone == "dead")


def test_a_withdrawn_result_is_flagged_and_the_next_one_takes_its_place(session, entry):
    make_craftsman(session, person=entry.person)
    first, second = publication((entry, 1)), publication((entry, 2))
    propose(session, first, actor=SYSTEM, now=LATER)

    withdraw(session, publication_uid=first.uid, actor=SYSTEM, now=LATER)
    flagged = session.scalars(select(CompetitionRecord.state)).all()
    propose(session, second, actor=SYSTEM, now=LATER)

    assert flagged == ["disputed"]
    records = session.scalars(
        select(CompetitionRecord).order_by(CompetitionRecord.id)
    ).all()
    assert [(r.is_current, r.state, r.place) for r in records] == [
        (False, "disputed", 1),
        (True, "verified", 2),
    ]
    assert records[1].supersedes_id == records[0].id


@pytest.mark.parametrize(
    ("scopes", "seen"),
    [
        pytest.param([EVERYWHERE], {"here", "there"}, id="everywhere"),
        pytest.param([Scope("district", "330602")], {"here"}, id="district"),
        pytest.param([Scope("district", "330600")], {"here", "there"}, id="city"),
        pytest.param([Scope("unit", "x")], set(), id="a unit sees none"),
        pytest.param([], set(), id="nowhere"),
    ],
)
def test_lists_keep_to_the_officers_places(session, event, scopes, seen):
    entries = {
        name: make_entry(
            session,
            event,
            state="accepted",
            unit=make_unit(session, district_code=district),
        )
        for name, district in (("here", "330602"), ("there", "330603"))
    }
    places = [(entries["here"], 1), (entries["there"], 2)]
    propose(session, publication(*places), actor=SYSTEM, now=LATER)

    page = queries.list_proposals(session, scopes, wanted=queries.Filter(), page=1)

    names = {entry.uid: name for name, entry in entries.items()}
    assert {names[p.entry.uid] for p in page.items} == seen
    assert queries.count_open(session, scopes) == len(seen)


def test_the_log_holds_every_step_and_no_name(session, proposal):
    agree(session, proposal)
    decide.admit(session, proposal, decision=DECISION, actor=OFFICER, now=LATER)

    rows = session.execute(select(LedgerEntry.action, LedgerEntry.body)).all()
    assert {"proposal.made", "craftsman.entered", "proposal.admitted"} <= {
        action for action, _body in rows
    }
    assert not [body for _action, body in rows if proposal.person.name in body]
    assert first_fault(iter_links(session)) is None
    assert session.scalars(select(Craftsman.uid)).one()
