"""From a published result to proposals, and back when it is withdrawn."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from competition.registration.models import Entry
from extensions import LOCAL
from ledger.log.rules import digest
from ledger.log.services import Actor, record
from talentpool.admission.models import Proposal
from talentpool.admission.queries import facts as fact_queries
from talentpool.admission.queries import proposals as queries
from talentpool.admission.rules import OPEN, REPLACED, SUSPENDED
from talentpool.admission.services.records import place_record
from talentpool.dossiers import queries as dossiers
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.services.facts import dispute_fact
from talentpool.standard.models import ProfileVersion
from talentpool.standard.queries import read_profile
from talentpool.standard.rules.evaluate import (
    Place,
    Verdict,
    evaluate,
    is_worth_proposing,
)
from talentpool.standard.services import ensure_in_force


class PublishedRow(Protocol):
    """What is asked of one row of a publication."""

    @property
    def entry_uid(self) -> str: ...
    @property
    def rank(self) -> int | None: ...
    @property
    def of(self) -> int: ...
    @property
    def award(self) -> str: ...
    @property
    def total(self) -> str: ...


class Published(Protocol):
    """What is asked of a publication."""

    @property
    def uid(self) -> str: ...
    @property
    def rows(self) -> Sequence[Any]: ...


def propose(
    session: Session, published: Published, *, actor: Actor, now: datetime
) -> list[Proposal]:
    """Hold each ranked entry against the standard; propose those it could admit.

    Somebody already in the pool needs no proposal: the place goes into the dossier as a
    verified fact, because its proof is the signed result.
    """
    ranked = [row for row in published.rows if row.rank is not None]
    entries = queries.list_entries(session, [row.entry_uid for row in ranked])
    _replace_earlier(session, entries.values(), actor=actor, now=now)
    version = ensure_in_force(session, now=now)
    made = []
    for row in ranked:
        entry = entries[row.entry_uid]
        if entry.person_id is None:
            continue
        craftsman = dossiers.find_by_person(session, entry.person_id)
        if craftsman is not None:
            place_record(
                session, craftsman, entry, row, published.uid, actor=actor, now=now
            )
            continue
        proposal = _proposal(session, version, entry, row, published.uid, now)
        if proposal is not None:
            session.add(proposal)
            _log(session, proposal, "proposal.made", actor, now)
            made.append(proposal)
    return made


def withdraw(
    session: Session, *, publication_uid: str, actor: Actor, now: datetime
) -> None:
    """Suspend what waits on a withdrawn publication; flag its records in dossiers."""
    for proposal in queries.list_of_publication(session, publication_uid):
        if proposal.state == OPEN:
            proposal.state = SUSPENDED
            _log(session, proposal, "proposal.suspended", actor, now)
    reason = f"publication {publication_uid} withdrawn"
    for fact in dossiers.list_records_of_publication(session, publication_uid):
        dispute_fact(session, fact, reason=reason, actor=actor, now=now)


def judge(
    session: Session,
    version: ProfileVersion,
    entry: Entry,
    place: Place | None,
    *,
    now: datetime,
    craftsman: Craftsman | None = None,
) -> Verdict:
    """Return the standard's verdict on an entry's person, by what is recorded now."""
    statements = fact_queries.list_statements(session, entry.id)
    facts = fact_queries.gather_facts(
        session,
        craftsman=craftsman,
        entry=entry,
        place=place,
        statements=statements,
        on=now.astimezone(LOCAL).date(),
    )
    return evaluate(read_profile(version.toml), facts)


def place_of(entry: Entry, rank: int | None, of: int | None, uid: str) -> Place | None:
    """Return a published place as the standard reads it."""
    if rank is None or of is None:
        return None
    tier = entry.event.competition.tier
    return Place(tier=tier, place=rank, of=of, document=f"publication:{uid}")


def _proposal(
    session: Session,
    version: ProfileVersion,
    entry: Entry,
    row: PublishedRow,
    publication_uid: str,
    now: datetime,
) -> Proposal | None:
    place = place_of(entry, row.rank, row.of, publication_uid)
    verdict = judge(session, version, entry, place, now=now)
    if not is_worth_proposing(verdict):
        return None
    return Proposal(
        publication_uid=publication_uid,
        event=entry.event,
        entry=entry,
        person=entry.person,
        district_code=district_of(entry),
        state=OPEN,
        place=row.rank,
        of_count=row.of,
        award=row.award,
        total=str(row.total),
        profile_version=version,
        outcome=verdict.outcome,
        verdict=verdict.to_json(),
        proposed_at=now,
        judged_at=now,
    )


def district_of(entry: Entry) -> str:
    """Return the place of an entry: of its unit, else of the competition."""
    if entry.unit is not None:
        return entry.unit.district_code
    return entry.event.competition.district_code


def _replace_earlier(
    session: Session, entries: Iterable[Entry], *, actor: Actor, now: datetime
) -> None:
    ids = [entry.id for entry in entries]
    for earlier in queries.list_of_entries(session, ids):
        if earlier.state in {OPEN, SUSPENDED}:
            earlier.state = REPLACED
            _log(session, earlier, "proposal.replaced", actor, now)


def _log(
    session: Session, proposal: Proposal, action: str, actor: Actor, now: datetime
) -> None:
    session.flush()
    record(
        session,
        actor=actor,
        action=action,
        subject=f"proposal:{proposal.uid}",
        scope=f"event:{proposal.event.uid}",
        now=now,
        body=body_of(proposal),
    )


def body_of(proposal: Proposal) -> dict[str, Any]:
    """Return what the log says of a proposal: no personal data."""
    return {
        "publication": proposal.publication_uid,
        "entry": proposal.entry.uid,
        "state": proposal.state,
        "outcome": proposal.outcome,
        "standard": proposal.profile_version.digest,
        "verdict": digest({"verdict": proposal.verdict}),
    }
