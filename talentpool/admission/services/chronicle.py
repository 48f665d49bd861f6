"""What happens to an application, for its own history and for the log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ledger.log.rules import digest
from ledger.log.services import Actor, record
from talentpool.admission.models.applications import Application, Move


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened."""

    verdict: str  # submitted, confirmed, passed, returned …
    role: str = ""  # one of conflicts.PARTY_ROLES: who did it
    reason: str = ""
    from_step: str = ""


def tell(
    session: Session,
    application: Application,
    event: Event,
    *,
    actor: Actor,
    now: datetime,
    body: Mapping[str, Any] | None = None,
) -> None:
    """Add what happened to the application's history and to the log."""
    session.add(
        Move(
            application=application,
            round=application.round,
            verdict=event.verdict,
            from_step=event.from_step,
            to_step=application.step,
            reason=event.reason[:400],
            role=event.role,
            made_at=now,
            made_by=actor.name,
        )
    )
    log(session, application, event.verdict, actor, now, body)


def log(
    session: Session,
    application: Application,
    verb: str,
    actor: Actor,
    now: datetime,
    body: Mapping[str, Any] | None = None,
) -> None:
    """Log a change of an application, without personal data."""
    session.flush()
    record(
        session,
        actor=actor,
        action=f"application.{verb}",
        subject=f"application:{application.uid}",
        scope=f"batch:{application.batch.uid}",
        now=now,
        body=body_of(application) | dict(body or {}),
    )


def body_of(application: Application) -> dict[str, Any]:
    """Return what the log says of an application."""
    return {
        "batch": application.batch.uid,
        "way": application.way,
        "state": application.state,
        "step": application.step,
        "round": application.round,
        "outcome": application.outcome,
        "verdict": digest({"verdict": application.verdict}),
        "level": application.level,
        "class": application.pool_class,
        "minute": application.minute_number,
        "craftsman": application.craftsman.uid if application.craftsman else "",
    }
