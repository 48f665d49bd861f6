"""The points model: what merits are worth before experts, with every step shown.

Words used here:
    merit: something on record that can bring points: a place, an honour, a patent …
    item: a line of the model that says which merits it reads and what they are worth.
    group: items that stand under one heading and may share a cap.
    rank: the place in a competition, the author's rank of a work, the grade of a prize.
    cap: the most that counts; of an item, of a group, of several groups together.
    window: only merits of so many months before the day of the review count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Protocol

from talentpool.standard.rules.months import months_before

MERITS = (
    *("competition", "honour", "innovation", "five_small", "method", "patent"),
    *("standard", "certificate", "apprentice", "apprentice_level", "studio"),
    *("programme", "teaching", "innovation_award", "patent_award"),
)
ROLES = ("self", "team", "coach")
MODES = ("sum", "highest")

COUNTED = "counted"
NO_ITEM = "no_item"  # the model has no line for it
NO_RANK = "no_rank"  # the rank is not known, or too low to be worth anything
NO_EVIDENCE = "no_evidence"
NO_DATE = "no_date"
OUTSIDE = "outside_window"
NOT_HIGHEST = "not_highest"
OVER_COUNT = "over_count"
REASONS = (
    *(COUNTED, NO_ITEM, NO_RANK, NO_EVIDENCE, NO_DATE, OUTSIDE),
    *(NOT_HIGHEST, OVER_COUNT),
)
_HUNDRED = Fraction(100)


class _Texts(Protocol):
    """A text in both languages: `profile.Wording`."""

    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...
    def text(self, locale: str) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsItem:
    """What merits of one kind and level are worth."""

    clause: str
    wording: _Texts
    id: str
    group: str
    kind: str  # one of MERITS
    level: str = ""  # of LEVELS; "" reads every level
    grade: str = ""  # a finer mark of the merit, as "invention"; "" reads every one
    ranks: tuple[Fraction, ...] = ()  # worth of rank 1, 2 …; one value: of each
    beyond: Fraction = Fraction(0)  # worth of every rank after the last
    most: int | None = None  # so many merits count, the best ones
    cap: Fraction | None = None
    team_percent: Fraction = _HUNDRED
    coach_percent: Fraction = Fraction(0)
    revision_percent: Fraction = _HUNDRED


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsGroup:
    """Items under one heading."""

    clause: str
    wording: _Texts
    id: str
    mode: str = "sum"  # one of MODES; "highest": one merit counts, once
    window_months: int | None = None  # None is the model's
    cap: Fraction | None = None
    coach_cap: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsCap:
    """The most that several groups bring together."""

    clause: str
    wording: _Texts
    groups: tuple[str, ...]
    cap: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsModel:
    """The whole model of a standard."""

    clause: str
    wording: _Texts
    cap: Fraction
    window_months: int
    groups: tuple[PointsGroup, ...]
    items: tuple[PointsItem, ...]
    caps: tuple[PointsCap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Merit:
    """Something on record that can bring points."""

    kind: str  # one of MERITS
    title: str
    level: str = ""
    grade: str = ""
    rank: int | None = None
    role: str = "self"  # one of ROLES
    on: date | None = None
    document: str = ""  # what proves it; "" is nothing
    is_revision: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one merit."""

    merit: Merit
    reason: str  # one of REASONS
    clause: str = ""
    item: str = ""
    group: str = ""
    worth: Fraction = Fraction(0)  # before caps
    percent: Fraction = _HUNDRED  # of the full worth, by role and revision


@dataclass(frozen=True, slots=True)
class Cut:
    """A cap that took something away."""

    clause: str
    kind: str  # item | coach | group | groups | total
    name: str  # of the item or group; several are joined by a comma
    before: Fraction
    cap: Fraction


@dataclass(frozen=True, slots=True)
class Points:
    """The points of one person, and how they came about."""

    total: Fraction
    lines: tuple[Line, ...]
    cuts: tuple[Cut, ...]
    groups: Mapping[str, Fraction]  # after the caps of items and of the group
    on: date


def points_of(model: PointsModel, merits: Sequence[Merit], on: date) -> Points:
    """Value merits by a model on a day.

    Exact throughout: nothing is rounded. A merit without document, without a day, or
    outside its window brings nothing and says so. Caps apply from the inside out:
    count and cap of the item, coaching and cap of the group, caps across groups, the
    model's. Source: rules P-42 to P-46 in docs/rules/pool.md.
    """
    lines = [_line(model, merit, on) for merit in merits]
    cuts: list[Cut] = []
    lines = _best_of_items(model, lines)
    lines = _highest_of_groups(model, lines)
    groups = {group.id: _group_sum(model, group, lines, cuts) for group in model.groups}
    left = _across(model, groups, cuts)
    total = sum(left.values(), Fraction(0))
    if total > model.cap:
        cuts.append(Cut(model.clause, "total", "", total, model.cap))
        total = model.cap
    return Points(total, tuple(lines), tuple(cuts), groups, on)


def _line(model: PointsModel, merit: Merit, on: date) -> Line:
    item = _item_of(model, merit)
    if item is None:
        return Line(merit, NO_ITEM)
    worth = _full_worth(item, merit.rank)
    percent = _percent(item, merit)
    reason = COUNTED
    if not merit.document:
        reason = NO_EVIDENCE
    elif merit.on is None:
        reason = NO_DATE
    elif not _is_within(model, item, merit.on, on):
        reason = OUTSIDE
    elif not worth or not percent:
        reason = NO_RANK
    value = worth * percent / 100 if reason == COUNTED else Fraction(0)
    return Line(merit, reason, item.clause, item.id, item.group, value, percent)


def _item_of(model: PointsModel, merit: Merit) -> PointsItem | None:
    """Return the item that reads a merit: the one that asks for most of it."""
    fitting = [
        item
        for item in model.items
        if item.kind == merit.kind
        and item.level in {"", merit.level}
        and item.grade in {"", merit.grade}
    ]
    return max(fitting, key=lambda i: (bool(i.level), bool(i.grade)), default=None)


def _full_worth(item: PointsItem, rank: int | None) -> Fraction:
    if len(item.ranks) == 1 and not item.beyond:
        return item.ranks[0]  # the same for each, whatever the rank
    if rank is None or rank < 1:
        return Fraction(0)
    return item.ranks[rank - 1] if rank <= len(item.ranks) else item.beyond


def _percent(item: PointsItem, merit: Merit) -> Fraction:
    by_role = {
        "self": _HUNDRED,
        "team": item.team_percent,
        "coach": item.coach_percent,
    }[merit.role]
    return by_role * item.revision_percent / 100 if merit.is_revision else by_role


def _is_within(model: PointsModel, item: PointsItem, day: date, on: date) -> bool:
    group = next(g for g in model.groups if g.id == item.group)
    months = group.window_months or model.window_months
    return months_before(on, months) < day <= on


def _best_of_items(model: PointsModel, lines: Sequence[Line]) -> list[Line]:
    """Leave the best so many of each item."""
    most = {item.id: item.most for item in model.items}
    kept: dict[str, int] = {}
    found: dict[int, Line] = {}
    for index in _by_worth(lines):
        line = lines[index]
        limit = most.get(line.item)
        if line.reason == COUNTED and limit is not None:
            kept[line.item] = kept.get(line.item, 0) + 1
            if kept[line.item] > limit:
                line = _struck(line, OVER_COUNT)
        found[index] = line
    return [found[index] for index in range(len(lines))]


def _highest_of_groups(model: PointsModel, lines: Sequence[Line]) -> list[Line]:
    once = {group.id for group in model.groups if group.mode == "highest"}
    seen: set[str] = set()
    found: dict[int, Line] = {}
    for index in _by_worth(lines):
        line = lines[index]
        if line.reason == COUNTED and line.group in once:
            if line.group in seen:
                line = _struck(line, NOT_HIGHEST)
            seen.add(line.group)
        found[index] = line
    return [found[index] for index in range(len(lines))]


def _by_worth(lines: Sequence[Line]) -> list[int]:
    """Return the indexes, the best first; of equals the first named."""
    return sorted(range(len(lines)), key=lambda i: (-lines[i].worth, i))


def _struck(line: Line, reason: str) -> Line:
    return Line(
        line.merit,
        reason,
        line.clause,
        line.item,
        line.group,
        Fraction(0),
        line.percent,
    )


def _group_sum(
    model: PointsModel, group: PointsGroup, lines: Sequence[Line], cuts: list[Cut]
) -> Fraction:
    own, coached = Fraction(0), Fraction(0)
    for item in model.items:
        if item.group != group.id:
            continue
        mine = [line for line in lines if line.item == item.id]
        coach = sum((x.worth for x in mine if x.merit.role == "coach"), Fraction(0))
        value = sum((x.worth for x in mine), Fraction(0)) - coach
        own += _capped(value, item.cap, cuts, (item.clause, "item", item.id))
        coached += coach
    coached = _capped(coached, group.coach_cap, cuts, (group.clause, "coach", group.id))
    return _capped(own + coached, group.cap, cuts, (group.clause, "group", group.id))


def _across(
    model: PointsModel, groups: Mapping[str, Fraction], cuts: list[Cut]
) -> dict[str, Fraction]:
    """Return what is left of each group under the caps across groups."""
    left = dict(groups)
    for cap in model.caps:
        together = sum((left[name] for name in cap.groups), Fraction(0))
        where = (cap.clause, "groups", ", ".join(cap.groups))
        over = together - _capped(together, cap.cap, cuts, where)
        for name in reversed(cap.groups):
            taken = min(left[name], over)
            left[name] -= taken
            over -= taken
    return left


def _capped(
    value: Fraction, cap: Fraction | None, cuts: list[Cut], where: tuple[str, str, str]
) -> Fraction:
    if cap is None or value <= cap:
        return value
    cuts.append(Cut(*where, value, cap))
    return cap
