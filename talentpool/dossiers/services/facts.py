"""Adding, correcting, verifying and disputing the dated facts of a dossier."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from flask_babel import gettext as _
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from errors import DomainError
from ledger.log.rules import digest
from ledger.log.services import Actor, record
from people.attachments.models import Attachment
from talentpool.dossiers.models import (
    Achievement,
    Craftsman,
    Evidence,
    Fact,
    HonourAward,
)
from talentpool.dossiers.signals import craftsman_changed

F = TypeVar("F", bound=Fact)
# Younger than the first digests: what says nothing is not in them.
_YOUNGER: dict[type[Fact], tuple[str, ...]] = {
    Achievement: ("level", "author_rank", "project_uid"),
    HonourAward: ("project_uid", "given_for", "role"),
}
_CARRIED = {
    "id",
    "uid",
    "recorded_at",
    "recorded_by",
    "supersedes_id",
    "is_current",
    "reason",
    "verified_by",
    "verified_at",
    "state",
    "source",
}


class SupersededError(DomainError):
    """The fact was corrected by somebody else meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            _("This record was corrected meanwhile. Open the dossier again.")
        )


def add_fact(
    session: Session,
    model: type[F],
    *,
    craftsman: Craftsman,
    values: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    verified: bool = False,
) -> F:
    """Add a dated fact, log it and announce the change; the caller commits.

    Args:
        session: the caller's transaction.
        model: one of `models.FACT_MODELS`.
        craftsman: whose dossier.
        values: the columns of the fact itself; `source` is "officer" unless given.
        actor: who records it.
        now: the server's clock.
        verified: whether the recorder has seen what proves it.
    """
    fact = _made(model, craftsman, values, actor, now)
    if verified:
        _mark_verified(fact, actor, now)
    session.add(fact)
    _announce(session, fact, craftsman, "dossier.fact_added", actor, now)
    return fact


def correct_fact(
    session: Session,
    fact: F,
    *,
    values: Mapping[str, Any],
    reason: str,
    actor: Actor,
    now: datetime,
    verified: bool = False,
) -> F:
    """Supersede a fact by a corrected one; the old one stays in the history.

    Raises:
        SupersededError: it is not current any more.
    """
    session.refresh(fact, with_for_update=True)
    if not fact.is_current:
        raise SupersededError
    craftsman = fact.craftsman
    carried = {
        column.key: getattr(fact, column.key)
        for column in inspect(type(fact)).column_attrs
        if column.key not in _CARRIED and column.key != "craftsman_id"
    }
    new = _made(type(fact), craftsman, carried | dict(values), actor, now)
    new.supersedes_id, new.reason = fact.id, reason
    if verified:
        _mark_verified(new, actor, now)
    fact.is_current = False
    session.flush()  # first the old one gives its place up: see Membership's index
    session.add(new)
    body = {"supersedes": fact.uid, "reason": reason}
    _announce(session, new, craftsman, "dossier.fact_corrected", actor, now, body)
    return new


def verify_fact(session: Session, fact: Fact, *, actor: Actor, now: datetime) -> None:
    """Say that a claimed or disputed fact was checked against its evidence."""
    if fact.state == "verified":
        return
    _mark_verified(fact, actor, now)
    _announce(session, fact, fact.craftsman, "dossier.fact_verified", actor, now)
    # Who checked the fact against its documents has seen these as well.
    for piece in session.scalars(
        select(Evidence)
        .where(
            Evidence.fact_uid == fact.uid,
            Evidence.is_current,
            Evidence.state == "claimed",
        )
        .order_by(Evidence.id)
    ):
        verify_fact(session, piece, actor=actor, now=now)


def dispute_fact(
    session: Session, fact: Fact, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Flag a fact whose ground fell away; it stays visible, with the flag."""
    if fact.state == "disputed":
        return
    fact.state = "disputed"
    body = {"reason": reason}
    _announce(session, fact, fact.craftsman, "dossier.fact_disputed", actor, now, body)


def add_evidence(
    session: Session,
    fact: Fact,
    *,
    title: str,
    attachment: Attachment | None,
    actor: Actor,
    now: datetime,
    verified: bool = True,
) -> Evidence:
    """Put a document beside a fact, with the digest of its file."""
    values = {
        "fact_uid": fact.uid,
        "title": title,
        "attachment": attachment,
        "sha256": attachment.sha256 if attachment else "",
    }
    return add_fact(
        session,
        Evidence,
        craftsman=fact.craftsman,
        values=values,
        actor=actor,
        now=now,
        verified=verified,
    )


def _made(
    model: type[F],
    craftsman: Craftsman,
    values: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> F:
    columns = {
        "source": "officer",
        **values,
        "craftsman": craftsman,
        "recorded_at": now,
        "recorded_by": actor.name,
        "state": "claimed",
        "is_current": True,
    }
    return model(**columns)


def _mark_verified(fact: Fact, actor: Actor, now: datetime) -> None:
    fact.state, fact.verified_by, fact.verified_at = "verified", actor.name, now


def _announce(
    session: Session,
    fact: Fact,
    craftsman: Craftsman,
    action: str,
    actor: Actor,
    now: datetime,
    body: Mapping[str, Any] | None = None,
) -> None:
    craftsman.updated_at = now
    session.flush()
    record(
        session,
        actor=actor,
        action=action,
        subject=f"craftsman:{craftsman.uid}",
        now=now,
        body={
            "kind": type(fact).__tablename__,  # type: ignore[attr-defined]
            "fact": fact.uid,
            "state": fact.state,
            "digest": fact_digest(fact),
            **(body or {}),
        },
    )
    craftsman_changed.send(None, session=session, craftsman_id=craftsman.id)


def fact_digest(fact: Fact, owner_id: int | None = None) -> str:
    """Return the SHA-256 of what a fact states, without what may change about it.

    Args:
        fact: the row.
        owner_id: the dossier it was recorded in; only a merge moves it to another.
    """
    fixed = {
        column.key: getattr(fact, column.key)
        for column in inspect(type(fact)).column_attrs
        if column.key not in {"id", "is_current", "state", "verified_by", "verified_at"}
    }
    for name in _YOUNGER.get(type(fact), ()):
        if not fixed[name]:
            del fixed[name]
    if owner_id is not None:
        fixed["craftsman_id"] = owner_id
    return digest(fixed)
