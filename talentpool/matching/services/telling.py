"""Telling the craftsman and the firm what happened with a demand, in the same act."""

from datetime import datetime

from sqlalchemy.orm import Session

from accounts.messages.services.tell import tell
from talentpool.matching.models import Assignment, Demand, Outcome
from talentpool.mentorship.queries.agreements import (
    list_unit_officers,
    list_users_of,
)


def tell_craftsman(
    session: Session,
    assignment: Assignment,
    kind: str,
    outcome: Outcome | None = None,
    *,
    now: datetime,
) -> int:
    """Tell whoever was asked to serve a demand; return how many accounts were told."""
    about = outcome.uid if outcome else assignment.uid
    return tell(
        session,
        list_users_of(session, [assignment.craftsman.person_id]),
        kind=kind,
        params={"event": assignment.demand.trade},
        link=f"/pool/demands/asked/{assignment.uid}",
        key=f"{kind}:{about}",
        now=now,
    )


def tell_firm(
    session: Session, demand: Demand, kind: str, *, about: str, now: datetime
) -> int:
    """Tell the firm that asked; return how many accounts were told.

    Args:
        session: the transaction of the act.
        demand: of the firm; whoever asked, and the unit's officers, are told.
        kind: of message.
        about: uid of what happened, so that nobody is told twice.
        now: when.
    """
    officers = list_unit_officers(session, [demand.unit])
    asked_by = [demand.asked_by_id] if demand.asked_by.enabled else []
    return tell(
        session,
        [*officers, *asked_by],
        kind=kind,
        params={"event": demand.trade},
        link=f"/pool/demands/own/{demand.uid}",
        key=f"{kind}:{about}",
        now=now,
    )
