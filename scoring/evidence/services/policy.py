"""Whether contestants read the judges' comments on their work, once it is published."""

from datetime import datetime

from sqlalchemy.orm import Session

from competition.events.models import Event
from ledger.log.services import Actor, record
from scoring.evidence.models import CommentPolicy


def set_policy(
    session: Session, *, event: Event, is_released: bool, actor: Actor, now: datetime
) -> CommentPolicy:
    """Say whether contestants read the comments; every change stays on record."""
    policy = CommentPolicy(
        event_id=event.id, is_released=is_released, set_at=now, set_by=actor.name
    )
    session.add(policy)
    session.flush()
    record(
        session,
        actor=actor,
        action="comments.policy_set",
        subject=f"policy:{policy.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={"released": is_released},
    )
    return policy
