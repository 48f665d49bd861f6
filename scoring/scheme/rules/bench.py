"""A draft laid out for the workshop: the tree with its sums, faults and warnings.

Words used here:
    bench: everything the workshop shows of one state of a draft.
    reachable: the most points the parts of a node can bring together.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from scoring.scheme.rules import draft
from scoring.scheme.rules.faults import Fault
from scoring.scheme.rules.numbers import format_number
from scoring.scheme.rules.parse import examine
from scoring.scheme.rules.totals import Variation, find_variations
from scoring.scheme.rules.tree import Aspect, Component, Criterion, Scheme
from scoring.scheme.rules.warnings import list_warnings


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One node of the tree as it is shown; numbers are plain decimals."""

    path: str
    level: str  # components | criteria | aspects | one of the settings
    code: str
    name: str
    kind: str = ""  # of an aspect
    points: str = ""  # most it brings: to its parent, of a component on its own scale
    reachable: str = ""  # where its parts add to something else
    weight: str = ""  # of a component
    judges: int = 0  # of an aspect
    has_own_faults: bool = False
    has_own_warnings: bool = False
    below: int = 0  # faults in the nodes it holds
    text: str = ""  # what a search looks through, in lower case
    lines: tuple["Line", ...] = ()

    def count(self) -> int:
        """Return how many aspects stand in this node."""
        if self.level == "aspects":
            return 1
        return sum(line.count() for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    document: draft.Document
    scheme: Scheme  # as far as it could be read
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    components: tuple[Line, ...]
    settings: Mapping[str, tuple[Line, ...]]  # lists beside the components, by level
    variations: tuple[Variation, ...]

    @property
    def is_usable(self) -> bool:
        return not self.faults

    @property
    def variation(self) -> Fraction:
        """Total variation from the sections of the standard (rule S-90)."""
        return sum((v.variation for v in self.variations), Fraction(0))

    @property
    def aspect_count(self) -> int:
        return sum(line.count() for line in self.components)

    def faults_of(self, path: str) -> list[Fault]:
        """Return the faults of one node, without those of the nodes in it."""
        return [f for f in self.faults if draft.owner_of(f.where) == path]

    def warnings_of(self, path: str) -> list[Fault]:
        """Return the warnings of one node, without those of the nodes in it."""
        return [w for w in self.warnings if draft.owner_of(w.where) == path]


def lay_out(document: draft.Document) -> Bench:
    """Read a draft, faulty or not, and lay it out."""
    scheme, faults = examine(document)
    warnings = list_warnings(scheme)
    marker = _Marker(faults, warnings)
    return Bench(
        document=document,
        scheme=scheme,
        faults=tuple(faults),
        warnings=tuple(warnings),
        components=tuple(_components(document, scheme, marker)),
        settings={
            name: tuple(_settings(document, name, marker))
            for name in draft.LISTS[draft.SCHEME]
            if name != "components"
        },
        variations=tuple(find_variations(scheme)) if scheme.sections else (),
    )


class _Marker:
    """Knows which nodes have faults, themselves or in what they hold."""

    def __init__(self, faults: Sequence[Fault], warnings: Sequence[Fault]) -> None:
        owners = [draft.owner_of(fault.where) for fault in faults]
        self.own = set(owners)
        self.warned = {draft.owner_of(warning.where) for warning in warnings}
        self.below = Counter(
            path for owner in owners for path in draft.above(owner) if path != owner
        )


def _components(
    document: draft.Document, scheme: Scheme, marker: _Marker
) -> Iterator[Line]:
    nodes = list(draft.children(document, "", "components"))
    for at, (path, node) in enumerate(nodes):
        part = scheme.components[at] if at < len(scheme.components) else None
        found = list(draft.children(node, path, "criteria"))
        criteria = part.criteria if part and len(part.criteria) == len(found) else ()
        lines = tuple(
            _criterion(inner, child, criteria[k] if k < len(criteria) else None, marker)
            for k, (inner, child) in enumerate(found)
        )
        yield _with_sums(_line(path, node, "components", marker, lines), part)


def _with_sums(line: Line, part: Component | None) -> Line:
    if part is None:
        return line
    reachable = sum((criterion.max for criterion in part.criteria), Fraction(0))
    differs = reachable != part.max and not part.carried
    return replace(
        line,
        points=format_number(part.max),
        reachable=format_number(reachable) if differs else "",
        weight=format_number(part.weight),
    )


def _criterion(
    path: str,
    node: Mapping[str, object],
    criterion: Criterion | None,
    marker: _Marker,
) -> Line:
    found = list(draft.children(node, path, "aspects"))
    whole = criterion is not None and len(criterion.aspects) == len(found)
    aspects = criterion.aspects if criterion and whole else ()
    lines = tuple(
        _aspect(inner, child, aspects[k] if k < len(aspects) else None, marker)
        for k, (inner, child) in enumerate(found)
    )
    points = reachable = ""
    if criterion is not None:
        top = sum((aspect.max for aspect in criterion.aspects), Fraction(0))
        points = format_number(criterion.max)
        reachable = format_number(top) if top != criterion.max else ""
    line = _line(path, node, "criteria", marker, lines)
    return replace(line, points=points, reachable=reachable)


def _aspect(
    path: str, node: Mapping[str, object], aspect: Aspect | None, marker: _Marker
) -> Line:
    kind = node.get("kind")
    return Line(
        path=path,
        level="aspects",
        code=_text(node, "code"),
        name=_text(node, "name"),
        kind=kind if isinstance(kind, str) else "",
        points=format_number(aspect.max) if aspect else "",
        judges=aspect.judges if aspect else 0,
        has_own_faults=path in marker.own,
        has_own_warnings=path in marker.warned,
        text=" ".join(
            _text(node, key) for key in ("code", "name", "description", "section")
        ).lower(),
    )


def _settings(document: draft.Document, name: str, marker: _Marker) -> Iterator[Line]:
    for path, node in draft.children(document, "", name):
        yield _line(path, node, name, marker, ())


def _line(
    path: str,
    node: Mapping[str, object],
    level: str,
    marker: _Marker,
    lines: tuple[Line, ...],
) -> Line:
    return Line(
        path=path,
        level=level,
        code=_text(node, "code"),
        name=_text(node, "name"),
        has_own_faults=path in marker.own,
        has_own_warnings=path in marker.warned,
        below=marker.below[path],
        text=f"{_text(node, 'code')} {_text(node, 'name')}".lower(),
        lines=lines,
    )


def _text(node: Mapping[str, object], key: str) -> str:
    value = node.get(key)
    return value.strip() if isinstance(value, str) else ""
