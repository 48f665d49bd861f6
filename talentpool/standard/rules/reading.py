"""What every part of a profile is read with: wordings, clauses, names, choices."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from scoring.scheme.rules.table import Table
from talentpool.standard.rules.profile import Wording

_NUMBER = re.compile(r"[1-9][0-9]{0,2}(\.[1-9][0-9]{0,2}){0,3}", re.ASCII)
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
BLANK = Wording(zh="", en="")
T = TypeVar("T")


def one(root: Table, key: str, read: Callable[[Table], T], default: T) -> T:
    table = root.table(key, required=True)
    return default if table is None else closed(table, read)


def maybe(
    root: Table, key: str, read: Callable[[Table], T], *, required: bool
) -> T | None:
    table = root.table(key, required=required)
    return None if table is None else closed(table, read)


def many(
    root: Table, key: str, read: Callable[[Table], T], *, required: bool = True
) -> tuple[T, ...]:
    return tuple(closed(t, read) for t in root.tables(key, required=required))


def closed(table: Table, read: Callable[[Table], T]) -> T:
    value = read(table)
    table.close()
    return value


def wording(table: Table) -> Wording:
    zh, en = table.text("zh", required=True), table.text("en", required=True)
    return Wording(zh=zh or "", en=en or "")


def inner_wording(table: Table, key: str) -> Wording:
    return one(table, key, wording, BLANK)


def clause_number(table: Table) -> str:
    number = table.text("clause", required=True) or ""
    if number and not _NUMBER.fullmatch(number):
        table.fault("clause", "Must be a clause number such as 4.1.2.")
    return number


def identifier(table: Table, key: str) -> str:
    name = table.text(key, required=True) or ""
    if name and not _ID.fullmatch(name):
        table.fault(key, "Must be a lower-case name such as years_in_trade.")
    return name


def day(table: Table, key: str) -> date:
    value = table.data.get(key)
    if type(value) is date:
        return value
    table.fault(key, "Must be a day such as 2026-01-01.")
    return date.max


def choice(table: Table, key: str, options: Sequence[str]) -> str:
    if key not in table:
        table.fault(key, "Is missing.")
    return table.one_of(key, options, options[0])


def whole(table: Table, key: str, *, at_least: int, at_most: int) -> int:
    if key not in table:
        table.fault(key, "Is missing.")
    return table.whole(key, at_least=at_least, at_most=at_most) or at_least


def choices(
    table: Table, key: str, options: Sequence[str], *, required: bool = True
) -> tuple[str, ...]:
    """Return a list of words out of `options`; each at most once."""
    if required and key not in table:
        table.fault(key, "Is missing.")
    words = table.texts(key)
    for index, word in enumerate(words):
        where = f"{key}[{index}]"
        if word is not None and word not in options:
            table.fault(
                where, "Must be one of %(options)s.", options=", ".join(options)
            )
        elif word is not None and word in words[:index]:
            table.fault(where, "%(name)s is used twice.", name=word)
    if required and key in table and not words:
        table.fault(key, "Must name at least one.")
    return tuple(word for word in words if word)
