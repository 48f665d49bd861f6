"""Attaching schemes to events and freezing them."""

import hashlib
from datetime import datetime
from importlib import resources

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.events import rules as life
from competition.events.models import Event
from errors import DomainError
from ledger.log.services import Actor, record
from scoring.scheme import queries
from scoring.scheme.models import SchemeVersion
from scoring.scheme.rules.parse import parse_scheme

SUFFIX = ".scheme.toml"
_BEFORE_MARKING = frozenset({life.DRAFT, life.REGISTRATION, life.CLOSED, life.CHECKIN})


class SchemeFixedError(DomainError):
    """The scheme of this event can no longer be changed."""


class SchemeReasonError(DomainError):
    """A new version of a scheme needs a reason."""


def list_examples() -> list[str]:
    """Return the names of the schemes that come with the program."""
    folder = resources.files("scoring.scheme") / "examples"
    names = (item.name for item in folder.iterdir())
    return sorted(n.removesuffix(SUFFIX) for n in names if n.endswith(SUFFIX))


def read_example(name: str) -> str:
    """Return the text of a scheme that comes with the program.

    Raises:
        KeyError: there is none of that name.
    """
    if name not in list_examples():
        raise KeyError(name)
    file = resources.files("scoring.scheme") / "examples" / f"{name}{SUFFIX}"
    return file.read_text(encoding="utf-8")


def attach_scheme(
    session: Session,
    *,
    event: Event,
    text: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> SchemeVersion:
    """Add a version of the event's scheme, not frozen yet.

    Raises:
        SchemeError: the text has faults; all of them are in it.
        SchemeFixedError: marking has begun.
        SchemeReasonError: a version is frozen already, and no reason is given.
    """
    scheme = parse_scheme(text)
    _check_open(event)
    if queries.find_frozen(session, event.id) and not reason.strip():
        raise SchemeReasonError(
            _("A scheme is frozen already. Say why there has to be a new version.")
        )
    version = SchemeVersion(
        event_id=event.id,
        version=queries.last_number(session, event.id) + 1,
        title=scheme.title,
        text=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        reason=reason.strip(),
        made_at=now,
        made_by=actor.name,
    )
    session.add(version)
    _log(session, version, event, "scheme.attached", actor, now)
    return version


def freeze_scheme(
    session: Session,
    *,
    version: SchemeVersion,
    event: Event,
    actor: Actor,
    now: datetime,
) -> None:
    """Freeze a version: marks are given by it, and results cite its digest.

    Raises:
        SchemeFixedError: marking has begun, it is frozen, or there is a newer one.
    """
    _check_open(event)
    newest = queries.find_newest(session, event.id)
    if version.frozen_at is not None or newest is not version:
        raise SchemeFixedError(_("Only the newest version can be frozen, and once."))
    version.frozen_at, version.frozen_by = now, actor.name
    event.scheme_digest = version.digest
    _log(session, version, event, "scheme.frozen", actor, now)


def _check_open(event: Event) -> None:
    if event.state not in _BEFORE_MARKING:
        raise SchemeFixedError(
            _("Marking has begun: the scheme of this event stays as it is.")
        )


def _log(
    session: Session,
    version: SchemeVersion,
    event: Event,
    action: str,
    actor: Actor,
    now: datetime,
) -> None:
    session.flush()
    record(
        session,
        actor=actor,
        action=action,
        subject=f"scheme:{version.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={
            "version": version.version,
            "digest": version.digest,
            "reason": version.reason,
        },
    )
