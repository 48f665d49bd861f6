"""Read promotions and honours: who is in question, and what guards them."""

from collections.abc import Sequence

from scoring.scheme.rules.table import Table
from scoring.scheme.rules.tree import Eligibility

_OLDEST = 150


def parse_eligibilities(tables: Sequence[Table]) -> tuple[Eligibility, ...]:
    """Read `[[promotions]]` or `[[honours]]`; faults are left in the tables' list."""
    return tuple(_parse(table) for table in tables)


def _parse(table: Table) -> Eligibility:
    least = table.whole("min_age", at_least=1, at_most=_OLDEST)
    most = table.whole("max_age", at_least=1, at_most=_OLDEST)
    if least is not None and most is not None and least > most:
        table.fault("min_age", "Must not be above max_age.")
    found = Eligibility(
        name=table.text("name", required=True) or "",
        rule=table.text("rule") or "",
        ranks=table.span("ranks"),
        awards=_texts(table, "awards"),
        groups=_texts(table, "groups"),
        require_pass=_texts(table, "require_pass"),
        min_age=least,
        max_age=most,
        held=_parse_held(table),
        not_promoted_since=table.day("not_promoted_since"),
        conditions=_texts(table, "conditions"),
    )
    table.close()
    return found


def _texts(table: Table, key: str) -> tuple[str, ...]:
    return tuple(text for text in table.texts(key) if text is not None)


def _parse_held(table: Table) -> tuple[str, ...] | None:
    """Read the levels that may be held; an empty text means none."""
    if "held" not in table:
        return None
    levels = table.data["held"]
    table.claim("held")
    if not isinstance(levels, list) or not all(isinstance(v, str) for v in levels):
        table.fault("held", "Must be a list of texts.")
        return None
    if not levels:
        table.fault("held", "Must name at least one level; an empty text means none.")
    return tuple(level.strip() for level in levels)
