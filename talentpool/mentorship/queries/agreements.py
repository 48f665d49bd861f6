"""Reading agreements, who signed what, and whom a pair concerns."""

from collections.abc import Collection, Iterable

from flask_sqlalchemy.pagination import Pagination, SelectPagination
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from accounts.roles.models import RoleGrant
from accounts.users.models import User
from people.persons.models import Person
from people.units.models import Unit
from talentpool.dossiers.models import Craftsman
from talentpool.mentorship.models import Agreement, Confirmation, Pair
from talentpool.mentorship.queries.pairs import PER_PAGE, whole_pairs
from talentpool.mentorship.rules.agreements import FILED


def list_versions(session: Session, pair_id: int) -> list[Agreement]:
    """Return every version of a pair's agreement with its texts, the newest first."""
    found = (
        select(Agreement)
        .where(Agreement.pair_id == pair_id)
        .options(
            selectinload(Agreement.sections),
            joinedload(Agreement.unit),
            joinedload(Agreement.mentor_unit),
        )
        .order_by(Agreement.version.desc())
    )
    return list(session.scalars(found))


def find_newest(session: Session, pair_id: int) -> Agreement | None:
    """Return the newest version of a pair's agreement, or None."""
    found = (
        select(Agreement)
        .where(Agreement.pair_id == pair_id)
        .options(selectinload(Agreement.sections))
        .order_by(Agreement.version.desc())
        .limit(1)
    )
    return session.scalar(found)


def find_filed(session: Session, pair_id: int) -> Agreement | None:
    """Return the version that is filed and holds, or None."""
    found = select(Agreement).where(
        Agreement.pair_id == pair_id, Agreement.state == FILED
    )
    return session.scalar(found.order_by(Agreement.version.desc()).limit(1))


def list_confirmations(session: Session, pair_id: int) -> list[Confirmation]:
    """Return every signature under a section of a pair's agreement, oldest first."""
    found = select(Confirmation).where(Confirmation.pair_id == pair_id)
    return list(session.scalars(found.order_by(Confirmation.id)))


def list_users_of(session: Session, persons: Collection[int]) -> list[int]:
    """Return the accounts of persons, by id; those that are closed are left out."""
    found = select(User.id).where(User.person_id.in_(persons), User.enabled)
    return list(session.scalars(found.order_by(User.id)))


def list_unit_officers(session: Session, units: Iterable[Unit]) -> list[int]:
    """Return the accounts that speak for these units, by id."""
    uids = [unit.uid for unit in units]
    found = (
        select(User.id)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            RoleGrant.role == "unit_officer",
            RoleGrant.scope_kind == "unit",
            RoleGrant.scope_key.in_(uids),
            RoleGrant.revoked_at.is_(None),
            User.enabled,
        )
        .distinct()
    )
    return list(session.scalars(found.order_by(User.id)))


def list_own_pairs(
    session: Session, *, person_id: int | None, units: Collection[str], page: int
) -> Pagination:
    """Return a page of the pairs somebody is in or speaks for, latest start first.

    Args:
        session: the caller's transaction.
        person_id: who is mentor or apprentice; None is nobody.
        units: uids of the units one speaks for.
        page: from 1.
    """
    own = [
        Pair.apprentice_person_id == person_id,
        Pair.mentor_id.in_(
            select(Craftsman.id).where(Craftsman.person_id == person_id)
        ),
    ]
    people = (
        select(Person.id)
        .join(Unit, Unit.id == Person.unit_id)
        .where(Unit.uid.in_(units))
    )
    of_units = [
        Pair.apprentice_person_id.in_(people),
        Pair.mentor_id.in_(select(Craftsman.id).where(Craftsman.person_id.in_(people))),
    ]
    conditions = [*(own if person_id else ()), *(of_units if units else ())]
    found = whole_pairs().where(or_(False, *conditions))
    return SelectPagination(
        select=found.order_by(Pair.starts_on.desc(), Pair.id),
        session=session,
        page=page,
        per_page=PER_PAGE,
        error_out=False,
    )
