"""A live board: after each mark only what the mark touches is computed again.

That is the cell, its criterion, its component and the total of its entry; then ranks,
awards, scale and panel correction of the entry's group. Each step is a function of the
engine (`sums`, `total`, `place`), so that nothing is computed in two ways; `so_far`
gives what `score_so_far` gives for the same marks, digit for digit.

Words used here:
    touched: changed since it was last computed.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from errors import DomainError
from scoring.marking.rules.book import Given
from scoring.marking.rules.facts import EntryFacts, Mark
from scoring.marking.rules.values import mark_points
from scoring.results.rules.live.groups import Group
from scoring.results.rules.live.rows import Row
from scoring.results.rules.score import gather
from scoring.results.rules.so_far import SoFar, list_unfinished, sort_incomplete
from scoring.results.rules.total import group_of
from scoring.scheme.rules.tree import Scheme


class UnknownCellError(DomainError):
    """The board has no such entry, or the scheme no such aspect."""

    def __init__(self, entry: str, aspect: str = "") -> None:
        super().__init__(f"There is no {entry} {aspect}".rstrip())


class Board:
    """Marks of an event and the results so far.

    One thread at a time; whoever shares a board holds a lock around it.
    """

    def __init__(
        self,
        scheme: Scheme,
        entries: Iterable[EntryFacts],
        marks: Iterable[Mark] = (),
    ) -> None:
        """Start with these entries and marks.

        Raises:
            UnknownCellError, MarkValueError: as `put`.
        """
        self._scheme = scheme
        self._aspects = {aspect.code: aspect for aspect in scheme.aspects}
        self._points: dict[tuple[str, str], Fraction] = {}
        self._rows: dict[str, Row] = {}
        self._groups: dict[str, Group] = {}
        self._touched: set[str] = set()  # entries
        self._so_far: SoFar | None = None
        for facts in entries:
            self.set_facts(facts)
        for mark in marks:
            self.put(mark)

    def put(self, mark: Mark) -> None:
        """Give a judge's mark to a cell, in place of the one that was there.

        Raises:
            UnknownCellError: no such entry or aspect.
            MarkValueError: the aspect does not take the value.
        """
        row = self._find(mark.entry, mark.aspect)
        given = Given(mark.judge, self._find_points(mark), 0)
        others = self._others(row, mark.aspect, mark.judge)
        row.cells[mark.aspect] = sorted([*others, given])
        self._touch(row, mark.aspect)

    def remove(self, entry: str, aspect: str, judge: str) -> None:
        """Empty a judge's cell; it may be empty already.

        Raises:
            UnknownCellError: no such entry or aspect.
        """
        row = self._find(entry, aspect)
        row.cells[aspect] = self._others(row, aspect, judge)
        self._touch(row, aspect)

    def set_facts(self, facts: EntryFacts) -> None:
        """Add an entry, or tell what is true of it now: its status, vetoes, time."""
        row = self._rows.get(facts.entry)
        if row is None:
            row = self._rows[facts.entry] = Row(facts)
        elif row.facts == facts:
            return
        else:
            self._group(row).leave(row)
            row.change(facts)
        row.stale |= self._aspects.keys()
        self._group(row).rows[facts.entry] = row
        self._touch(row)

    @property
    def entries(self) -> Mapping[str, EntryFacts]:
        """What is known of each entry."""
        return {code: row.facts for code, row in self._rows.items()}

    @property
    def so_far(self) -> SoFar:
        """The results of everything put so far."""
        if self._so_far is None:
            self._so_far = self._recompute()
        return self._so_far

    def _recompute(self) -> SoFar:
        scheme = self._scheme
        for code in self._touched:
            row = self._rows[code]
            row.settle(scheme)
            self._group(row).touched |= row.touched
        self._touched.clear()
        groups = {name: g for name, g in sorted(self._groups.items()) if g.rows}
        for name, group in groups.items():
            group.settle(scheme, name)
        entries = [row.facts for row in self._rows.values()]
        incomplete = {
            code: row.incomplete for code, row in self._rows.items() if row.incomplete
        }
        return SoFar(
            scoring=gather(
                scheme,
                entries,
                [result for group in groups.values() for result in group.results],
                [w for group in groups.values() for w in group.placing.warnings],
                list_unfinished(entries, incomplete),
            ),
            incomplete=sort_incomplete(incomplete),
        )

    def _touch(self, row: Row, aspect: str | None = None) -> None:
        if aspect is not None:
            row.stale.add(aspect)
        self._touched.add(row.facts.entry)
        self._group(row).is_touched = True
        self._so_far = None

    def _find(self, entry: str, aspect: str | None = None) -> Row:
        row = self._rows.get(entry)
        if row is None or (aspect is not None and aspect not in self._aspects):
            raise UnknownCellError(entry, aspect or "")
        return row

    def _find_points(self, mark: Mark) -> Fraction:
        """Work out the points of a value once: many cells have the same."""
        key = (mark.aspect, mark.value)
        if key not in self._points:
            self._points[key] = mark_points(self._aspects[mark.aspect], mark.value)
        return self._points[key]

    def _others(self, row: Row, aspect: str, judge: str) -> list[Given]:
        return [given for given in row.cells.get(aspect, ()) if given.judge != judge]

    def _group(self, row: Row) -> Group:
        return self._groups.setdefault(group_of(self._scheme, row.facts), Group())
