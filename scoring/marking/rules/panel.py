"""Cells whose judges must not lead each other: closed until the last one has marked.

Words used here:
    watched: an aspect whose marks are compared: a judgement, or one with a
        `disagreement`.
    closed: a watched cell that still lacks a judge. Nobody but the judge of a mark
        learns its value, comment or worth before the cell is open.
    call: an open cell whose judges lie too far apart and that no note settles. Who
        changes a mark then says why; both marks stay.
    owed: the reason of a mark that followed a call and came without one. The mark
        counts; the sheet waits.

Source: rules C-05 to C-08 in docs/rules/chain.md.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import NamedTuple

from outbox import VOID
from scoring.marking.rules.calls import (
    RESCORE_REASON,
    Call,
    Cell,
    as_mark_list,
    points_finder,
)
from scoring.marking.rules.cells import Counted
from scoring.scheme.rules.tree import Aspect, Scheme

Settled = Collection[tuple[str, str, str]]  # entry, aspect, marks as a note keeps them
Key = tuple[str, str]  # entry, aspect


class Stored(NamedTuple):
    """A stored mark event: one version of one judge's mark."""

    entry: str
    aspect: str
    judge: str  # seat
    value: str  # "" in a void
    id: str
    seq: int
    reason: str
    kind: str
    device: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelCell:
    """A watched cell as the chair of its panel may see it."""

    entry: str
    aspect: str
    judges: tuple[str, ...]  # the seats that mark it
    marked: frozenset[str]  # who has
    versions: Mapping[str, tuple[Stored, ...]] = field(default_factory=dict)
    is_apart: bool = False  # a call is open
    distance: Fraction | None = None  # points between the highest and the lowest

    @property
    def is_open(self) -> bool:
        return bool(self.versions)

    def current(self, judge: str) -> Stored:
        return self.versions[judge][-1]


def list_watched(scheme: Scheme) -> dict[str, Aspect]:
    """Return the aspects whose cells stay closed until all have marked, by code."""
    return {aspect.code: aspect for aspect in scheme.aspects if is_watched(aspect)}


def is_watched(aspect: Aspect) -> bool:
    """Tell whether marks of the aspect are compared, by the scheme."""
    return aspect.judges > 1 and (
        aspect.kind == "judgement" or aspect.disagreement is not None
    )


def find_closed(scheme: Scheme, counted: Iterable[Counted]) -> frozenset[Key]:
    """Return the watched cells that have a mark and still lack one."""
    watched = list_watched(scheme)
    count: dict[Key, int] = {}
    for mark in counted:
        if mark.aspect in watched:
            key = (mark.entry, mark.aspect)
            count[key] = count.get(key, 0) + 1
    return frozenset(key for key, n in count.items() if n < watched[key[1]].judges)


def list_heads(stored: Iterable[Stored]) -> list[Counted]:
    """Return the marks that count among stored ones given in their order."""
    newest = {(s.entry, s.aspect, s.judge): s for s in stored}
    return sorted(
        Counted(s.entry, s.aspect, s.judge, s.value, s.id, s.seq, s.reason)
        for s in newest.values()
        if s.kind != VOID
    )


def list_cells(
    watched: Mapping[str, Aspect],
    judges: Mapping[str, tuple[str, ...]],
    works: Iterable[str],
    stored: Iterable[Stored],
    settled: Settled = (),
) -> list[PanelCell]:
    """Return the watched cells; values are in the open ones only.

    Args:
        watched: aspects by code, in the order of the page.
        judges: the seats that mark each of them, by its code.
        works: codes of the works that need marks.
        stored: every stored event of these aspects, in the server's order.
        settled: the notes of the panel.
    """
    given: dict[Key, dict[str, list[Stored]]] = {}
    for mark in stored:
        cell = given.setdefault((mark.entry, mark.aspect), {})
        cell.setdefault(mark.judge, []).append(mark)
    look = _Look(points_finder(), settled)
    return [
        look.make_cell(aspect, entry, judges[code], given.get((entry, code), {}))
        for entry in works
        for code, aspect in watched.items()
    ]


def list_owed(
    watched: Mapping[str, Aspect],
    stored: Iterable[Stored],
    *,
    settled: Settled = (),
    excused: Collection[str] = (),
) -> list[Call]:
    """Return the reasons that are owed by marks which followed a call.

    A reason is one that the mark before the call did not have already.
    """
    look = _Look(points_finder(), settled)
    heads: dict[Key, dict[str, Stored]] = {}
    owed: dict[Cell, str] = {}  # the comment before the call
    for mark in stored:
        if mark.aspect not in watched or mark.entry in excused:
            continue
        cell = (mark.entry, mark.aspect, mark.judge)
        marks = heads.setdefault(cell[:2], {})
        before = marks.get(mark.judge)
        if before and cell not in owed and look.is_call(watched[mark.aspect], marks):
            owed[cell] = before.reason.strip()
        if cell in owed and mark.reason.strip() not in {"", owed[cell]}:
            del owed[cell]
        if mark.kind == VOID:
            marks.pop(mark.judge, None)
        else:
            marks[mark.judge] = mark
    return [Call(*cell, RESCORE_REASON) for cell in sorted(owed)]


class _Look:
    """How far the judges of a cell lie apart, and whether that is settled."""

    def __init__(
        self, find_points: Callable[[Aspect, str], Fraction | None], settled: Settled
    ) -> None:
        self.find_points, self.settled = find_points, settled

    def make_cell(
        self,
        aspect: Aspect,
        entry: str,
        judges: tuple[str, ...],
        given: Mapping[str, Sequence[Stored]],
    ) -> PanelCell:
        marks = {j: found[-1] for j, found in given.items() if found[-1].kind != VOID}
        if set(marks) < set(judges) or len(marks) < aspect.judges:
            return PanelCell(
                entry=entry, aspect=aspect.code, judges=judges, marked=frozenset(marks)
            )
        return PanelCell(
            entry=entry,
            aspect=aspect.code,
            judges=judges,
            marked=frozenset(marks),
            versions={judge: tuple(found) for judge, found in given.items()},
            is_apart=self.is_call(aspect, marks),
            distance=self.distance(aspect, marks),
        )

    def is_call(self, aspect: Aspect, marks: Mapping[str, Stored]) -> bool:
        distance = self.distance(aspect, marks)
        if distance is None or len(marks) < aspect.judges:
            return False
        if aspect.kind == "judgement" and distance * 3 > aspect.max:
            return True  # rule S-15: no note settles it
        if aspect.disagreement is None or distance <= aspect.disagreement:
            return False
        first = next(iter(marks.values()))
        ids = {judge: mark.id for judge, mark in marks.items()}
        return (first.entry, first.aspect, as_mark_list(ids)) not in self.settled

    def distance(self, aspect: Aspect, marks: Mapping[str, Stored]) -> Fraction | None:
        points = [self.find_points(aspect, mark.value) for mark in marks.values()]
        known = [point for point in points if point is not None]
        return max(known) - min(known) if len(known) > 1 else None
