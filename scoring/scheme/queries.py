"""Reading the schemes of events."""

from collections.abc import Collection, Iterable
from functools import lru_cache

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from competition.events.models import Event
from scoring.scheme.models import SchemeDraft, SchemeVersion
from scoring.scheme.rules.parse import parse_scheme
from scoring.scheme.rules.tree import Scheme

_FROZEN = (  # made once: every mark that arrives asks it
    select(SchemeVersion.event_id, SchemeVersion.digest)
    .where(
        SchemeVersion.event_id.in_(bindparam("event_ids", expanding=True)),
        SchemeVersion.frozen_at.is_not(None),
    )
    .order_by(SchemeVersion.version)
)

_MOST = 64
_by_digest: dict[str, Scheme] = {}


@lru_cache(maxsize=_MOST)
def _parse(text: str) -> Scheme:
    return parse_scheme(text)


def load_scheme(version: SchemeVersion) -> Scheme:
    """Return the parsed scheme of a version; parsing is remembered."""
    return _parse(version.text)


def list_versions(session: Session, event_id: int) -> list[SchemeVersion]:
    """Return the versions of an event's scheme, newest first."""
    return list(
        session.scalars(
            select(SchemeVersion)
            .where(SchemeVersion.event_id == event_id)
            .order_by(SchemeVersion.version.desc())
        )
    )


def find_newest(session: Session, event_id: int) -> SchemeVersion | None:
    """Return the newest version, frozen or not."""
    return session.scalar(
        select(SchemeVersion)
        .where(SchemeVersion.event_id == event_id)
        .order_by(SchemeVersion.version.desc())
        .limit(1)
    )


def find_frozen(session: Session, event_id: int) -> SchemeVersion | None:
    """Return the version marks are given by: the newest frozen one."""
    return session.scalar(
        select(SchemeVersion)
        .where(SchemeVersion.event_id == event_id, SchemeVersion.frozen_at.is_not(None))
        .order_by(SchemeVersion.version.desc())
        .limit(1)
    )


def list_frozen(session: Session, event_ids: Collection[int]) -> dict[int, str]:
    """Return the digest of the scheme marks are given by, of each event that has one.

    The text, which is long, is read only where it is needed: see `open_scheme`.
    """
    rows = session.execute(_FROZEN, {"event_ids": list(event_ids)})
    return {row.event_id: row.digest for row in rows}


def open_scheme(session: Session, digest: str) -> Scheme:
    """Return the parsed scheme whose text has this digest; it is remembered."""
    found = _by_digest.get(digest)
    if found is None:
        text = session.scalars(
            select(SchemeVersion.text).where(SchemeVersion.digest == digest).limit(1)
        ).one()
        if len(_by_digest) >= _MOST:
            _by_digest.clear()
        found = _by_digest[digest] = _parse(text)
    return found


def find_version(session: Session, event_id: int, number: int) -> SchemeVersion | None:
    """Return a version of an event's scheme by its number."""
    return session.scalar(
        select(SchemeVersion).where(
            SchemeVersion.event_id == event_id, SchemeVersion.version == number
        )
    )


def last_number(session: Session, event_id: int) -> int:
    """Return the highest version number given so far, 0 where there is none."""
    return (
        session.scalar(
            select(func.max(SchemeVersion.version)).where(
                SchemeVersion.event_id == event_id
            )
        )
        or 0
    )


def find_draft(session: Session, event_id: int) -> SchemeDraft | None:
    """Return the draft of an event's scheme, if there is one."""
    return session.scalar(select(SchemeDraft).where(SchemeDraft.event_id == event_id))


def find_waiting(session: Session, event_id: int) -> SchemeVersion | None:
    """Return the version that waits for a second person to replace the frozen one."""
    newest = find_newest(session, event_id)
    if newest is None or newest.frozen_at or newest.declined_at:
        return None
    return newest if find_frozen(session, event_id) else None


def list_newest(session: Session, event_ids: Iterable[int]) -> list[SchemeVersion]:
    """Return the newest version of each of these events that has one, newest first."""
    newest = (
        select(func.max(SchemeVersion.id))
        .where(SchemeVersion.event_id.in_(list(event_ids)))
        .group_by(SchemeVersion.event_id)
    )
    return list(
        session.scalars(
            select(SchemeVersion)
            .options(joinedload(SchemeVersion.event).joinedload(Event.competition))
            .where(SchemeVersion.id.in_(newest))
            .order_by(SchemeVersion.made_at.desc(), SchemeVersion.id.desc())
        )
    )


def list_waiting(session: Session, event_ids: Iterable[int]) -> set[int]:
    """Return which of the events have a version that waits for a second person."""
    later, frozen = aliased(SchemeVersion), aliased(SchemeVersion)
    return set(
        session.scalars(
            select(SchemeVersion.event_id).where(
                SchemeVersion.event_id.in_(list(event_ids)),
                SchemeVersion.frozen_at.is_(None),
                SchemeVersion.declined_at.is_(None),
                ~exists().where(
                    later.event_id == SchemeVersion.event_id,
                    later.version > SchemeVersion.version,
                ),
                exists().where(
                    frozen.event_id == SchemeVersion.event_id,
                    frozen.frozen_at.is_not(None),
                ),
            )
        )
    )
