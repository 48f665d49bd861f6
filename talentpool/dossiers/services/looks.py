"""Noting who opened whose dossier, for the data officer and for the person."""

from datetime import datetime

from sqlalchemy.orm import Session

from accounts.users.models import User
from talentpool.dossiers.models import Craftsman, DossierLook


def note_look(
    session: Session, craftsman: Craftsman, *, user: User, page: str, now: datetime
) -> None:
    """Note that a user opens a page of a dossier, of `rules.LOOKED_AT`; no commit.

    Source: rule I-32 in docs/rules/identity.md.
    """
    session.add(
        DossierLook(user_id=user.id, craftsman_id=craftsman.id, page=page, at=now)
    )
