"""The chief judge's decisions on works, as the facts scoring takes.

Words used here:
    ruling: a decision that stands (it was not revoked).
"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple

from scoring.marking.rules.facts import ABSENT, PRESENT, WITHDRAWN, EntryFacts
from scoring.scheme.rules.numbers import find_number
from scoring.scheme.rules.tree import Scheme

VETOES = {
    "veto_aspect": "aspect",
    "veto_criterion": "criterion",
    "veto_component": "component",
}
NUMBERS = ("time", "penalty", "playoff")  # kinds that carry a number
ON_WORKS = (*VETOES, "veto_total", "disqualify", "withdrawn", *NUMBERS)


class Ruling(NamedTuple):
    """One decision on one work."""

    entry: str  # work code
    kind: str
    target: str  # code of what is vetoed or of the penalty
    value: str  # plain decimal


def find_fault(scheme: Scheme, ruling: Ruling) -> str:
    """Return the code of what is wrong with a ruling, "" where nothing is.

    Codes: kind, target, value (a plain decimal, 0 or more; a play-off place any).
    """
    if ruling.kind not in ON_WORKS:
        return "kind"
    if ruling.kind in NUMBERS:
        number = find_number(ruling.value)
        if number is None or number < 0:
            return "value"
    return "" if ruling.target in _list_targets(scheme, ruling.kind) else "target"


def _list_targets(scheme: Scheme, kind: str) -> set[str]:
    match kind:
        case "veto_aspect":
            return {aspect.code for aspect in scheme.aspects}
        case "veto_criterion":
            return {c.code for part in scheme.components for c in part.criteria}
        case "veto_component":
            return {component.code for component in scheme.components}
        case "penalty":
            return {penalty.code for penalty in scheme.penalties}
        case _:
            return {""}


def make_facts(
    works: Mapping[str, str], rulings: Iterable[Ruling], missing: Mapping[str, int]
) -> list[EntryFacts]:
    """Return the facts about every entry of an event, by work code.

    Args:
        works: work codes and their groups.
        rulings: in the order they were made; a later number replaces an earlier one.
        missing: how many entries of each group handed in no work. They are entered,
            not ranked, and stand under placeholders that no code can look like.
    """
    by_work: dict[str, list[Ruling]] = {code: [] for code in works}
    for ruling in rulings:
        by_work[ruling.entry].append(ruling)
    facts = [_make(code, works[code], made) for code, made in by_work.items()]
    return [*facts, *_placeholders(missing)]


def list_excused(facts: Iterable[EntryFacts]) -> frozenset[str]:
    """Return the entries that need no marks any more: withdrawn or disqualified."""
    return frozenset(
        f.entry for f in facts if f.status != PRESENT or "disqualify" in f.vetoes
    )


def is_placeholder(entry: str) -> bool:
    """Tell whether an entry only stands for someone who handed in no work."""
    return entry.startswith(" ")


def _placeholders(missing: Mapping[str, int]) -> Iterator[EntryFacts]:
    for group, count in sorted(missing.items()):
        for number in range(1, count + 1):
            yield EntryFacts(entry=f" {group} {number}", group=group, status=ABSENT)


def _make(code: str, group: str, rulings: Iterable[Ruling]) -> EntryFacts:
    vetoes: list[str] = []
    numbers: dict[str, Fraction] = {}
    penalties: dict[str, Fraction] = {}
    status = "present"
    for ruling in rulings:
        if ruling.kind in VETOES:
            vetoes.append(f"{VETOES[ruling.kind]}:{ruling.target}")
        elif ruling.kind == "veto_total":
            vetoes.append("total")
        elif ruling.kind == "disqualify":
            vetoes.append("disqualify")
        elif ruling.kind == "withdrawn":
            status = WITHDRAWN
        elif ruling.kind == "penalty":
            penalties[ruling.target] = Fraction(ruling.value)
        else:
            numbers[ruling.kind] = Fraction(ruling.value)
    return EntryFacts(
        entry=code,
        group=group,
        status=status,
        time=numbers.get("time"),
        playoff=numbers.get("playoff"),
        vetoes=tuple(dict.fromkeys(vetoes)),
        penalties=penalties,
    )
