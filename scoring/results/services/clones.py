"""The release plan of an event and whether its list is signed go with a copy of it."""

from datetime import datetime

from sqlalchemy.orm import Session

from competition.events.models import Event
from competition.events.signals import event_cloned
from ledger.log.services import Actor
from scoring.results import queries
from scoring.results.services.release import KEPT, MOMENT, set_release
from scoring.results.services.signing import set_terms


def listen() -> None:
    """Copy plan and terms of an event with it."""
    event_cloned.connect(_on_cloned)


def _on_cloned(
    _sender: object,
    *,
    session: Session,
    source: Event,
    copy: Event,
    actor: Actor,
    now: datetime,
) -> None:
    """Give the copy the same plan, its moments moved as the event is."""
    moved = copy.starts_at - source.starts_at
    for cell, opens_at in sorted(queries.read_plan(session, source.uid).items()):
        set_release(
            session,
            event=copy,
            cell=cell,
            mode=KEPT if opens_at is None else MOMENT,
            opens_at=None if opens_at is None else opens_at + moved,
            actor=actor,
            now=now,
        )
    if queries.asks_signatures(session, source.id):
        set_terms(session, event=copy, asks=True, actor=actor, now=now)
