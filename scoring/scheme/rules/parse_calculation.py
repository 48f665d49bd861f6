"""Read calculation rows: deductions and choices that several aspects share, as in CIS.

A row takes points from the max of each aspect that names it: `per_fault` for every
fault counted, or what stands beside the label chosen.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from scoring.scheme.rules.table import Table
from scoring.scheme.rules.tree import Calculation

_MOST_FAULTS = 1_000_000


def parse_calculations(tables: Sequence[Table]) -> tuple[Calculation, ...]:
    """Read `[[calculations]]`; faults are left in the tables' list."""
    return tuple(_parse_row(table) for table in tables)


def _parse_row(table: Table) -> Calculation:
    if ("per_fault" in table) == ("choices" in table):
        table.fault("", "A calculation row has exactly one of per_fault and choices.")
    if "choices" in table and "max_faults" in table:
        table.fault("max_faults", "Belongs to a row with per_fault.")
    code = table.text("code", required=True) or ""
    row = Calculation(
        code=code,
        name=table.text("name") or code,
        unit_name=table.text("unit_name") or "",
        per_fault=table.number("per_fault", above=0),
        max_faults=read_max_faults(table),
        choices=_parse_choices(table),
    )
    table.close()
    return row


def read_max_faults(table: Table) -> int | None:
    return table.whole("max_faults", at_least=1, at_most=_MOST_FAULTS)


def _parse_choices(table: Table) -> Mapping[str, Fraction]:
    choices = table.numbers("choices")
    inner = table.table("choices")
    if inner is None:
        return {}
    labels = [label.strip() for label in inner.data]
    if not labels or "" in labels or len(set(labels)) < len(labels):
        table.fault("choices", "Every option needs a label of its own.")
    for label, taken in choices.items():
        if taken < 0:
            table.fault("choices", "%(label)s is below 0.", label=label)
    return choices


def find_row(
    table: Table, kind: str, shared: Mapping[str, Calculation]
) -> Calculation | None:
    """Return the row an aspect of kind deduction or choice names, if it fits.

    What the row states, the aspect must not state again.
    """
    for key in ("per_fault", "max_faults", "options"):
        if key in table:
            table.fault(key, "Comes from the calculation row: leave it out here.")
            table.claim(key)
    code = table.text("calculation") or ""
    row = shared.get(code)
    if row is None:
        if code:
            table.fault(
                "calculation", "Nothing in this scheme is called %(code)s.", code=code
            )
        return None
    if (row.per_fault is None) != (kind == "choice"):
        table.fault(
            "calculation",
            "The calculation row %(code)s does not fit kind %(kind)s.",
            code=code,
            kind=kind,
        )
        return None
    return row
