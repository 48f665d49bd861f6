"""What if the scheme or the panel had been another? Asked, compared, never kept.

`suppose` gives the changed scheme and marks with notes on what could not be changed as
wished; scoring them is for the engine, putting the results side by side for `compare`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from scoring.marking.rules.facts import Mark
from scoring.results.rules.trace.shape import N_
from scoring.scheme.rules.tree import (
    Aspect,
    Component,
    Criterion,
    Rounding,
    Scheme,
    TieKey,
)

AS_IS = ""
REVERSED = "reversed"
NO_TIES = "none"
FIRST = "first:"  # with a component's code: it is compared first
NOT_ROUNDED = "none"

Change = Callable[[Aspect], Aspect]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What to change; what is `AS_IS` stays as the scheme has it."""

    without: str = AS_IS  # seat of a judge
    trim_scope: str = AS_IS
    aggregate: str = AS_IS
    mode: str = AS_IS
    places: Mapping[str, str] = field(default_factory=dict)  # by point of rounding
    ties: str = AS_IS  # REVERSED, NO_TIES, or FIRST with a component
    unresolved: str = AS_IS
    compare: str = AS_IS

    @property
    def is_any(self) -> bool:
        single = (self.without, self.trim_scope, self.aggregate, self.mode)
        rest = (self.ties, self.unresolved, self.compare, *self.places.values())
        return any((*single, *rest))


@dataclass(frozen=True, slots=True)
class Note:
    """Something that could not be changed as wished, or had to change with it."""

    template: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposed:
    scheme: Scheme
    marks: tuple[Mark, ...]
    notes: tuple[Note, ...]


def suppose(scheme: Scheme, marks: Iterable[Mark], wish: Wish) -> Supposed:
    """Return the scheme and the marks as wished.

    A judge is left out of every unit (aspect, or criterion or component with a wider
    trim scope) that keeps at least one other; those units then expect one judge less.
    """
    given = tuple(marks)
    notes: list[Note] = []
    marked = {mark.aspect for mark in given if mark.judge == wish.without}
    components = []
    left: set[str] = set()
    for component in scheme.components:
        changed = _set_scope(component, wish, notes)
        changed = _leave_out(changed, marked, left, notes)
        components.append(_set_aggregate(changed, wish, notes))
    return Supposed(
        scheme=replace(
            scheme,
            components=tuple(components),
            rounding=_round(scheme.rounding, wish),
            ranking=replace(
                scheme.ranking,
                ties=_order_ties(scheme, wish),
                unresolved=wish.unresolved or scheme.ranking.unresolved,
                compare=wish.compare or scheme.ranking.compare,
            ),
        ),
        marks=tuple(
            mark
            for mark in given
            if mark.judge != wish.without or mark.aspect not in left
        ),
        notes=tuple(notes),
    )


def _set_scope(component: Component, wish: Wish, notes: list[Note]) -> Component:
    scope = wish.trim_scope
    if not scope or scope == component.trim_scope or not component.criteria:
        return component
    if scope == "aspect":
        return replace(component, trim_scope=scope)
    units = [[*component.aspects]]
    if scope == "criterion":
        units = [[*criterion.aspects] for criterion in component.criteria]
    if any(len({aspect.judges for aspect in unit}) > 1 for unit in units):
        note = N_(
            "%(part)s keeps its trim scope: its aspects have different numbers of"
            " judges."
        )
        notes.append(Note(note, {"part": f"{component.code} {component.name}"}))
        return component
    several = [aspect for aspect in component.aspects if aspect.judges > 1]
    model = several[0] if several else next(iter(component.aspects))
    how, drop = component.aggregate, component.drop
    if component.trim_scope == "aspect":
        how, drop = model.aggregate, model.drop
    return replace(
        _map_aspects(component, lambda a: replace(a, aggregate=how, drop=drop)),
        trim_scope=scope,
        aggregate=how,
        drop=drop,
    )


def _leave_out(
    component: Component, marked: set[str], left: set[str], notes: list[Note]
) -> Component:
    """Expect one judge less where the judge has marked; add those aspects to `left`."""
    units: list[list[Aspect]]
    match component.trim_scope:
        case "aspect":
            units = [[aspect] for aspect in component.aspects]
        case "criterion":
            units = [[*criterion.aspects] for criterion in component.criteria]
        case _:
            units = [[*component.aspects]]
    for unit in units:
        codes = [aspect.code for aspect in unit if aspect.code in marked]
        if not codes:
            continue
        if any(aspect.judges < 2 for aspect in unit):
            only = N_("%(aspects)s: this is the only judge, whose marks stay.")
            notes.append(Note(only, {"aspects": ", ".join(codes)}))
        else:
            left.update(codes)
    return _map_aspects(
        component,
        lambda a: replace(a, judges=a.judges - 1) if a.code in left else a,
    )


def _set_aggregate(component: Component, wish: Wish, notes: list[Note]) -> Component:
    if not component.criteria:
        return component

    def settle(how: str, drop: int, judges: int, name: str) -> tuple[str, int]:
        if wish.aggregate and judges > 1:
            how, drop = wish.aggregate, 1 if wish.aggregate == "trimmed_mean" else drop
        if how == "trimmed_mean" and judges < 2 * drop + 1:
            few = N_(
                "%(part)s: %(judges)s judges are too few to drop both ends, so their"
                " mean is taken."
            )
            if judges > 1:
                notes.append(Note(few, {"part": name, "judges": str(judges)}))
            return "mean", 1
        return how, drop

    if component.trim_scope == "aspect":

        def change(aspect: Aspect) -> Aspect:
            how, drop = settle(
                aspect.aggregate, aspect.drop, aspect.judges, aspect.code
            )
            return replace(aspect, aggregate=how, drop=drop)

        return _map_aspects(component, change)
    judges = min(aspect.judges for aspect in component.aspects)
    how, drop = settle(component.aggregate, component.drop, judges, component.code)
    changed = _map_aspects(component, lambda a: replace(a, aggregate=how, drop=drop))
    return replace(changed, aggregate=how, drop=drop)


def _map_aspects(component: Component, change: Change) -> Component:
    def of(criterion: Criterion) -> Criterion:
        return replace(criterion, aspects=tuple(map(change, criterion.aspects)))

    return replace(component, criteria=tuple(map(of, component.criteria)))


def _round(rounding: Rounding, wish: Wish) -> Rounding:
    def places(point: str, now: int | None) -> int | None:
        asked = wish.places.get(point, AS_IS)
        if asked == AS_IS:
            return now
        return None if asked == NOT_ROUNDED else int(asked)

    return Rounding(
        mode=wish.mode or rounding.mode,
        aspect=places("aspect", rounding.aspect),
        component=places("component", rounding.component),
        total=places("total", rounding.total),
    )


def _order_ties(scheme: Scheme, wish: Wish) -> tuple[TieKey, ...]:
    ties = scheme.ranking.ties
    if wish.ties == NO_TIES:
        return ()
    if wish.ties == REVERSED:
        return ties[::-1]
    if wish.ties.startswith(FIRST):
        code = wish.ties.removeprefix(FIRST)
        text = f"component:{code} desc"
        first = TieKey(text=text, kind="component", code=code, descending=True)
        return (first, *(tie for tie in ties if tie.text != text))
    return ties
