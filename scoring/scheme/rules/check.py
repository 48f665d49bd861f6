"""Check what spans a whole scheme: codes, references, awards, full marks.

Checks of codes run on every scheme; checks of sums only on one whose numbers were all
readable, so that one fault is not reported twice.
"""

from collections.abc import Iterator
from fractions import Fraction

from scoring.scheme.rules.numbers import find_toml_number, format_number
from scoring.scheme.rules.table import Table
from scoring.scheme.rules.tree import Award, Component, Scheme

# Columns of the results: a component's code stands beside them.
RESERVED_CODES = frozenset(
    (
        *("rank", "entry", "group", "unit", "team", "status", "penalty", "total"),
        *("scale", "passed", "tied_by", "award"),
        *("components", "criteria", "aspects"),
    )
)


def check_references(scheme: Scheme, root: Table, *, broken: bool) -> None:
    """Report unknown and doubled codes; the faults go to the table's list."""
    _check_codes(scheme, root)
    _check_penalties(scheme, root)
    _check_ties(scheme, root)
    _check_passes(scheme, root)
    _check_awards(scheme, root)
    if not broken:
        _check_floors(scheme, root)
        _check_full_mark(scheme, root)
        _check_reach(scheme, root)


def _walk(scheme: Scheme) -> Iterator[tuple[str, str, str]]:
    """Yield kind, key path and code of everything that has a code."""
    for i, component in enumerate(scheme.components):
        path = f"components[{i}]"
        yield "component", f"{path}.code", component.code
        for j, criterion in enumerate(component.criteria):
            inner = f"{path}.criteria[{j}]"
            yield "criterion", f"{inner}.code", criterion.code
            for k, aspect in enumerate(criterion.aspects):
                yield "aspect", f"{inner}.aspects[{k}].code", aspect.code
    for i, penalty in enumerate(scheme.penalties):
        yield "penalty", f"penalties[{i}].code", penalty.code
    for i, section in enumerate(scheme.sections):
        yield "section", f"sections[{i}].code", section.code
    for i, row in enumerate(scheme.calculations):
        yield "calculation", f"calculations[{i}].code", row.code
    for i, award in enumerate(scheme.awards):
        yield "award", f"awards[{i}].name", award.name


def _check_codes(scheme: Scheme, root: Table) -> None:
    seen: set[tuple[str, str]] = set()
    for kind, path, code in _walk(scheme):
        if not code:
            continue  # reported as missing
        if (kind, code) in seen:
            _fault(root, path, "%(code)s is used twice.", code=code)
        seen.add((kind, code))
        if kind != "award" and any(c.isspace() for c in code):
            _fault(root, path, "A code has no spaces: %(code)s.", code=code)
        if kind == "component" and code in RESERVED_CODES:
            _fault(root, path, "%(code)s is a column of the results.", code=code)


def _codes(scheme: Scheme, kind: str) -> set[str]:
    return {code for found, _, code in _walk(scheme) if found == kind}


def _check_penalties(scheme: Scheme, root: Table) -> None:
    components = _codes(scheme, "component") | {"total"}
    for i, penalty in enumerate(scheme.penalties):
        if penalty.applies_to not in components:
            _unknown(root, f"penalties[{i}].applies_to", penalty.applies_to)


def _check_ties(scheme: Scheme, root: Table) -> None:
    ranking = root.data.get("ranking")
    written = ranking.get("ties") if isinstance(ranking, dict) else None
    texts = written if isinstance(written, list) else []
    places = {t.strip(): i for i, t in enumerate(texts) if isinstance(t, str)}
    for key in scheme.ranking.ties:
        if key.kind != "time" and key.code not in _codes(scheme, key.kind):
            index = places[key.text]
            _unknown(root, f"ranking.ties[{index}]", f"{key.kind}:{key.code}")


def _check_passes(scheme: Scheme, root: Table) -> None:
    lines = [("ranking.require_pass", scheme.ranking.require_pass)]
    lines += [
        (f"awards[{i}].require_pass", award.require_pass)
        for i, award in enumerate(scheme.awards)
    ]
    lines += [
        (f"{key}[{i}].require_pass", row.require_pass)
        for key, rows in (
            ("promotions", scheme.promotions),
            ("honours", scheme.honours),
        )
        for i, row in enumerate(rows)
    ]
    components = {component.code: component for component in scheme.components}
    for path, codes in lines:
        for index, code in enumerate(codes):
            _check_pass(root, f"{path}[{index}]", code, components.get(code))


def _check_pass(root: Table, path: str, code: str, component: Component | None) -> None:
    if component is None:
        _unknown(root, path, code)
    elif component.pass_mark is None:
        _fault(root, path, "%(code)s has no pass line.", code=code)


def _check_awards(scheme: Scheme, root: Table) -> None:
    shares: dict[tuple[str, frozenset[str]], Fraction] = {}
    for i, award in enumerate(scheme.awards):
        if any(_takes_everyone(above) for above in scheme.awards[:i]):
            _fault(
                root,
                f"awards[{i}]",
                "An award above it already goes to everybody.",
            )
        elif any(_takes_all(above, award) for above in scheme.awards[:i]):
            _fault(
                root,
                f"awards[{i}].upto",
                "An award above it already takes every place up to there.",
            )
        if award.share is not None:
            same = (award.of, frozenset(award.require_pass))
            shares[same] = shares.get(same, Fraction(0)) + award.share
            if shares[same] > 1:
                _fault(root, f"awards[{i}].share", "The shares add to more than 100%%.")


def _takes_all(above: Award, award: Award) -> bool:
    """Tell whether an award leaves no entry to one after it, both with `upto`."""
    return (
        above.upto is not None
        and award.upto is not None
        and above.upto >= award.upto
        and (above.of, above.share_rounding) == (award.of, award.share_rounding)
        and above.tie_at_cut == "include"
        and set(above.require_pass) <= set(award.require_pass)
    )


def _takes_everyone(above: Award) -> bool:
    """Tell whether an award leaves nobody to those after it."""
    return 1 in (above.upto, above.share) and not above.require_pass


def _check_floors(scheme: Scheme, root: Table) -> None:
    for i, component in enumerate(scheme.components):
        for j, criterion in enumerate(component.criteria):
            if criterion.floor > criterion.cap:
                path = f"components[{i}].criteria[{j}].floor"
                _fault(root, path, "Must not be above the cap.")


def _check_full_mark(scheme: Scheme, root: Table) -> None:
    full = find_toml_number(root.data.get("full"))
    if full is not None and scheme.max != full:
        _fault(
            root,
            "full",
            "The components' max × weight add to %(sum)s, not to %(full)s.",
            sum=format_number(scheme.max),
            full=format_number(full),
        )


def _check_reach(scheme: Scheme, root: Table) -> None:
    """Report components that fall short of their max where a full mark is stated."""
    if "full" not in root:
        return
    for i, component in enumerate(scheme.components):
        reachable = sum((c.max for c in component.criteria), Fraction(0))
        if not component.carried and not component.bonus and reachable < component.max:
            _fault(
                root,
                f"components[{i}].max",
                "The criteria reach %(sum)s of %(max)s, not the full mark.",
                sum=format_number(reachable),
                max=format_number(component.max),
            )


def _unknown(root: Table, path: str, code: str) -> None:
    _fault(root, path, "Nothing in this scheme is called %(code)s.", code=code)


def _fault(root: Table, path: str, template: str, **params: object) -> None:
    root.fault_at(path, template, params)
