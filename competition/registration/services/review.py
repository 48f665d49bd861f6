"""The committee's review: each paper, each entry, each with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.events.rules import CLOSED, REGISTRATION
from competition.registration import queries
from competition.registration.models import Entry, EntryPaper
from competition.registration.rules import entries as rules
from competition.registration.rules.eligibility import blocking
from competition.registration.services.checks import check_submitted
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


@dataclass(frozen=True, slots=True)
class Revealed:
    """A person's numbers in clear; shown once, logged."""

    id_number: str
    phone: str


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
    session: Session,
    *,
    entry: Entry,
    verdict: str,
    reason: str,
    fields: Sequence[str],
    actor: Actor,
    now: datetime,
) -> None:
    """Accept, return or reject an entry; see the three functions below.

    Raises:
        ReviewError: no such verdict, and what they raise.
    """
    if verdict == rules.ACCEPTED:
        accept_entry(session, entry=entry, actor=actor, now=now)
    elif verdict == rules.RETURNED:
        return_entry(
            session, entry=entry, fields=fields, reason=reason, actor=actor, now=now
        )
    elif verdict == rules.REJECTED:
        reject_entry(session, entry=entry, reason=reason, actor=actor, now=now)
    else:
        raise ReviewError(_("Choose a decision."))


def accept_entry(
    session: Session, *, entry: Entry, actor: Actor, now: datetime
) -> None:
    """Accept an entry: its open papers with it, its ticket made, its person bound.

    A substitute is in reserve from then on, without ticket or place.

    Raises:
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
    add_verdict(session, entry, before, checks, actor, now)


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
