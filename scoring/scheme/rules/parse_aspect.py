"""Read one aspect of a scheme, with the checks that need nothing but the aspect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypedDict

from scoring.scheme.rules.parse_calculation import find_row, read_max_faults
from scoring.scheme.rules.table import Table
from scoring.scheme.rules.tree import AGGREGATES, KINDS, PHOTOS, Aspect, Calculation

_KEYS: Mapping[str, tuple[str, ...]] = {
    "yes_no": (),
    "score": ("min", "symbol", "timed"),
    "deduction": ("per_fault", "max_faults", "calculation", "symbol"),
    "tolerance": ("lower", "upper", "unit", "per_unit", "mode", "symbol", "timed"),
    "choice": ("options", "calculation"),
    "judgement": ("descriptors",),
    "rank": ("step",),
}
_TOLERANCE_MODES = ("step", "proportional", "all_or_nothing")
_ZERO = Fraction(0)
_MOST_JUDGES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgingDefaults:
    """What a component says about its aspects' judges, each None where it is silent."""

    trim_scope: str
    judges: int | None
    aggregate: str | None
    drop: int | None


class _Details(TypedDict, total=False):
    min: Fraction
    per_fault: Fraction
    lower: Fraction | None
    upper: Fraction | None
    unit: Fraction
    per_unit: Fraction
    mode: str
    options: Mapping[str, Fraction]
    descriptors: tuple[str, ...]
    step: Fraction
    max_faults: int | None
    calculation: str


class _Manner(TypedDict):
    """How an aspect is marked; nothing of it changes its points."""

    symbol: str
    timed: bool
    comment_below: Fraction | None
    disagreement: Fraction | None
    photo: str


def parse_aspect(
    table: Table, defaults: JudgingDefaults, shared: Mapping[str, Calculation]
) -> Aspect:
    """Read an aspect; its faults are left in the table's list.

    `shared` are the scheme's calculation rows by code.
    """
    kind = _parse_kind(table)
    full = _parse_max(table, kind)
    judges = table.whole("judges", at_least=1, at_most=_MOST_JUDGES)
    aggregate, drop = _parse_aggregate(table, defaults, kind)
    code = table.text("code", required=True) or ""
    aspect = Aspect(
        code=code,
        name=table.text("name") or code,
        kind=kind or "yes_no",
        max=full or _ZERO,
        judges=judges or defaults.judges or 1,
        aggregate=aggregate,
        drop=drop,
        section=table.text("section") or "",
        description=table.text("description") or "",
        **_parse_details(table, kind, full, shared),
        **_parse_manner(table, full),
    )
    if defaults.trim_scope == "aspect":
        check_drop(table, aspect.judges, aggregate, drop)
    _close(table, kind)
    return aspect


def check_drop(table: Table, judges: int, aggregate: str, drop: int) -> None:
    """Report a trimmed mean that would leave no mark.

    Source: docs/formats/computing.md, step 2.
    """
    trims = aggregate == "trimmed_mean" or (aggregate == "closest_two" and judges > 3)
    if trims and judges < 2 * drop + 1:
        table.fault(
            "aggregate" if "aggregate" in table else "judges",
            "Dropping %(drop)s highest and %(drop)s lowest needs at least %(need)s"
            " judges, and there are %(judges)s.",
            drop=drop,
            need=2 * drop + 1,
            judges=judges,
        )


def _parse_kind(table: Table) -> str | None:
    kind = table.text("kind", required=True)
    if kind is None or kind in KINDS:
        return kind
    table.fault("kind", "Must be one of %(options)s.", options=", ".join(KINDS))
    return None


def _parse_max(table: Table, kind: str | None) -> Fraction | None:
    # Grades and free points may only take away: full mark 0, the rest below it.
    if kind in {"choice", "score", None}:
        return table.number("max", required=True, at_least=0)
    return table.number("max", required=True, above=0)


def _parse_aggregate(
    table: Table, defaults: JudgingDefaults, kind: str | None
) -> tuple[str, int]:
    fallback = defaults.aggregate or ("mean" if kind == "judgement" else "agreed")
    aggregate = table.one_of("aggregate", AGGREGATES, fallback)
    drop = table.whole("drop", at_least=1)
    if defaults.trim_scope != "aspect":
        for key in ("aggregate", "drop"):
            if key in table:
                table.fault(
                    key,
                    "Belongs to the component, because its trim_scope is %(scope)s.",
                    scope=defaults.trim_scope,
                )
        aggregate, drop = fallback, defaults.drop
    return aggregate, drop or defaults.drop or 1


def _parse_manner(table: Table, full: Fraction | None) -> _Manner:
    below = table.number("comment_below")
    table.at_most("comment_below", below, full)
    return {
        "symbol": table.text("symbol") or "",
        "timed": table.flag("timed", default=False),
        "comment_below": below,
        "disagreement": table.number("disagreement", at_least=0),
        "photo": table.one_of("photo", PHOTOS, "none"),
    }


def _parse_details(
    table: Table,
    kind: str | None,
    full: Fraction | None,
    shared: Mapping[str, Calculation],
) -> _Details:
    if kind == "tolerance":
        return _parse_tolerance(table)
    if kind in {"deduction", "choice"} and "calculation" in table:
        return _take_row(table, kind, full or _ZERO, shared)
    details: _Details = {}
    match kind:
        case "score":
            details["min"] = _parse_min(table, full)
        case "deduction":
            details["per_fault"] = _required_step(table, "per_fault")
            details["max_faults"] = read_max_faults(table)
        case "rank":
            details["step"] = _required_step(table, "step")
        case "choice":
            details["options"] = _parse_options(table, full)
        case "judgement":
            details["descriptors"] = _parse_descriptors(table)
    return details


def _take_row(
    table: Table, kind: str, full: Fraction, shared: Mapping[str, Calculation]
) -> _Details:
    """Take from a calculation row what the aspect would state itself."""
    row = find_row(table, kind, shared)
    if row is None:
        return {}
    if kind == "choice":
        options = {
            label: max(full - taken, _ZERO) for label, taken in row.choices.items()
        }
        return {"options": options, "calculation": row.code}
    return {
        "per_fault": row.per_fault or _ZERO,
        "max_faults": row.max_faults,
        "calculation": row.code,
    }


def _required_step(table: Table, key: str) -> Fraction:
    return table.number(key, required=True, above=0) or _ZERO


def _parse_min(table: Table, full: Fraction | None) -> Fraction:
    lowest = table.number("min") or _ZERO
    if full is not None and lowest >= full:
        table.fault("min" if "min" in table else "max", "max must be above min.")
    return lowest


def _parse_options(table: Table, full: Fraction | None) -> Mapping[str, Fraction]:
    options = table.numbers("options", required=True)
    inner = table.table("options")
    if inner is None:
        return {}
    if not inner.data:
        table.fault("options", "Must name at least one option.")
    labels = [label.strip() for label in inner.data]
    if "" in labels or len(set(labels)) < len(labels):
        table.fault("options", "Every option needs a label of its own.")
    for label, points in options.items():
        inner.at_most(label, points, full)
    return options


def _parse_descriptors(table: Table) -> tuple[str, ...]:
    descriptors = table.texts("descriptors")
    if descriptors and len(descriptors) != 4:
        table.fault("descriptors", "Must be four texts, for 0, 1, 2 and 3.")
    return tuple(text or "" for text in descriptors)


def _parse_tolerance(table: Table) -> _Details:
    lower, upper = table.number("lower"), table.number("upper")
    if "lower" not in table and "upper" not in table:
        table.fault("lower", "A tolerance needs lower, upper or both.")
    if lower is not None and upper is not None and lower > upper:
        table.fault("lower", "Must not be above upper.")
    mode = table.one_of("mode", _TOLERANCE_MODES, "step")
    stepped = mode != "all_or_nothing"
    unit = table.number("unit", required=stepped, above=0)
    per_unit = table.number("per_unit", required=stepped, at_least=0)
    if stepped and per_unit == 0:
        table.fault("per_unit", "Must be above %(bound)s.", bound=0)
    return {
        "lower": lower,
        "upper": upper,
        "unit": unit or Fraction(1),
        "per_unit": per_unit or _ZERO,
        "mode": mode,
    }


def _close(table: Table, kind: str | None) -> None:
    """Report unknown keys, and keys of another kind."""
    foreign = [key for key in _all_details() if key not in _KEYS.get(kind or "", ())]
    for key in dict.fromkeys(foreign):
        if kind is not None and key in table:
            table.fault(key, "Does not belong to kind %(kind)s.", kind=kind)
    table.close(also=foreign)


def _all_details() -> Sequence[str]:
    return [key for keys in _KEYS.values() for key in keys]
