"""Taking somebody in who has a dossier already: a further tier, or a return."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from ledger.log.services import Actor
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.rules import GONE_STATES
from talentpool.dossiers.services.craftsmen import raise_level
from talentpool.dossiers.services.memberships import Tier
from talentpool.dossiers.services.returns import Ground, re_enter


def take_in_again(
    session: Session,
    known: Craftsman,
    tier: Tier,
    *,
    on: date,
    actor: Actor,
    now: datetime,
) -> Craftsman:
    """Open the tier; who went out comes back first, by the whole procedure.

    Raises:
        BarredError: the person went out and may not come back yet.
    """
    if known.state in GONE_STATES:
        re_enter(
            session,
            known,
            tier=tier,
            ground=Ground(on=on, reason=tier.decision, document=tier.decision),
            actor=actor,
            now=now,
            by_procedure=True,
        )
        return known
    raise_level(
        session,
        known,
        level=tier.level,
        decision=tier.decision,
        on=on,
        actor=actor,
        now=now,
    )
    return known
