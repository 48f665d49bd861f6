"""Read a scoring scheme, `*.scheme.toml`.

The public way in is `parse_scheme(text)`: a frozen `Scheme`, or a `SchemeError` that
carries every fault of the file with its key path. It is `read_toml(text)`, which gives
the *document* (the tree of keys, numbers exact), and `parse_document(document)`.
`list_warnings` (in `warnings`) says what is allowed but doubtful. Format:
docs/formats/computing.md and docs/formats/scheme.md.
"""

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from scoring.scheme.rules.check import check_references
from scoring.scheme.rules.check_outcomes import check_outcomes
from scoring.scheme.rules.faults import Fault, SchemeError
from scoring.scheme.rules.numbers import MODES
from scoring.scheme.rules.parse_aspect import (
    JudgingDefaults,
    check_drop,
    parse_aspect,
)
from scoring.scheme.rules.parse_calculation import parse_calculations
from scoring.scheme.rules.parse_eligibility import parse_eligibilities
from scoring.scheme.rules.parse_medals import parse_groupings, parse_medals
from scoring.scheme.rules.parse_outcome import (
    parse_awards,
    parse_panels,
    parse_penalties,
    parse_ranking,
    parse_scale,
    parse_teams,
)
from scoring.scheme.rules.table import Table
from scoring.scheme.rules.tree import (
    AGGREGATES,
    FORMAT,
    TRIM_SCOPES,
    Calculation,
    CarriedFrom,
    Component,
    Criterion,
    Rounding,
    Scheme,
    Section,
)

_ZERO = Fraction(0)
_MOST_PLACES = 12


def parse_scheme(text: str) -> Scheme:
    """Read a scheme.

    Args:
        text: the TOML document; a byte order mark is accepted.

    Returns:
        The scheme; all numbers are exact.

    Raises:
        SchemeError: the scheme cannot be right; holds all faults in key order.
    """
    return parse_document(read_toml(text))


def parse_document(document: Mapping[str, object]) -> Scheme:
    """Read a scheme from its tree of keys, wherever that was written.

    Raises:
        SchemeError: the scheme cannot be right; holds all faults in key order.
    """
    scheme, faults = examine(document)
    if faults:
        raise SchemeError(faults)
    return scheme


def examine(document: Mapping[str, object]) -> tuple[Scheme, list[Fault]]:
    """Read a document that may still be wrong.

    Returns:
        What could be read of it, with zeros and defaults for what could not: fit to be
        shown, and to be scored by only where no fault is in the second list.
    """
    faults: list[Fault] = []
    root = Table(document, "", faults)
    scheme = _parse_root(root)
    check_references(scheme, root, broken=bool(faults))
    check_outcomes(scheme, root)
    return scheme, faults


def read_toml(text: str) -> dict[str, Any]:
    """Return the document of a TOML text; decimals stay exact.

    Raises:
        SchemeError: not TOML; `where` is the line.
    """
    try:
        return tomllib.loads(text.removeprefix("\ufeff"), parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as error:
        fault = Fault(
            where=_find_line(text, str(error)),
            template="Not valid TOML: %(reason)s",
            params={"reason": str(error) or type(error).__name__},
        )
        raise SchemeError([fault]) from error


def _find_line(text: str, reason: str) -> str:
    found = re.search(r"at line (\d+)", reason)
    if found is None and "end of document" in reason:
        return str(text.rstrip().count("\n") + 1)
    return found[1] if found else "1"


def _parse_root(root: Table) -> Scheme:
    given = root.text("format", required=True)
    if given not in {None, FORMAT}:
        root.fault("format", "Must be %(format)s.", format=FORMAT)
    calculations = parse_calculations(root.tables("calculations"))
    shared = {row.code: row for row in reversed(calculations)}
    scheme = Scheme(
        title=root.text("title") or "",
        rounding=_parse_rounding(root.table("rounding")),
        components=tuple(
            _parse_component(table, shared)
            for table in root.tables("components", required=True)
        ),
        penalties=parse_penalties(root.tables("penalties")),
        ranking=parse_ranking(root.table("ranking")),
        awards=parse_awards(root.tables("awards")),
        teams=parse_teams(root.table("teams")),
        scale=parse_scale(root.table("scale")),
        panels=parse_panels(root.table("panels")),
        sections=tuple(_parse_section(table) for table in root.tables("sections")),
        calculations=calculations,
        medals=parse_medals(root.table("medals")),
        groupings=parse_groupings(root.tables("rankings")),
        promotions=parse_eligibilities(root.tables("promotions")),
        honours=parse_eligibilities(root.tables("honours")),
    )
    root.number("full", above=0)
    root.close()
    return scheme


def _parse_rounding(table: Table | None) -> Rounding:
    if table is None:
        return Rounding()
    rounding = Rounding(
        mode=table.one_of("mode", MODES, "half_up"),
        aspect=table.whole("aspect", at_most=_MOST_PLACES),
        component=table.whole("component", at_most=_MOST_PLACES),
        total=table.whole("total", at_most=_MOST_PLACES),
    )
    table.close()
    return rounding


def _parse_component(table: Table, shared: Mapping[str, Calculation]) -> Component:
    carried = _parse_carried(table)
    defaults = JudgingDefaults(
        trim_scope=table.one_of("trim_scope", TRIM_SCOPES, "aspect"),
        judges=table.whole("judges", at_least=1, at_most=1000),
        aggregate=_parse_aggregate(table),
        drop=table.whole("drop", at_least=1),
    )
    full = table.number("max", required=True, above=0)
    weight = table.number("weight", at_least=0)
    code = table.text("code", required=True) or ""
    component = Component(
        code=code,
        name=table.text("name") or code,
        max=full or _ZERO,
        weight=Fraction(1) if weight is None else weight,
        pass_mark=table.number("pass", at_least=0),
        trim_scope=defaults.trim_scope,
        aggregate=defaults.aggregate or "agreed",
        drop=defaults.drop or 1,
        criteria=tuple(
            _parse_criterion(inner, defaults, shared)
            for inner in table.tables("criteria", required=not carried)
        ),
        bonus=table.flag("bonus", default=False),
        carried=carried,
        carried_from=_parse_from(table, carried=carried),
    )
    table.at_most("pass", component.pass_mark, full)
    _check_wide_scope(table, component, defaults)
    table.close()
    return component


def _parse_carried(table: Table) -> bool:
    """Read `carried`, and refuse beside it what only marked components have."""
    carried = table.flag("carried", default=False)
    for key in ("criteria", "trim_scope", "judges", "aggregate", "drop"):
        if carried and key in table:
            table.fault(key, "A carried component is not marked here: leave it out.")
    return carried


def _parse_from(table: Table, *, carried: bool) -> CarriedFrom | None:
    source = table.table("from")
    if source is None:
        return None
    if not carried:
        table.fault("from", "Belongs to a component that is carried.")
    found = CarriedFrom(
        event=source.text("event", required=True) or "",
        component=source.text("component") or "total",
        missing=source.one_of("missing", ("refuse", "zero"), "refuse"),
    )
    source.close()
    return found


def _parse_aggregate(table: Table) -> str | None:
    if "aggregate" not in table:
        return None
    return table.one_of("aggregate", AGGREGATES, "agreed")


def _check_wide_scope(
    table: Table, component: Component, defaults: JudgingDefaults
) -> None:
    """Check what is asked where whole sums are aggregated."""
    if component.trim_scope == "aspect":
        return
    if defaults.aggregate is None and "aggregate" not in table:
        table.fault(
            "aggregate",
            "Is missing: with trim_scope %(scope)s the component states it.",
            scope=component.trim_scope,
        )
    wide = component.trim_scope == "component"
    units = (
        [tuple(component.aspects)] if wide else [c.aspects for c in component.criteria]
    )
    for unit in units:
        panels = {aspect.judges for aspect in unit}
        if len(panels) > 1:
            table.fault(
                "judges",
                "Every judge marks every aspect of %(unit)s, so its aspects must"
                " expect equally many judges, not %(judges)s.",
                unit=component.code if wide else _unit_name(component, unit[0].code),
                judges=", ".join(map(str, sorted(panels))),
            )
        elif panels:
            check_drop(table, panels.pop(), component.aggregate, component.drop)


def _unit_name(component: Component, aspect_code: str) -> str:
    for criterion in component.criteria:
        if any(aspect.code == aspect_code for aspect in criterion.aspects):
            return criterion.code
    return component.code


def _parse_criterion(
    table: Table, defaults: JudgingDefaults, shared: Mapping[str, Calculation]
) -> Criterion:
    aspects = tuple(
        parse_aspect(inner, defaults, shared)
        for inner in table.tables("aspects", required=True)
    )
    reachable = sum((aspect.max for aspect in aspects), _ZERO)
    cap = table.number("cap", at_least=0)
    floor = table.number("floor") or _ZERO
    factor = table.number("factor", above=0)
    below = table.number("zero_component_below")
    top = reachable if cap is None else cap
    if floor > top and "cap" in table:
        table.fault("floor", "Must not be above the cap.")
    code = table.text("code", required=True) or ""
    table.at_most("zero_component_below", below, cap)
    criterion = Criterion(
        code=code,
        name=table.text("name") or code,
        aspects=aspects,
        cap=top,
        floor=floor,
        factor=factor or Fraction(1),
        zero_component_below=below,
        day=table.text("day") or "",
    )
    table.close()
    return criterion


def _parse_section(table: Table) -> Section:
    code = table.text("code", required=True) or ""
    section = Section(
        code=code,
        name=table.text("name") or code,
        marks=table.number("marks", required=True, at_least=0) or _ZERO,
    )
    table.close()
    return section
