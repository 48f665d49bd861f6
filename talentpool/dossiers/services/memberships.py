"""Membership of the tiers of the pool: its beginning, its decision, its end."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from ledger.log.services import Actor
from talentpool.dossiers.models import Craftsman, Membership
from talentpool.dossiers.queries import list_open_memberships
from talentpool.dossiers.services.facts import add_fact, correct_fact


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier, the class there, and the number of the decision."""

    level: str
    pool_class: str
    decision: str = ""


def open_membership(
    session: Session,
    craftsman: Craftsman,
    tier: Tier,
    *,
    on: date,
    actor: Actor,
    now: datetime,
) -> Membership:
    """Begin a membership of a tier; one that is open there already stays alone.

    Args:
        session: the caller's transaction.
        craftsman: whose.
        tier: which, and by which decision.
        on: the day it begins.
        actor: who decided.
        now: the server's clock.
    """
    for held in list_open_memberships(session, craftsman.id):
        if held.level == tier.level:
            return held
    values = asdict(tier) | {"valid_from": on}
    return add_fact(
        session,
        Membership,
        craftsman=craftsman,
        values=values,
        actor=actor,
        now=now,
        verified=True,
    )


def close_memberships(
    session: Session,
    craftsman: Craftsman,
    *,
    cause: str,
    on: date,
    actor: Actor,
    now: datetime,
) -> None:
    """End every open membership on a day, with the cause of the end."""
    for held in list_open_memberships(session, craftsman.id):
        begun = held.valid_from
        correct_fact(
            session,
            held,
            # A membership cannot end before it began: it then lasted that one day.
            values={"valid_to": max(on, begun) if begun else on, "cause": cause},
            reason=cause,
            actor=actor,
            now=now,
            verified=True,
        )
