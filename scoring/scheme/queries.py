"""Reading the schemes of events."""

from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scoring.scheme.models import SchemeVersion
from scoring.scheme.rules.parse import parse_scheme
from scoring.scheme.rules.tree import Scheme


@lru_cache(maxsize=64)
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
