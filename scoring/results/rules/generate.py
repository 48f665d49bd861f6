"""Marks made up to try a scheme out: the same for the same seed, and never a result.

Each entry has a level, each judge leans a little one way. Nothing here is chance: every
choice is read from SHA-256 of the seed and of what it is for.
"""

import hashlib
from collections.abc import Iterator
from fractions import Fraction

from scoring.marking.rules.facts import EntryFacts, Mark
from scoring.scheme.rules.numbers import format_number, round_to
from scoring.scheme.rules.tree import Aspect, Scheme

_SCALE = 2**32


def make_entries(scheme: Scheme, count: int, seed: str) -> list[EntryFacts]:
    """Return made-up entries T001, T002 … with times and carried points."""
    return [
        EntryFacts(
            entry=code,
            time=Fraction(3600 + int(_draw(seed, code, "time") * 3600)),
            carried={
                component.code: round_to(
                    component.max * _level(seed, code, component.code), 1
                )
                for component in scheme.carried
            },
        )
        for code in (f"T{number:03d}" for number in range(1, count + 1))
    ]


def make_marks(scheme: Scheme, entries: list[EntryFacts], seed: str) -> list[Mark]:
    """Return every mark of made-up entries.

    Args:
        scheme: what is marked.
        entries: from `make_entries`.
        seed: any text.
    """
    return [
        Mark(facts.entry, aspect.code, f"J{judge}", value)
        for facts in entries
        for aspect in scheme.aspects
        for judge, value in enumerate(_values(aspect, facts.entry, seed), start=1)
    ]


def _values(aspect: Aspect, entry: str, seed: str) -> Iterator[str]:
    level = _level(seed, entry, aspect.code)
    if aspect.aggregate == "agreed":
        value = _value(aspect, level)
        yield from (value for _ in range(aspect.judges))
        return
    for judge in range(1, aspect.judges + 1):
        lean = (_draw(seed, f"J{judge}") - Fraction(1, 2)) / 10
        noise = (_draw(seed, entry, aspect.code, f"J{judge}") - Fraction(1, 2)) / 6
        yield _value(aspect, min(max(level + lean + noise, Fraction(0)), Fraction(1)))


def _value(aspect: Aspect, level: Fraction) -> str:
    """Return the value a judge gives for a level, 0 to 1."""
    match aspect.kind:
        case "yes_no":
            value = "1" if level > Fraction(2, 5) else "0"
        case "choice":
            ranked = sorted(aspect.options, key=lambda label: aspect.options[label])
            value = ranked[min(int(level * len(ranked)), len(ranked) - 1)]
        case "deduction":
            per_fault = aspect.per_fault or Fraction(1)
            value = str(int((1 - level) * aspect.max / per_fault / 2))
        case "tolerance":
            value = _size(aspect, level)
        case "judgement":
            value = str(int(round_to(1 + level * 2, 0)))
        case "rank":
            value = str(1 + int((1 - level) * 10))
        case _:
            points = aspect.min + (aspect.max - aspect.min) * level
            value = format_number(round_to(points, 1))
    return value


def _size(aspect: Aspect, level: Fraction) -> str:
    """Return a measured size: within the limits, or beyond them by some steps."""
    edge = aspect.upper if aspect.upper is not None else aspect.lower
    inside = edge if edge is not None else Fraction(0)
    if level > Fraction(1, 2):
        return format_number(inside)
    steps = int((Fraction(1, 2) - level) * 8)
    sign = 1 if aspect.upper is not None else -1
    return format_number(inside + sign * steps * aspect.unit)


def _level(seed: str, entry: str, code: str) -> Fraction:
    """Return how well an entry does an aspect, 0 to 1: mostly as it does all."""
    able = Fraction(1, 2) + _draw(seed, entry) / 2
    return able * Fraction(4, 5) + _draw(seed, entry, code) / 5


def _draw(*parts: str) -> Fraction:
    """Return a number from 0 up to 1, always the same for the same parts."""
    found = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return Fraction(int.from_bytes(found[:4]), _SCALE)


def fit_marks(scheme: Scheme, marks: list[Mark]) -> list[Mark]:
    """Return the marks a scheme asks for: of its aspects, of as many judges each."""
    judges = {aspect.code: aspect.judges for aspect in scheme.aspects}
    given: dict[tuple[str, str], int] = {}
    kept = []
    for mark in marks:
        cell = (mark.entry, mark.aspect)
        if given.get(cell, 0) < judges.get(mark.aspect, 0):
            given[cell] = given.get(cell, 0) + 1
            kept.append(mark)
    return kept
