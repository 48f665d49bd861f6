"""Merits of rooms above the dossier: apprentices of the mentor register."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.services.merits import merit_sources
from talentpool.mentorship.models import Pair
from talentpool.standard.rules.points import Merit

_COUNTED = ("filed", "active", "due", "extended", "graduated")


def listen() -> None:
    """Let apprentices bring points to their mentor."""
    merit_sources["mentorship"] = _apprentices


def _apprentices(session: Session, craftsman: Craftsman) -> Iterator[Merit]:
    """Yield an apprentice per filed pair; only a numbered agreement is a document."""
    pairs = session.scalars(
        select(Pair)
        .where(Pair.mentor_id == craftsman.id, Pair.state.in_(_COUNTED))
        .order_by(Pair.id)
    )
    for pair in pairs:
        yield Merit(
            kind="apprentice",
            title=pair.trade,
            on=pair.closed_on or pair.starts_on,
            document=pair.agreement_number or "",
        )
