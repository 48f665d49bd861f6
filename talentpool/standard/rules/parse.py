"""Read a standard profile from TOML: the whole of it, or every fault at once."""

import re
import tomllib
from collections.abc import Callable, Sequence
from decimal import Decimal

from scoring.scheme.rules.faults import Fault
from scoring.scheme.rules.table import Table
from talentpool.standard.rules.parse_check import parse_check
from talentpool.standard.rules.parse_dossier import (
    parse_certificate,
    parse_field,
    parse_purpose,
)
from talentpool.standard.rules.parse_life import (
    parse_exit,
    parse_life,
    parse_re_entry,
    parse_renewal,
    parse_review,
    parse_suspension,
)
from talentpool.standard.rules.parse_mentorship import NO_LIMITS, parse_mentorship
from talentpool.standard.rules.parse_points import parse_points
from talentpool.standard.rules.parse_sense import check_sense
from talentpool.standard.rules.parse_step import parse_step
from talentpool.standard.rules.profile import (
    CLASSES,
    FORMAT,
    FORMATS,
    GROUPS,
    LEVELS,
    Clause,
    Condition,
    Life,
    Profile,
    ProfileError,
    Waiver,
)
from talentpool.standard.rules.reading import (
    BLANK,
    choice,
    clause_number,
    day,
    identifier,
    inner_wording,
    many,
    maybe,
    one,
    wording,
)

_CLAUSE = Clause(clause="", wording=BLANK)
_LIFE = Life(clause="", wording=BLANK, term_years=1, update_months=1, re_entry_years=0)


def parse_profile(text: str) -> Profile:
    """Read a profile.

    Args:
        text: the TOML document; a byte order mark is accepted.

    Raises:
        ProfileError: the profile cannot be right; holds all faults, each with its
            key path.

    Source: rules P-01 to P-04 in docs/rules/pool.md.
    """
    faults: list[Fault] = []
    root = Table(_load(text), "", faults)
    profile = _parse_root(root)
    check_sense(profile, root)
    if faults:
        raise ProfileError(faults)
    return profile


def _load(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text.removeprefix("\ufeff"), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        found = re.search(r"at line (\d+)", str(error))
        fault = Fault(
            where=found[1] if found else "1",
            template="Not valid TOML: %(reason)s",
            params={"reason": str(error) or type(error).__name__},
        )
        raise ProfileError([fault]) from error


def _parse_root(root: Table) -> Profile:
    given = root.text("format", required=True)
    if given is not None and given not in FORMATS:
        root.fault("format", "Must be %(format)s.", format=FORMAT)
    is_new = given != FORMATS[0]
    profile = Profile(
        code=identifier(root, "code"),
        version=root.text("version", required=True) or "",
        in_force_from=day(root, "in_force_from"),
        title=inner_wording(root, "title"),
        scope=one(root, "scope", _clause, _CLAUSE),
        terms=many(root, "terms", _term),
        classes=many(root, "classes", _named(CLASSES)),
        levels=many(root, "levels", _named(LEVELS)),
        conditions=many(root, "conditions", _condition),
        waivers=many(root, "waivers", _waiver, required=False),
        procedure=many(root, "procedure", parse_step(is_new=is_new)),
        life=one(root, "life", parse_life, _LIFE),
        exits=many(root, "exits", parse_exit),
        mentorship=one(root, "mentorship", parse_mentorship, NO_LIMITS),
        principles=many(root, "principles", _clause, required=False),
        suspensions=many(root, "suspensions", parse_suspension, required=False),
        review=maybe(root, "review", parse_review, required=is_new),
        renewals=many(root, "renewals", parse_renewal, required=False),
        re_entries=many(root, "re_entry", parse_re_entry, required=is_new),
        purposes=many(root, "purposes", parse_purpose, required=is_new),
        fields=many(root, "fields", parse_field, required=is_new),
        certificate=maybe(root, "certificate", parse_certificate, required=is_new),
        points=maybe(root, "points", parse_points, required=False),
    )
    root.close(also=("in_force_from",))
    return profile


def _clause(table: Table) -> Clause:
    return Clause(clause=clause_number(table), wording=wording(table))


def _term(table: Table) -> Clause:
    return Clause(
        clause=clause_number(table),
        wording=wording(table),
        name=inner_wording(table, "term"),
    )


def _named(codes: Sequence[str]) -> Callable[[Table], Clause]:
    def read(table: Table) -> Clause:
        name = inner_wording(table, "name")
        has_text = "zh" in table or "en" in table
        return Clause(
            clause=clause_number(table),
            code=choice(table, "code", codes),
            name=name,
            wording=wording(table) if has_text else name,
        )

    return read


def _condition(table: Table) -> Condition:
    return Condition(
        id=identifier(table, "id"),
        group=choice(table, "group", GROUPS),
        clause=clause_number(table),
        wording=wording(table),
        check=parse_check(table),
        evidence=many(table, "evidence", wording),
        pool_class=table.one_of("class", CLASSES, ""),
        basis=table.text("basis") or "",
    )


def _waiver(table: Table) -> Waiver:
    waives = tuple(name for name in table.texts("waives") if name)
    if not waives:
        table.fault("waives", "Must name at least one condition.")
    return Waiver(
        clause=clause_number(table),
        wording=wording(table),
        check=parse_check(table),
        waives=waives,
        basis=table.text("basis") or "",
    )
