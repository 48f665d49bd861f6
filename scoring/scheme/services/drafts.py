"""The draft of an event's scheme: begun, changed, undone, dropped.

Two people may work on one draft. Each change says which revision it was made on; one
made on an older revision is refused, so that nobody's work goes silently.
"""

import hashlib
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import update
from sqlalchemy.orm import Session

from competition.events.models import Event
from errors import DomainError
from ledger.log.services import Actor, record
from scoring.scheme import queries
from scoring.scheme.models import SchemeDraft, SchemeVersion
from scoring.scheme.rules.parse import read_toml
from scoring.scheme.services.versions import attach_scheme

MOST_TEXT = 1024 * 1024  # characters


class DraftMovedError(DomainError):
    """Somebody else changed the draft meanwhile."""


class NoDraftError(DomainError):
    """The event has no draft (any more)."""


class DraftTooLongError(DomainError):
    """No scheme is that long."""

    status = 422


def begin_draft(
    session: Session,
    *,
    event: Event,
    text: str,
    origin: str,
    actor: Actor,
    now: datetime,
    based_on: int = 0,
) -> SchemeDraft:
    """Begin the draft of an event; one that was there goes, and can be brought back.

    Args:
        session: the transaction.
        event: whose scheme.
        text: TOML; it may have faults of a scheme, not of TOML.
        origin: what it begins as, to be shown.
        actor: who.
        now: when.
        based_on: number of the version whose text this is.

    Raises:
        SchemeError: the text is no TOML.
        DraftTooLongError: longer than a scheme can be.
    """
    _check_text(text)
    draft = queries.find_draft(session, event.id)
    if draft is None:
        draft = SchemeDraft(event_id=event.id, revision=0, previous="")
        session.add(draft)
    else:
        draft.previous = draft.text
    draft.revision += 1
    draft.text, draft.origin, draft.based_on = text, origin[:200], based_on
    draft.begun_at = draft.changed_at = now
    draft.begun_by = draft.changed_by = actor.name
    session.flush()
    _log(session, draft, event, "scheme.draft_begun", actor, now)
    return draft


def save_draft(
    session: Session,
    *,
    event: Event,
    revision: int,
    text: str,
    actor: Actor,
    now: datetime,
) -> SchemeDraft:
    """Keep a changed text; faults of the scheme in it are welcome.

    Args:
        session: the transaction.
        event: whose draft.
        revision: of the draft the change was made on.
        text: TOML.
        actor: who.
        now: when.

    Raises:
        SchemeError: the text is no TOML.
        DraftTooLongError: longer than a scheme can be.
        NoDraftError: the event has no draft.
        DraftMovedError: the draft is not at that revision any more.
    """
    _check_text(text)
    draft = get_draft(session, event)
    if draft.revision == revision and draft.text == text:
        return draft
    changed = session.execute(
        update(SchemeDraft)
        .where(SchemeDraft.id == draft.id, SchemeDraft.revision == revision)
        .values(
            text=text,
            previous=draft.text,
            revision=revision + 1,
            changed_at=now,
            changed_by=actor.name,
        )
        .execution_options(synchronize_session=False)
    )
    session.refresh(draft)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        check_revision(draft, revision)
    _log(session, draft, event, "scheme.draft_changed", actor, now)
    return draft


def undo_draft(
    session: Session, *, event: Event, revision: int, actor: Actor, now: datetime
) -> SchemeDraft:
    """Bring back what the draft was before its last change; once more brings it forth.

    Raises:
        NoDraftError: the event has no draft.
        DraftMovedError: nothing was changed yet, or another change came meanwhile.
    """
    draft = get_draft(session, event)
    if not draft.previous:
        raise DraftMovedError(_("There is nothing to undo."))
    return save_draft(
        session,
        event=event,
        revision=revision,
        text=draft.previous,
        actor=actor,
        now=now,
    )


def drop_draft(
    session: Session, *, event: Event, revision: int, actor: Actor, now: datetime
) -> None:
    """Throw the draft away.

    Raises:
        NoDraftError: the event has no draft.
        DraftMovedError: somebody changed it meanwhile.
    """
    draft = get_draft(session, event)
    check_revision(draft, revision)
    _log(session, draft, event, "scheme.draft_dropped", actor, now)
    session.delete(draft)


def attach_draft(
    session: Session,
    *,
    event: Event,
    revision: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> SchemeVersion:
    """Make a version of the draft, which has no faults.

    Raises:
        SchemeError: the draft has faults; all of them are in it.
        NoDraftError: the event has no draft.
        DraftMovedError: somebody changed it meanwhile.
        SchemeFixedError: a version cannot be attached as the event stands.
        SchemeReasonError: a version is frozen already, and no reason is given.
    """
    draft = get_draft(session, event)
    check_revision(draft, revision)
    version = attach_scheme(
        session, event=event, text=draft.text, reason=reason, actor=actor, now=now
    )
    draft.based_on = version.version
    return version


def check_revision(draft: SchemeDraft, revision: int) -> None:
    """Refuse what was made on another revision of the draft.

    Raises:
        DraftMovedError: the draft is not at that revision any more.
    """
    if draft.revision != revision:
        raise DraftMovedError(
            _("Somebody else has changed this draft meanwhile. Nothing was saved.")
        )


def get_draft(session: Session, event: Event) -> SchemeDraft:
    """Return the draft of an event.

    Raises:
        NoDraftError: there is none.
    """
    draft = queries.find_draft(session, event.id)
    if draft is None:
        raise NoDraftError(_("This event has no draft of a scheme."))
    return draft


def _check_text(text: str) -> None:
    if len(text) > MOST_TEXT:
        raise DraftTooLongError(_("The text is longer than a scheme can be."))
    read_toml(text)


def _log(
    session: Session,
    draft: SchemeDraft,
    event: Event,
    action: str,
    actor: Actor,
    now: datetime,
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"draft:{draft.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={
            "revision": draft.revision,
            "digest": hashlib.sha256(draft.text.encode()).hexdigest(),
            "origin": draft.origin,
        },
    )
