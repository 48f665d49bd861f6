"""What waits for somebody among pairs."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from people.units.models import Unit
from talentpool.dossiers.models import Craftsman
from talentpool.mentorship.models import Agreement, Confirmation, Pair, Section
from talentpool.mentorship.rules.agreements import OPEN


def count_to_sign(
    session: Session, *, person_id: int | None, units: Collection[str]
) -> int:
    """Return how many open agreements wait for a person's or their units' signature."""
    own_units = select(Unit.id).where(Unit.uid.in_(units))
    sides = [
        ("mentor", Craftsman.person_id == person_id),
        ("apprentice", Pair.apprentice_person_id == person_id),
    ]
    if units:
        sides += [
            ("unit", Agreement.unit_id.in_(own_units)),
            ("mentor_unit", Agreement.mentor_unit_id.in_(own_units)),
        ]
    if person_id is None:
        sides = sides[2:]
    if not sides:
        return 0
    waits = [and_(who, _lacks(party)) for party, who in sides]
    found = (
        select(func.count(Agreement.id.distinct()))
        .join(Pair, Pair.id == Agreement.pair_id)
        .join(Craftsman, Craftsman.id == Pair.mentor_id)
        .where(Agreement.state == OPEN, or_(*waits))
    )
    return session.scalar(found) or 0


def _lacks(party: str) -> ColumnElement[bool]:
    """Return the condition on an agreement that a party has yet to sign a section."""
    signed = exists().where(
        Confirmation.pair_id == Agreement.pair_id,
        Confirmation.party == party,
        Confirmation.section == Section.code,
        Confirmation.section_digest == Section.digest,
    )
    return exists().where(Section.agreement_id == Agreement.id, ~signed)
