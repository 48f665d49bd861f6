"""Telling the parties of an appeal that it is decided."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.messages.services.tell import tell
from accounts.users.models import User
from competition.registration.services.telling import list_accounts
from scoring.appeals.models import Appeal


def tell_decision(session: Session, appeal: Appeal, kind: str, now: datetime) -> None:
    """Tell who filed it and whose entry it is; `kind` is the step that decided."""
    filed_by = select(User.id).where(User.uid == appeal.filed_by, User.enabled)
    parties = {*session.scalars(filed_by), *list_accounts(session, [appeal.entry_id])}
    tell(
        session,
        parties,
        kind="appeal_decided",
        params={"event": appeal.event.name},
        link=f"/appeals/{appeal.uid}",
        key=f"appeal:{appeal.uid}:{kind}",
        now=now,
    )
