"""Names of the code tables that may complete what is typed into the search box."""

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from people.codes.models import Occupation, OccupationAlias
from people.codes.rules import EDITION
from people.districts.models import District
from talentpool.search.rules.completion import MOST, Typed

_SHORTEST = 1


def list_names(session: Session, typed: Typed) -> list[str]:
    """Return names that hold the piece: trades and occupations, or places."""
    if len(typed.rest) < _SHORTEST:
        return []
    if typed.field == "district":
        return _holding(session, District.name, typed.rest)
    if typed.field in {"", "occupation", "trade", "certificate", "contest"}:
        return [
            *_holding(session, OccupationAlias.alias, typed.rest),
            *_holding(session, Occupation.name, typed.rest),
        ]
    return []


def _holding(
    session: Session, name: InstrumentedAttribute[str], piece: str
) -> list[str]:
    found = select(name).where(name.contains(piece, autoescape=True)).distinct()
    if name.class_ is Occupation:
        found = found.where(Occupation.edition == EDITION)
    rows = session.scalars(found.order_by(name).limit(MOST * 4)).all()
    starts = [row for row in rows if row.startswith(piece)]
    return [*starts, *(row for row in rows if row not in starts)][:MOST]
