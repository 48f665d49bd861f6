"""The committee's review: each paper, each entry, each with its reason."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.events.rules import CLOSED, REGISTRATION
from competition.registration import queries
from competition.registration.models import Entry, EntryPaper
from competition.registration.rules import entries as rules
from competition.registration.rules.eligibility import blocking
from competition.registration.rules.revisions import not_looked_at
from competition.registration.services.checks import check_submitted
from competition.registration.services.revisions import find_correction, keep_first
from competition.registration.services.submissions import (
    EntryStepError,
    NotEligibleError,
    add_verdict,
    hold_entry,
)
from competition.registration.services.tickets import issue_ticket, revoke_ticket
from competition.registration.services.unit_word import refuse_without_word
from competition.registration.services.waiting import leave_waiting, move_up
from errors import DomainError
from ledger.log.services import Actor, record
from people.persons.queries import open_id_number, open_phone
from people.persons.services import update_person
from people.reveals.services import log_reveal


class ReviewError(DomainError):
    """A decision cannot be made like this."""

    status = 422


class ChangesOpenError(ReviewError):
    """A correction was not looked at whole; `open` holds what is left."""

    def __init__(self, left: Sequence[str]) -> None:
        super().__init__(_("Look at everything that changed, then accept."))
        self.open = list(left)


@dataclass(frozen=True, slots=True)
class Revealed:
    """A person's numbers in clear; shown once, logged."""

    id_number: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a reviewer decides about an entry."""

    verdict: str  # accepted, returned or rejected
    reason: str = ""
    fields: Sequence[str] = ()  # to correct
    looked_at: Collection[str] = ()  # of what a correction changed


def judge_paper(
    session: Session, *, paper: EntryPaper, reason: str, actor: Actor, now: datetime
) -> None:
    """Accept a paper (no reason) or refuse it (with one) while its entry is reviewed.

    Raises:
        ReviewError: the entry is not under review.
    """
    if paper.entry.state != rules.SUBMITTED:
        raise ReviewError(_("Only papers of a submitted entry can be decided."))
    paper.reason = reason.strip()[:200]
    paper.state = "rejected" if paper.reason else "accepted"
    paper.decided_at = now
    record(
        session,
        actor=actor,
        action=f"registration.paper_{paper.state}",
        subject=f"entry:{paper.entry.uid}",
        scope=f"event:{paper.entry.event.uid}",
        now=now,
        body={
            "paper": paper.kind,
            "sha256": paper.attachment.sha256,
            "reason": paper.reason,
        },
    )


def decide_entry(
    session: Session, *, entry: Entry, decision: Decision, actor: Actor, now: datetime
) -> None:
    """Accept, return or reject an entry; see the three functions below.

    Raises:
        ReviewError: no such verdict, and what they raise.
    """
    given: dict[str, Any] = {"entry": entry, "actor": actor, "now": now}
    reason = decision.reason
    if decision.verdict == rules.ACCEPTED:
        accept_entry(session, looked_at=decision.looked_at, **given)
    elif decision.verdict == rules.RETURNED:
        return_entry(session, fields=decision.fields, reason=reason, **given)
    elif decision.verdict == rules.REJECTED:
        reject_entry(session, reason=reason, **given)
    else:
        raise ReviewError(_("Choose a decision."))


def accept_entry(
    session: Session,
    *,
    entry: Entry,
    looked_at: Collection[str] = (),
    actor: Actor,
    now: datetime,
) -> None:
    """Accept an entry: its open papers with it, its ticket made, its person bound.

    A substitute is in reserve from then on, without ticket or place. What was accepted
    before a correction stays so; `looked_at` names what changed and was seen again.

    Raises:
        ChangesOpenError: something that changed was not looked at.
        ReviewError: a paper is refused, or the event has gone on to check-in.
        NotEligibleError: a rule is not met by now, e.g. a quota is full.
    """
    before = hold_entry(session, entry, rules.ACCEPTED)
    _refuse_after_start(entry)
    if queries.find_waiting(session, entry.id) is not None:
        raise ReviewError(
            _("This entry is on the waiting list: a place is offered in its turn.")
        )
    if entry.shown_state == rules.RESERVE:
        raise ReviewError(_("This substitute has passed the review already."))
    refuse_without_word(session, entry)
    correction = find_correction(session, entry)
    changed = correction.changed if correction else []
    if left := not_looked_at(changed, looked_at):
        raise ChangesOpenError(left)
    if any(paper.state == "rejected" for paper in entry.papers):
        raise ReviewError(_("A paper is refused: return the entry for correction."))
    checks = check_submitted(session, entry=entry)
    if blocking(checks):
        raise NotEligibleError(checks)
    for paper in entry.papers:
        if paper.state == "pending":
            judge_paper(session, paper=paper, reason="", actor=actor, now=now)
    entry.reason, entry.decided_at = "", now
    _bind_person(session, entry, actor, now)
    if entry.is_substitute:
        entry.reserve_since = now
    else:
        entry.state = rules.ACCEPTED
        issue_ticket(session, entry=entry, actor=actor, now=now)
    more = {"looked_at": changed} if correction else {}
    add_verdict(session, entry, before, checks, actor, now, more)


def return_entry(
    session: Session,
    *,
    entry: Entry,
    fields: Sequence[str],
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Give an entry back for correction of `fields` and of the refused papers.

    Raises:
        ReviewError: no reason, nothing to correct, or the event has gone on.
    """
    before = hold_entry(session, entry, rules.RETURNED)
    _refuse_after_start(entry)
    named = [field for field in rules.FIELDS if field in fields]
    refused = [paper.kind for paper in entry.papers if paper.state == "rejected"]
    if not reason.strip():
        raise ReviewError(_("Say what is to be corrected: the contestant reads it."))
    if not named and not refused:
        raise ReviewError(_("Name a field or refuse a paper that is to be corrected."))
    checks = check_submitted(session, entry=entry)
    keep_first(session, entry=entry, now=now)
    entry.state, entry.reason = rules.RETURNED, reason.strip()[:400]
    entry.reserve_since = None
    entry.reopened, entry.decided_at = " ".join(named), now
    revoke_ticket(session, entry=entry, actor=actor, now=now)
    add_verdict(session, entry, before, checks, actor, now)


def reject_entry(
    session: Session, *, entry: Entry, reason: str, actor: Actor, now: datetime
) -> None:
    """Reject an entry for good.

    Raises:
        ReviewError: no reason.
    """
    before = hold_entry(session, entry, rules.REJECTED)
    if not reason.strip():
        raise ReviewError(_("Say why: the contestant reads it."))
    checks = check_submitted(session, entry=entry)
    entry.state, entry.reason = rules.REJECTED, reason.strip()[:400]
    entry.decided_at = now
    add_verdict(session, entry, before, checks, actor, now)
    leave_waiting(session, entry=entry, now=now)
    move_up(session, event=entry.event, now=now)


def reveal_numbers(
    session: Session, *, entry: Entry, purpose: str, actor: Actor, now: datetime
) -> Revealed:
    """Return ID number and phone in clear; who asked, when and why is logged.

    Raises:
        ReviewError: no purpose, or nothing to show.
    """
    if not purpose.strip():
        raise ReviewError(_("Say what the number is needed for; it is logged."))
    if entry.person is None:
        raise ReviewError(_("This entry has not been submitted yet."))
    log_reveal(
        session,
        person=entry.person,
        fields="id_number phone",
        purpose=purpose.strip()[:200],
        now=now,
        actor=actor,
    )
    return Revealed(open_id_number(entry.person), open_phone(entry.person))


def _refuse_after_start(entry: Entry) -> None:
    if entry.event.state not in (REGISTRATION, CLOSED):
        raise EntryStepError(_("Check-in has begun: entries can no longer change."))


def _bind_person(session: Session, entry: Entry, actor: Actor, now: datetime) -> None:
    """Tie account and person: only now has somebody compared papers and photo."""
    assert entry.person is not None  # noqa: S101 - a constraint of the table
    if entry.user is not None and entry.user.person_id is None:
        entry.user.person = entry.person
    photos = [p.attachment for p in entry.papers if p.kind == rules.PHOTO]
    changes = {"unit": entry.unit, **({"photo": photos[0]} if photos else {})}
    update_person(session, person=entry.person, changes=changes, now=now, actor=actor)
