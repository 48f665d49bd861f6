"""Recording pairs and moving them on; what a dossier shows of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert
from sqlalchemy.orm import Session

from competition.recusal.queries import sources as recusals
from errors import DomainError
from extensions import LOCAL, new_uid
from ledger.log.services import Actor, record
from people.codes.models import SkillLevel
from people.persons.models import Person
from talentpool.admission.queries.facts import fact_sources
from talentpool.admission.queries.parties import mentor_sources
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.queries import find_by_person
from talentpool.dossiers.rules import LIVE_STATES as IN_POOL
from talentpool.dossiers.services.craftsmen import hold, hold_person
from talentpool.dossiers.signals import craftsman_changed
from talentpool.identity.services.merge import vetoes
from talentpool.mentorship.models import Pair
from talentpool.mentorship.queries import pairs as queries
from talentpool.mentorship.rules import pairs as rules
from talentpool.standard.queries import find_in_force, read_profile, read_shipped
from talentpool.standard.rules.mentorship import MentorshipLimits
from talentpool.standard.rules.months import months_after


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPair:
    """A pair to record; see `models.Pair`."""

    starts_on: date
    ends_on: date
    relation: str
    trade: str
    state: str = "draft"
    agreement_number: str = ""
    apprentice_level: str = ""  # code of SkillLevel
    goals: str = ""
    exception_reason: str = ""
    successor_of: Pair | None = None  # the pair this one takes the place of


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A change of a pair's state."""

    to: str
    on: date  # the day of an end
    cause: str = ""  # of a termination; of rules.CAUSES
    ends_on: date | None = None  # of an extension that no agreement here says
    body: Mapping[str, Any] = field(default_factory=dict)  # more for the log


class PairRefusedError(DomainError):
    """The pair breaches limits of the standard; `breaches` holds all of them."""

    def __init__(self, breaches: Sequence[rules.Breach]) -> None:
        self.breaches = tuple(breaches)
        self.messages = [breach_message(breach) for breach in breaches]
        super().__init__("\n".join(self.messages))


class AgreementTakenError(DomainError):
    """Another pair has this agreement's number."""

    def __init__(self) -> None:
        super().__init__(_("Another pair has this agreement number."))


class PairStepError(DomainError):
    """This state cannot follow the present one."""

    def __init__(self) -> None:
        super().__init__(_("This state cannot follow the present one."))


class ExtensionError(DomainError):
    """A term goes on for at most a year at a time."""

    def __init__(self, months: int) -> None:
        super().__init__(
            _(
                "The new last day lies after the present one, by %(months)s months at "
                "most.",
                months=months,
            )
        )


def listen() -> None:
    """Tell the rooms below what pairs say.

    The standard: graduated apprentices; reviewers: who trained whom; identity: who
    cannot be one person; judges: who may not mark whom.
    """
    fact_sources["mentorship"] = _facts
    mentor_sources["mentorship"] = queries.list_mentors_of
    vetoes["mentorship"] = _veto
    recusals["mentorship"] = queries.list_tied_judges


def _veto(session: Session, kept: Person, merged: Person) -> str:
    """Say that a mentor and the apprentice are two."""
    if queries.are_paired(session, kept.id, merged.id):
        return str(_("The two are mentor and apprentice of one pair."))
    return ""


def limits_in_force(session: Session, now: datetime) -> MentorshipLimits:
    """Return the limits of the standard in force."""
    version = find_in_force(session, now.astimezone(LOCAL).date())
    profile = read_profile(version.toml) if version else read_shipped()
    return profile.mentorship


def record_pair(
    session: Session,
    *,
    mentor: Craftsman,
    apprentice: Person,
    new: NewPair,
    actor: Actor,
    now: datetime,
) -> Pair:
    """Record a pair when it keeps every limit; log, no commit.

    Raises:
        PairRefusedError: it breaches limits; all of them are named.
        AgreementTakenError: another pair has the agreement's number.
    """
    # Hold both rows: nobody fills the last place, or the apprentice's, meanwhile.
    hold(session, mentor)
    hold_person(session, apprentice.id)
    breaches = rules.find_breaches(
        limits_in_force(session, now),
        request_of(session, mentor, apprentice, new),
        excepted=bool(new.exception_reason),
    )
    if breaches:
        raise PairRefusedError(breaches)
    if new.agreement_number and queries.has_agreement(session, new.agreement_number):
        raise AgreementTakenError
    known = find_by_person(session, apprentice.id)
    pair = Pair(
        mentor=mentor,
        apprentice=apprentice,
        apprentice_craftsman=known,
        apprentice_level=new.apprentice_level or None,
        occupation_edition=mentor.occupation_edition,
        occupation_code=mentor.occupation_code,
        trade=new.trade,
        relation=new.relation,
        agreement_number=new.agreement_number or None,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        goals=new.goals,
        exception_reason=new.exception_reason,
        state=new.state,
        successor_of_id=new.successor_of.id if new.successor_of else None,
        recorded_at=now,
        recorded_by=actor.name,
    )
    session.add(pair)
    body = {"after": new.successor_of.uid} if new.successor_of else {}
    log_pair(session, pair, "pair.recorded", actor, now, body)
    return pair


def move_pair(
    session: Session,
    pair: Pair,
    *,
    step: Step,
    who: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Move a pair to another state; an end has its day, a termination its cause.

    Args:
        session: the caller's transaction.
        pair: which.
        step: where to, with its cause and day.
        who: as what the actor acts; see `rules.STEPS`.
        actor: who.
        now: the server's clock.

    Raises:
        PairStepError: there is no such step, not by this actor, or the cause is missing
            or given where there is none.
        ExtensionError: the new last day of an extension is too early or too late.
    """
    session.refresh(pair, ["state"], with_for_update=True)
    if not rules.may_step(pair.state, step.to, who):
        raise PairStepError
    if (step.to == "terminated") != bool(step.cause):
        raise PairStepError
    body = {"from": pair.state, "cause": step.cause, **step.body}
    if step.ends_on is not None:
        months = limits_in_force(session, now).deadlines.extension_months
        if not pair.ends_on < step.ends_on <= months_after(pair.ends_on, months):
            raise ExtensionError(months)
        pair.ends_on = step.ends_on
        body["ends_on"] = step.ends_on.isoformat()
    pair.state, pair.cause = step.to, step.cause
    if step.to not in rules.LIVE_STATES:
        pair.closed_on = step.on
    log_pair(session, pair, f"pair.{step.to}", actor, now, body)


def bulk_load(
    session: Session, rows: Sequence[Mapping[str, Any]], *, actor: Actor, now: datetime
) -> None:
    """Insert pairs quickly, with one log entry; for imports and the demonstration.

    Each row holds the columns of `models.Pair`; the caller keeps the limits.
    """
    defaults = {"recorded_at": now, "recorded_by": actor.name}
    session.execute(
        insert(Pair), [{"uid": new_uid(), **defaults, **row} for row in rows]
    )
    record(
        session,
        actor=actor,
        action="pair.bulk_loaded",
        subject="pair:batch",
        now=now,
        body={"count": len(rows)},
    )


def breach_message(breach: rules.Breach) -> str:
    """Return what to tell the user about a breach, with the clause."""
    messages: dict[str, str] = {
        rules.SELF: _("Nobody can be their own mentor."),
        rules.CYCLE: _(
            "The apprentice already teaches this mentor, directly or along a chain."
        ),
        rules.CAPACITY: _(
            "The mentor already has %(count)s apprentices. Give a reason to except it.",
            **_counts(breach),
        ),
        rules.CAPACITY_HARD: _(
            "The mentor already has %(count)s apprentices; there can be no more.",
            **_counts(breach),
        ),
        rules.TERM_SHORT: _(
            "The term must be at least %(months)s months.", **_counts(breach)
        ),
        rules.TERM_LONG: _(
            "The term can be at most %(months)s months.", **_counts(breach)
        ),
        rules.MENTOR_LEVEL: _(
            "The mentor has no verified certificate of senior worker or above. Add it "
            "to the dossier, or give a reason to except it."
        ),
        rules.NOT_ABOVE: _(
            "The mentor's level must be above the apprentice's. Give a reason to "
            "except it."
        ),
        rules.DOUBLE: _("The apprentice already has a mentor in this occupation."),
        rules.MENTOR_STATE: _("The mentor is not in the pool at present."),
        rules.AGREEMENT: _("A signed pair needs the number of its agreement."),
    }
    clause = _("Clause %(clause)s", clause=breach.clause)
    return f"{messages[breach.code]} ({clause})"


def _counts(breach: rules.Breach) -> dict[str, int]:
    return {"count": 0, "months": 0, **breach.params}


def request_of(
    session: Session,
    mentor: Craftsman,
    apprentice: Person,
    new: NewPair,
    *,
    own: Pair | None = None,
) -> rules.Request:
    """Return a pair with what the rules ask about it; `own` is not counted."""
    level = (
        session.get(SkillLevel, new.apprentice_level) if new.apprentice_level else None
    )
    occupation = (mentor.occupation_edition, mentor.occupation_code)
    live = queries.count_live(session, [mentor.id]).get(mentor.id, 0)
    is_counted = own is not None and own.state in rules.LIVE_STATES
    return rules.Request(
        mentor=mentor.person_id,
        apprentice=apprentice.id,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        state=new.state,
        has_agreement=bool(new.agreement_number),
        mentor_in_pool=mentor.state in IN_POOL,
        mentor_rank=queries.find_rank(session, mentor.id),
        apprentice_rank=level.rank if level else None,
        apprentices_now=live - is_counted,
        has_mentor_here=queries.has_live_pair(
            session,
            person_id=apprentice.id,
            occupation=occupation,
            apart_from=own.id if own else None,
        ),
        closes_circle=queries.closes_circle(
            session,
            mentor=mentor.person_id,
            apprentice=apprentice.id,
            first=new.starts_on,
            last=new.ends_on,
        ),
    )


def _facts(session: Session, craftsman_id: int) -> Mapping[str, Any]:
    count = queries.count_graduated(session, craftsman_id)
    return {"graduated_apprentices": count or None}


def log_pair(
    session: Session,
    pair: Pair,
    action: str,
    actor: Actor,
    now: datetime,
    body: Mapping[str, Any],
) -> None:
    """Write a change of a pair into the log, and tell the search of it."""
    session.flush()
    record(
        session,
        actor=actor,
        action=action,
        subject=f"pair:{pair.uid}",
        now=now,
        body={
            "mentor": pair.mentor.uid,
            "apprentice": pair.apprentice.uid,
            "state": pair.state,
            **body,
        },
    )
    # Capacity left and live pairs are things the pool is searched by.
    for craftsman_id in (pair.mentor_id, pair.apprentice_craftsman_id):
        if craftsman_id is not None:
            craftsman_changed.send(None, session=session, craftsman_id=craftsman_id)
