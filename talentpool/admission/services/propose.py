"""From a published result to proposals, and back when it is withdrawn."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.registration.models import Entry
from errors import DomainError
from extensions import LOCAL
from ledger.log.rules import digest
from ledger.log.services import Actor, record
from talentpool.admission.models.proposals import Proposal
from talentpool.admission.queries import facts as fact_queries
from talentpool.admission.queries import proposals as queries
from talentpool.admission.rules.proposals import (
    ADMITTED,
    OPEN,
    REFUSED,
    REPLACED,
    SUSPENDED,
)
from talentpool.admission.services.records import place_record
from talentpool.dossiers import queries as dossiers
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.rules import GONE_STATES
from talentpool.dossiers.services.facts import dispute_fact
from talentpool.dossiers.services.returns import earliest_return
from talentpool.standard.models import ProfileVersion
from talentpool.standard.queries import read_profile
from talentpool.standard.rules.evaluate import (
    Place,
    Verdict,
    evaluate,
    is_worth_proposing,
)
from talentpool.standard.services import ensure_in_force

MAY_COME_BACK = frozenset(GONE_STATES) - {"deceased"}


class StillBarredError(DomainError):
    """The proposal was not suspended for a bar, or the bar has not run out."""

    def __init__(self, until: date | None) -> None:
        super().__init__(
            _("This proposal is not suspended by a bar.")
            if until is None
            else _(
                "The standard allows a return from %(day)s on.", day=until.isoformat()
            )
        )


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

    Whoever has a dossier gets the place as a verified fact, because its proof is the
    signed result. Somebody in the pool needs no proposal besides; somebody who left it
    is proposed to come back, suspended until the bar of their exit has run out. Nothing
    is kept of who was erased, and nobody proposes the dead.

    Source: rules P-10, P-11 and P-49 in docs/rules/pool.md.
    """
    ranked = [row for row in published.rows if row.rank is not None]
    entries = queries.list_entries(session, [row.entry_uid for row in ranked])
    _replace_earlier(session, entries.values(), actor=actor, now=now)
    version = ensure_in_force(session, now=now)
    made = []
    for row in ranked:
        entry = entries[row.entry_uid]
        if entry.person is None or entry.person.erased_at is not None:
            continue
        craftsman = dossiers.find_by_person(session, entry.person.id)
        if craftsman is not None:
            place_record(
                session, craftsman, entry, row, published.uid, actor=actor, now=now
            )
            if craftsman.state not in MAY_COME_BACK:
                continue
        proposal = _proposal(
            session, version, entry, row, published.uid, now, craftsman
        )
        if proposal is not None:
            session.add(proposal)
            log_proposal(session, proposal, "proposal.made", actor, now)
            made.append(proposal)
    return made


def open_again(
    session: Session, proposal: Proposal, *, actor: Actor, now: datetime
) -> None:
    """Put a suspended proposal of who left the pool before an officer: no bar is left.

    Raises:
        StillBarredError: it is suspended for another reason, or the bar still holds.
    """
    session.refresh(proposal, ["state", "barred_until"], with_for_update=True)
    craftsman = dossiers.find_by_person(session, proposal.person_id)
    if proposal.state != SUSPENDED or proposal.barred_until is None:
        raise StillBarredError(None)
    until = _barred_until(session, craftsman, now)  # the standard may have changed
    if until is not None:
        raise StillBarredError(until)
    proposal.state, proposal.barred_until = OPEN, None
    judge_again(session, proposal, now)
    log_proposal(session, proposal, "proposal.opened_again", actor, now)


def withdraw(
    session: Session, *, publication_uid: str, actor: Actor, now: datetime
) -> None:
    """Suspend what waits on a withdrawn publication; flag its records in dossiers."""
    for proposal in queries.list_of_publication(session, publication_uid):
        if proposal.state == OPEN or proposal.barred_until is not None:
            proposal.state, proposal.barred_until = SUSPENDED, None
            log_proposal(session, proposal, "proposal.suspended", actor, now)
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


def judge_again(session: Session, proposal: Proposal, now: datetime) -> None:
    """Judge a proposal by what is recorded now."""
    place = place_of(
        proposal.entry, proposal.place, proposal.of_count, proposal.publication_uid
    )
    verdict = judge(
        session,
        proposal.profile_version,
        proposal.entry,
        place,
        now=now,
        craftsman=dossiers.find_by_person(session, proposal.person_id),
    )
    proposal.verdict, proposal.outcome = verdict.to_json(), verdict.outcome
    proposal.judged_at = now


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
    craftsman: Craftsman | None,
) -> Proposal | None:
    place = place_of(entry, row.rank, row.of, publication_uid)
    verdict = judge(session, version, entry, place, now=now, craftsman=craftsman)
    if not is_worth_proposing(verdict):
        return None
    until = _barred_until(session, craftsman, now)
    return Proposal(
        publication_uid=publication_uid,
        event=entry.event,
        entry=entry,
        person=entry.person,
        district_code=district_of(entry),
        state=OPEN if until is None else SUSPENDED,
        barred_until=until,
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


def _barred_until(
    session: Session, craftsman: Craftsman | None, now: datetime
) -> date | None:
    """Return the first day of a return that may not be yet; None where nothing bars."""
    if craftsman is None or craftsman.state not in GONE_STATES:
        return None
    today = now.astimezone(LOCAL).date()
    earliest = earliest_return(session, craftsman, today=today)
    return earliest if earliest is not None and earliest > today else None


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
            earlier.state, earlier.barred_until = REPLACED, None
            log_proposal(session, earlier, "proposal.replaced", actor, now)


def log_proposal(
    session: Session, proposal: Proposal, action: str, actor: Actor, now: datetime
) -> None:
    """Log a proposal as it is now, without personal data."""
    session.flush()
    record(
        session,
        actor=actor,
        action=action,
        subject=f"proposal:{proposal.uid}",
        scope=f"event:{proposal.event.uid}",
        now=now,
        body=body_of(proposal) | _decided(proposal),
    )


def _decided(proposal: Proposal) -> dict[str, Any]:
    if proposal.state not in {ADMITTED, REFUSED}:
        return {}
    return {
        "reason": proposal.reason,
        "level": proposal.level,
        "class": proposal.pool_class,
        "minute": proposal.minute_number,
        "craftsman": proposal.craftsman.uid if proposal.craftsman else "",
    }


def body_of(proposal: Proposal) -> dict[str, Any]:
    """Return what the log says of a proposal: no personal data."""
    return {
        "publication": proposal.publication_uid,
        "entry": proposal.entry.uid,
        "state": proposal.state,
        "outcome": proposal.outcome,
        "standard": proposal.profile_version.digest,
        "verdict": digest({"verdict": proposal.verdict}),
        "barred_until": (
            proposal.barred_until.isoformat() if proposal.barred_until else None
        ),
    }
