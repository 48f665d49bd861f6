"""Gather marks by entry and aspect, and find everything that is wrong with them.

A *cell* holds the marks of one entry for one aspect. A *gap* is a cell with another
number of judges than the scheme expects; a *re-score* is a judgement whose judges lie
more than one apart. `list_gaps` answers the completeness gate without refusing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from scoring.marking.rules.facts import DISQUALIFIED, PRESENT, EntryFacts, Mark
from scoring.marking.rules.values import MarkValueError, mark_points
from scoring.scheme.rules.faults import Fault
from scoring.scheme.rules.numbers import format_number
from scoring.scheme.rules.tree import Aspect, Component, Scheme


class Given(NamedTuple):
    """A judge's points for a cell; None where the value was faulty."""

    judge: str
    points: Fraction | None
    line: int


Cells = dict[str, list[Given]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    entry: str
    aspect: str
    expected: int  # judges
    judges: tuple[str, ...]  # who has marked


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescore:
    entry: str
    aspect: str
    values: Mapping[str, int]  # 0 to 3 by judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    missing: tuple[Gap, ...]
    rescores: tuple[Rescore, ...]

    @property
    def is_complete(self) -> bool:
        return not self.missing and not self.rescores


@dataclass(slots=True, kw_only=True)
class MarkBook:
    entries: tuple[EntryFacts, ...]
    cells: dict[str, Cells] = field(default_factory=dict)  # entry → aspect → marks
    faults: list[Fault] = field(default_factory=list)


def settle_status(scheme: Scheme, facts: EntryFacts) -> str:
    """Return the status after vetoes and penalties that disqualify."""
    if facts.status != PRESENT:
        return facts.status
    out = "disqualify" in facts.vetoes or any(
        penalty.over_limit == "disqualify"
        and penalty.limit is not None
        and facts.penalties.get(penalty.code, 0) > penalty.limit
        for penalty in scheme.penalties
    )
    return DISQUALIFIED if out else PRESENT


def open_book(
    scheme: Scheme, marks: Iterable[Mark], entries: Iterable[EntryFacts] | None = None
) -> MarkBook:
    """Sort marks into cells; faulty and doubled ones are noted as faults.

    Args:
        scheme: what was marked.
        marks: in any order.
        entries: who takes part; None means every entry that has a mark, present.
    """
    known = None if entries is None else tuple(entries)
    book = MarkBook(entries=known or ())
    _check_entries(scheme, book)
    book.cells = {facts.entry: {} for facts in book.entries}
    filer = _Filer(scheme, book, is_open=known is None)
    for mark in marks:
        filer.file(mark)
    if known is None:
        book.entries = tuple(
            EntryFacts(entry=code, line=line)
            for code, line in filer.first_lines.items()
        )
    return book


class _Filer:
    """Files marks one by one; the points of a value are worked out once."""

    def __init__(self, scheme: Scheme, book: MarkBook, *, is_open: bool) -> None:
        self.aspects: dict[str, tuple[Aspect, dict[str, Fraction | None]]] = {
            aspect.code: (aspect, {}) for aspect in scheme.aspects
        }
        self.book = book
        self.is_open = is_open
        self.first_lines: dict[str, int] = {}
        self.strays: dict[str, Cells] = {}  # of entries that are not there

    def file(self, mark: Mark) -> None:
        entry, code, judge, value, line = mark
        cells = self.book.cells.get(entry)
        if cells is None:
            cells = self._open_cells(entry, line)
        slot = self.aspects.get(code)
        if slot is None:
            self._fault(line, "Nothing in the scheme is called %(code)s.", code=code)
            return
        aspect, points_of = slot
        if value in points_of:
            points = points_of[value]
            if points is None:
                self._refuse(mark, aspect)
        else:
            points = points_of[value] = self._find_points(mark, aspect)
        cell = cells.get(code)
        if cell is None:
            cells[code] = [Given(judge, points, line)]
        elif any(given[0] == judge for given in cell):
            self._fault(
                line,
                "Entry %(entry)s, aspect %(aspect)s: a second mark of judge %(judge)s.",
                entry=entry,
                aspect=code,
                judge=judge,
            )
        else:
            cell.append(Given(judge, points, line))

    def _open_cells(self, entry: str, line: int) -> Cells:
        if not self.is_open:
            self._fault(line, "There is no entry %(entry)s.", entry=entry)
            return self.strays.setdefault(entry, {})
        self.first_lines[entry] = line
        return self.book.cells.setdefault(entry, {})

    def _find_points(self, mark: Mark, aspect: Aspect) -> Fraction | None:
        try:
            return mark_points(aspect, mark.value)
        except MarkValueError:
            self._refuse(mark, aspect)
            return None

    def _refuse(self, mark: Mark, aspect: Aspect) -> None:
        try:
            mark_points(aspect, mark.value)
        except MarkValueError as error:
            self._fault(
                mark.line,
                "Entry %(entry)s, aspect %(aspect)s: " + error.template,
                entry=mark.entry,
                aspect=aspect.code,
                **error.params,
            )

    def _fault(self, line: int, template: str, **params: object) -> None:
        self.book.faults.append(
            Fault(
                where=str(line) if line else "",
                template=template,
                params=params,
                source="marks",
            )
        )


def _check_entries(scheme: Scheme, book: MarkBook) -> None:
    seen: set[str] = set()
    vetoes = _list_veto_targets(scheme)
    penalties = {penalty.code for penalty in scheme.penalties}
    for facts in book.entries:
        if facts.entry in seen:
            book.faults.append(
                _entry_fault(facts, "Entry %(entry)s stands here a second time.")
            )
        seen.add(facts.entry)
        for veto in facts.vetoes:
            if veto not in vetoes:
                message = "Entry %(entry)s: nothing to veto is called %(veto)s."
                book.faults.append(_entry_fault(facts, message, veto=veto))
        for code in facts.penalties.keys() - penalties:
            message = "Entry %(entry)s: no penalty is called %(penalty)s."
            book.faults.append(_entry_fault(facts, message, penalty=code))
        book.faults += _check_carried(scheme, facts)


def _check_carried(scheme: Scheme, facts: EntryFacts) -> Iterator[Fault]:
    most = {component.code: component.max for component in scheme.carried}
    for code, points in facts.carried.items():
        if code not in most:
            message = "Entry %(entry)s: no carried component is called %(component)s."
            yield _entry_fault(facts, message, component=code)
        elif not 0 <= points <= most[code]:
            yield _entry_fault(
                facts,
                "Entry %(entry)s: the carried points of %(component)s, %(value)s, are"
                " not between 0 and %(max)s.",
                component=code,
                value=format_number(points),
                max=format_number(most[code]),
            )


def is_uncarried(component: Component, facts: EntryFacts) -> bool:
    """Tell whether a carried component's points of an entry are missing."""
    return component.carried and component.code not in facts.carried


def _list_veto_targets(scheme: Scheme) -> set[str]:
    targets = {"total", "disqualify"}
    for component in scheme.components:
        targets.add(f"component:{component.code}")
        targets |= {f"criterion:{criterion.code}" for criterion in component.criteria}
        targets |= {f"aspect:{aspect.code}" for aspect in component.aspects}
    return targets


def _entry_fault(facts: EntryFacts, template: str, **params: object) -> Fault:
    return Fault(
        where=str(facts.line) if facts.line else "",
        template=template,
        params={"entry": facts.entry, **params},
        source="entries",
    )


def list_present(scheme: Scheme, book: MarkBook) -> list[EntryFacts]:
    """Return the entries that need marks, in the book's order."""
    return [f for f in book.entries if settle_status(scheme, f) == PRESENT]


def list_gaps(
    scheme: Scheme, marks: Iterable[Mark], entries: Iterable[EntryFacts] | None = None
) -> Gaps:
    """Return every gap and re-score of the present entries, refusing nothing.

    Faulty values count as marks here; `score` names them.
    """
    book = open_book(scheme, marks, entries)
    cells = list(_walk_cells(scheme, book))
    return Gaps(
        missing=tuple(
            Gap(
                entry=facts.entry,
                aspect=aspect.code,
                expected=aspect.judges,
                judges=tuple(given.judge for given in cell),
            )
            for facts, aspect, cell in cells
            if len(cell) != aspect.judges
        ),
        rescores=tuple(
            Rescore(
                entry=facts.entry,
                aspect=aspect.code,
                values=judgement_values(aspect, cell),
            )
            for facts, aspect, cell in cells
            if is_rescore(aspect, cell)
        ),
    )


def _walk_cells(
    scheme: Scheme, book: MarkBook
) -> Iterator[tuple[EntryFacts, Aspect, Sequence[Given]]]:
    for facts in list_present(scheme, book):
        cells = book.cells[facts.entry]
        for aspect in scheme.aspects:
            yield facts, aspect, cells.get(aspect.code, ())


def is_rescore(aspect: Aspect, cell: Sequence[Given]) -> bool:
    """Tell whether a judgement's judges lie more than one apart (rule S-15)."""
    if aspect.kind != "judgement":
        return False
    points = [given.points for given in cell if given.points is not None]
    return len(points) > 1 and (max(points) - min(points)) * 3 > aspect.max


def judgement_values(aspect: Aspect, cell: Sequence[Given]) -> dict[str, int]:
    """Return what each judge gave, 0 to 3."""
    return {
        given.judge: int(given.points * 3 / aspect.max)
        for given in cell
        if given.points is not None
    }
