"""Innovation projects: handed in, verified, in every dossier, counted once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from accounts.roles.rules import EVERYWHERE, Scope
from ledger.log.models import LedgerEntry
from ledger.log.services import Actor
from talentpool.dossiers.models import Achievement, Evidence
from talentpool.dossiers.services.facts import correct_fact
from talentpool.growth.models.innovations import InnovationShare
from talentpool.growth.queries.innovations import Filter, find_people, list_innovations
from talentpool.growth.services import innovations as services
from talentpool.growth.services.by import By
from talentpool.growth.services.innovations import (
    NewPart,
    ProjectError,
    ProjectFaultsError,
    ProjectStateError,
)
from talentpool.reports.queries import growth, records, selection
from talentpool.reports.rules.window import Window
from tests.factories.accounts import make_user
from tests.factories.growth import make_project, part_of
from tests.factories.people import make_person, make_unit
from tests.factories.talentpool import NOW, make_craftsman, make_fact

LATER = NOW + timedelta(days=3)


def by(session, user=None):
    user = user or make_user(session)
    return By(user=user, actor=Actor("human", user.uid), now=LATER)


def facts_of(session, project):
    return session.scalars(
        select(Achievement)
        .where(Achievement.project_uid == project.uid, Achievement.is_current)
        .order_by(Achievement.author_rank)
    ).all()


@pytest.fixture
def project(session):
    person = make_person(session, unit=make_unit(session), name="王五")
    lead = make_craftsman(session, person=person)
    project = make_project(
        session,
        lead,
        kind="method",
        method_name="王五操作法",
        benefit_yuan=1_200_000,
        benefit_from=date(2026, 1, 1),
        benefit_to=date(2026, 3, 31),
        benefit_confirmed_by="财务科",
    )
    part_of(project, make_craftsman(session), "participant")
    session.flush()
    return project


def verified(session, project):
    services.submit(session, project, by=by(session))
    services.verify(session, project, by=by(session))
    return facts_of(session, project)


def counted(session, **values):
    window = Window(
        scopes=(EVERYWHERE,),
        first=date(2026, 1, 1),
        last=date(2026, 12, 31),
        today=date(2026, 12, 31),
        **values,
    )
    return [
        selection.count(session, figure(window))
        for figure in (
            *(records.achievements, records.methods, records.benefit),
            *(growth.projects, growth.project_benefit),
        )
    ]


def test_a_verified_project_stands_in_every_dossier(session, project):
    lead, other = verified(session, project)

    assert (lead.state, lead.kind, lead.author_rank) == ("verified", "method", 1)
    assert (lead.named_after_person, lead.role) == (True, "王五操作法")
    assert (other.author_rank, other.named_after_person) == (2, False)
    [evidence] = session.scalars(select(Evidence)).all()
    assert (evidence.fact_uid, evidence.sha256) == (
        lead.uid,
        project.papers[0].sha256,
    )
    actions = session.scalars(
        select(LedgerEntry.action)
        .where(LedgerEntry.subject == f"innovation:{project.uid}")
        .order_by(LedgerEntry.seq)
    ).all()
    assert actions == ["innovation.submitted", "innovation.verified"]


def test_it_is_counted_once(session, project):
    assert counted(session) == [0, 0, 0, 0, 0]
    verified(session, project)

    assert counted(session) == [1, 1, 1_200_000, 1, 1_200_000]


def test_it_stays_counted_once_when_a_dossier_is_corrected(session, project):
    _lead, other = verified(session, project)

    correct_fact(
        session,
        other,
        values={"text": "更正"},
        reason="笔误",
        actor=by(session).actor,
        now=LATER,
        verified=True,
    )

    assert counted(session)[0] == 1


def test_what_a_dossier_says_already_is_linked_and_not_said_twice(session, project):
    lead = project.shares[0].craftsman
    old = make_fact(session, lead, "achievement", title=project.title)

    facts = verified(session, project)

    assert not old.is_current
    assert facts[0].supersedes_id == old.id
    assert counted(session)[0] == 1


def test_what_is_taken_back_counts_no_more(session, project):
    facts = verified(session, project)

    services.revoke(session, project, reason="效益不实", by=by(session))

    assert {fact.state for fact in facts} == {"disputed"}
    assert counted(session) == [0, 0, 0, 0, 0]


def test_it_lacks_everything_at_once(session):
    project = make_project(session, make_craftsman(session), benefit_yuan=5)
    session.delete(project.papers[0])
    session.flush()
    session.expire(project)

    with pytest.raises(ProjectFaultsError) as refused:
        services.submit(session, project, by=by(session))

    assert refused.value.codes == ["paper", "benefit"]


def test_who_recorded_or_took_part_does_not_decide(session, project):
    recorder = make_user(session)
    project.recorded_by = recorder.uid
    member = make_user(session)
    member.person = project.shares[1].craftsman.person
    session.flush()
    services.submit(session, project, by=by(session))

    for user in (recorder, member):
        with pytest.raises(ProjectError):
            services.verify(session, project, by=by(session, user))
    services.send_back(session, project, reason="缺验收", by=by(session))
    assert (project.state, project.reason) == ("returned", "缺验收")


def test_nothing_changes_once_it_is_handed_in(session, project):
    services.submit(session, project, by=by(session))
    new = NewPart(craftsman=make_craftsman(session), role="adviser")

    for step in (
        lambda: services.add_part(session, project, new, by=by(session)),
        lambda: services.remove_part(session, project.shares[1], by=by(session)),
        lambda: services.submit(session, project, by=by(session)),
    ):
        with pytest.raises(ProjectStateError):
            step()
    services.verify(session, project, by=by(session))
    with pytest.raises(ProjectStateError):
        services.verify(session, project, by=by(session))


def test_people_are_named_once_and_ranked_by_role(session, project):
    adviser, late = make_craftsman(session), make_craftsman(session)
    who = by(session)
    services.add_part(
        session, project, NewPart(craftsman=adviser, role="adviser"), by=who
    )
    services.add_part(
        session, project, NewPart(craftsman=late, role="participant"), by=who
    )

    for craftsman, role in (
        (adviser, "participant"),
        (make_craftsman(session), "lead"),
    ):
        new = NewPart(craftsman=craftsman, role=role)
        with pytest.raises(ProjectError):
            services.add_part(session, project, new, by=who)

    roles = session.execute(
        select(InnovationShare.position, InnovationShare.role)
        .where(InnovationShare.innovation_id == project.id)
        .order_by(InnovationShare.position)
    ).all()
    assert roles == [
        (1, "lead"),
        (2, "participant"),
        (3, "participant"),
        (4, "adviser"),
    ]
    services.remove_part(session, project.shares[1], by=who)
    assert [share.position for share in project.shares] == [1, 2, 3]


def test_lists_keep_to_the_readers_places(session, project):
    def there(*scopes):
        page = list_innovations(session, scopes, wanted=Filter(), page=1)
        return [found.id for found in page.items]

    unit = Scope("unit", project.unit.uid)
    assert there(EVERYWHERE) == there(unit) == [project.id]
    assert there(Scope("district", project.district_code)) == [project.id]
    assert there(Scope("district", "330681")) == there() == []


def test_a_name_is_found_at_home_and_a_number_anywhere(session, project):
    lead = project.shares[0].craftsman
    elsewhere = [Scope("district", "330681")]

    assert find_people(session, "王五", [EVERYWHERE]) == [lead]
    assert find_people(session, "王五", elsewhere) == []
    assert find_people(session, "王五", elsewhere, unit_id=project.unit_id) == [lead]
    assert find_people(session, lead.certificate_number.lower(), elsewhere) == [lead]
    assert find_people(session, " ", [EVERYWHERE]) == []
