"""A draft that survives: begun, saved step by step, its papers uploaded.

What is typed is sealed as one text, so that an ID number never lies in the clear, and
waits on the server: another device goes on where this one stopped.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.users.models import User
from competition.events.models import Event
from competition.events.services import is_open
from competition.registration import queries
from competition.registration.models import Entry, EntryPaper
from competition.registration.rules import entries as rules
from competition.registration.rules.entries import Answers
from errors import DomainError
from ledger.log.services import Actor, record
from people.attachments.models import Attachment
from people.attachments.services import FileRefusedError, store
from people.persons.queries import open_id_number, open_phone
from people.persons.rules import (
    is_phone,
    normalise_id_number,
    normalise_name,
    normalise_phone,
)
from people.vault.services import get_vault

_CONTEXT = "entry.answers"


class RegistrationClosedError(DomainError):
    """Entries cannot be made now."""


class EntryFixedError(DomainError):
    """What was to be changed is not open for change."""


def start_entry(
    session: Session, *, event: Event, user: User, actor: Actor, now: datetime
) -> Entry:
    """Return the user's entry for `event`, begun now unless it was there.

    An entry that was withdrawn becomes a draft again.

    Raises:
        RegistrationClosedError: registration is not open.
    """
    entry = queries.find_own_entry(session, event_id=event.id, user_id=user.id)
    if entry is not None and entry.state != rules.WITHDRAWN:
        return entry
    if not is_open(event, now):
        raise RegistrationClosedError(
            _("Registration for this event is not open at present.")
        )
    if entry is None:
        entry = Entry(event=event, user=user, started_at=now)
        entry.answers_sealed = seal_answers(_known_answers(user))
        session.add(entry)
    entry.state, entry.reason, entry.reopened = rules.DRAFT, "", ""
    entry.is_substitute, entry.reserve_since = False, None
    session.flush()
    record(
        session,
        actor=actor,
        action="registration.started",
        subject=f"entry:{entry.uid}",
        scope=f"event:{event.uid}",
        now=now,
    )
    return entry


def answers_of(entry: Entry) -> Answers:
    """Return what has been typed so far."""
    return open_answers(entry.answers_sealed)


def open_answers(sealed: bytes | None) -> Answers:
    """Return answers from how they are kept; what was erased is empty."""
    if not sealed:
        return Answers()
    return Answers(**json.loads(get_vault().open(sealed, _CONTEXT)))


def seal_answers(answers: Answers) -> bytes:
    """Return answers as they are kept."""
    text = json.dumps(asdict(answers), ensure_ascii=False)
    return get_vault().seal(text, _CONTEXT)


def save_answers(
    session: Session, *, entry: Entry, values: Mapping[str, str], now: datetime
) -> Answers:
    """Keep what was typed, right or wrong; fields that are not open stay as they are.

    Raises:
        EntryFixedError: nothing of this entry can be changed now.
    """
    _refuse_fixed(entry)
    open_names = {
        name
        for field in rules.FIELDS
        if rules.may_change(entry.state, entry.reopened.split(), field)
        for name in rules.answer_names(field)
    }
    kept: dict[str, Any] = {
        name: _tidy(name, value) for name, value in values.items() if name in open_names
    }
    answers = replace(answers_of(entry), **kept)
    entry.answers_sealed = seal_answers(answers)
    entry.saved_at = now
    session.flush()
    return answers


def store_paper(
    session: Session,
    *,
    entry: Entry,
    kind: str,
    data: bytes,
    file_name: str,
    user: User | None,
    now: datetime,
) -> EntryPaper:
    """Keep the photo or a paper; a new one takes the place of the one before.

    Without a user it is kept as uploaded by the entry itself: a guest's draft.

    Raises:
        EntryFixedError: this paper is not open for change.
        FileRefusedError: see people.attachments; a photo must be a picture.
    """
    _open_paper(session, entry, kind)
    attachment = store(
        session,
        data=data,
        file_name=file_name,
        kind=kind,
        uploaded_by=user.uid if user else entry.uid,
        now=now,
    )
    _refuse_other_than_picture(kind, attachment)
    return set_paper(session, entry=entry, kind=kind, attachment=attachment, now=now)


def set_paper(
    session: Session, *, entry: Entry, kind: str, attachment: Attachment, now: datetime
) -> EntryPaper:
    """Make a stored file the photo or a paper of an entry.

    Raises:
        EntryFixedError: this paper is not open for change.
    """
    paper = _open_paper(session, entry, kind)
    if paper is None:
        paper = EntryPaper(entry=entry, kind=kind)
        session.add(paper)
    paper.attachment, paper.state, paper.reason = attachment, "pending", ""
    paper.decided_at, entry.saved_at = None, now
    session.flush()
    return paper


def _known_answers(user: User) -> Answers:
    """Return what an account already tells, so that nobody types it twice.

    Only a person the committee has tied to the account brings an ID number along.
    """
    person = user.person
    if person is None:
        phone = user.username if is_phone(user.username) else ""
        return Answers(name=normalise_name(user.display_name), phone=phone)
    return Answers(
        name=person.name,
        id_number=open_id_number(person),
        phone=open_phone(person),
        unit_uid=person.unit.uid if person.unit else "",
    )


def _refuse_fixed(entry: Entry) -> None:
    if entry.state not in (rules.DRAFT, rules.RETURNED):
        raise EntryFixedError(
            _("This entry has been submitted and can no longer be changed.")
        )


def _open_paper(session: Session, entry: Entry, kind: str) -> EntryPaper | None:
    """Return the paper that is there; refuse one that is not open for change."""
    paper = session.scalar(
        select(EntryPaper).where(
            EntryPaper.entry_id == entry.id, EntryPaper.kind == kind
        )
    )
    if not rules.may_replace(entry.state, paper.state if paper else ""):
        raise EntryFixedError(_("This paper can no longer be changed."))
    return paper


def _refuse_other_than_picture(kind: str, attachment: Attachment) -> None:
    if kind == rules.PHOTO and not attachment.content_type.startswith("image/"):
        raise FileRefusedError(_("The photo must be a picture: JPEG, PNG or WebP."))


def _tidy(name: str, value: str) -> str:
    if name == "name":
        return normalise_name(value)
    if name == "id_number":
        return normalise_id_number(value)
    if name == "phone":
        return normalise_phone(value)
    return value.strip()
