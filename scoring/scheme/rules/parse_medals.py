"""Read medals, and further rankings of the same results."""

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from scoring.scheme.rules.table import Table
from scoring.scheme.rules.tree import MEDAL_NAMES, Grouping, Medallion, Medals

_COLUMN = re.compile(r"unit|team|group|tag:\S+")
_COLUMN_TEXT = "Must be unit, team, group or tag:NAME."


def parse_medals(table: Table | None) -> Medals | None:
    """Read `[medals]`; faults are left in the table's list."""
    if table is None:
        return None
    medals = Medals(
        names=_parse_names(table),
        tolerance=table.number("tolerance", at_least=0) or Fraction(0),
        of=table.one_of("of", ("total", "scale"), "total"),
        chain=table.flag("chain", default=False),
        medallion=_parse_medallion(table.table("medallion")),
    )
    if len(set(medals.all_names)) < len(medals.all_names):
        table.fault("names", "Medals and medallion need different names.")
    table.close()
    return medals


def _parse_names(table: Table) -> tuple[str, ...]:
    names = table.texts("names")
    if "names" not in table:
        return MEDAL_NAMES
    if len(names) != len(MEDAL_NAMES):
        table.fault("names", "Must be three names: of gold, silver and bronze.")
        return MEDAL_NAMES
    return tuple(name or usual for name, usual in zip(names, MEDAL_NAMES, strict=True))


def _parse_medallion(table: Table | None) -> Medallion | None:
    if table is None:
        return None
    medallion = Medallion(
        name=table.text("name", required=True) or "",
        start=table.number("from", required=True) or Fraction(0),
    )
    table.close()
    return medallion


def parse_groupings(tables: Sequence[Table]) -> tuple[Grouping, ...]:
    """Read `[[rankings]]`; faults are left in the tables' list."""
    return tuple(_parse_grouping(table) for table in tables)


def _parse_grouping(table: Table) -> Grouping:
    by = table.text("by") or ""
    if by and not _COLUMN.fullmatch(by):
        table.fault("by", _COLUMN_TEXT)
    if "by" not in table and "where" not in table:
        table.fault("", "A ranking has by, where or both.")
    grouping = Grouping(
        name=table.text("name", required=True) or "",
        by=by,
        where=_parse_where(table.table("where")),
    )
    table.close()
    return grouping


def _parse_where(table: Table | None) -> Mapping[str, tuple[str, ...]]:
    if table is None:
        return {}
    if not table.data:
        table.fault("", "Must name at least one column.")
    found: dict[str, tuple[str, ...]] = {}
    for column in table.data:
        if not _COLUMN.fullmatch(column):
            table.fault(column, _COLUMN_TEXT)
        if isinstance(table.data[column], list):
            texts = table.texts(column)
            if not texts:
                table.fault(column, "Must be text that is not empty.")
        else:
            texts = [table.text(column)]
        found[column] = tuple(text for text in texts if text is not None)
    return found
