"""The first of two levels of review: what an entry's own unit says of it."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from competition.registration.models import Entry, UnitWord
from competition.registration.rules import entries as rules
from competition.registration.services.rulebook import rulebook_of
from errors import DomainError
from ledger.log.services import Actor, record

CONFIRMED = "confirmed"
OBJECTED = "objected"


class UnitWordError(DomainError):
    """The unit's word cannot be given like this, or is still missing."""

    status = 422


def find_word(session: Session, entry: Entry) -> UnitWord | None:
    """Return the unit's newest word on the entry as it was last submitted, or None."""
    if entry.submitted_at is None:
        return None
    return session.scalar(
        select(UnitWord)
        .where(UnitWord.entry_id == entry.id, UnitWord.given_at >= entry.submitted_at)
        .order_by(UnitWord.id.desc())
        .limit(1)
    )


def give_word(
    session: Session,
    *,
    entry: Entry,
    word: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> UnitWord:
    """Confirm an entry of one's own unit or object to it; the newest word counts.

    Raises:
        UnitWordError: no such word, no reason, or the entry is not under review.
    """
    if entry.state != rules.SUBMITTED:
        raise UnitWordError(_("Only an entry under review can be confirmed."))
    if word not in (CONFIRMED, OBJECTED):
        raise UnitWordError(_("Choose a decision."))
    if word == OBJECTED and not reason.strip():
        raise UnitWordError(_("Say why: the committee and the contestant read it."))
    said = UnitWord(
        entry=entry,
        word=word,
        reason=reason.strip()[:200],
        given_by=actor.name,
        given_at=now,
    )
    session.add(said)
    session.flush()
    record(
        session,
        actor=actor,
        action=f"registration.unit_{word}",
        subject=f"entry:{entry.uid}",
        scope=f"event:{entry.event.uid}",
        now=now,
        body={"word": said.uid},
    )
    return said


def refuse_without_word(session: Session, entry: Entry) -> None:
    """Refuse the committee's yes where the unit goes first and has not confirmed.

    Raises:
        UnitWordError: it has said nothing yet, or objects.
    """
    if not rulebook_of(session, entry.event).document.review_unit_first:
        return
    said = find_word(session, entry)
    if said is None:
        raise UnitWordError(_("The unit has not confirmed this entry yet."))
    if said.word == OBJECTED:
        raise UnitWordError(_("The unit objects: %(reason)s", reason=said.reason))
