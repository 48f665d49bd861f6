"""Re-confirmation at the end of a term, and the yearly update of a dossier.

What the run decides by itself is only to go on: it renews where the standard's activity
is on record and nothing stands against it. Everything else it puts before a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.roles.rules import Scope
from errors import DomainError
from extensions import LOCAL
from ledger.log.services import Actor
from talentpool.admission.queries.facts import gather_facts
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.rules import LIVE_STATES, years_after
from talentpool.dossiers.services.craftsmen import (
    Step,
    change_head,
    log_change,
    take_step,
)
from talentpool.life.models import Review, YearlyUpdate
from talentpool.life.queries import reviews as queries
from talentpool.life.rules.review import Outcome, review
from talentpool.standard.models import ProfileVersion
from talentpool.standard.queries import read_profile
from talentpool.standard.rules.evaluate import Verdict, evaluate
from talentpool.standard.rules.months import months_before
from talentpool.standard.rules.profile import Profile
from talentpool.standard.services import ensure_in_force

BATCH = 100


@dataclass(slots=True)
class Ran:
    """What one run did."""

    looked_at: int = 0
    renewed: int = 0
    opened: int = 0
    waiting: int = 0


class ReviewClosedError(DomainError):
    """The re-confirmation was decided by somebody else meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("This re-confirmation was decided meanwhile."))


class NotInPoolError(DomainError):
    """Only a dossier of the pool is brought up to date this way."""

    def __init__(self) -> None:
        super().__init__(_("This dossier is not in the pool at present."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A dossier, as a re-confirmation sees it."""

    verdict: Verdict
    outcome: Outcome
    profile: Profile
    version: ProfileVersion


def run_batch(
    session: Session,
    last: int,
    ran: Ran,
    *,
    scopes: Sequence[Scope],
    actor: Actor,
    now: datetime,
) -> int | None:
    """Look at the next dossiers that are due; return the last id, None at the end.

    The caller commits after each batch, so that a long run can be broken off and taken
    up again: what was decided is not due any more.
    """
    version = ensure_in_force(session, now=now)
    profile = read_profile(version.toml)
    today = now.astimezone(LOCAL).date()
    days = profile.review.due_days if profile.review else 0
    ids = queries.list_due_ids(
        session,
        until=today + timedelta(days=days),
        scopes=scopes,
        limit=BATCH,
        last=last,
    )
    for number in ids:
        craftsman = session.get_one(Craftsman, number, with_for_update=True)
        if craftsman.state in LIVE_STATES:
            _look_at(session, craftsman, ran, actor=actor, now=now)
    return ids[-1] if ids else None


def look(session: Session, craftsman: Craftsman, *, now: datetime) -> Looked:
    """Hold a dossier against the standard in force and what renews by it."""
    version = ensure_in_force(session, now=now)
    profile = read_profile(version.toml)
    today = now.astimezone(LOCAL).date()
    facts = gather_facts(
        session, craftsman=craftsman, entry=None, place=None, statements=(), on=today
    )
    verdict = evaluate(profile, facts)
    term_ends_on = craftsman.term_ends_on or today
    record = queries.load_record(session, craftsman, term_ends_on, today)
    outcome = review(profile, verdict, record, today)
    return Looked(verdict=verdict, outcome=outcome, profile=profile, version=version)


def confirm(
    session: Session,
    found: Review,
    *,
    reason: str,
    document: str,
    actor: Actor,
    now: datetime,
) -> None:
    """A person confirms a dossier that did not renew by itself; the caller commits.

    Raises:
        ReviewClosedError: it is not open any more.
    """
    _lock(session, found)
    found.decided_by = actor.name
    found.state, found.reason, found.document = "confirmed", reason, document
    _renew(session, found, actor=actor, now=now)


def record_update(
    session: Session,
    craftsman: Craftsman,
    *,
    role: str,
    note: str,
    actor: Actor,
    now: datetime,
) -> YearlyUpdate:
    """Keep that somebody who knows says the dossier is right as it stands.

    Raises:
        NotInPoolError: the dossier is not in the pool.
    """
    if craftsman.state not in (*LIVE_STATES, "suspended"):
        raise NotInPoolError
    update = YearlyUpdate(
        craftsman=craftsman,
        made_on=now.astimezone(LOCAL).date(),
        role=role,
        note=note,
        made_at=now,
        made_by=actor.name,
    )
    session.add(update)
    session.flush()
    body = {"update": update.uid, "role": role, "note": note}
    log_change(session, craftsman, "craftsman.brought_up_to_date", actor, now, body)
    return update


def outdated_before(profile: Profile, now: datetime) -> datetime:
    """Return the moment before which a dossier was last touched that is out of date."""
    day = months_before(now.astimezone(LOCAL).date(), profile.life.update_months)
    return datetime.combine(day, datetime.min.time(), LOCAL)


def _look_at(
    session: Session, craftsman: Craftsman, ran: Ran, *, actor: Actor, now: datetime
) -> None:
    ran.looked_at += 1
    looked = look(session, craftsman, now=now)
    outcome = looked.outcome
    known = queries.find_open_review(session, craftsman.id)
    if known is not None and not outcome.renews:
        # It waits for a person already; only what it waits for may have changed.
        known.causes = " ".join(outcome.causes)
        known.clauses = " ".join(outcome.clauses)
        ran.waiting += 1
        session.flush()
        return
    found = known or _open(session, craftsman, looked, now)
    if outcome.renews and outcome.renewal is not None:
        found.state, found.causes = "renewed", ""
        found.decided_by = actor.name
        found.clauses = outcome.renewal.clause
        found.grounds = " ".join(a.document for a in outcome.grounds)[:4000]
        found.reason = outcome.renewal.activity
        _renew(session, found, actor=actor, now=now)
        ran.renewed += 1
        return
    found.causes = " ".join(outcome.causes)
    found.clauses = " ".join(outcome.clauses)
    body = {"review": found.uid, "causes": found.causes, "clauses": found.clauses}
    log_change(session, craftsman, "craftsman.review_opened", actor, now, body)
    ran.opened += 1
    if craftsman.state == "active":
        clause = looked.profile.review.clause if looked.profile.review else ""
        step = Step(cause="term", clause=clause, reason=found.causes)
        take_step(session, craftsman, to="due", step=step, actor=actor, now=now)


def _open(
    session: Session, craftsman: Craftsman, looked: Looked, now: datetime
) -> Review:
    found = Review(
        craftsman=craftsman,
        profile_version=looked.version,
        term_ends_on=_end_of_term(craftsman, now),
        state="open",
        opened_at=now,
    )
    session.add(found)
    session.flush()
    return found


def _renew(session: Session, found: Review, *, actor: Actor, now: datetime) -> None:
    """Begin the next term where the last one ended, and go on as active."""
    craftsman = found.craftsman
    found.decided_at = now
    if craftsman.state == "due":
        cause = {"renewed": "renewed", "confirmed": "confirmed"}[found.state]
        step = Step(
            cause=cause,
            clause=found.clauses[:20],
            reason=found.reason,
            document=found.document,
        )
        take_step(session, craftsman, to="active", step=step, actor=actor, now=now)
    profile = read_profile(found.profile_version.toml)
    why = {"reason": f"review:{found.uid}", "document": found.document}
    ends = years_after(found.term_ends_on, profile.life.term_years)
    change_head(
        session,
        craftsman,
        changes={"term_ends_on": ends},
        actor=actor,
        now=now,
        why=why,
    )
    body = {
        "review": found.uid,
        "state": found.state,
        "clauses": found.clauses,
        "grounds": found.grounds,
        "reason": found.reason,
        "document": found.document,
    }
    log_change(session, craftsman, "craftsman.reviewed", actor, now, body)


def _end_of_term(craftsman: Craftsman, now: datetime) -> date:
    return craftsman.term_ends_on or now.astimezone(LOCAL).date()


def _lock(session: Session, found: Review) -> None:
    session.refresh(found, ["state"], with_for_update=True)
    if found.state != "open":
        raise ReviewClosedError
