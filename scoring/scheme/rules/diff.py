"""What differs between two schemes, node by node and key by key.

Nodes are the same when they have the same code (awards and the like: the same name) and
level; an aspect that stands elsewhere was moved. A key that says what is the default
anyway counts as not written.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from scoring.scheme.rules.draft import LISTS, SCHEME, TABLES, Document, children
from scoring.scheme.rules.numbers import find_toml_number, format_number

ADDED, REMOVED, CHANGED, MOVED, REORDERED = (
    "added",
    "removed",
    "changed",
    "moved",
    "reordered",
)

_DEFAULTS: Mapping[str, Mapping[str, object]] = {
    "rounding": {"mode": "half_up"},
    "ranking": {
        "compare": "published",
        "per": "group",
        "unresolved": "share",
        "ties": [],
        "require_pass": [],
    },
    "panels": {"correction": "none", "min_entries": 10},
    "medals": {"of": "total", "chain": False, "tolerance": 0},
    "components": {
        "weight": 1,
        "trim_scope": "aspect",
        "drop": 1,
        "bonus": False,
        "carried": False,
    },
    "criteria": {"floor": 0, "factor": 1},
    "aspects": {"min": 0, "mode": "step", "photo": "none", "timed": False},
    "penalties": {"unit": 1, "started": False},
    "awards": {
        "of": "ranked",
        "share_rounding": "half_up",
        "tie_at_cut": "include",
        "require_pass": [],
    },
    "teams": {"ties": []},
}


_OPTIONAL = {"medals", "teams", "scale"}  # that they stand there says something


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyChange:
    """One key; "" where it is not written (or says the default)."""

    key: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One node that differs."""

    what: str  # added | removed | changed | moved | reordered
    level: str  # see `draft`; "scheme" is the scheme itself
    code: str  # or name; "" of a table
    name: str
    keys: tuple[KeyChange, ...] = ()  # of changed and moved
    old_place: str = ""  # of moved: code of the parent before
    new_place: str = ""
    held: int = 0  # of added and removed: aspects in it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    node: Mapping[str, object]
    parent: str  # code of the node that holds it
    order: int


_Index = dict[tuple[str, str], _Spot]


def diff_documents(old: Document, new: Document) -> list[Change]:
    """Return what differs, settings first, then by the place in the newer scheme.

    Children of a component or criterion that was added or removed as a whole are not
    told again.
    """
    before, after = _index(old), _index(new)
    return [
        *_compare_tables(old, new),
        *_compare_nodes(before, after),
        *(
            Change(
                what=REMOVED,
                level=level,
                code=code,
                name=_text(spot.node.get("name")),
                held=_count_aspects(spot.node),
            )
            for (level, code), spot in before.items()
            if (level, code) not in after and not _is_gone_with(after, spot, level)
        ),
    ]


def _index(document: Document) -> _Index:
    found: _Index = {}
    _fill(found, document, SCHEME, "")
    return found


def _fill(found: _Index, node: Mapping[str, object], level: str, own_code: str) -> None:
    for name in LISTS.get(level, ()):
        for order, (_, child) in enumerate(children(node, "", name)):
            code = _text(child.get("code") or child.get("name"))
            while (name, code) in found:
                code += "′"  # doubled by mistake: still a node of its own
            found[name, code] = _Spot(node=child, parent=own_code, order=order)
            _fill(found, child, name, code)


def _compare_tables(old: Document, new: Document) -> Iterator[Change]:
    keys = _compare_keys(SCHEME, old, new)
    if keys:
        yield Change(what=CHANGED, level=SCHEME, code="", name="", keys=keys)
    for name in TABLES:
        keys = _compare_keys(name, _mapping(old.get(name)), _mapping(new.get(name)))
        what = _fate(name in old, name in new) if name in _OPTIONAL else CHANGED
        if keys or what != CHANGED:
            yield Change(what=what, level=name, code="", name="", keys=keys)


def _fate(was_there: bool, is_there: bool) -> str:  # noqa: FBT001 - before, after
    if was_there == is_there:
        return CHANGED
    return ADDED if is_there else REMOVED


def _compare_nodes(before: _Index, after: _Index) -> Iterator[Change]:
    for (level, code), spot in after.items():
        name = _text(spot.node.get("name"))
        was = before.get((level, code))
        if was is None:
            if not _is_gone_with(before, spot, level):
                held = _count_aspects(spot.node)
                yield Change(what=ADDED, level=level, code=code, name=name, held=held)
            continue
        keys = _compare_keys(level, was.node, spot.node)
        if was.parent != spot.parent:
            yield Change(
                what=MOVED,
                level=level,
                code=code,
                name=name,
                keys=keys,
                old_place=was.parent,
                new_place=spot.parent,
            )
        elif keys:
            yield Change(what=CHANGED, level=level, code=code, name=name, keys=keys)
    yield from _compare_orders(before, after)


def _compare_orders(before: _Index, after: _Index) -> Iterator[Change]:
    """Tell parents whose common children stand in another order."""
    orders: dict[tuple[str, str], list[int]] = {}
    for (level, code), spot in after.items():
        was = before.get((level, code))
        if was is not None and was.parent == spot.parent:
            orders.setdefault((level, spot.parent), []).append(was.order)
    for (level, parent), order in orders.items():
        if order != sorted(order):
            yield Change(what=REORDERED, level=level, code=parent, name="")


def _is_gone_with(there: _Index, spot: _Spot, level: str) -> bool:
    """Tell whether the parent came or went as well."""
    above = {"criteria": "components", "aspects": "criteria"}.get(level)
    return above is not None and (above, spot.parent) not in there


def _count_aspects(node: Mapping[str, object]) -> int:
    own = sum(1 for _ in children(node, "", "aspects"))
    inner = (child for _, child in children(node, "", "criteria"))
    return own + sum(_count_aspects(child) for child in inner)


def _compare_keys(
    level: str, old: Mapping[str, object], new: Mapping[str, object]
) -> tuple[KeyChange, ...]:
    skipped = {*LISTS.get(level, ()), *(TABLES if level == SCHEME else ())}
    skipped |= {"format"} if level == SCHEME else set()
    keys = [key for key in dict.fromkeys([*old, *new]) if key not in skipped]
    changes = []
    for key in keys:
        was, now = _said(level, key, old), _said(level, key, new)
        if was != now:
            changes.append(KeyChange(key=key, old=_text(was), new=_text(now)))
    return tuple(changes)


def _said(level: str, key: str, node: Mapping[str, object]) -> object:
    value = _plain(node.get(key))
    default = _DEFAULTS.get(level, {}).get(key)
    if key == "name" and value == _plain(node.get("code")):
        return None  # a name is the code unless it is said
    return None if value == _plain(default) else value


def _plain(value: object) -> object:
    """Return a value that is equal where a scheme means the same, as 1 and 1.0."""
    number = find_toml_number(value)
    if number is not None:
        return number
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    """Return a value as it is shown to a reader."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction):
        return format_number(value)
    if isinstance(value, list):
        return "; ".join(map(_text, value))
    if isinstance(value, Mapping):
        return "; ".join(f"{key} = {_text(item)}" for key, item in value.items())
    return "" if value is None else str(value)
