"""Drafts of visitors without an account: theirs by a secret their browser holds.

A draft ends after 14 days, or when its visitor discards it, with every file that was
uploaded for it. It becomes an account's own when that account submits it.

Words used here:
    token: 256 random bits in a cookie; the database holds their SHA-256.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts.users.models import User
from competition.events.models import Event
from competition.events.services import is_open
from competition.registration import queries
from competition.registration.models import (
    Entry,
    EntryFile,
    EntryPaper,
    GuestDraft,
)
from competition.registration.rules import entries as rules
from competition.registration.services.drafts import (
    RegistrationClosedError,
    seal_answers,
)
from competition.registration.services.submissions import SamePersonError
from ledger.log.services import Actor, record
from people.attachments.models import Attachment
from people.attachments.services import erase

LIFETIME = timedelta(days=14)


def new_token() -> str:
    """Return a fresh secret for a browser."""
    return secrets.token_urlsafe(32)


def begin_as_guest(
    session: Session, *, event: Event, token: str, now: datetime
) -> Entry:
    """Return the draft of `event` that belongs to `token`, begun now if there is none.

    Raises:
        RegistrationClosedError: registration is not open.
    """
    found = find_guest_entry(session, event=event, token=token, now=now)
    if found is not None:
        return found
    if not is_open(event, now):
        raise RegistrationClosedError(
            _("Registration for this event is not open at present.")
        )
    entry = Entry(event=event, started_at=now, state=rules.DRAFT)
    entry.answers_sealed = seal_answers(rules.Answers())
    entry.guest = GuestDraft(
        token_hash=_hashed(token), begun_at=now, expires_at=now + LIFETIME
    )
    session.add(entry)
    session.flush()
    _log(session, entry, "guest_started", _as_guest(entry), now)
    return entry


def find_guest_entry(
    session: Session, *, event: Event, token: str, now: datetime
) -> Entry | None:
    """Return the living draft of an event that belongs to a token, or None."""
    if not token:
        return None
    return session.scalar(
        select(Entry)
        .join(Entry.guest)
        .where(
            Entry.event_id == event.id,
            GuestDraft.token_hash == _hashed(token),
            GuestDraft.expires_at > now,
        )
    )


def holds_draft(entry: Entry, token: str, now: datetime) -> bool:
    """Tell whether a guest's draft belongs to `token` and is not over."""
    guest = entry.guest
    if guest is None or not token or guest.expires_at <= now:
        return False
    return hmac.compare_digest(guest.token_hash, _hashed(token))


def claim_draft(
    session: Session, *, entry: Entry, user: User, actor: Actor, now: datetime
) -> None:
    """Make a guest's draft the user's own; whoever calls this has seen the token.

    Raises:
        SamePersonError: this account has an entry for the event already.
    """
    other = queries.find_own_entry(session, event_id=entry.event_id, user_id=user.id)
    if other is not None:
        raise SamePersonError(
            _("Your account has an entry for this event already: see My entries.")
        )
    entry.user, entry.guest = user, None
    session.flush()
    _log(session, entry, "guest_claimed", actor, now)


def discard_draft(session: Session, *, entry: Entry, now: datetime) -> None:
    """Take a guest's draft away, whole, with its files."""
    _log(session, entry, "guest_discarded", _as_guest(entry), now)
    remove_drafts(session, [entry.id])
    session.expire_all()


def list_expired(session: Session, cutoff: datetime) -> list[int]:
    """Return the ids of entries whose guests' time ended before `cutoff`."""
    found = select(GuestDraft.entry_id).where(GuestDraft.expires_at < cutoff)
    return list(session.scalars(found.order_by(GuestDraft.entry_id)))


def remove_drafts(session: Session, entry_ids: Sequence[int]) -> None:
    """Remove guests' drafts; files are erased, also those that were replaced."""
    uids = select(Entry.uid).where(Entry.id.in_(entry_ids))
    files = session.scalars(
        select(Attachment)
        .where(Attachment.uploaded_by.in_(uids), Attachment.file_name != "erased")
        .order_by(Attachment.id)
    )
    for attachment in files.all():
        erase(session, attachment)
    for held in (EntryPaper.entry_id, EntryFile.entry_id, GuestDraft.entry_id):
        session.execute(delete(held.class_).where(held.in_(entry_ids)))
    session.execute(delete(Entry).where(Entry.id.in_(entry_ids)))


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _as_guest(entry: Entry) -> Actor:
    return Actor("human", entry.uid)


def _log(
    session: Session, entry: Entry, verb: str, actor: Actor, now: datetime
) -> None:
    record(
        session,
        actor=actor,
        action=f"registration.{verb}",
        subject=f"entry:{entry.uid}",
        scope=f"event:{entry.event.uid}",
        now=now,
    )
