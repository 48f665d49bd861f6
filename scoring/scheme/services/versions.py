"""Attaching schemes to events and freezing them."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.users.queries import is_same_person
from competition.events import rules as life
from competition.events.models import Event
from errors import DomainError
from ledger.log.services import Actor, record
from scoring.scheme import queries
from scoring.scheme.models import SchemeVersion
from scoring.scheme.rules.numbers import format_number
from scoring.scheme.rules.parse import parse_scheme
from scoring.scheme.rules.warnings import list_undescribed

SUFFIX = ".scheme.toml"
_BEFORE_MARKING = frozenset({life.DRAFT, life.REGISTRATION, life.CLOSED, life.CHECKIN})
_OPEN = _BEFORE_MARKING | {life.MARKING}


class SchemeFixedError(DomainError):
    """The scheme of this event cannot be changed as things are."""


class SchemeUnfinishedError(DomainError):
    """Something a judge needs is missing from the scheme."""

    status = 422


class SamePersonError(DomainError):
    """Two persons are needed, and this is one."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A scheme that comes with the program, as the gallery shows it."""

    name: str
    title: str
    components: tuple[str, ...]
    aspects: int
    kinds: tuple[str, ...]
    full: str  # plain decimal


@cache
def list_gallery() -> tuple[Example, ...]:
    """Return the schemes that come with the program, smallest first."""
    schemes = {name: parse_scheme(read_example(name)) for name in list_examples()}
    found = [
        Example(
            name=name,
            title=scheme.title,
            components=tuple(component.name for component in scheme.components),
            aspects=len(list(scheme.aspects)),
            kinds=tuple(dict.fromkeys(aspect.kind for aspect in scheme.aspects)),
            full=format_number(scheme.max),
        )
        for name, scheme in schemes.items()
    ]
    return tuple(sorted(found, key=lambda example: (example.aspects, example.name)))


def digest_of(text: str) -> str:
    """Return SHA-256 of a text in UTF-8, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


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

    Where one is frozen already this asks for a change; a second person confirms it
    (`scoring.results.services.change`).

    Raises:
        SchemeError: the text has faults; all of them are in it.
        SchemeFixedError: the marks are locked or the result is published.
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
        digest=digest_of(text),
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
    """Freeze the first version: marks are given by it, and results cite its digest.

    Raises:
        SchemeFixedError: it is frozen, or there is a newer one, or another one is
            frozen, so that this takes two persons.
        SchemeUnfinishedError: a judgement lacks its descriptors.
    """
    if queries.find_frozen(session, event.id):
        raise SchemeFixedError(
            _(
                "A version is frozen already. To replace it, a second person confirms "
                "the change on its own page."
            )
        )
    _freeze(session, version, event, actor, now)


def replace_scheme(
    session: Session,
    *,
    version: SchemeVersion,
    event: Event,
    report: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Freeze a version instead of the one frozen before, as the second person.

    Args:
        session: the transaction.
        version: the newest one; another person attached it, with a reason.
        event: whose scheme.
        report: what it changes in the results so far, canonical JSON.
        actor: who confirms.
        now: when.

    Raises:
        SchemeFixedError: nothing is to be replaced, or it cannot be now.
        SamePersonError: whoever attached it confirms it.
        SchemeUnfinishedError: a judgement lacks its descriptors.
    """
    if queries.find_frozen(session, event.id) is None:
        raise SchemeFixedError(_("No version is frozen yet: freeze this one."))
    if is_same_person(session, version.made_by, actor.name):
        raise SamePersonError(
            _("You asked for this change yourself: another person has to confirm it.")
        )
    version.report = report
    _freeze(session, version, event, actor, now)


def decline_scheme(
    session: Session,
    *,
    version: SchemeVersion,
    event: Event,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Decline a version that waits to replace a frozen one, or take it back.

    Raises:
        SchemeFixedError: it does not wait.
        SchemeReasonError: no reason.
    """
    if queries.find_waiting(session, event.id) is not version:
        raise SchemeFixedError(_("This version does not wait to be confirmed."))
    if not reason.strip():
        raise SchemeReasonError(_("Give a reason."))
    version.declined_at, version.declined_by = now, actor.name
    version.declined_reason = reason.strip()[:400]
    _log(session, version, event, "scheme.declined", actor, now)


def _freeze(
    session: Session,
    version: SchemeVersion,
    event: Event,
    actor: Actor,
    now: datetime,
) -> None:
    _check_open(event)
    newest = queries.find_newest(session, event.id)
    if version.frozen_at or version.declined_at or newest is not version:
        raise SchemeFixedError(_("Only the newest version can be frozen, and once."))
    missing = list_undescribed(parse_scheme(version.text))
    if missing:
        raise SchemeUnfinishedError(
            _(
                "Judges need to know what 0, 1, 2 and 3 look like. These judgements "
                "lack their four descriptors: %(codes)s.",
                codes=", ".join(missing),
            )
        )
    version.frozen_at, version.frozen_by = now, actor.name
    event.scheme_digest = version.digest
    _log(session, version, event, "scheme.frozen", actor, now)


def _check_open(event: Event) -> None:
    if event.state in _OPEN:
        return
    if event.state == life.PUBLISHED:
        raise SchemeFixedError(
            _("The result is published: withdraw it and unlock the marks first.")
        )
    raise SchemeFixedError(_("The marks are locked: two persons unlock them first."))


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
            "reason": version.declined_reason or version.reason,
            **({"report": digest_of(version.report)} if version.report else {}),
        },
    )
