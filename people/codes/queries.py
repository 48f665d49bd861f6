"""Looking codes up."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, case, literal, select, union_all
from sqlalchemy.orm import Session

from people.codes.models import (
    CodeItem,
    Honour,
    Occupation,
    OccupationAlias,
    SkillLevel,
)
from people.codes.rules import EDITION, level_digit_of_certificate

_EXACT, _STARTS, _HOLDS = 0, 2, 4  # how near a hit is; +1 where an alias was hit


@dataclass(frozen=True, slots=True, kw_only=True)
class OccupationHit:
    """An occupation found by its code, its name or a trade name."""

    edition: int
    code: str
    name: str
    alias: str  # the trade name that was hit; "" for code and name


def find_occupation(
    session: Session, code: str, edition: int = EDITION
) -> Occupation | None:
    """Return the occupation with this code in this edition, or None."""
    return session.get(Occupation, (edition, code))


def list_occupations(session: Session, *, common: bool = False) -> list[Occupation]:
    """Return the occupations by code; with `common`, those usual in contests."""
    found = select(Occupation).where(Occupation.edition == EDITION)
    if common:
        usual = select(CodeItem.code).where(CodeItem.table == "common_occupation")
        found = found.where(Occupation.code.in_(usual))
    return list(session.scalars(found.order_by(Occupation.code)))


def search_occupations(
    session: Session, text: str, *, limit: int = 20
) -> list[OccupationHit]:
    """Return occupations by name, trade name (工种) or beginning of the code.

    Nearest first: what equals the text, what starts with it, what holds it; a name
    before a trade name. Each occupation comes once.
    """
    wanted = " ".join(text.split())
    if not wanted:
        return []
    both = union_all(_by_name(wanted), _by_alias(wanted)).subquery()
    rows = session.execute(
        select(both).order_by(both.c.nearness, both.c.code, both.c.alias)
    )
    hits: dict[tuple[int, str], OccupationHit] = {}
    for row in rows:
        hit = OccupationHit(
            edition=row.edition, code=row.code, name=row.name, alias=row.alias
        )
        hits.setdefault((hit.edition, hit.code), hit)
    return list(hits.values())[:limit]


def list_levels(session: Session) -> list[SkillLevel]:
    """Return the eight skill levels, lowest first."""
    return list(session.scalars(select(SkillLevel).order_by(SkillLevel.rank)))


def level_of_certificate(session: Session, number: str) -> SkillLevel | None:
    """Return the level a certificate number speaks of; only ever a warning."""
    digit = level_digit_of_certificate(number)
    if not digit:
        return None
    return session.scalar(select(SkillLevel).where(SkillLevel.cert_digit == digit))


def list_honours(session: Session) -> list[Honour]:
    """Return the catalogue of honours, highest level first."""
    return list(session.scalars(select(Honour).order_by(Honour.id)))


def list_items(session: Session, table: str) -> list[CodeItem]:
    """Return a small table's rows by code; `rules.TABLES` names the tables."""
    found = select(CodeItem).where(CodeItem.table == table)
    return list(session.scalars(found.order_by(CodeItem.code)))


def _by_name(wanted: str) -> Select[int, str, str, str, int]:
    starts_as_code = Occupation.code.startswith(wanted, autoescape=True)
    return select(
        Occupation.edition,
        Occupation.code,
        Occupation.name,
        literal("").label("alias"),
        case(
            (Occupation.name == wanted, _EXACT),
            (Occupation.code == wanted, _EXACT),
            (Occupation.name.startswith(wanted, autoescape=True), _STARTS),
            (starts_as_code, _STARTS),
            else_=_HOLDS,
        ).label("nearness"),
    ).where(Occupation.name.contains(wanted, autoescape=True) | starts_as_code)


def _by_alias(wanted: str) -> Select[int, str, str, str, int]:
    name = OccupationAlias.alias
    nearness: ColumnElement[int] = case(
        (name == wanted, _EXACT + 1),
        (name.startswith(wanted, autoescape=True), _STARTS + 1),
        else_=_HOLDS + 1,
    )
    return (
        select(
            Occupation.edition,
            Occupation.code,
            Occupation.name,
            name.label("alias"),
            nearness.label("nearness"),
        )
        .join(OccupationAlias.occupation)
        .where(name.contains(wanted, autoescape=True))
    )
