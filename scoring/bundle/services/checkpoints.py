"""Signed checkpoints of the log, kept at every signature, lock and publication.

They stand in the log themselves, so that a bundle carries every one of them, and on
paper and screen by number and first characters: whoever wrote those down can show later
that the log was not written anew.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from ledger.log.services import SYSTEM, make_checkpoint, record
from scoring.bundle.queries import CHECKPOINT
from scoring.results.signals import marks_locked, results_published, sheet_signed

SIGNED, LOCKED, PUBLISHED = "signed", "locked", "published"


def listen() -> None:
    """Keep a checkpoint whenever one of these is told."""
    sheet_signed.connect(_on_signed)
    marks_locked.connect(_on_locked)
    results_published.connect(_on_published)


def keep_checkpoint(
    session: Session, *, event_uid: str, cause: str, now: datetime
) -> None:
    """Sign the head of the log as it stands, and keep it on the event's record."""
    made = make_checkpoint(session, now=now)
    record(
        session,
        actor=SYSTEM,
        action=CHECKPOINT,
        subject=f"event:{event_uid}",
        scope=f"event:{event_uid}",
        now=now,
        body={
            "cause": cause,
            **{name: getattr(made, name) for name in made.__slots__},
        },
    )


def _on_signed(
    _sender: object, *, session: Session, event_uid: str, now: datetime
) -> None:
    keep_checkpoint(session, event_uid=event_uid, cause=SIGNED, now=now)


def _on_locked(
    _sender: object, *, session: Session, event_uid: str, now: datetime
) -> None:
    keep_checkpoint(session, event_uid=event_uid, cause=LOCKED, now=now)


def _on_published(
    _sender: object,
    *,
    session: Session,
    event_uid: str,
    now: datetime,
    **_more: object,
) -> None:
    keep_checkpoint(session, event_uid=event_uid, cause=PUBLISHED, now=now)
