"""Pairs of records that may be one person."""

from datetime import UTC, datetime
from itertools import count

from ledger.log.services import SYSTEM
from talentpool.identity import queries
from talentpool.identity.models import Likeness
from talentpool.identity.services.scan import scan
from tests.factories.people import made_up_id, make_person, make_unit

NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
_numbers = count(1)


def make_likeness(session, district: str = "330602") -> Likeness:
    """Make one person twice, and have them found."""
    unit = make_unit(session, district_code=district)
    number = next(_numbers)
    one, other = (
        make_person(
            session,
            name="周建新",
            id_number=made_up_id(700 + 2 * number + n, region=district),
            phone=f"137{number:08d}",
            unit=unit,
        )
        for n in (0, 1)
    )
    scan(session, actor=SYSTEM, now=NOW)
    found = queries.find_of_pair(session, one.id, other.id)
    assert found is not None
    return found
