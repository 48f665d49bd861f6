"""Hold an application against the standard of its batch."""

from datetime import datetime

from sqlalchemy.orm import Session

from extensions import LOCAL
from talentpool.admission.models.applications import Application
from talentpool.admission.queries import applications as queries
from talentpool.admission.queries.facts import gather_facts, list_statements
from talentpool.admission.rules.applications import unanswered
from talentpool.admission.rules.claims import Gap, find_gaps, with_claims
from talentpool.admission.services.drafts import answers_of
from talentpool.admission.services.propose import place_of
from talentpool.dossiers import queries as dossiers
from talentpool.standard.queries import read_profile
from talentpool.standard.rules.evaluate import PersonFacts, Verdict, evaluate


def judge_application(
    session: Session, application: Application, now: datetime
) -> Verdict:
    """Return the standard's verdict; claims count until somebody refuses them."""
    claims = queries.lines_of(queries.list_claims(session, application.id))
    today = now.astimezone(LOCAL).date()
    facts = with_claims(_facts(session, application, now), claims, on=today)
    return evaluate(read_profile(application.batch.profile_version.toml), facts)


def keep_verdict(session: Session, application: Application, now: datetime) -> Verdict:
    """Judge an application and keep the verdict with it."""
    verdict = judge_application(session, application, now)
    application.verdict, application.outcome = verdict.to_json(), verdict.outcome
    return verdict


def gaps_of(session: Session, application: Application, now: datetime) -> list[Gap]:
    """Return what is still missing before an application can be submitted."""
    claims = queries.lines_of(queries.list_claims(session, application.id))
    given = queries.count_references(session, application.id)
    return find_gaps(
        judge_application(session, application, now),
        claims,
        unanswered(answers_of(application), application.way),
        references=application.batch.references_needed - given,
    )


def _facts(session: Session, application: Application, now: datetime) -> PersonFacts:
    proposal, person_id = application.proposal, application.person_id
    place = entry = None
    if proposal is not None:
        entry = proposal.entry
        place = place_of(
            entry, proposal.place, proposal.of_count, proposal.publication_uid
        )
    known = dossiers.find_by_person(session, person_id) if person_id else None
    return gather_facts(
        session,
        craftsman=known,
        entry=entry,
        place=place,
        statements=list_statements(session, entry.id) if entry else [],
        on=now.astimezone(LOCAL).date(),
    )
