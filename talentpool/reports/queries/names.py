"""Names of places, occupations and levels, and the places a reader may choose."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.roles.rules import EVERYWHERE, Scope
from people.codes.models import Occupation, SkillLevel
from people.districts.models import District
from people.districts.rules import is_within
from people.units.models import Unit
from talentpool.dossiers.models import Craftsman


def list_districts(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """Return names of places by code."""
    rows = session.execute(
        select(District.code, District.name).where(District.code.in_(list(codes)))
    )
    return {row.code: row.name for row in rows}


def list_occupations(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """Return names of occupations by code, of the newest edition that has it."""
    rows = session.execute(
        select(Occupation.code, Occupation.name)
        .where(Occupation.code.in_(list(codes)))
        .order_by(Occupation.edition)
    )
    return {row.code: row.name for row in rows}


def list_skill_levels(session: Session) -> dict[str, str]:
    """Return names of the levels of skill by rank."""
    rows = session.execute(select(SkillLevel.rank, SkillLevel.name))
    return {str(rank): name for rank, name in rows}


def list_places(session: Session, scopes: Sequence[Scope]) -> list[tuple[str, str]]:
    """Return code and name of places with dossiers, cities too, within `scopes`."""
    used = set(session.scalars(select(Craftsman.district_code).distinct()))
    codes = used | {f"{code[:4]}00" for code in used}
    regions = [scope.key for scope in scopes if scope.kind == "district"]
    seen = [
        code
        for code in sorted(codes)
        if EVERYWHERE in scopes or any(is_within(code, key) for key in regions)
    ]
    names = list_districts(session, seen)
    return [(code, names[code]) for code in seen if code in names]


def find_unit(session: Session, text: str) -> Unit | None:
    """Return the unit of a name or uid, or None; of two names the older unit."""
    return session.scalar(
        select(Unit)
        .where((Unit.name == text) | (Unit.uid == text))
        .order_by(Unit.id)
        .limit(1)
    )
