"""Names for the codes that facets show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from people.codes.models import CodeItem, Occupation, SkillLevel
from people.codes.rules import EDITION
from people.districts.models import District


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What codes are called, by facet."""

    district: Mapping[str, str]
    occupation: Mapping[str, str]
    skill: Mapping[str, str]


def read_names(
    session: Session, *, districts: Iterable[str], occupations: Iterable[str]
) -> Names:
    """Return the names of these codes, and of all skill levels."""
    places = session.execute(
        select(District.code, District.name).where(District.code.in_(set(districts)))
    )
    skills = session.execute(select(SkillLevel.code, SkillLevel.name))
    return Names(
        district={row.code: row.name for row in places},
        occupation=_occupations(session, set(occupations)),
        skill={row.code: row.name for row in skills},
    )


def _occupations(session: Session, values: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    keys = {_key(value): value for value in values}
    for row in session.execute(
        select(Occupation.edition, Occupation.code, Occupation.name).where(
            tuple_(Occupation.edition, Occupation.code).in_(list(keys))
        )
    ):
        found[keys[row.edition, row.code]] = row.name
    groups = session.execute(
        select(CodeItem.code, CodeItem.name).where(
            CodeItem.table == "occupation_group",
            CodeItem.code.in_(values - found.keys()),
        )
    )
    return found | {row.code: row.name for row in groups}


def _key(value: str) -> tuple[int, str]:
    edition, _, code = value.rpartition(":")
    return int(edition) if edition else EDITION, code
