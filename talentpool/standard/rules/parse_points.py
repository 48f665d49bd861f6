"""Read a points model, and check that it holds together."""

from collections.abc import Iterator
from fractions import Fraction

from scoring.scheme.rules.numbers import find_toml_number
from scoring.scheme.rules.table import Table
from talentpool.standard.rules.points import (
    MERITS,
    MODES,
    PointsCap,
    PointsGroup,
    PointsItem,
    PointsModel,
)
from talentpool.standard.rules.profile import LEVELS
from talentpool.standard.rules.reading import (
    choice,
    clause_number,
    identifier,
    many,
    whole,
    wording,
)

_VALUES = ("each", "ranks", "linear")
_HUNDRED = Fraction(100)


def parse_points(table: Table) -> PointsModel:
    """Read the model; faults go to the table's list."""
    model = PointsModel(
        clause=clause_number(table),
        wording=wording(table),
        cap=_amount(table, "cap", required=True) or _HUNDRED,
        window_months=whole(table, "window_months", at_least=1, at_most=600),
        groups=many(table, "groups", _group),
        items=many(table, "items", _item),
        caps=many(table, "caps", _cap, required=False),
    )
    _check(model, table)
    return model


def _group(table: Table) -> PointsGroup:
    return PointsGroup(
        clause=clause_number(table),
        wording=wording(table),
        id=identifier(table, "id"),
        mode=table.one_of("mode", MODES, "sum"),
        window_months=table.whole("window_months", at_least=1, at_most=600),
        cap=_amount(table, "cap"),
        coach_cap=_amount(table, "coach_cap"),
    )


def _item(table: Table) -> PointsItem:
    ranks, beyond = _values(table)
    return PointsItem(
        clause=clause_number(table),
        wording=wording(table),
        id=identifier(table, "id"),
        group=identifier(table, "group"),
        kind=choice(table, "kind", MERITS),
        level=table.one_of("level", LEVELS, ""),
        grade=table.text("grade") or "",
        ranks=ranks,
        beyond=beyond,
        most=table.whole("most", at_least=1, at_most=999),
        cap=_amount(table, "cap"),
        team_percent=_percent(table, "team_percent", _HUNDRED),
        coach_percent=_percent(table, "coach_percent", Fraction(0)),
        revision_percent=_percent(table, "revision_percent", _HUNDRED),
    )


def _cap(table: Table) -> PointsCap:
    groups = tuple(name for name in table.texts("groups") if name)
    if len(groups) < 2:
        table.fault("groups", "Must name at least two.")
    return PointsCap(
        clause=clause_number(table),
        wording=wording(table),
        groups=groups,
        cap=_amount(table, "cap", required=True) or Fraction(0),
    )


def _values(table: Table) -> tuple[tuple[Fraction, ...], Fraction]:
    given = [key for key in _VALUES if key in table]
    if len(given) != 1:
        table.fault("", "Must give one of %(options)s.", options=", ".join(_VALUES))
        for key in given:
            table.claim(key)
        return (), Fraction(0)
    beyond = _amount(table, "beyond") or Fraction(0)
    if beyond and given[0] != "ranks":
        table.fault("beyond", "Only ranks have it.")
    if given[0] == "each":
        return (_amount(table, "each") or Fraction(0),), Fraction(0)
    if given[0] == "ranks":
        return _ranks(table), beyond
    return _linear(table), Fraction(0)


def _ranks(table: Table) -> tuple[Fraction, ...]:
    table.claim("ranks")
    values = table.data["ranks"]
    if not isinstance(values, list) or not values:
        table.fault("ranks", "Must be a list of numbers.")
        return ()
    found: list[Fraction] = []
    for index, value in enumerate(values):
        number = find_toml_number(value)
        if number is None or number < 0:
            table.fault(f"ranks[{index}]", "Must be a number from 0 up.")
        elif found and number > found[-1]:
            table.fault(f"ranks[{index}]", "Must not be above the rank before.")
        else:
            found.append(number)
    return tuple(found)


def _linear(table: Table) -> tuple[Fraction, ...]:
    """Return the worth of each rank, in equal steps from the first to the last."""
    inner = table.table("linear", required=True)
    if inner is None:
        return ()
    count = whole(inner, "ranks", at_least=2, at_most=99)
    first = _amount(inner, "first", required=True) or Fraction(0)
    last = _amount(inner, "last", required=True) or Fraction(0)
    inner.close()
    if last > first:
        inner.fault("last", "Must not be above the rank before.")
    return tuple(first + (last - first) * i / (count - 1) for i in range(count))


def _amount(table: Table, key: str, *, required: bool = False) -> Fraction | None:
    return table.number(key, required=required, at_least=0)


def _percent(table: Table, key: str, default: Fraction) -> Fraction:
    value = _amount(table, key)
    table.at_most(key, value, _HUNDRED)
    return default if value is None else value


def _check(model: PointsModel, table: Table) -> None:
    known = {group.id for group in model.groups}
    for where, name in _twice(model):
        _fault(table, where, "%(name)s is used twice.", name=name)
    for index, item in enumerate(model.items):
        if item.group and item.group not in known:
            where = f"items[{index}].group"
            _fault(table, where, "There is no group %(name)s.", name=item.group)
    reads: set[tuple[str, str, str]] = set()
    for index, item in enumerate(model.items):
        of = (item.kind, item.level, item.grade)
        if of in reads:
            _fault(table, f"items[{index}]", "Another item reads the same merits.")
        reads.add(of)
    for index, cap in enumerate(model.caps):
        for inner, name in enumerate(cap.groups):
            if name not in known:
                where = f"caps[{index}].groups[{inner}]"
                _fault(table, where, "There is no group %(name)s.", name=name)


def _twice(model: PointsModel) -> Iterator[tuple[str, str]]:
    groups = [group.id for group in model.groups]
    items = [item.id for item in model.items]
    for key, names in (("groups", groups), ("items", items)):
        for index, name in enumerate(names):
            if name and name in names[:index]:
                yield f"{key}[{index}].id", name


def _fault(table: Table, where: str, template: str, **params: object) -> None:
    table.fault_at(f"{table.path}.{where}", template, params)
