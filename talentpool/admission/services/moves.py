"""What happens to proposals and applications when persons are merged or split again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.log.services import Actor, record
from talentpool.admission.models.applications import Application
from talentpool.admission.models.proposals import Proposal
from talentpool.admission.services.chronicle import log
from talentpool.identity.signals import rows_moved


def listen() -> None:
    """Follow merges; connecting twice is connecting once."""
    rows_moved.connect(_on_moved)


def _on_moved(
    _sender: object,
    *,
    session: Session,
    rows: Mapping[str, Sequence[int]],
    actor: Actor,
    now: datetime,
    **_more: Any,  # noqa: ANN401 - a signal may say more than we ask
) -> None:
    """Log whose dossier each of them led to, as their proofs compare it."""
    moved = select(Proposal).where(Proposal.id.in_(rows.get("proposal", ())))
    for proposal in session.scalars(moved.order_by(Proposal.id)):
        craftsman = proposal.craftsman
        record(
            session,
            actor=actor,
            action="proposal.moved",
            subject=f"proposal:{proposal.uid}",
            scope=f"event:{proposal.event.uid}",
            now=now,
            body={"craftsman": craftsman.uid if craftsman else ""},
        )
    went = select(Application).where(Application.id.in_(rows.get("application", ())))
    for application in session.scalars(went.order_by(Application.id)):
        log(session, application, "moved", actor, now)
