"""The dossiers a count speaks of, to be shown by name."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from people.persons.models import Person
from talentpool.dossiers.models import Craftsman

PER_PAGE = 50


def list_page(session: Session, ids: Sequence[int], page: int) -> list[Craftsman]:
    """Return one page of these craftsmen, in the order of `ids`."""
    wanted = ids[(page - 1) * PER_PAGE : page * PER_PAGE]
    return list(
        session.scalars(
            select(Craftsman)
            .options(joinedload(Craftsman.person).joinedload(Person.unit))
            .where(Craftsman.id.in_(wanted))
            .order_by(Craftsman.id)
        )
    )
