"""Occupations of older editions of the classification, and what they are now."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from people.codes.models import Occupation, OccupationAlias
from people.codes.rules import EDITION


def find_present_codes(session: Session, names: Iterable[str]) -> dict[str, str]:
    """Return the code in the present edition of occupations an older one names.

    An occupation goes on where one of the present edition has its name, or takes it as
    a trade name, and no other does.

    Source: rule S-20 in docs/rules/search.md.
    """
    old = set(names)
    if not old:
        return {}
    aliases = select(OccupationAlias.alias, OccupationAlias.code).where(
        OccupationAlias.edition == EDITION, OccupationAlias.alias.in_(old)
    )
    codes: dict[str, set[str]] = defaultdict(set)
    for name, code in session.execute(aliases):
        codes[name].add(code)
    same = select(Occupation.name, Occupation.code).where(
        Occupation.edition == EDITION, Occupation.name.in_(old)
    )
    codes |= {name: {code} for name, code in session.execute(same)}
    return {name: min(found) for name, found in codes.items() if len(found) == 1}


def with_present(session: Session, values: Sequence[str]) -> tuple[str, ...]:
    """Return values of the occupation facet, old ones with what they are now."""
    old = [value.split(":") for value in values if ":" in value]
    if not old:
        return tuple(values)
    keys = [(int(edition), code) for edition, code in old]
    names = session.scalars(
        select(Occupation.name).where(
            tuple_(Occupation.edition, Occupation.code).in_(keys)
        )
    )
    return (*values, *find_present_codes(session, names).values())
