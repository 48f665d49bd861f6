"""The entry into the pool, once the notice has ended and nothing stands against it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.users.models import User
from errors import DomainError
from ledger.log.services import Actor
from people.codes.models import SkillLevel
from people.consent.queries import find_consent
from people.persons.models import Person
from talentpool.admission.models.applications import Application, Claim
from talentpool.admission.queries import applications as queries
from talentpool.admission.queries.notices import (
    find_of_application,
    list_of_application,
)
from talentpool.admission.rules import applications as rules
from talentpool.admission.rules import batches as steps
from talentpool.admission.rules import notices as notice_rules
from talentpool.admission.rules.claims import REFUSED, SINCE, VERIFIED, read_claim
from talentpool.admission.rules.conflicts import PUBLISHER
from talentpool.admission.services.again import take_in_again
from talentpool.admission.services.chronicle import Event, tell
from talentpool.admission.services.clock import local_day
from talentpool.admission.services.decide import ConsentMissingError, close_proposal
from talentpool.admission.services.parties import actor_of, require_apart
from talentpool.admission.services.records import place_record
from talentpool.admission.services.review import (
    NoticeRunningError,
    OutOfOrderError,
    require_ground,
)
from talentpool.admission.services.submit import hold
from talentpool.dossiers import queries as dossiers
from talentpool.dossiers.models import CompetitionRecord, Craftsman, SkillCertificate
from talentpool.dossiers.rules import GONE_STATES, LIVE_STATES, years_after
from talentpool.dossiers.services.craftsmen import hold_person, make_craftsman
from talentpool.dossiers.services.facts import add_evidence, add_fact
from talentpool.dossiers.services.memberships import Tier
from talentpool.standard.queries import read_profile


class ObjectionOpenError(DomainError):
    """An objection suspends the entry until its outcome is on record."""

    def __init__(self) -> None:
        super().__init__(
            _("An objection is open. Record its outcome first; the entry waits.")
        )


class NotInPoolError(DomainError):
    """The person left the pool; coming back is another matter."""

    def __init__(self) -> None:
        super().__init__(
            _("The person left the pool before. Record the return on their dossier.")
        )


def enter(
    session: Session,
    application: Application,
    *,
    user: User,
    now: datetime,
) -> Craftsman:
    """Take the person into the pool; the certificate's number is on the dossier.

    Raises:
        OutOfOrderError: it is not at the notice.
        NoticeRunningError: the notice is not over; its last day still counts.
        ObjectionOpenError: an objection waits for its outcome.
        ConflictError: the user decided on it, or has another part in it.
        ConsentMissingError: the consent to the pool was taken back.
        GroundGoneError: the published result was withdrawn.
    """
    actor = actor_of(user)
    hold(session, application, rules.RUNNING)
    if application.step != steps.NOTICE:
        raise OutOfOrderError
    require_ground(application)
    require_apart(session, application, user, PUBLISHER)
    _require_free(session, application, now)
    person = application.person
    assert person is not None  # noqa: S101 - it was submitted
    if find_consent(session, person_id=person.id, purpose="pool") is None:
        raise ConsentMissingError
    craftsman = _craftsman(session, application, person, actor, now)
    _take_over_claims(session, application, craftsman, actor, now)
    application.craftsman = craftsman
    application.state, application.step = rules.ADMITTED, steps.ENTRY
    application.due_on = None
    event = Event(verdict="admitted", role=PUBLISHER, from_step=steps.NOTICE)
    tell(session, application, event, actor=actor, now=now)
    if application.proposal is not None:
        close_proposal(session, application.proposal, application, actor, now)
    return craftsman


def _require_free(session: Session, application: Application, now: datetime) -> None:
    notice = find_of_application(session, application.id)
    if notice is None or local_day(now) <= notice.last_day:
        raise NoticeRunningError
    objections = list_of_application(session, application.id)
    if any(objection.state == notice_rules.OPEN for objection in objections):
        raise ObjectionOpenError


def _craftsman(
    session: Session,
    application: Application,
    person: Person,
    actor: Actor,
    now: datetime,
) -> Craftsman:
    hold_person(session, person.id)
    known = dossiers.find_by_person(session, person.id)
    today = local_day(now)
    decision = application.minute_number
    if known is None:
        return make_craftsman(
            session,
            values=_head(session, application, person, today),
            entered_on=today,
            actor=actor,
            now=now,
            decision=decision,
        )
    if known.state not in (*LIVE_STATES, *GONE_STATES):
        raise NotInPoolError
    tier = Tier(application.level, application.pool_class, decision)
    return take_in_again(session, known, tier, on=today, actor=actor, now=now)


def _head(
    session: Session, application: Application, person: Person, today: date
) -> dict[str, Any]:
    profile = read_profile(application.batch.profile_version.toml)
    stated: dict[str, Any] = {
        claim.field: read_claim(claim.field, claim.value)
        for claim in queries.list_claims(session, application.id)
        if claim.state != REFUSED
    }
    return {
        "person": person,
        "pool_class": application.pool_class,
        "level": application.level,
        "profile_version": application.batch.profile_version,
        "term_ends_on": years_after(today, profile.life.term_years),
        "occupation_edition": application.occupation_edition,
        "occupation_code": application.occupation_code,
        "trade": application.trade,
        "post": application.post,
        "district_code": application.district_code,
        "trade_since": stated.get(SINCE),
        "employment": _word(stated, "employment", "in_service"),
        "post_kind": _word(stated, "post_kind", ""),
        "front_line": stated.get("front_line"),
        "union_member": stated.get("union_member"),
    }


def _word(stated: Mapping[str, Any], field: str, usual: str) -> str:
    return str(stated.get(field, usual))


def _take_over_claims(
    session: Session,
    application: Application,
    craftsman: Craftsman,
    actor: Actor,
    now: datetime,
) -> None:
    """Write what was verified into the dossier, each with the scan that proves it."""
    if application.proposal is not None:
        proposal = application.proposal
        place_record(
            session,
            craftsman,
            proposal.entry,
            proposal,
            proposal.publication_uid,
            actor=actor,
            now=now,
        )
    for claim in queries.list_claims(session, application.id):
        fact = _fact(session, application, claim)
        if fact is None:
            continue
        model, values = fact
        row = add_fact(
            session,
            model,
            craftsman=craftsman,
            values={"source": "self", **values},
            actor=actor,
            now=now,
            verified=claim.state == VERIFIED,
        )
        if claim.attachment is not None:
            add_evidence(
                session,
                row,
                title=claim.document[:120],
                attachment=claim.attachment,
                actor=actor,
                now=now,
            )


def _fact(
    session: Session, application: Application, claim: Claim
) -> tuple[type[Any], dict[str, Any]] | None:
    if claim.state == REFUSED:
        return None
    value = read_claim(claim.field, claim.value)
    if claim.field == "certificate_rank":
        code = session.scalar(select(SkillLevel.code).where(SkillLevel.rank == value))
        if code is None:
            return None
        values = {"level_code": code, "trade": application.trade}
        return SkillCertificate, values | {"number": claim.document[:40]}
    if claim.field == "competitions":
        return CompetitionRecord, {
            "competition_name": claim.document[:120],
            "event_name": application.trade,
            "tier": value.tier,
            "trade": application.trade,
            "held_on": value.on,
            "place": value.place,
            "of_count": value.of,
        }
    return None
