"""What cells of code columns may say: codes and every name there is for them."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from people.codes.models import CodeItem, Occupation, OccupationAlias, SkillLevel
from people.codes.rules import EDITION
from people.districts.models import District
from talentpool.imports.rules.columns import DATA
from workbooks import fold

Named = dict[str, str]  # folded text: code
_SMALL = {"nation": "ethnic", "education": "education", "politics": "politics"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """The codes by table, and the occupation that the name of a trade stands for."""

    codes: Mapping[str, Mapping[str, str]]
    guesses: Mapping[str, str]


def read_lists(
    session: Session, labels: Mapping[str, Mapping[str, Iterable[str]]]
) -> Lists:
    """Return all lists.

    Args:
        session: any.
        labels: by table and code what our pages call it, in every language.
    """
    codes: dict[str, Named] = {
        table: {
            fold(name): code
            for code, names in by_code.items()
            for name in (code, *names)
        }
        for table, by_code in labels.items()
    }
    for table, code, text in _spoken():
        codes.setdefault(table, {}).setdefault(fold(text), code)
    codes["flag"] |= {"1": "1", "0": "0"}
    for key, table in _SMALL.items():
        codes[key] = _items(session, table)
    codes["skill"] = _skills(session)
    codes["district"] = _districts(session)
    occupations, guesses = _occupations(session)
    codes["occupation"] = occupations
    return Lists(codes=codes, guesses=guesses)


def _spoken() -> list[tuple[str, str, str]]:
    with (DATA / "values.csv").open(encoding="utf-8", newline="") as file:
        return [(r["table"], r["code"], r["text"]) for r in csv.DictReader(file)]


def _items(session: Session, table: str) -> Named:
    found: Named = {}
    for row in session.scalars(select(CodeItem).where(CodeItem.table == table)):
        for text in (row.code, row.name, row.extra):
            if text:
                found.setdefault(fold(text), row.code)
    return found


def _skills(session: Session) -> Named:
    found: Named = {}
    for level in session.scalars(select(SkillLevel)):
        both = (level.national_level + level.name, level.name + level.national_level)
        for text in (level.code, level.name, level.national_level, *both):
            if text:
                found.setdefault(fold(text), level.code)
    return found


def _districts(session: Session) -> Named:
    """Return places by code, by their name where only one has it, and by the path."""
    rows = list(session.scalars(select(District)))
    names = {row.code: row.name for row in rows}
    often = Counter(row.name for row in rows)
    found = {row.code: row.code for row in rows}
    for row in rows:
        path = [row.name]
        above = row.parent_code
        while above:
            path.insert(0, names[above])
            above = next(r.parent_code for r in rows if r.code == above)
        if often[row.name] == 1:
            found[fold(row.name)] = row.code
        for start in range(len(path) - 1):
            found[fold("".join(path[start:]))] = row.code
    return found


def _occupations(session: Session) -> tuple[Named, Named]:
    """Return occupations by code and name; and by trade names that mean only one."""
    found: Named = {}
    for code, name in session.execute(
        select(Occupation.code, Occupation.name).where(Occupation.edition == EDITION)
    ):
        found[code] = found[fold(code)] = found[fold(name)] = code
    meant: dict[str, set[str]] = {}
    for alias, code in session.execute(
        select(OccupationAlias.alias, OccupationAlias.code).where(
            OccupationAlias.edition == EDITION
        )
    ):
        meant.setdefault(fold(alias), set()).add(code)
    single = {alias: codes.pop() for alias, codes in meant.items() if len(codes) == 1}
    return found, single | found
