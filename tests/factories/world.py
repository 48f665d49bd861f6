"""A place with all there is in it; two of them make "another event, district or unit".

here, there = make_world(session, "330602"), make_world(session, "330702")
here.values["event_uid"]                 what an address about it holds
here.bare["scoring.judges.end_seat"]     what a part that is only called uid means there
here.scopes                              where its own officers hold their roles
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from accounts.roles.models import RoleGrant
from accounts.roles.rules import Scope
from accounts.tokens import services as tokens
from accounts.tokens.models import ApiToken
from competition.draw.models import Draw
from competition.questions.models import FormVersion
from competition.questions.rules import Question, digest, write_form
from competition.reasons.services import keep_reason
from competition.sessions.services import SessionValues, add_session
from competition.stations.rules.plan import Plan
from competition.stations.services import add_need, save_plan
from competition.teams.models import Team
from extensions import LOCAL
from ledger.log.services import SYSTEM
from scoring.assignment.services import invite
from scoring.carry.services.parcels import receive_parcel
from scoring.incidents.services import Report, report_incident
from scoring.keying.services.sheets import open_sheets
from scoring.marking.queries import list_counted, list_signatures
from scoring.results.rules.rulings import Ruling
from scoring.results.services.decisions import decide
from scoring.scheme.queries import list_versions
from scoring.scheme.services.drafts import begin_draft
from scoring.tablets.services.overrides import ask_override
from scoring.theory.services.files import receive_file
from talentpool.admission.models.applications import Claim
from talentpool.admission.models.notices import Notice, NoticeLine
from talentpool.admission.models.proposals import Proposal
from talentpool.admission.queries.experts import list_experts
from talentpool.admission.services import experts
from talentpool.admission.services.objections import Content, file_objection
from talentpool.dossiers.services.facts import add_evidence
from talentpool.growth.queries.awards import list_experts as list_jury
from talentpool.privacy.services.erase import ask
from talentpool.reports.models.papers import WorkReport
from talentpool.reports.models.plans import Plan as YearsPlan
from talentpool.reports.models.plans import Target
from talentpool.reports.rules.papers import Paper
from talentpool.reports.services.papers import take_snapshot, windows_of
from talentpool.standard.models import ProfileVersion
from tests.factories.accounts import NOW, make_user
from tests.factories.admission import make_application, make_batch
from tests.factories.appeals import make_appeal
from tests.factories.awards import (
    make_jury,
    make_round,
    nominated,
    verified_project,
)
from tests.factories.badges import make_badge
from tests.factories.calls import shoot
from tests.factories.carry import seal_parcel
from tests.factories.certificates import make_certificate
from tests.factories.competition import make_competition
from tests.factories.entry_files import make_photos, make_upload
from tests.factories.exemplars import make_exemplar
from tests.factories.gates import make_gate
from tests.factories.growth import attend, make_project, make_training
from tests.factories.identity import make_likeness
from tests.factories.life import make_finding, make_review
from tests.factories.matching import make_assignment, make_demand, make_outcome
from tests.factories.mentorship import make_offer, make_reward
from tests.factories.people import make_attachment, make_person, make_unit
from tests.factories.pool_files import make_batch as make_import
from tests.factories.practice import make_practice
from tests.factories.result_files import result_csv
from tests.factories.scoring import (
    SCHEME,
    MarkedEvent,
    actor_of,
    make_item,
    make_marked_event,
)
from tests.factories.tablets import own_device
from tests.factories.talentpool import make_craftsman, make_fact, make_pair


@dataclass
class World:
    """An event that is being marked, one that is published, and a dossier."""

    marked: MarkedEvent
    published: MarkedEvent
    publication_uid: str
    values: dict[str, str]
    bare: dict[str, str]
    scopes: list[Scope]


def _ask(session, event) -> None:
    """Give an event a question of its own, whatever its state."""
    text = write_form((Question(code="q1", kind="text", label="衣服尺码"),))
    version = FormVersion(
        event_id=event.id,
        number=1,
        questions=text,
        digest=digest(text),
        made_by="x",
        made_at=NOW,
    )
    session.add(version)


def make_world(session, district: str) -> World:
    """Make a world in a district, of units and persons of its own."""
    competition = make_competition(session, district_code=district)
    pictured = SCHEME.replace("max = 10\n", 'max = 10\nphoto = "allowed"\n', 1)
    marked = make_marked_event(session, works=2, competition=competition, text=pictured)
    published = make_marked_event(session, works=2, competition=competition)
    published.run_to_decoded()
    publication = published.publish()
    pool = _make_pool(session, district)
    entry = marked.entries[0]
    _ask(session, marked.event)
    values = {
        "event_uid": marked.event.uid,
        "upload_uid": make_upload(session, marked.event).uid,
        "photos_uid": make_photos(session, marked.event).uid,
        "team_uid": _make_team(session, marked).uid,
        "competition_uid": competition.uid,
        "entry_uid": entry.uid,
        "paper_uid": entry.papers[0].uid,
        "work_code": marked.works[0],
        "gate_uid": make_gate(session, marked.event).uid,
        "draw_uid": _first(session, Draw, event_id=marked.event.id).uid,
        "version_uid": session.scalars(select(ProfileVersion)).first().uid,
        "erasure_uid": ask(
            session, make_person(session), reason="", actor=SYSTEM, now=NOW
        ).uid,
        "likeness_uid": make_likeness(session, district).uid,
        "proposal_uid": _proposal(session, published, district).uid,
        "publication_uid": publication.uid,
        "appeal_uid": make_appeal(session, published).uid,
        "certificate_uid": make_certificate(session, published, publication).uid,
        **_make_admission(session, pool.pop("unit")),
        **pool,
    }
    bare = _make_bare(session, marked)
    certificate = make_certificate(session, marked, publication).uid
    for view in ("grant_signature", "end_signature"):
        bare[f"scoring.certificates.{view}"] = "none"  # nobody was asked
    bare["scoring.appeals.show_paper"] = "none"
    appeal = make_appeal(session, marked).uid
    for view in ("show_case", "admit", "refuse", "set_hearing", "decide"):
        bare[f"scoring.appeals.{view}"] = appeal
    for view in ("show_certificate", "print_certificate", "revoke"):
        bare[f"scoring.certificates.{view}"] = certificate
    values["mark_id"] = bare.pop("mark")
    values["photo_uid"] = bare.pop("photo")
    scopes = [
        Scope("event", marked.event.uid),
        Scope("competition", competition.uid),
        Scope("district", district),
    ]
    return World(marked, published, publication.uid, values, bare, scopes)


def _make_team(session, marked):
    unit = marked.entries[0].unit
    team = Team(event=marked.event, unit=unit, name="一队", registered_at=NOW)
    session.add(team)
    session.flush()
    return team


def _make_pool(session, district):
    unit = make_unit(session, district_code=district)
    mentor = make_craftsman(session, person=make_person(session, unit=unit))
    fact = make_fact(session, mentor, "honour")
    evidence = add_evidence(
        session,
        fact,
        title="证书",
        attachment=make_attachment(session),
        actor=SYSTEM,
        now=NOW,
    )
    return {
        "craftsman_uid": mentor.uid,
        "kind": "honour",
        "paper": "names",
        "fact_uid": fact.uid,
        "evidence_uid": evidence.uid,
        "pair_uid": (pair := make_pair(session, mentor)).uid,
        "reward_uid": make_reward(session, pair).uid,
        "offer_uid": make_offer(session, mentor.person).uid,
        "studio_uid": make_fact(session, mentor, "studio").uid,
        **_make_demand(session, unit, mentor),
        **_make_growth(session, unit, mentor),
        "batch_uid": make_import(session).uid,
        "unit": unit,
        "review_uid": make_review(session, mentor).uid,
        "finding_uid": make_finding(session, mentor).uid,
        **_make_reports(session, district),
    }


def _make_reports(session, district):
    plan = YearsPlan(
        name="规划",
        district_code=district,
        first_year=2026,
        last_year=2030,
        made_at=NOW,
        made_by="tests",
    )
    target = Target(figure="pool.members", kind="end", goal_tenths=10)
    plan.targets.append(target)
    report = WorkReport(
        title="报告",
        district_code=district,
        first_year=2026,
        last_year=2026,
        text="{pool.members}",
        made_at=NOW,
        made_by="tests",
        changed_at=NOW,
    )
    session.add_all([plan, report])
    session.flush()
    snapshot = take_snapshot(
        session,
        Paper(title="统计", language="zh", facts=()),
        kind="statistics",
        window=windows_of(report, NOW.date())[0],
        actor=SYSTEM,
        now=NOW,
    )
    return {
        "plan_uid": plan.uid,
        "target_uid": target.uid,
        "report_uid": report.uid,
        "snapshot_uid": snapshot.uid,
    }


def _make_growth(session, unit, craftsman):
    project = make_project(session, craftsman, unit=unit)
    award = make_round(session, now=datetime.now(UTC), district_code=unit.district_code)
    made = verified_project(session, unit=unit)
    nomination = nominated(session, award, made, now=datetime.now(UTC))
    make_jury(session, award, 1)
    [seat] = list_jury(session, award.id)
    return {
        "award_uid": award.uid,
        "nomination_uid": nomination.uid,
        "juror_uid": seat.uid,
        "innovation_uid": project.uid,
        "share_uid": project.shares[0].uid,
        "proof_uid": project.papers[0].uid,
        "training_uid": (training := make_training(session, unit=unit)).uid,
        "attendance_uid": attend(session, training, craftsman.person).uid,
    }


def _make_demand(session, unit, craftsman):
    demand = make_demand(session, unit=unit)
    assignment = make_assignment(session, demand, craftsman)
    return {
        "demand_uid": demand.uid,
        "assignment_uid": assignment.uid,
        "outcome_uid": make_outcome(session, assignment).uid,
    }


def _make_admission(session, unit):
    district = unit.district_code
    batch = make_batch(session, now=datetime.now(UTC), district_code=district)
    person = make_person(session, unit=unit)
    application = make_application(
        session, batch, way="unit", person=person, now=datetime.now(UTC)
    )
    application.state, application.round = "unconfirmed", 1
    application.person, application.unit = person, unit
    application.district_code = unit.district_code
    application.occupation_edition, application.occupation_code = 2022, "6-18-02-04"
    claim = session.scalars(
        select(Claim).where(Claim.application_id == application.id)
    ).first()
    claim.attachment = make_attachment(session)
    notice, objection = _make_notice(session, batch, application)
    expert = make_user(session, "pool_expert")
    experts.appoint(session, batch, expert, actor=SYSTEM, now=NOW)
    [seat] = list_experts(session, batch.id)
    return {
        "notice_uid": notice.uid,
        "objection_uid": objection.uid,
        "expert_uid": seat.uid,
        "intake_uid": batch.uid,
        "application_uid": application.uid,
        "claim_uid": claim.uid,
    }


def _make_notice(session, batch, application):
    today = datetime.now(UTC).astimezone(LOCAL).date()
    notice = Notice(
        batch=batch,
        first_day=today,
        last_day=today + timedelta(days=6),
        shown_until=today + timedelta(days=11),
        text="[]",
        digest="",
        published_at=NOW,
        published_by="tests",
        lines=[NoticeLine(application=application, position=0)],
    )
    session.add(notice)
    session.flush()
    content = Content(name="x", contact="x", text="x")
    objection = file_objection(
        session,
        notice,
        0,
        kind="named",
        content=content,
        attachment=None,
        now=datetime.now(UTC),
    )
    return notice, objection


def _make_bare(session, marked):
    chief = actor_of(marked.judge("J1"))
    decision = decide(
        session,
        event=marked.event,
        ruling=Ruling(marked.works[0], "time", "", "3600"),
        reason="秒表",
        actor=chief,
        now=marked.later(),
    )
    marked.fill()
    override = ask_override(
        session,
        event=marked.event,
        device=own_device(marked, "J2"),
        reason="摔坏",
        sheet="S-07",
        actor=chief,
        now=marked.later(),
    )
    [own, *_rest] = list_counted(session, marked.event.id, marked.seats["J1"].id)
    marked.sign("J2")
    late = make_item(marked.works[0], "P1.1", "3")
    assert marked.send_items("J2", late)[0]["status"] == "late"
    [signature] = list_signatures(session, marked.event.id)
    version = list_versions(session, marked.event.id)[0]
    begin_draft(
        session,
        event=marked.event,
        text=version.text,
        origin="version 1",
        actor=chief,
        now=marked.later(),
    )
    somebody = make_user(session)
    grant = RoleGrant(
        user=somebody,
        role="hr_official",
        scope_kind="all",
        granted_at=NOW,
        granted_by="tests",
    )
    session.add(grant)
    session.flush()
    tokens.make(
        session,
        user=somebody,
        name="key",
        permissions=frozenset({"pool.search"}),
        lifetime=timedelta(days=1),
        actor=SYSTEM,
        now=NOW,
    )
    key = _first(session, ApiToken, user_id=somebody.id)
    [sheet] = open_sheets(
        session,
        event=marked.event,
        seats=["J1"],
        works=[marked.works[0]],
        actor=actor_of(marked.committee),
        now=marked.later(),
    )
    parcel = receive_parcel(
        session,
        event=marked.event,
        data=seal_parcel(marked, "J1", [make_item(marked.works[0], "P1.2", "1")]),
        actor=actor_of(marked.committee),
        now=marked.later(),
    )
    results = receive_file(
        session,
        seat=marked.seats["J1"],
        data=result_csv([["作品号", "P1.1"], [marked.works[0], "7"]]),
        file_name="results.csv",
        user=marked.committee,
        now=marked.later(),
    )
    save_plan(
        session,
        event=marked.event,
        plan=Plan(features="1: FANUC"),
        actor=SYSTEM,
        now=NOW,
    )
    need = add_need(
        session,
        event=marked.event,
        entry_uid=marked.entries[0].uid,
        feature="FANUC",
        actor=SYSTEM,
        now=NOW,
    )
    scope = f"event:{marked.event.uid}"
    badge = make_badge(session, marked.judge("J2"), scope=scope).badge.uid
    practice = make_practice(session, marked)
    held = add_session(
        session,
        event=marked.event,
        values=SessionValues(
            round="final",
            part="practical",
            name="",
            starts_at=marked.event.starts_at,
            ends_at=marked.event.starts_at + timedelta(hours=3),
        ),
        actor=SYSTEM,
        now=NOW,
    ).uid
    seen = Report(
        entry=marked.works[0], kind="conduct", happened_at=NOW, what="未戴护目镜"
    )
    incident = report_incident(
        session, event=marked.event, report=seen, user=somebody, now=marked.later()
    )
    exemplar = make_exemplar(session, marked.event)
    invitation = invite(
        session,
        event=marked.event,
        user=make_user(session),
        actor=SYSTEM,
        now=marked.later(),
    )
    return {
        "competition.sessions.edit_session": held,
        "competition.sessions.remove_session": held,
        "competition.stations.remove_need": need.uid,
        **{
            f"scoring.exemplars.{view}": exemplar.uid
            for view in ("show_photo", "remove")
        },
        "competition.reasons.retire": keep_reason(
            session,
            event=marked.event,
            about="paper",
            text=f"照片模糊 {marked.event.name}",
            text_en="",
            actor=SYSTEM,
            now=NOW,
        ).uid,
        "scoring.assignment.train": invitation.uid,
        "scoring.assignment.qualify": invitation.uid,
        "scoring.assignment.answer": invitation.uid,
        "scoring.assignment.withdraw_tie": invitation.uid,
        "scoring.incidents.decide": incident.uid,
        "scoring.incidents.print_decision": incident.uid,
        "scoring.judges.lift_recusal": marked.seats["J2"].uid,
        "scoring.tablets.confirm_override": override.uid,
        "mark": late["id"],
        "photo": shoot(marked, "J1", own.id)["id"],
        "accounts.badges.allow": badge,
        "accounts.badges.revoke": badge,
        "accounts.tokens.revoke": key.uid,
        "scoring.keying.show_grid": marked.seats["J1"].uid,
        "scoring.keying.save_row": sheet.uid,
        "scoring.keying.settle": sheet.uid,
        **{
            f"scoring.theory.{view}": results.uid
            for view in ("show_import", "set_columns", "take", "discard", "undo")
        },
        "scoring.carry.show_parcel": parcel.uid,
        "scoring.carry.take": parcel.uid,
        "scoring.carry.decline": parcel.uid,
        "scoring.badges.allow": badge,
        "scoring.badges.revoke": badge,
        "scoring.practice.close": practice.uid,
        "scoring.practice.show_round": practice.uid,
        "scoring.judges.end_seat": marked.seats["J2"].uid,
        "scoring.judges.move_seat": marked.seats["J2"].uid,
        "scoring.panels.check_sheet": signature.uid,
        "scoring.results.revoke": decision.uid,
        "scoring.results.return_sheet": signature.uid,
        "scoring.results.show_change_report": version.uid,
        "scoring.scheme.download_scheme": version.uid,
        "scoring.paper.print_own_record": signature.uid,
        "scoring.paper.print_record": signature.uid,
        "scoring.scheme.print_sample": version.uid,
        "scoring.scheme.freeze_scheme": version.uid,
        "accounts.users.revoke_grant": grant.uid,
        "accounts.users.show_roles": somebody.uid,
        "accounts.users.toggle_enabled": somebody.uid,
    }


def _proposal(session, published, district):
    found = session.scalars(
        select(Proposal).where(Proposal.event_id == published.event.id)
    ).first()
    found.district_code = district
    session.flush()
    return found


def _first(session, model, **values):
    return session.scalars(select(model).filter_by(**values)).first()
