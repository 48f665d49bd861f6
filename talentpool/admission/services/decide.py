"""An officer states what documents prove, admits, or refuses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from errors import DomainError
from extensions import LOCAL
from ledger.log.services import Actor, record
from people.consent.models import Consent
from people.consent.queries import find_consent
from people.consent.services import give_consent
from talentpool.admission.models.applications import Application
from talentpool.admission.models.proposals import Proposal, Statement
from talentpool.admission.queries.applications import find_of_proposal
from talentpool.admission.queries.batches import list_taking
from talentpool.admission.queries.facts import list_statements
from talentpool.admission.rules.proposals import (
    ADMITTED,
    OPEN,
    REFUSED,
    read_statement,
)
from talentpool.admission.services.again import take_in_again
from talentpool.admission.services.propose import body_of, judge_again
from talentpool.admission.services.records import place_record
from talentpool.dossiers import queries as dossiers
from talentpool.dossiers.models import Craftsman, SkillCertificate
from talentpool.dossiers.rules import years_after
from talentpool.dossiers.services.craftsmen import hold_person, make_craftsman
from talentpool.dossiers.services.facts import add_fact
from talentpool.dossiers.services.memberships import Tier
from talentpool.standard.queries import read_profile
from talentpool.standard.rules.evaluate import ADMISSIBLE

PAPER_NOTICE = "paper"  # version of a consent an officer recorded from a document


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an officer decided to admit by."""

    level: str
    pool_class: str
    minute_number: str
    reason: str = ""  # needed where the standard's verdict is not "admissible"
    consent_document: str = ""  # needed where no consent is on record


class NotOpenError(DomainError):
    """The proposal was decided or suspended meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("This proposal is not open any more. See what was decided."))


class InBatchError(DomainError):
    """The proposal goes its way through a batch, with notice and objections."""

    def __init__(self) -> None:
        super().__init__(
            _("This proposal was taken into a batch; it is decided there.")
        )


class BatchOpenError(DomainError):
    """Where a batch is open nobody is admitted past its notice."""

    def __init__(self) -> None:
        super().__init__(
            _("A batch is open here. Take the proposal into it: it needs a notice.")
        )


class ConsentMissingError(DomainError):
    """Nobody enters the pool without a consent to it."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The person has not consented to the pool. Ask for the consent and "
                "name the document it is on."
            )
        )


class ReasonMissingError(DomainError):
    """A decision against the verdict, or a refusal, gives its reason."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Give the reason: a refusal needs one, and so does an admission that "
                "the standard does not support in every clause."
            )
        )


def state_facts(
    session: Session,
    proposal: Proposal,
    *,
    values: Mapping[str, str],
    document: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Record what a document proves about the person, and judge again.

    Args:
        session: the caller's transaction.
        proposal: an open one.
        values: text by field, of `rules.STATEMENTS`; see `rules.read_statement`.
        document: what proves them.
        actor: who has seen the document.
        now: the server's clock.

    Raises:
        NotOpenError: the proposal is not open.
    """
    _lock(session, proposal)
    for field, value in values.items():
        read_statement(field, value)
        session.add(
            Statement(
                proposal=proposal,
                field=field,
                value=value,
                document=document,
                recorded_at=now,
                recorded_by=actor.name,
            )
        )
    session.flush()
    judge_again(session, proposal, now)
    _log(session, proposal, "proposal.stated", actor, now, {"fields": sorted(values)})


def admit(
    session: Session,
    proposal: Proposal,
    *,
    decision: Decision,
    actor: Actor,
    now: datetime,
) -> Craftsman:
    """Take the person into the pool by this proposal; the caller commits.

    Raises:
        NotOpenError: the proposal is not open.
        InBatchError, BatchOpenError: it belongs into a batch.
        ConsentMissingError: no consent to the pool is on record and none was given.
        ReasonMissingError: the verdict is not "admissible" and no reason was given.
        BarredError: the person went out and may not come back yet.
    """
    _lock(session, proposal)
    today = now.astimezone(LOCAL).date()
    if list_taking(session, proposal.district_code, today):
        raise BatchOpenError
    if proposal.outcome != ADMISSIBLE and not decision.reason:
        raise ReasonMissingError
    proposal.consent = _consent(session, proposal, decision, actor, now)
    craftsman = _enter(session, proposal, decision, actor, now)
    place_record(
        session,
        craftsman,
        proposal.entry,
        proposal,
        proposal.publication_uid,
        actor=actor,
        now=now,
    )
    proposal.craftsman = craftsman
    proposal.level, proposal.pool_class = decision.level, decision.pool_class
    proposal.minute_number = decision.minute_number
    _decide(session, proposal, ADMITTED, decision.reason, actor, now)
    return craftsman


def refuse(
    session: Session, proposal: Proposal, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Refuse a proposal, with the reason.

    Raises:
        NotOpenError: the proposal is not open.
        ReasonMissingError: no reason.
    """
    _lock(session, proposal)
    if not reason:
        raise ReasonMissingError
    _decide(session, proposal, REFUSED, reason, actor, now)


def close_proposal(
    session: Session,
    proposal: Proposal,
    application: Application,
    actor: Actor,
    now: datetime,
) -> None:
    """Settle a proposal by the application it was taken into, once that is admitted."""
    proposal.craftsman = application.craftsman
    proposal.level, proposal.pool_class = application.level, application.pool_class
    proposal.minute_number = application.minute_number
    _decide(session, proposal, ADMITTED, "", actor, now)


def _lock(session: Session, proposal: Proposal) -> None:
    """Hold the row, so that two officers cannot decide at once."""
    session.refresh(proposal, ["state"], with_for_update=True)
    if proposal.state != OPEN:
        raise NotOpenError
    if find_of_proposal(session, proposal.id) is not None:
        raise InBatchError


def _consent(
    session: Session,
    proposal: Proposal,
    decision: Decision,
    actor: Actor,
    now: datetime,
) -> Consent:
    held = find_consent(session, person_id=proposal.person_id, purpose="pool")
    if held is not None:
        return held
    if not decision.consent_document:
        raise ConsentMissingError
    consent = give_consent(
        session,
        person=proposal.person,
        purpose="pool",
        version=PAPER_NOTICE,
        now=now,
        actor=actor,
    )
    body = {"consent": consent.uid, "document": decision.consent_document}
    _log(session, proposal, "proposal.consent_recorded", actor, now, body)
    return consent


def _enter(
    session: Session,
    proposal: Proposal,
    decision: Decision,
    actor: Actor,
    now: datetime,
) -> Craftsman:
    today = now.astimezone(LOCAL).date()
    hold_person(session, proposal.person_id)
    known = dossiers.find_by_person(session, proposal.person_id)
    if known is not None:
        tier = Tier(decision.level, decision.pool_class, decision.minute_number)
        return take_in_again(session, known, tier, on=today, actor=actor, now=now)
    craftsman = make_craftsman(
        session,
        values=_head(session, proposal, decision, today),
        entered_on=today,
        actor=actor,
        now=now,
    )
    _claim_certificate(session, craftsman, proposal, actor, now)
    return craftsman


def _head(
    session: Session, proposal: Proposal, decision: Decision, today: date
) -> dict[str, Any]:
    profile = read_profile(proposal.profile_version.toml)
    stated = {s.field: s for s in list_statements(session, proposal.entry_id)}
    values: dict[str, Any] = {
        name: read_statement(name, stated[name].value)
        for name in ("post_kind", "front_line", "union_member", "trade_since")
        if name in stated
    }
    years = proposal.entry.trade_years
    if "trade_since" not in values and years is not None:
        # Only the number of years is known; the day of the year is not.
        values["trade_since"] = date(today.year - years, 1, 1)
    employment = stated.get("employment")
    return {
        "person": proposal.person,
        "pool_class": decision.pool_class,
        "level": decision.level,
        "profile_version": proposal.profile_version,
        "term_ends_on": years_after(today, profile.life.term_years),
        "occupation_edition": proposal.event.occupation_edition,
        "occupation_code": proposal.event.occupation_code,
        "trade": proposal.event.name,
        "district_code": proposal.district_code,
        "employment": employment.value if employment else "in_service",
        **values,
    }


def _claim_certificate(
    session: Session,
    craftsman: Craftsman,
    proposal: Proposal,
    actor: Actor,
    now: datetime,
) -> None:
    """Take the certificate named at registration over as a claim to be verified."""
    entry = proposal.entry
    if entry.level_code is None:
        return
    values = {
        "source": "self",
        "level_code": entry.level_code,
        "trade": proposal.event.name,
        "number": entry.certificate_number,
    }
    add_fact(
        session,
        SkillCertificate,
        craftsman=craftsman,
        values=values,
        actor=actor,
        now=now,
    )


def _decide(
    session: Session,
    proposal: Proposal,
    state: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    proposal.state, proposal.reason = state, reason
    proposal.decided_at, proposal.decided_by = now, actor.name
    body = {
        "reason": reason,
        "level": proposal.level,
        "class": proposal.pool_class,
        "minute": proposal.minute_number,
        "craftsman": proposal.craftsman.uid if proposal.craftsman else "",
    }
    _log(session, proposal, f"proposal.{state}", actor, now, body)


def _log(
    session: Session,
    proposal: Proposal,
    action: str,
    actor: Actor,
    now: datetime,
    body: Mapping[str, Any],
) -> None:
    session.flush()
    record(
        session,
        actor=actor,
        action=action,
        subject=f"proposal:{proposal.uid}",
        scope=f"event:{proposal.event.uid}",
        now=now,
        body=body_of(proposal) | dict(body),
    )
