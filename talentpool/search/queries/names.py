"""Names for the codes that facets show."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Select,
    bindparam,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from people.codes.models import CodeItem, Occupation, SkillLevel
from people.codes.rules import EDITION
from people.districts.models import District
from people.units.models import Unit

Column = Any  # of a model

Names = Mapping[str, Mapping[str, str]]  # by facet, then by value


def read_names(
    session: Session, values: Mapping[str, Collection[str]] | None = None
) -> Names:
    """Return the names of these values by facet, and of all skill levels."""
    wanted = {facet: set(found) for facet, found in (values or {}).items()}
    found: dict[str, dict[str, str]] = {
        facet: {} for facet in ("district", "occupation", "skill", "unit", "industry")
    }
    found["education"] = {}
    occupations = {_key(value): value for value in wanted.get("occupation", ())}
    for kind, code, name, edition, extra in session.execute(
        _named(), _parameters(wanted)
    ):
        if kind == "occupation":
            if value := occupations.get((edition, code)):
                found["occupation"][value] = name
        elif kind == "group":
            found["occupation"].setdefault(code, name)
        elif kind != "education":
            found[kind][code] = name
        elif extra:  # what the codes that begin alike have in common
            found["education"].setdefault(code[:1], extra)
    return found


def _parameters(wanted: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    occupations = wanted.get("occupation", ())
    return {
        "places": sorted(wanted.get("district", ())),
        "units": sorted(wanted.get("unit", ())),
        "codes": sorted({_key(value)[1] for value in occupations}),
        "groups": sorted(occupations),
        "tables": ["industry", "education"] if wanted else [],
    }


@cache  # made once: making it takes longer than running it
def _named() -> CompoundSelect[*tuple[Any, ...]]:
    """Return the names of all tables in one statement."""
    item, job = CodeItem, Occupation
    items = [item.table, item.code, item.name, literal(0), item.extra]
    return union_all(
        _rows("skill", SkillLevel.code, SkillLevel.name),
        _rows("district", District.code, District.name).where(
            District.code.in_(_several("places"))
        ),
        _rows("unit", Unit.uid, Unit.name).where(Unit.uid.in_(_several("units"))),
        _rows("occupation", job.code, job.name, job.edition).where(
            job.code.in_(_several("codes"))
        ),
        _rows("group", item.code, item.name).where(
            item.table == "occupation_group", item.code.in_(_several("groups"))
        ),
        select(*items).where(item.table.in_(_several("tables"))),
    )


def _several(name: str) -> BindParameter[Any]:
    return bindparam(name, expanding=True)


def _rows(
    kind: str, code: Column, name: Column, edition: Column = None
) -> Select[*tuple[Any, ...]]:
    whole = literal(0) if edition is None else edition
    return select(literal(kind), code, name, whole, literal(""))


def _key(value: str) -> tuple[int, str]:
    edition, _, code = value.rpartition(":")
    return int(edition) if edition else EDITION, code
