"""Edit a scheme's document node by node; the document given is never changed itself.

Words used here:
    node: the document itself (path ""), one of its tables (path "ranking") or one
        member of a list of tables ("components[0].criteria[2].aspects[1]").
    level: what a node is: "scheme", "ranking", "components", "criteria", "aspects" …:
        the key its path ends with.
"""

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any

from errors import DomainError
from scoring.scheme.rules.tree import FORMAT

Document = Mapping[str, object]
Values = dict[str, Any]

LISTS: Mapping[str, tuple[str, ...]] = {  # lists of tables that each level may hold
    "scheme": (
        *("components", "sections", "calculations", "penalties", "awards"),
        *("rankings", "promotions", "honours"),
    ),
    "components": ("criteria",),
    "criteria": ("aspects",),
}
TABLES = ("rounding", "ranking", "medals", "teams", "scale", "panels")
SCHEME = "scheme"

_STEP = re.compile(r"(?P<name>[a-z]+)(?:\[(?P<index>[0-9]{1,4})\])?", re.ASCII)
_NUMBERED = re.compile(r"^(.*?)([0-9]+)$")
_STEMS = {"sections": "", "penalties": "penalty", "calculations": "D"}
_BEGINNINGS: Mapping[str, Values] = {
    "sections": {"marks": 0},
    "penalties": {"points": 1, "applies_to": "total"},
    "calculations": {"per_fault": 1},
    "awards": {"count": 1},
    "rankings": {"by": "unit"},
}
_MOST = 5000  # nodes in one list; more is no scheme


class NoNodeError(DomainError):
    """The draft has nothing at this place, or nothing can be done there."""

    status = 404


def level_of(path: str) -> str:
    """Return what stands at a path."""
    return _steps(path)[-1][0] if path else SCHEME


def parent_of(path: str) -> str:
    """Return the path of the node that holds this one; "" for those at the top."""
    return path.rpartition(".")[0]


def above(path: str) -> list[str]:
    """Return the paths of the nodes around this one, outermost first, itself last."""
    parts = path.split(".")
    return [".".join(parts[: at + 1]) for at in range(len(parts))]


def owner_of(where: str) -> str:
    """Return the path of the node that a fault's key path lies in.

    "components[0].criteria[1].aspects[2].max" lies in that aspect, "ranking.ties[0]"
    in the ranking, "full" in the scheme itself.
    """
    path, level = "", SCHEME
    for step in where.split("."):
        found = _STEP.fullmatch(step)
        if found is None:
            break
        in_list = found["index"] is not None and found["name"] in LISTS.get(level, ())
        in_table = not path and found["index"] is None and found["name"] in TABLES
        if not (in_list or in_table):
            break
        path, level = (f"{path}.{step}" if path else step), found["name"]
    return path


def new_document(title: str) -> Values:
    """Return a scheme to begin with: one component, one criterion, one aspect."""
    document: Values = {
        "format": FORMAT,
        "title": title,
        "rounding": {"mode": "half_up", "component": 2, "total": 2},
        "components": [],
        "ranking": {"compare": "published", "per": "group", "unresolved": "share"},
    }
    return add_node(document, "", "components")[0]


def find_node(document: Document, path: str) -> Mapping[str, Any]:
    """Return the table at a path.

    Raises:
        NoNodeError: there is none.
    """
    node: object = document
    for name, index in _steps(path):
        node = node.get(name) if isinstance(node, Mapping) else None
        if index is not None:
            node = node[index] if isinstance(node, list) and index < len(node) else None
    if not isinstance(node, Mapping):
        raise NoNodeError("There is nothing at this place of the draft.")
    return node


def walk(document: Document, level: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield path and table of every node of a level, in order."""
    yield from _walk(document, "", SCHEME, level)


def _walk(
    node: Mapping[str, object], path: str, at: str, wanted: str
) -> Iterator[tuple[str, Mapping[str, object]]]:
    for name in LISTS.get(at, ()):
        for inner, child in children(node, path, name):
            if name == wanted:
                yield inner, child
            else:
                yield from _walk(child, inner, name, wanted)


def children(
    node: Mapping[str, object], path: str, name: str
) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield path and table of the members of one of a node's lists."""
    found = node.get(name)
    for index, child in enumerate(found if isinstance(found, list) else ()):
        if isinstance(child, Mapping):
            yield _join(path, f"{name}[{index}]"), child


def change_node(document: Document, path: str, values: Mapping[str, object]) -> Values:
    """Set keys of a node; a value of None takes the key away.

    A table (such as "teams") that is not there yet is made.
    """
    made = _copy(document)
    if path in TABLES and not isinstance(made.get(path), dict):
        made[path] = {}
    node = _open(made, path)
    for key, value in values.items():
        if value is None:
            node.pop(key, None)
        else:
            node[key] = value
    return made


def add_node(document: Document, parent: str, name: str) -> tuple[Values, str]:
    """Append a node with usable beginnings to a list; return it with its path.

    Raises:
        NoNodeError: the parent holds no such list.
    """
    if name not in LISTS.get(level_of(parent), ()):
        raise NoNodeError("There is nothing at this place of the draft.")
    made = _copy(document)
    found = _list(_open(made, parent), name)
    found.append(_fresh(made, parent, name))
    return made, _join(parent, f"{name}[{len(found) - 1}]")


def delete_node(document: Document, path: str) -> Values:
    """Take a node away, with all it holds."""
    made = _copy(document)
    if path in TABLES:
        made.pop(path, None)
        return made
    siblings, index = _place(made, path)
    del siblings[index]
    if not siblings:
        _open(made, parent_of(path)).pop(level_of(path))
    return made


def shift_node(document: Document, path: str, by: int) -> tuple[Values, str]:
    """Move a node among its siblings; at an end it stays where it is."""
    made = _copy(document)
    siblings, index = _place(made, path)
    target = min(max(index + by, 0), len(siblings) - 1)
    siblings.insert(target, siblings.pop(index))
    return made, _join(parent_of(path), f"{level_of(path)}[{target}]")


def duplicate_node(document: Document, path: str) -> tuple[Values, str]:
    """Put a copy with codes of its own behind a node."""
    made = _copy(document)
    siblings, index = _place(made, path)
    twin = copy.deepcopy(siblings[index])
    siblings.insert(index + 1, twin)
    _rename(made, twin, level_of(path))
    return made, _join(parent_of(path), f"{level_of(path)}[{index + 1}]")


def rehome_node(document: Document, path: str, parent: str) -> tuple[Values, str]:
    """Move a node to the end of the same list of another parent.

    Raises:
        NoNodeError: the parent holds no such list.
    """
    level = level_of(path)
    if level not in LISTS.get(level_of(parent), ()):
        raise NoNodeError("There is nothing at this place of the draft.")
    made = _copy(document)
    siblings, index = _place(made, path)
    target = _list(_open(made, parent), level)
    target.append(siblings.pop(index))
    return made, _join(parent, f"{level}[{len(target) - 1}]")


def _steps(path: str) -> list[tuple[str, int | None]]:
    steps: list[tuple[str, int | None]] = []
    for part in path.split(".") if path else ():
        found = _STEP.fullmatch(part)
        if found is None:
            raise NoNodeError("There is nothing at this place of the draft.")
        index = found["index"]
        steps.append((found["name"], None if index is None else int(index)))
    return steps


def _join(path: str, step: str) -> str:
    return f"{path}.{step}" if path else step


def _copy(document: Document) -> Values:
    return copy.deepcopy(dict(document))


def _open(document: Values, path: str) -> Values:
    """Return a node of a copy, to be changed."""
    node = find_node(document, path)
    if not isinstance(node, dict):
        raise NoNodeError("There is nothing at this place of the draft.")
    return node


def _list(node: Values, name: str) -> list[Any]:
    found = node.setdefault(name, [])
    if not isinstance(found, list) or len(found) >= _MOST:
        raise NoNodeError("There is nothing at this place of the draft.")
    return found


def _place(document: Values, path: str) -> tuple[list[Any], int]:
    steps = _steps(path)
    if not steps or steps[-1][1] is None:
        raise NoNodeError("There is nothing at this place of the draft.")
    find_node(document, path)
    name, index = steps[-1]
    return _list(_open(document, parent_of(path)), name), index or 0


def _codes(document: Document, level: str) -> set[object]:
    return {node.get("code") for _, node in walk(document, level)}


def _fresh(document: Document, parent: str, name: str) -> Values:
    """Return a new node; codes go on from those that are there."""
    made: Values
    if name == "components":
        code = _next_letter(_codes(document, name))
        criterion = {"code": f"{code}1", "aspects": [_new_aspect(f"{code}1.1")]}
        made = {"code": code, "max": 100, "weight": 1, "criteria": [criterion]}
    elif name == "criteria":
        code = _next(document, name, str(find_node(document, parent).get("code")))
        made = {"code": code, "aspects": [_new_aspect(f"{code}.1")]}
    elif name == "aspects":
        stem = f"{find_node(document, parent).get('code')}."
        made = _new_aspect(_next(document, name, stem))
    elif name in _STEMS:
        made = {"code": _next(document, name, _STEMS[name]), **_BEGINNINGS[name]}
    else:
        made = {"name": "", **_BEGINNINGS.get(name, {})}
    return made


def _new_aspect(code: str) -> Values:
    return {"code": code, "kind": "score", "max": 10}


def _next(document: Document, level: str, stem: str) -> str:
    taken = _codes(document, level)
    return next(
        code for n in range(1, _MOST * 4) if (code := f"{stem}{n}") not in taken
    )


def _next_letter(taken: set[object]) -> str:
    letters = (chr(ord("A") + at) for at in range(26))
    free = (letter for letter in letters if letter not in taken)
    return next(free, None) or next(
        code for n in range(27, _MOST) if (code := f"C{n}") not in taken
    )


def _rename(
    document: Document, node: Values, level: str, renamed: tuple[str, str] = ("", "")
) -> None:
    """Give a copy and what it holds codes that nothing else has.

    `renamed` is what its parent was called and is called now: A1.2 of A1 becomes A3.2
    of A3.
    """
    old = str(node.get("code", ""))
    if "code" in node:
        node["code"] = ""  # its own, doubled one does not count as taken
        node["code"] = _free_code(document, level, old, renamed)
    for name in LISTS.get(level, ()):
        for _, child in children(node, "", name):
            if isinstance(child, dict):
                _rename(document, child, name, (old, str(node.get("code", ""))))


def _free_code(
    document: Document, level: str, old: str, renamed: tuple[str, str]
) -> str:
    before, after = renamed
    wanted = after + old.removeprefix(before) if before else old
    if before and old.startswith(before) and wanted not in _codes(document, level):
        return wanted
    if level == "components":
        return _next_letter(_codes(document, level))
    found = _NUMBERED.match(old)
    return _next(document, level, found[1] if found else f"{old}-")
