"""Studios (创新工作室) as the dossiers tell of them, and their alliances (联盟).

A studio has no record of its own: each of its people has the fact that they lead it or
work in it. Facts of one name are one studio, facts of one alliance are allied.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, joinedload

from talentpool.dossiers.models import Craftsman, Studio


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A studio in an alliance, as one of its facts says."""

    uid: str  # of that fact
    name: str
    kind: str
    level: str
    people: int


def find_studio(session: Session, uid: str) -> Studio | None:
    """Return a current fact of a studio with its craftsman, or None."""
    return session.scalar(
        select(Studio)
        .where(Studio.uid == uid, *_counts())
        .options(joinedload(Studio.craftsman))
    )


def list_people(session: Session, name: str, *, most: int) -> list[Studio]:
    """Return the facts of a studio's people, its leaders first."""
    found = (
        select(Studio)
        .join(Craftsman, Craftsman.id == Studio.craftsman_id)
        .where(Studio.name == name, *_counts(), Craftsman.merged_into_id.is_(None))
        .options(joinedload(Studio.craftsman))
        .order_by(Studio.role, Studio.founded_on, Studio.id)
    )
    return list(session.scalars(found.limit(most)))


def count_people(session: Session, name: str) -> int:
    """Return how many people a studio has."""
    found = select(func.count()).select_from(Studio)
    return session.scalar(found.where(Studio.name == name, *_counts())) or 0


def list_alliances(session: Session, name: str) -> list[str]:
    """Return the alliances a studio is in, by name."""
    found = select(Studio.alliance).where(
        Studio.name == name, Studio.alliance != "", *_counts()
    )
    return list(session.scalars(found.distinct().order_by(Studio.alliance)))


def list_allied(
    session: Session, alliance: str, *, most: int
) -> tuple[list[House], int]:
    """Return the studios of an alliance, the largest first, and how many there are."""
    one: Select[str, str, str, str, int, int] = (
        select(
            func.min(Studio.uid),
            Studio.name,
            func.min(Studio.kind),
            func.min(Studio.level),
            func.count().label("people"),
            func.count().over().label("total"),
        )
        .where(Studio.alliance == alliance, *_counts())
        .group_by(Studio.name)
    )
    rows = session.execute(
        one.order_by(func.count().desc(), Studio.name).limit(most)
    ).all()
    houses = [
        House(uid=uid, name=name, kind=kind, level=level, people=people)
        for uid, name, kind, level, people, _total in rows
    ]
    return houses, rows[0].total if rows else 0


def list_led(session: Session, persons: Collection[int], *, most: int) -> list[Studio]:
    """Return the facts of studios that some persons lead."""
    found = (
        select(Studio)
        .join(Craftsman, Craftsman.id == Studio.craftsman_id)
        .where(Craftsman.person_id.in_(persons), Studio.role == "leader", *_counts())
        .options(joinedload(Studio.craftsman))
        .order_by(Studio.founded_on, Studio.id)
    )
    return list(session.scalars(found.limit(most)))


def _counts() -> Sequence[ColumnElement[bool]]:
    return (
        Studio.is_current.is_(True),
        Studio.state != "disputed",
        Studio.valid_to.is_(None),
    )
