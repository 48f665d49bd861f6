"""Applications: whose they are, what they freeze, and who must agree."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from ledger.log.models import LedgerEntry
from people.consent.queries import find_consent
from talentpool.admission.models.applications import (
    Application,
    Move,
    Snapshot,
)
from talentpool.admission.queries import applications as queries
from talentpool.admission.rules import applications as rules
from talentpool.admission.services import batches, drafts, snapshots, submit, take
from talentpool.admission.services.assess import gaps_of
from talentpool.admission.services.parties import ConflictError, conflicts_of
from talentpool.admission.services.propose import propose
from tests.factories.accounts import NOW, make_user
from tests.factories.admission import (
    actor_of,
    make_application,
    make_batch,
    send_in,
)
from tests.factories.competition import make_entry, make_event
from tests.factories.people import make_person, make_unit
from tests.factories.talentpool import make_craftsman, make_pair, publication


@pytest.fixture
def batch(session):
    return make_batch(session)


def sent(session, application, **more):
    user = more.get("user") or application.submitter
    values = {
        "user": user,
        "has_consented": True,
        "actor": actor_of(user),
        "now": NOW,
        **more,
    }
    submit.submit(session, application, **values)


def agree(session, application, user, *, id_number="", consent=True):
    submit.confirm_nomination(
        session,
        application,
        user=user,
        id_number=id_number,
        has_consented=consent,
        actor=actor_of(user),
        now=NOW,
    )


def test_ones_own_application_is_agreed_to_by_sending_it(session, batch):
    application = make_application(session, batch)

    sent(session, application)

    assert (application.state, application.step) == ("running", "district")
    assert application.round == 1
    for purpose in ("pool", "publication"):
        assert find_consent(
            session, person_id=application.person_id, purpose=purpose
        ), purpose


@pytest.mark.parametrize("way", ["unit", "association"])
def test_a_recommendation_counts_once_the_nominee_agrees(session, batch, way):
    application = make_application(session, batch, way=way)
    sent(session, application)
    assert (application.state, application.step) == ("unconfirmed", "")

    with pytest.raises(ConflictError):
        agree(session, application, application.submitter)
    with pytest.raises(submit.NomineeError):
        agree(session, application, make_user(session), id_number="330602199003070010")
    nominee = make_user(session, person=application.person)
    with pytest.raises(submit.ConsentError):
        agree(session, application, nominee, consent=False)
    agree(session, application, nominee)

    assert (application.state, application.confirmed_how) == ("running", "account")
    assert application.nominator
    assert application.nominee_user is nominee


def test_a_nominee_without_a_tied_account_is_known_by_the_number(session, batch):
    application = make_application(session, batch, way="unit")
    number = drafts.answers_of(application).id_number
    sent(session, application)

    agree(session, application, make_user(session), id_number=number.lower())

    assert application.confirmed_how == "number"


def test_nobody_nominates_themselves_through_their_unit(session, batch):
    person = make_person(session, unit=make_unit(session))
    officer = make_user(session, person=person)
    application = make_application(
        session, batch, way="unit", person=person, user=officer
    )

    with pytest.raises(ConflictError) as refused:
        sent(session, application)

    assert refused.value.codes == ("party:nominee",)


def test_a_unit_recommends_its_own_people(session, batch):
    application = make_application(session, batch, way="unit")
    other = make_unit(session)
    values = {"unit_uid": other.uid}
    drafts.save_answers(session, application, values=values, now=NOW)

    with pytest.raises(submit.NomineeError):
        sent(session, application)


def test_a_draft_is_kept_and_says_what_is_missing(session, batch):
    user = make_user(session, username="13800000001")
    application = drafts.start_own(
        session, batch=batch, user=user, actor=actor_of(user), now=NOW
    )

    values = {"name": "单  立群", "id_number": "ＸＸ"}
    drafts.save_answers(session, application, values=values, now=NOW)
    session.expire_all()

    answers = drafts.answers_of(application)
    assert (answers.name, answers.phone) == ("单 立群", "13800000001")
    kinds = [gap.kind for gap in gaps_of(session, application, NOW)]
    assert {"answer", "evidence", "merit"} <= set(kinds)
    with pytest.raises(submit.IncompleteError):
        sent(session, application)
    again = drafts.start_own(
        session, batch=batch, user=user, actor=actor_of(user), now=NOW
    )
    assert again is application


def test_the_window_is_held(session, batch):
    application = make_application(session, batch)
    later = NOW + timedelta(days=40)

    with pytest.raises(batches.BatchNotOpenError):
        sent(session, application, now=later)


def test_one_person_is_in_a_batch_once(session, batch):
    first = send_in(session, make_application(session, batch))

    second = make_application(session, batch, way="association", person=first.person)

    with pytest.raises(submit.NomineeError):
        sent(session, second)


def test_what_was_submitted_is_frozen_and_today_is_compared_with_it(session, batch):
    application = send_in(session, make_application(session, batch))
    [frozen] = queries.list_snapshots(session, application.id)
    content = snapshots.read_snapshot(frozen)
    assert content["claims"]["front_line"]["value"] == "yes"
    assert "****" in content["person"]["id_number"]
    assert snapshots.changes_since(session, application, frozen) == []

    application.person.unit = make_unit(session, name="另一家机械有限公司")
    session.flush()

    [change] = snapshots.changes_since(session, application, frozen)
    assert change.path == ("person", "unit")
    assert change.now == "另一家机械有限公司"
    assert snapshots.is_as_frozen(frozen)
    logged = session.scalars(
        select(LedgerEntry.body).where(LedgerEntry.action == "application.submitted")
    ).one()
    assert frozen.digest in logged


def test_history_is_append_only(session, batch):
    send_in(session, make_application(session, batch))
    move = session.scalars(select(Move)).first()

    move.reason = "x"

    with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
        session.flush()


def test_no_personal_data_lies_in_the_clear(session, batch):
    application = make_application(session, batch)
    answers = drafts.answers_of(application)
    send_in(session, application)

    stored = session.scalars(select(Snapshot.content_sealed)).one()
    for secret in (answers.id_number, answers.phone):
        assert secret.encode() not in application.answers_sealed
        assert secret.encode() not in stored
    entries = session.scalars(select(LedgerEntry.body)).all()
    assert not any(answers.id_number in body for body in entries)


def test_a_referee_has_no_other_part(session, batch):
    application = make_application(session, batch, way="unit")
    colleague = make_user(session)

    def vouch(user):
        submit.add_reference(
            session,
            application,
            user=user,
            text="共事十年",
            actor=actor_of(user),
            now=NOW,
        )

    with pytest.raises(ConflictError):
        vouch(application.submitter)
    vouch(colleague)
    with pytest.raises(ConflictError):
        vouch(colleague)

    assert conflicts_of(session, application, colleague, "reviewer") == [
        "party:referee"
    ]


def test_mentors_stay_away_from_their_apprentices(session, batch):
    mentor = make_craftsman(session)
    apprentice = make_person(session, unit=make_unit(session))
    make_pair(session, mentor, apprentice=apprentice)
    master = make_user(session, person=mentor.person)

    application = make_application(session, batch, person=apprentice)
    send_in(session, application)

    assert conflicts_of(session, application, master, "expert") == ["mentor"]


def test_a_published_place_is_completed_by_its_nominee(session, batch):
    entry = make_entry(session, make_event(session, name="焊工"), state="accepted")
    [proposal] = propose(
        session, publication((entry, 1)), actor=actor_of(entry.user), now=NOW
    )
    entry.user.person = entry.person
    application = Application(batch=batch)

    take.take_into_batch(
        session, proposal, application, actor=actor_of(make_user(session)), now=NOW
    )

    assert (application.state, application.way) == ("draft", "result")
    assert drafts.is_owner(application, entry.user)
    assert not any(
        gap.kind in {"answer", "merit"} for gap in gaps_of(session, application, NOW)
    )
    for field, value in (
        ("post_kind", "operator"),
        ("front_line", "yes"),
        ("union_member", "yes"),
        ("law_abiding", "yes"),
        ("years_in_trade", "2012-07-01"),
    ):
        claim = drafts.ClaimValues(field=field, value=value, document="证明")
        drafts.save_claim(
            session, application, claim, actor=actor_of(entry.user), now=NOW
        )
    sent(session, application, user=entry.user)
    assert application.state == "running"
    assert application.outcome == "admissible"


def test_a_published_place_without_an_account_waits_for_paper(session, batch):
    entry = make_entry(session, make_event(session, name="焊工"), state="accepted")
    [proposal] = propose(
        session, publication((entry, 1)), actor=actor_of(entry.user), now=NOW
    )
    application = Application(batch=batch)
    actor = actor_of(make_user(session))
    entry.user.person = None

    take.take_into_batch(session, proposal, application, actor=actor, now=NOW)

    assert application.state == rules.UNCONFIRMED
    other = Application(batch=make_batch(session, name="第二批"))
    with pytest.raises(submit.NomineeError):
        take.take_into_batch(session, proposal, other, actor=actor, now=NOW)


def test_withdrawing_ends_it(session, batch):
    application = send_in(session, make_application(session, batch))
    user = application.submitter

    submit.decline(
        session, application, user=user, reason="不去了", actor=actor_of(user), now=NOW
    )

    assert application.state == "withdrawn"
    again = make_application(session, batch, person=application.person, user=user)
    assert send_in(session, again).state == "running"


def test_a_batch_names_all_its_faults(session):
    with pytest.raises(batches.BatchError) as refused:
        make_batch(
            session,
            steps=("experts",),
            closes_on=NOW.date() - timedelta(days=60),
            notice_days=3,
            experts_min=4,
        )

    assert len(refused.value.faults) == 4
