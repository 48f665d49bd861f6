"""Read a standard profile from TOML: the whole of it, or every fault at once."""

import re
import tomllib
from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from scoring.scheme.rules.faults import Fault
from scoring.scheme.rules.table import Table
from talentpool.standard.rules.parse_check import check_sense, parse_check
from talentpool.standard.rules.profile import (
    CLASSES,
    DAY_UNITS,
    EXIT_STATES,
    FORMAT,
    GROUPS,
    LEVELS,
    Clause,
    Condition,
    ExitCause,
    Life,
    MentorshipLimits,
    Profile,
    ProfileError,
    Step,
    Waiver,
    Wording,
)

_NUMBER = re.compile(r"[1-9][0-9]{0,2}(\.[1-9][0-9]{0,2}){0,3}", re.ASCII)
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_BLANK = Wording(zh="", en="")
_CLAUSE = Clause(clause="", wording=_BLANK)
_LIFE = Life(clause="", wording=_BLANK, term_years=1, update_months=1, re_entry_years=0)
_LIMITS = MentorshipLimits(
    clause="",
    wording=_BLANK,
    months_min=1,
    months_max=1,
    capacity=1,
    capacity_hard=1,
    mentor_rank=1,
    above_apprentice=True,
)
T = TypeVar("T")


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
        return tomllib.loads(text.removeprefix("\ufeff"))
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
    if given not in {None, FORMAT}:
        root.fault("format", "Must be %(format)s.", format=FORMAT)
    profile = Profile(
        code=_identifier(root, "code"),
        version=root.text("version", required=True) or "",
        in_force_from=_day(root, "in_force_from"),
        title=_inner_wording(root, "title"),
        scope=_one(root, "scope", _clause, _CLAUSE),
        terms=_many(root, "terms", _term),
        classes=_many(root, "classes", _named(CLASSES)),
        levels=_many(root, "levels", _named(LEVELS)),
        conditions=_many(root, "conditions", _condition),
        waivers=_many(root, "waivers", _waiver, required=False),
        procedure=_many(root, "procedure", _step),
        life=_one(root, "life", _life, _LIFE),
        exits=_many(root, "exits", _exit),
        mentorship=_one(root, "mentorship", _mentorship, _LIMITS),
        principles=_many(root, "principles", _clause, required=False),
    )
    root.close(also=("in_force_from",))
    return profile


def _one(root: Table, key: str, read: Callable[[Table], T], default: T) -> T:
    table = root.table(key, required=True)
    return default if table is None else _closed(table, read)


def _many(
    root: Table, key: str, read: Callable[[Table], T], *, required: bool = True
) -> tuple[T, ...]:
    return tuple(_closed(t, read) for t in root.tables(key, required=required))


def _closed(table: Table, read: Callable[[Table], T]) -> T:
    value = read(table)
    table.close()
    return value


def _wording(table: Table) -> Wording:
    zh, en = table.text("zh", required=True), table.text("en", required=True)
    return Wording(zh=zh or "", en=en or "")


def _inner_wording(table: Table, key: str) -> Wording:
    return _one(table, key, _wording, _BLANK)


def _number(table: Table) -> str:
    number = table.text("clause", required=True) or ""
    if number and not _NUMBER.fullmatch(number):
        table.fault("clause", "Must be a clause number such as 4.1.2.")
    return number


def _identifier(table: Table, key: str) -> str:
    name = table.text(key, required=True) or ""
    if name and not _ID.fullmatch(name):
        table.fault(key, "Must be a lower-case name such as years_in_trade.")
    return name


def _day(table: Table, key: str) -> date:
    value = table.data.get(key)
    if type(value) is date:
        return value
    table.fault(key, "Must be a day such as 2026-01-01.")
    return date.max


def _choice(table: Table, key: str, options: Sequence[str]) -> str:
    if key not in table:
        table.fault(key, "Is missing.")
    return table.one_of(key, options, options[0])


def _whole(table: Table, key: str, *, at_least: int, at_most: int) -> int:
    if key not in table:
        table.fault(key, "Is missing.")
    return table.whole(key, at_least=at_least, at_most=at_most) or at_least


def _clause(table: Table) -> Clause:
    return Clause(clause=_number(table), wording=_wording(table))


def _term(table: Table) -> Clause:
    return Clause(
        clause=_number(table),
        wording=_wording(table),
        name=_inner_wording(table, "term"),
    )


def _named(codes: Sequence[str]) -> Callable[[Table], Clause]:
    def read(table: Table) -> Clause:
        name = _inner_wording(table, "name")
        has_text = "zh" in table or "en" in table
        return Clause(
            clause=_number(table),
            code=_choice(table, "code", codes),
            name=name,
            wording=_wording(table) if has_text else name,
        )

    return read


def _condition(table: Table) -> Condition:
    return Condition(
        id=_identifier(table, "id"),
        group=_choice(table, "group", GROUPS),
        clause=_number(table),
        wording=_wording(table),
        check=parse_check(table),
        evidence=_many(table, "evidence", _wording),
        pool_class=table.one_of("class", CLASSES, ""),
        basis=table.text("basis") or "",
    )


def _waiver(table: Table) -> Waiver:
    waives = tuple(name for name in table.texts("waives") if name)
    if not waives:
        table.fault("waives", "Must name at least one condition.")
    return Waiver(
        clause=_number(table),
        wording=_wording(table),
        check=parse_check(table),
        waives=waives,
        basis=table.text("basis") or "",
    )


def _step(table: Table) -> Step:
    return Step(
        clause=_number(table),
        wording=_wording(table),
        name=_inner_wording(table, "step"),
        who=_inner_wording(table, "who"),
        days=table.whole("days", at_least=1, at_most=365),
        unit=table.one_of("unit", DAY_UNITS, "working_day"),
    )


def _exit(table: Table) -> ExitCause:
    return ExitCause(
        clause=_number(table),
        wording=_wording(table),
        cause=_identifier(table, "cause"),
        state=_choice(table, "state", EXIT_STATES),
    )


def _life(table: Table) -> Life:
    return Life(
        clause=_number(table),
        wording=_wording(table),
        term_years=_whole(table, "term_years", at_least=1, at_most=20),
        update_months=_whole(table, "update_months", at_least=1, at_most=60),
        re_entry_years=_whole(table, "re_entry_years", at_least=0, at_most=50),
    )


def _mentorship(table: Table) -> MentorshipLimits:
    limits = MentorshipLimits(
        clause=_number(table),
        wording=_wording(table),
        months_min=_whole(table, "months_min", at_least=1, at_most=240),
        months_max=_whole(table, "months_max", at_least=1, at_most=240),
        capacity=_whole(table, "capacity", at_least=1, at_most=50),
        capacity_hard=_whole(table, "capacity_hard", at_least=1, at_most=50),
        mentor_rank=_whole(table, "mentor_rank", at_least=1, at_most=8),
        above_apprentice=table.flag("above_apprentice", default=True),
    )
    if limits.capacity > limits.capacity_hard:
        table.fault("capacity", "Must be at most capacity_hard.")
    if limits.months_min > limits.months_max:
        table.fault("months_min", "Must be at most months_max.")
    return limits
