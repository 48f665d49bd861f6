"""Refuse a mark book that cannot be scored, naming every reason."""

from collections.abc import Collection, Iterator, Sequence

from scoring.marking.rules.book import (
    Cells,
    Given,
    MarkBook,
    is_rescore,
    is_uncarried,
    judgement_values,
    list_present,
)
from scoring.marking.rules.facts import EntryFacts
from scoring.marking.rules.sums import sum_by_judge
from scoring.scheme.rules.faults import Fault
from scoring.scheme.rules.tree import Aspect, Component, Criterion, Scheme

_MISSING = (
    "Entry %(entry)s, aspect %(aspect)s: %(found)s of %(expected)s marks are there."
)
_DISAGREE = "Entry %(entry)s, %(unit)s: the judges' marks must agree, and they differ."


def list_faults(
    scheme: Scheme,
    book: MarkBook,
    *,
    excused: Collection[tuple[str, str]] = (),
    with_cells: bool = True,
) -> list[Fault]:
    """Return the faults of filing and of the cells, by source and line.

    Args:
        scheme: what was marked.
        book: from `open_book`.
        excused: cells (entry, aspect) of rows that could not be read.
        with_cells: False where a file could not be read to its end.
    """
    faults = list(book.faults)
    present = list_present(scheme, book) if with_cells else []
    for facts in present:
        cells = book.cells[facts.entry]
        for component in scheme.components:
            faults += list_component_faults(component, facts, cells, excused)
    order = {"entries": 0, "marks": 1}
    return sorted(faults, key=lambda f: (order.get(f.source, 2), int(f.where or 0)))


def list_component_faults(
    component: Component,
    facts: EntryFacts,
    cells: Cells,
    excused: Collection[tuple[str, str]] = (),
) -> Iterator[Fault]:
    """Yield what keeps one component of a present entry from being summed."""
    if is_uncarried(component, facts):
        yield _fault(
            facts,
            (),
            "Entry %(entry)s: the carried points of %(component)s are missing.",
            component=component.code,
        )
    for aspect in component.aspects:
        if (facts.entry, aspect.code) not in excused:
            yield from _cell_faults(component, aspect, facts, cells)
    if component.trim_scope == "criterion":
        for criterion in component.criteria:
            yield from _unit_faults(component, [criterion], facts, cells)
    elif component.trim_scope == "component":
        yield from _unit_faults(component, component.criteria, facts, cells)


def _cell_faults(
    component: Component, aspect: Aspect, facts: EntryFacts, cells: Cells
) -> Iterator[Fault]:
    cell = cells.get(aspect.code, [])
    is_complete = len(cell) == aspect.judges
    if not is_complete:
        yield _fault(
            facts,
            cell or _first(cells),
            _MISSING,
            aspect=aspect.code,
            found=len(cell),
            expected=aspect.judges,
        )
    if is_rescore(aspect, cell):
        yield _fault(
            facts,
            cell,
            "re-score: entry %(entry)s, aspect %(aspect)s: the judges gave %(values)s,"
            " more than 1 apart.",
            aspect=aspect.code,
            values=", ".join(map(str, judgement_values(aspect, cell).values())),
        )
    elif is_complete and component.trim_scope == "aspect" and _disagree(aspect, cell):
        yield _fault(facts, cell, _DISAGREE, unit=f"aspect {aspect.code}")


def _disagree(aspect: Aspect, cell: Sequence[Given]) -> bool:
    points = {given.points for given in cell} - {None}
    return aspect.aggregate == "agreed" and len(points) > 1


def _unit_faults(
    component: Component,
    criteria: Sequence[Criterion],
    facts: EntryFacts,
    cells: Cells,
) -> Iterator[Fault]:
    """Find a unit of several aspects whose judges are not the same, or disagree."""
    aspects = [aspect for criterion in criteria for aspect in criterion.aspects]
    filled = [cells.get(aspect.code, []) for aspect in aspects]
    if any(len(c) != a.judges for a, c in zip(aspects, filled, strict=True)):
        return
    wide = component.trim_scope == "component"
    unit = component.code if wide else criteria[0].code
    name = f"{component.trim_scope} {unit}"
    panels = [frozenset(given.judge for given in cell) for cell in filled]
    for aspect, cell, panel in zip(aspects, filled, panels, strict=True):
        if panel != panels[0]:
            yield _fault(
                facts,
                cell,
                "Entry %(entry)s, aspect %(aspect)s: every judge must have marked every"
                " aspect of %(unit)s.",
                aspect=aspect.code,
                unit=name,
            )
            return
    if component.aggregate != "agreed" or not _are_readable(filled):
        return
    sums = sum_by_judge(component, criteria, cells, vetoes=facts.vetoes)
    if len(set(sums.values())) > 1:
        yield _fault(facts, filled[0], _DISAGREE, unit=name)


def _are_readable(filled: Sequence[Sequence[Given]]) -> bool:
    return all(given.points is not None for cell in filled for given in cell)


def _first(cells: Cells) -> Sequence[Given]:
    return next(iter(cells.values()), [])


def _fault(
    facts: EntryFacts, cell: Sequence[Given], template: str, **params: object
) -> Fault:
    """Place a fault at the cell's first mark, or at the entry's own line."""
    line = min((given.line for given in cell), default=0)
    return Fault(
        where=str(line or facts.line or ""),
        template=template,
        params={"entry": facts.entry, **params},
        source="marks" if line else "entries",
    )
