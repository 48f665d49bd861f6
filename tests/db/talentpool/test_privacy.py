"""The register against the tables; withdrawing, exporting, erasing, purging."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from flask import current_app
from sqlalchemy import String, func, select

from competition.registration.models import EntryRevision
from competition.registration.rules.entries import Answers
from competition.registration.services.drafts import open_answers
from extensions import db
from ledger.log.services import SYSTEM, Actor, list_disagreements, verify
from people.attachments.queries import list_missing_files
from people.consent.queries import find_consent, list_consenting, list_consents
from people.consent.services import GuardianMissingError, give_consent
from people.persons.models import Person
from people.persons.queries import open_id_number, open_phone
from people.reveals.services import LOOKS_A_DAY, LookQuotaError
from scoring.results.services.compute import read_ground, score_ground
from talentpool.admission.models.applications import Snapshot
from talentpool.admission.models.notices import Notice
from talentpool.admission.models.proposals import Proposal
from talentpool.admission.queries.applications import list_claims
from talentpool.admission.services import drafts, submit
from talentpool.admission.services.decide import Decision, admit
from talentpool.admission.services.notices import lines_shown, publish
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.services.craftsmen import reveal
from talentpool.dossiers.services.facts import add_evidence, correct_fact
from talentpool.privacy import queries
from talentpool.privacy.models import Purge
from talentpool.privacy.rules.register import load_register
from talentpool.privacy.services import erase, retain
from talentpool.privacy.services.export import make_export
from talentpool.privacy.services.withdraw import restore, withdraw
from talentpool.search.models import SearchDirty
from talentpool.search.queries.sources import load_sources
from talentpool.shortlists.models import Shortlist, ShortlistEntry
from talentpool.shortlists.queries.lists import list_entries, list_shortlists
from tests.factories.accounts import make_user
from tests.factories.admission import CLAIMS, make_application, make_batch, send_in
from tests.factories.people import (
    NOW,
    made_up_id,
    make_attachment,
    make_person,
    make_unit,
)
from tests.factories.scoring import make_marked_event
from tests.factories.talentpool import make_craftsman, make_fact

KEPT = {("publication", "snapshot")}


def test_every_column_has_its_entry(app):
    tables = {
        table.name: {column.name for column in table.columns}
        for table in db.metadata.sorted_tables
    }

    assert load_register().faults(tables) == [], (
        "Say in talentpool/privacy/register.toml what the column is kept for."
    )


@pytest.fixture
def winner(session):
    """A published winner in the pool, with papers, an account and a photo."""
    marked = make_marked_event(session, works=3)
    marked.run_to_decoded()
    marked.publish()
    [proposal, *_rest] = session.scalars(select(Proposal).order_by(Proposal.place))
    decision = Decision(
        level="city",
        pool_class="competition",
        minute_number="5",
        reason="x",
        consent_document="7",
    )
    craftsman = admit(
        session, proposal, decision=decision, actor=SYSTEM, now=marked.later()
    )
    number = make_fact(session, craftsman, "certificate", number="S20260815")
    correct_fact(
        session, number, values={"trade": "x"}, reason="x", actor=SYSTEM, now=NOW
    )
    honour = make_fact(session, craftsman, "honour")
    add_evidence(
        session,
        honour,
        title="奖状",
        attachment=make_attachment(session),
        actor=SYSTEM,
        now=NOW,
    )
    person = craftsman.person
    person.photo = make_attachment(session)
    person.name = "独孤求败"
    session.flush()
    return craftsman


def do_erase(session, person):
    wish = erase.ask(session, person, reason="", actor=SYSTEM, now=NOW)
    first, second = (Actor("human", make_user(session).uid) for _turn in range(2))
    erase.confirm(session, wish, actor=first, now=NOW)
    return erase.carry_out(session, wish, actor=second, now=NOW)


def find_everywhere(session, words):
    """Return the columns of any table that hold one of these words."""
    session.flush()
    found = set()
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, String):
                for value in session.scalars(select(column).distinct()):
                    if value and any(word in value for word in words):
                        found.add((table.name, column.name))
    return found


def test_an_erased_person_is_nowhere_and_the_log_holds(session, winner):
    person = winner.person
    words = [person.name, open_id_number(person), open_phone(person), "S20260815"]
    words.append(person.id_number_hash)
    photo = Path(current_app.config["UPLOADS"]) / person.photo.stored_as
    assert find_everywhere(session, words) != set()
    before = session.scalar(
        select(func.count()).select_from(Person).where(Person.sex == person.sex)
    )
    year, unit = person.birth_date.year, person.unit_id

    proof = do_erase(session, person)

    assert find_everywhere(session, words) - KEPT == set()
    assert (person.birth_date.year, person.birth_date.month) == (year, 1)
    assert person.unit_id == unit
    assert before == session.scalar(
        select(func.count()).select_from(Person).where(Person.sex == person.sex)
    )
    assert winner.state == "left"
    assert proof["person"]["id_number_sealed"] == 1
    assert verify(session).fault is None
    assert list_disagreements(session) == []
    session.commit()
    assert not photo.exists()
    assert list_missing_files(session) == []


@pytest.fixture
def applicant(session):
    """Somebody on a public notice, with claims, a referee and a frozen copy."""
    batch = make_batch(session, steps=("district",))
    person = make_person(session, unit=make_unit(session), name="独孤求败")
    claims = CLAIMS | {"competitions": "nation:7:731"}
    found = make_application(session, batch, way="unit", person=person, claims=claims)
    drafts.save_answers(
        session, found, values={"recommendation": "独孤求败同志技术过硬"}, now=NOW
    )
    referee = make_user(session)
    submit.add_reference(
        session,
        found,
        user=referee,
        text="独孤求败为人正直",
        actor=Actor("human", referee.uid),
        now=NOW,
    )
    send_in(session, found)
    found.step = "notice"
    publish(
        session,
        batch,
        [found],
        contact="0575-1",
        user=make_user(session, "pool_officer"),
        now=NOW,
    )
    return found


def test_an_erased_applicant_leaves_no_claim_copy_or_notice(session, applicant):
    person, notice = applicant.person, session.scalars(select(Notice)).one()
    words = [person.name, "nation:7:731", "单位证明1号", person.id_number_hash]
    assert ("public_notice", "text") in find_everywhere(session, words)

    proof = do_erase(session, person)

    assert find_everywhere(session, words) == set()
    assert (applicant.state, applicant.trade, applicant.verdict) == (
        *("withdrawn", "焊工"),
        "",
    )
    snapshot = session.scalars(select(Snapshot)).one()
    assert snapshot.content_sealed == b""
    assert lines_shown(session, notice) == []
    assert list_claims(session, applicant.id) == []
    assert proof["application_snapshot"]["content_sealed"] == 1
    assert proof["application_claim"]["value"] == len(CLAIMS) + 1
    assert verify(session).fault is None
    assert list_disagreements(session) == []
    snapshot.content_sealed = b"x"
    session.flush()
    with pytest.raises(ValueError, match=r".*"):
        list_disagreements(session)


def test_erasing_an_officer_leaves_what_they_did_for_others(session, applicant):
    officer = applicant.submitter
    officer.person = make_person(session)
    session.flush()

    do_erase(session, officer.person)

    assert applicant.recommendation == "独孤求败同志技术过硬"
    assert applicant.state == "running"
    assert len(list_claims(session, applicant.id)) == len(CLAIMS) + 1
    assert list_disagreements(session) == []


def test_the_same_number_may_come_again(session, winner):
    number = open_id_number(winner.person)
    do_erase(session, winner.person)

    again = make_person(session, name="新人", id_number=number)

    assert again.id != winner.person_id


def test_two_decide_and_neither_is_the_person(session):
    person = make_person(session)
    account = make_user(session)
    account.person = person
    own = Actor("human", account.uid)
    first, second = (Actor("human", make_user(session).uid) for _turn in range(2))
    wish = erase.ask(session, person, reason="", actor=own, now=NOW)

    for step, actor in (("carry_out", first), ("confirm", own)):
        with pytest.raises(erase.ErasureError):
            getattr(erase, step)(session, wish, actor=actor, now=NOW)
    erase.confirm(session, wish, actor=first, now=NOW)
    with pytest.raises(erase.ErasureError):
        erase.carry_out(session, wish, actor=first, now=NOW)
    assert person.erased_at is None
    erase.carry_out(session, wish, actor=second, now=NOW)
    assert person.erased_at == NOW


def test_an_export_holds_everything_and_no_secrets(session, winner):
    person = winner.person

    data = make_export(session, person, now=NOW)

    archive = zipfile.ZipFile(io.BytesIO(data))
    found = json.loads(archive.read("data.json"))
    [row] = found["tables"]["person"]
    assert row["id_number"] == open_id_number(person)
    assert "salt" not in row
    assert not [name for name in row if name.endswith(("_hash", "_sealed"))]
    assert {"craftsman", "skill_certificate", "evidence", "entry", "consent"} <= (
        found["tables"].keys()
    )
    assert any(said["action"] == "craftsman.entered" for said in found["log"])
    assert any(name.startswith("files/photo-") for name in archive.namelist())
    assert archive.read("data.xlsx")[:2] == b"PK"


def test_withdrawing_the_pool_leaves_it_and_the_contest_stays(session, winner):
    person = winner.person
    for purpose in ("competition", "pool"):
        give_consent(
            session, person=person, purpose=purpose, version="1", now=NOW, actor=SYSTEM
        )

    withdraw(session, person=person, purpose="pool", actor=SYSTEM, now=NOW)

    assert winner.state == "left"
    assert find_consent(session, person_id=person.id, purpose="pool") is None
    assert find_consent(session, person_id=person.id, purpose="competition")
    assert list_disagreements(session) == []


def test_who_took_the_consent_back_is_in_no_search_or_export(session, winner):
    person, never_asked = winner.person, make_craftsman(session)
    ids = [winner.id, never_asked.id]
    assert set(load_sources(session, ids)) == set(ids)
    user = make_user(session)
    shortlist = Shortlist(
        user=user, name="x", purpose="x", query="", found=2, made_at=NOW
    )
    for craftsman in (winner, never_asked):
        entry = ShortlistEntry(
            shortlist=shortlist, craftsman=craftsman, reason="x", added_at=NOW
        )
        session.add(entry)
    session.flush()
    assert [count for _list, count in list_shortlists(session, user)] == [2]

    withdraw(session, person=person, purpose="pool", actor=SYSTEM, now=NOW)
    assert set(load_sources(session, ids)) == {never_asked.id}
    [listed] = list_entries(session, shortlist)
    assert listed.craftsman is never_asked
    assert [count for _list, count in list_shortlists(session, user)] == [1]
    waiting = select(SearchDirty.craftsman_id)
    assert winner.id in session.scalars(waiting).all()

    give_consent(
        session, person=person, purpose="pool", version="2", now=NOW, actor=SYSTEM
    )
    restore(session, person=person)
    assert set(load_sources(session, ids)) == set(ids)


def test_children_need_a_guardian_and_minors_are_on_no_list(session):
    ages = {"child": 2015, "minor": 2010, "adult": 1990}
    people = {}
    for number, (name, year) in enumerate(ages.items()):
        born = NOW.date().replace(year=year)
        people[name] = make_person(session, id_number=made_up_id(number + 1, born=born))

    def agree(name, **values):
        return give_consent(
            session,
            person=people[name],
            purpose="publication",
            version="1",
            now=NOW,
            actor=SYSTEM,
            **values,
        )

    with pytest.raises(GuardianMissingError):
        agree("child")
    agree("child", guardian="王母, 同意书3号")
    agree("minor")
    agree("adult")
    everybody = [person.id for person in people.values()]
    listed = list_consenting(
        session, "publication", persons=everybody, adults_on=NOW.date()
    )
    assert listed == {people["child"].id, people["adult"].id}
    agree("minor", guardian="王父, 告知书4号")
    agree("minor", guardian="王父, 告知书4号")
    with_guardian = list_consenting(
        session,
        "publication",
        persons=[people["minor"].id],
        adults_on=NOW.date(),
    )
    assert with_guardian == {people["minor"].id}
    assert len(list_consents(session, people["minor"].id)) == 2


def test_nobody_sees_more_than_the_quota(session):
    craftsman = make_craftsman(session)

    def see(minutes):
        now = NOW + timedelta(minutes=minutes)
        return reveal(
            session, craftsman, field="phone", purpose="x", actor=SYSTEM, now=now
        )

    for minute in range(LOOKS_A_DAY):
        assert see(minute) == open_phone(craftsman.person)
    with pytest.raises(LookQuotaError):
        see(LOOKS_A_DAY)
    assert see(24 * 60 + 1)


def test_a_purge_removes_what_is_due_and_proves_it(session):
    marked = make_marked_event(session, works=1)
    [paper, *_more] = marked.entries[0].papers
    later = marked.event.registration_closes_at + timedelta(days=800)

    made = {
        proof.rule: proof for proof in retain.purge(session, actor=SYSTEM, now=later)
    }

    assert made["papers"].rows >= 1
    assert paper.attachment.file_name == "erased"
    assert session.scalars(select(Purge.rule)).all() == list(made)
    assert [d.ids for d in retain.list_due(session, later)] == [[]] * len(retain.RULES)
    assert queries.list_purges(session)[0].digest
    assert session.scalar(select(func.count()).select_from(Craftsman)) == 0


def standing(session, marked):
    """Return what each work is worth, computed anew from its marks."""
    scoring = score_ground(read_ground(session, marked.event.id))
    return [(one.entry, one.rank, one.total, one.award) for one in scoring.results]


def test_what_was_typed_into_an_entry_goes_and_its_marks_stay(session):
    marked = make_marked_event(session, works=2)
    marked.run_to_decoded()
    before = standing(session, marked)
    entry = marked.entries[0]
    later = marked.event.starts_at + timedelta(days=1096)

    made = {p.rule: p for p in retain.purge(session, actor=SYSTEM, now=later)}

    session.expire_all()
    kept = session.scalars(select(EntryRevision.answers_sealed)).all()
    assert made["entries"].rows == 2
    assert entry.answers_sealed is None
    assert (entry.certificate_number, set(kept)) == ("", {None})
    assert standing(session, marked) == before
    again = retain.purge(session, actor=SYSTEM, now=later)
    assert "entries" not in {proof.rule for proof in again}


def test_an_erased_contestants_marks_and_rank_stay_under_their_code(session):
    marked = make_marked_event(session, works=3)
    marked.run_to_decoded()
    marked.publish()
    before = standing(session, marked)
    entry = marked.entries[0]

    do_erase(session, entry.person)

    assert standing(session, marked) == before
    assert entry.state == "accepted"
    assert open_answers(entry.answers_sealed) == Answers()
    revisions = session.scalars(select(EntryRevision).filter_by(entry_id=entry.id))
    assert {revision.answers_sealed for revision in revisions} == {None}
