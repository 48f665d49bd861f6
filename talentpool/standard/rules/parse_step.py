"""Read a step of the procedure: who acts, within how many days, under what rules."""

from collections.abc import Callable
from dataclasses import replace

from scoring.scheme.rules.table import Table
from talentpool.standard.rules.profile import (
    ACTORS,
    BOUNDS,
    DAY_UNITS,
    LEVELS,
    STEP_KINDS,
    WAYS,
    SheetCriterion,
    Step,
)
from talentpool.standard.rules.reading import (
    choice,
    choices,
    clause_number,
    identifier,
    inner_wording,
    many,
    whole,
    wording,
)

# Keys only one kind of step has; `proposal` asks for `ways` and so on.
_OF_KIND = {
    "ways": "proposal",
    "level": "review",
    "experts": "experts",
    "trim": "experts",
    "criteria": "experts",
    "down_after": "notice",
}
_HUNDRED = 100
_CRITERIA, _CODE = 8, 12  # most criteria of a sheet, longest code of one
_NEEDS_DAYS = ("unit_notice", "notice", "objections")


def parse_step(*, is_new: bool) -> Callable[[Table], Step]:
    """Return the reader of a step; in format 1 there are no ids and kinds."""

    def read(table: Table) -> Step:
        step = Step(
            clause=clause_number(table),
            wording=wording(table),
            name=inner_wording(table, "step"),
            who=inner_wording(table, "who"),
            days=table.whole("days", at_least=1, at_most=365),
            unit=table.one_of("unit", DAY_UNITS, "working_day"),
        )
        return _with_details(step, table) if is_new else step

    return read


def _with_details(step: Step, table: Table) -> Step:
    kind = choice(table, "kind", STEP_KINDS)
    for key, owner in _OF_KIND.items():
        if key in table and kind != owner:
            table.claim(key)
            table.fault(key, "Only a step of the kind %(kind)s has it.", kind=owner)
    if kind in _NEEDS_DAYS and "days" not in table:
        table.fault("days", "Is missing.")
    experts, trim = _experts(table) if kind == "experts" else (0, 0)
    down = table.whole("down_after", at_most=365) if kind == "notice" else None
    return replace(
        step,
        id=identifier(table, "id"),
        kind=kind,
        actors=choices(table, "actors", ACTORS),
        bound=table.one_of("bound", BOUNDS, "most"),
        is_optional=table.flag("optional", default=False),
        ways=choices(table, "ways", WAYS) if kind == "proposal" else (),
        level=choice(table, "level", LEVELS) if kind == "review" else "",
        experts=experts,
        trim=trim,
        criteria=_criteria(table) if kind == "experts" else (),
        down_after=down,
    )


def _experts(table: Table) -> tuple[int, int]:
    if "experts" not in table:
        table.fault("experts", "Is missing.")
    experts = table.whole("experts", at_least=1, at_most=99) or 1
    trim = table.whole("trim", at_least=0, at_most=9) or 0
    if trim and 2 * trim >= experts:
        table.fault("trim", "Leaves no sheet of the fewest experts.")
    return experts, trim


def _criteria(table: Table) -> tuple[SheetCriterion, ...]:
    """Return what experts mark; without any, `profile.USUAL_CRITERIA` holds."""
    if "criteria" not in table:
        return ()
    found = many(table, "criteria", _criterion)
    codes = [criterion.code for criterion in found]
    if len(found) > _CRITERIA:
        table.fault("criteria", "At most %(count)s.", count=_CRITERIA)
    for index, code in enumerate(codes):
        where = f"{table.path}.criteria[{index}].code"
        if len(code) > _CODE:
            table.fault_at(where, "At most %(count)s characters.", {"count": _CODE})
        elif code and code in codes[:index]:
            table.fault_at(where, "%(name)s is used twice.", {"name": code})
    if found and sum(criterion.most for criterion in found) != _HUNDRED:
        table.fault("criteria", "Their marks must make 100.")
    return found


def _criterion(table: Table) -> SheetCriterion:
    return SheetCriterion(
        code=identifier(table, "code"),
        most=whole(table, "max", at_least=1, at_most=_HUNDRED),
        wording=wording(table),
    )
