"""Finding batches."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import Session, joinedload

from accounts.roles.rules import EVERYWHERE, Scope
from people.districts.queries import within
from talentpool.admission.models.applications import Batch
from talentpool.dossiers.rules import enclosing_districts


def find_batch(session: Session, uid: str) -> Batch | None:
    """Return a batch with its place and standard, or None."""
    return session.scalar(
        select(Batch)
        .where(Batch.uid == uid)
        .options(joinedload(Batch.district), joinedload(Batch.profile_version))
    )


def list_batches(session: Session) -> list[Batch]:
    """Return every batch, the latest window first."""
    return list(
        session.scalars(
            select(Batch)
            .options(joinedload(Batch.district))
            .order_by(Batch.opens_on.desc(), Batch.id.desc())
        )
    )


def list_open(session: Session, today: date) -> list[Batch]:
    """Return the batches one can apply in today, the first to close first."""
    return list(
        session.scalars(
            select(Batch)
            .where(
                Batch.opens_on <= today,
                Batch.closes_on >= today,
                Batch.closed_at.is_(None),
            )
            .options(joinedload(Batch.district))
            .order_by(Batch.closes_on, Batch.id)
        )
    )


def list_taking(session: Session, district_code: str, today: date) -> list[Batch]:
    """Return the open batches that take people of this district."""
    around = set(enclosing_districts(district_code))
    return [b for b in list_open(session, today) if b.district_code in around]


def places_of(batch: Batch) -> list[Scope]:
    """Return every scope a batch lies in."""
    codes = enclosing_districts(batch.district_code)
    return [Scope("district", code) for code in codes]


def within_scopes(scopes: Iterable[Scope]) -> ColumnElement[bool]:
    """Return the condition on `Batch` that it is held within one of `scopes`."""
    scopes = list(scopes)
    if EVERYWHERE in scopes:
        return true()
    parts = [
        within(Batch.district_code, scope.key)
        for scope in scopes
        if scope.kind == "district"
    ]
    return or_(*parts) if parts else false()
