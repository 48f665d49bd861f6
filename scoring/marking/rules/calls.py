"""What marks call for beside their value: a comment, a photo, a note of the panel.

Words used here:
    call: something the scheme asks for and that is not there yet; a judge's own calls
        keep the sheet from being signed, a dispute keeps the marks from being locked.
    dispute: a cell whose judges have all marked and lie further apart than the aspect's
        `disagreement` allows. Both marks stay; a note of the panel settles it, or a
        corrected mark.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from scoring.marking.rules.cells import Counted
from scoring.marking.rules.values import MarkValueError, mark_points
from scoring.scheme.rules.tree import Aspect, Scheme

COMMENT = "comment"
PHOTO = "photo"
RESCORE_REASON = "rescore_reason"  # see rules.panel

Cell = tuple[str, str, str]  # entry, aspect, seat
_Finder = Callable[[Aspect, str], Fraction | None]


class Call(NamedTuple):
    """Something a judge still owes a mark that counts."""

    entry: str
    aspect: str
    judge: str  # seat
    what: str  # COMMENT | PHOTO | RESCORE_REASON


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    entry: str
    aspect: str
    values: Mapping[str, str]  # as entered, by seat
    marks: Mapping[str, str]  # id of the counted mark, by seat
    distance: Fraction  # points between the highest and the lowest
    limit: Fraction


def list_calls(
    aspects: Iterable[Aspect],
    counted: Iterable[Counted],
    photographed: Collection[Cell],
    *,
    excused: Collection[str] = (),
) -> list[Call]:
    """Return what the marks that count still call for, in their order.

    A mark worth less than its aspect's `comment_below` calls for a comment, a cell of
    an aspect with `photo = "required"` for a photo.

    Args:
        aspects: those that are looked at.
        counted: the marks.
        photographed: cells with a photo.
        excused: entries that need nothing.

    Source: docs/formats/scheme.md, "How an aspect is marked" 4.
    """
    asking = {a.code: a for a in aspects if a.comment_below is not None}
    pictured = {a.code for a in aspects if a.photo == "required"}
    if not asking and not pictured:
        return []
    find_points = points_finder()
    calls: list[Call] = []
    for mark in counted:
        if mark.entry in excused:
            continue
        cell = (mark.entry, mark.aspect, mark.judge)
        aspect = asking.get(mark.aspect)
        if aspect is not None and not mark.reason.strip():
            points = find_points(aspect, mark.value)
            if points is not None and points < (aspect.comment_below or 0):
                calls.append(Call(*cell, COMMENT))
        if mark.aspect in pictured and cell not in photographed:
            calls.append(Call(*cell, PHOTO))
    return calls


def list_disputes(
    scheme: Scheme, counted: Iterable[Counted], *, excused: Collection[str] = ()
) -> list[Dispute]:
    """Return the cells whose judges lie too far apart, in the order of the marks."""
    watched = {a.code: a for a in scheme.aspects if a.disagreement is not None}
    if not watched:
        return []
    cells: dict[tuple[str, str], list[Counted]] = {}
    for mark in counted:
        if mark.aspect in watched and mark.entry not in excused:
            cells.setdefault((mark.entry, mark.aspect), []).append(mark)
    find_points = points_finder()
    return [
        dispute
        for (_entry, code), marks in cells.items()
        for dispute in _find_dispute(watched[code], marks, find_points)
    ]


def mark_list(dispute: Dispute) -> str:
    """Return the marks of a dispute as a note keeps them: canonical JSON, by seat."""
    return as_mark_list(dispute.marks)


def as_mark_list(marks: Mapping[str, str]) -> str:
    """Return marks, ids by seat, as a note keeps them."""
    return json.dumps(dict(marks), separators=(",", ":"), sort_keys=True)


def _find_dispute(
    aspect: Aspect, marks: Sequence[Counted], find_points: _Finder
) -> Iterator[Dispute]:
    points = [find_points(aspect, mark.value) for mark in marks]
    known = [point for point in points if point is not None]
    # Told only when all have marked: it must not lead anybody.
    if len(known) != aspect.judges or aspect.disagreement is None:
        return
    distance = max(known) - min(known)
    if distance > aspect.disagreement:
        yield Dispute(
            entry=marks[0].entry,
            aspect=aspect.code,
            values={mark.judge: mark.value for mark in marks},
            marks={mark.judge: mark.id for mark in marks},
            distance=distance,
            limit=aspect.disagreement,
        )


def points_finder() -> _Finder:
    """Return a function that works out the points of each value of an aspect once."""
    known: dict[tuple[str, str], Fraction | None] = {}

    def find(aspect: Aspect, value: str) -> Fraction | None:
        key = (aspect.code, value)
        if key not in known:
            try:
                known[key] = mark_points(aspect, value)
            except MarkValueError:
                known[key] = None
        return known[key]

    return find
