"""A place with all there is in it; two of them make "another event, district or unit".

here, there = make_world(session, "330602"), make_world(session, "330702")
here.values["event_uid"]                 what an address about it holds
here.bare["scoring.judges.end_seat"]     what a part that is only called uid means there
here.scopes                              where its own officers hold their roles
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from accounts.roles.models import RoleGrant
from accounts.roles.rules import Scope
from accounts.tokens import services as tokens
from accounts.tokens.models import ApiToken
from competition.draw.models import Draw
from ledger.log.services import SYSTEM
from scoring.marking.queries import list_counted, list_signatures
from scoring.results.rules.rulings import Ruling
from scoring.results.services.decisions import decide
from scoring.scheme.queries import list_versions
from scoring.scheme.services.drafts import begin_draft
from talentpool.admission.models import Proposal
from talentpool.dossiers.services.facts import add_evidence
from talentpool.standard.models import ProfileVersion
from tests.factories.accounts import NOW, make_user
from tests.factories.calls import shoot
from tests.factories.competition import make_competition
from tests.factories.people import make_attachment, make_person, make_unit
from tests.factories.scoring import (
    SCHEME,
    MarkedEvent,
    actor_of,
    make_item,
    make_marked_event,
)
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
    values = {
        "event_uid": marked.event.uid,
        "competition_uid": competition.uid,
        "entry_uid": entry.uid,
        "paper_uid": entry.papers[0].uid,
        "work_code": marked.works[0],
        "draw_uid": _first(session, Draw, event_id=marked.event.id).uid,
        "version_uid": session.scalars(select(ProfileVersion)).first().uid,
        "proposal_uid": _proposal(session, published, district).uid,
        "publication_uid": publication.uid,
        **pool,
    }
    bare = _make_bare(session, marked)
    values["mark_id"] = bare.pop("mark")
    values["photo_uid"] = bare.pop("photo")
    scopes = [
        Scope("event", marked.event.uid),
        Scope("competition", competition.uid),
        Scope("district", district),
    ]
    return World(marked, published, publication.uid, values, bare, scopes)


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
        "fact_uid": fact.uid,
        "evidence_uid": evidence.uid,
        "pair_uid": make_pair(session, mentor).uid,
    }


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
    return {
        "mark": late["id"],
        "photo": shoot(marked, "J1", own.id)["id"],
        "accounts.tokens.revoke": key.uid,
        "scoring.judges.end_seat": marked.seats["J2"].uid,
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
