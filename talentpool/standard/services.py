"""Putting a standard in force. A stored version never changes; a new one follows it."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from errors import DomainError
from extensions import LOCAL
from ledger.log.services import SYSTEM, Actor, record
from talentpool.standard import queries
from talentpool.standard.models import ProfileVersion
from talentpool.standard.rules import points as rules
from talentpool.standard.rules.parse import parse_profile
from talentpool.standard.rules.points import Merit, Points, PointsModel


class VersionTakenError(DomainError):
    """The same code and version stand for another text already."""

    def __init__(self, code: str, version: str) -> None:
        super().__init__(
            _(
                "Version %(version)s of %(code)s is in the records with another text. "
                "Give the new text a new version number.",
                code=code,
                version=version,
            )
        )


def put_in_force(
    session: Session, *, toml: str, actor: Actor, now: datetime, reason: str = ""
) -> ProfileVersion:
    """Store a profile as a version; the same text again is the same version.

    Args:
        session: the caller's transaction.
        toml: the whole text.
        actor: who puts it in force.
        now: the server's clock.
        reason: the decision it rests on, for the log.

    Raises:
        ProfileError: the profile has faults; all of them.
        VersionTakenError: its code and version are taken by another text.
    """
    profile = parse_profile(toml)
    digest = hashlib.sha256(toml.encode()).hexdigest()
    known = session.scalar(
        select(ProfileVersion).where(
            ProfileVersion.code == profile.code,
            ProfileVersion.version == profile.version,
        )
    )
    if known is not None:
        if known.digest == digest:
            return known
        raise VersionTakenError(profile.code, profile.version)
    version = ProfileVersion(
        code=profile.code,
        version=profile.version,
        toml=toml,
        digest=digest,
        in_force_from=profile.in_force_from,
        stored_at=now,
        stored_by=actor.name,
    )
    session.add(version)
    session.flush()
    _log(session, version, actor, now, reason)
    return version


def ensure_in_force(session: Session, *, now: datetime) -> ProfileVersion:
    """Return the version in force; a city without one of its own gets the shipped."""
    today = now.astimezone(LOCAL).date()
    found = queries.find_in_force(session, today)
    if found is not None:
        return found
    shipped = queries.SHIPPED.read_text(encoding="utf-8")
    return put_in_force(session, toml=shipped, actor=SYSTEM, now=now)


def _log(
    session: Session,
    version: ProfileVersion,
    actor: Actor,
    now: datetime,
    reason: str,
) -> None:
    record(
        session,
        actor=actor,
        action="standard.put_in_force",
        subject=f"profile:{version.uid}",
        now=now,
        body={
            "code": version.code,
            "version": version.version,
            "digest": version.digest,
            "in_force_from": version.in_force_from.isoformat(),
        }
        | ({"reason": reason} if reason else {}),
    )


def points_of(
    session: Session, merits: Sequence[Merit], *, on: date
) -> tuple[PointsModel, Points] | None:
    """Value merits by the points model in force on a day.

    Returns:
        The model and the points with every line and cap, to be put before experts;
        None where the standard in force has no points model.
    """
    model = queries.read_in_force(session, on).points
    return None if model is None else (model, rules.points_of(model, merits, on))
