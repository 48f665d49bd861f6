"""Write a scheme read from CIS as our TOML."""

import json
import re
from collections.abc import Iterator
from fractions import Fraction

from scoring.scheme.rules.cis import CisAspect, CisScheme, CisSubCriterion
from scoring.scheme.rules.numbers import format_number
from scoring.scheme.rules.tree import FORMAT

JUDGES = 3  # experts who judge together, WorldSkills Competition Rules

_DEDUCT = re.compile(r"\bdeduct (\d*\.?\d+)", re.IGNORECASE)


def write_cis_scheme(cis: CisScheme, *, with_deductions: bool = False) -> str:
    """Return the TOML of a CIS scheme.

    A measured aspect is full mark or zero. With `with_deductions`, one whose note says
    "Deduct 0.25 …" loses that for each fault instead. Judged aspects are the mean of
    three experts; aspects, components and total are rounded half up to two places.
    """
    return "\n".join(_lines(cis, with_deductions=with_deductions)) + "\n"


def _lines(cis: CisScheme, *, with_deductions: bool) -> Iterator[str]:
    full = sum((aspect.max for aspect in cis.aspects), Fraction(0))
    yield f"format = {_quote(FORMAT)}"
    yield f"title = {_quote(cis.title)}"
    yield f"full = {format_number(full)}"
    yield from ("", "[rounding]", 'mode = "half_up"')
    yield from ("aspect = 2", "component = 2", "total = 2")
    for section in cis.sections:
        yield from ("", "[[sections]]", f"code = {_quote(section.code)}")
        yield f"name = {_quote(section.name)}"
        yield f"marks = {format_number(section.marks)}"
    letters = dict.fromkeys(_letter(sub) for sub in cis.sub_criteria if sub.aspects)
    for letter in letters:
        yield from _component(cis, letter, with_deductions=with_deductions)
    yield from ("", "[ranking]", 'compare = "published"', 'per = "group"')
    yield from ("ties = []", 'unresolved = "share"')
    yield from ("", "[scale]", 'kind = "worldskills"')


def _letter(sub: CisSubCriterion) -> str:
    return sub.code.rstrip("0123456789") or sub.code


def _component(cis: CisScheme, letter: str, *, with_deductions: bool) -> Iterator[str]:
    subs = [sub for sub in cis.sub_criteria if _letter(sub) == letter and sub.aspects]
    full = sum((aspect.max for sub in subs for aspect in sub.aspects), Fraction(0))
    name, _ = cis.criteria.get(letter, (letter, full))
    yield from ("", "[[components]]", f"code = {_quote(letter)}")
    yield f"name = {_quote(name)}"
    yield from (f"max = {format_number(full)}", "weight = 1")
    for sub in subs:
        yield from ("", "[[components.criteria]]", f"code = {_quote(sub.code)}")
        yield f"name = {_quote(sub.name or sub.code)}"
        if sub.day:
            yield f"day = {_quote(sub.day)}"
        for aspect in sub.aspects:
            yield from _aspect(aspect, with_deductions=with_deductions)


def _aspect(aspect: CisAspect, *, with_deductions: bool) -> Iterator[str]:
    found = _DEDUCT.search(aspect.extra) if with_deductions else None
    yield from ("", "[[components.criteria.aspects]]", f"code = {_quote(aspect.code)}")
    yield f"name = {_quote(aspect.description or aspect.code)}"
    if aspect.kind == "J":
        yield from ('kind = "judgement"', f"judges = {JUDGES}", 'aggregate = "mean"')
    elif found and Fraction(found[1]) > 0:
        yield 'kind = "deduction"'
        yield f"per_fault = {format_number(Fraction(found[1]))}"
    else:
        yield 'kind = "yes_no"'
    yield f"max = {format_number(aspect.max)}"
    if aspect.section:
        yield f"section = {_quote(aspect.section)}"
    if aspect.extra:
        yield f"description = {_quote(aspect.extra)}"
    if len(aspect.descriptors) == 4 and all(aspect.descriptors.values()):
        texts = [
            _quote(aspect.descriptors[score]) for score in sorted(aspect.descriptors)
        ]
        yield from ("descriptors = [", *(f"  {text}," for text in texts), "]")


def _quote(text: str) -> str:
    # A JSON string is a TOML basic string, but for the one control character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
