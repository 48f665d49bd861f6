"""Write a scheme read from CIS as our TOML."""

import re
from collections.abc import Mapping
from fractions import Fraction

from scoring.scheme.rules.cis import CisAspect, CisScheme, CisSubCriterion
from scoring.scheme.rules.cis_rows import CisCalculation
from scoring.scheme.rules.tree import FORMAT
from scoring.scheme.rules.write import write_toml

JUDGES = 3  # experts who judge together, WorldSkills Competition Rules

_DEDUCT = re.compile(r"\bdeduct (\d*\.?\d+)", re.IGNORECASE)


def write_cis_scheme(cis: CisScheme, *, with_deductions: bool = False) -> str:
    """Return the TOML of a CIS scheme.

    A measured aspect is full mark or zero. With `with_deductions`, one whose note says
    "Deduct 0.25 …" loses that for each fault instead. Judged aspects are the mean of
    three experts; aspects, components and total are rounded half up to two places.
    """
    return write_toml(make_document(cis, with_deductions=with_deductions))


def make_document(cis: CisScheme, *, with_deductions: bool) -> Mapping[str, object]:
    """Return the document of a CIS scheme, as `write_cis_scheme` writes it."""
    rows = [_row(row) for row in cis.calculations if row.is_read]
    letters = dict.fromkeys(_letter(sub) for sub in cis.sub_criteria if sub.aspects)
    return {
        "format": FORMAT,
        "title": cis.title,
        "full": sum((aspect.max for aspect in cis.aspects), Fraction(0)),
        "rounding": {"mode": "half_up", "aspect": 2, "component": 2, "total": 2},
        "sections": [
            {"code": section.code, "name": section.name, "marks": section.marks}
            for section in cis.sections
        ],
        **({"calculations": rows} if rows else {}),
        "components": [
            _component(cis, letter, with_deductions=with_deductions)
            for letter in letters
        ],
        "ranking": {
            "compare": "published",
            "per": "group",
            "ties": [],
            "unresolved": "share",
        },
        "scale": {"kind": "worldskills"},
    }


def _letter(sub: CisSubCriterion) -> str:
    return sub.code.rstrip("0123456789") or sub.code


def _component(
    cis: CisScheme, letter: str, *, with_deductions: bool
) -> Mapping[str, object]:
    subs = [sub for sub in cis.sub_criteria if _letter(sub) == letter and sub.aspects]
    full = sum((aspect.max for sub in subs for aspect in sub.aspects), Fraction(0))
    name, _ = cis.criteria.get(letter, (letter, full))
    return {
        "code": letter,
        "name": name,
        "max": full,
        "weight": 1,
        "criteria": [
            {
                "code": sub.code,
                "name": sub.name or sub.code,
                **({"day": sub.day} if sub.day else {}),
                "aspects": [
                    _aspect(cis, aspect, with_deductions=with_deductions)
                    for aspect in sub.aspects
                ],
            }
            for sub in subs
        ],
    }


def _row(row: CisCalculation) -> Mapping[str, object]:
    points: Mapping[str, object] = (
        {"choices": row.choices} if row.choices else {"per_fault": row.per_fault}
    )
    return {"code": row.code, "name": row.name, **points}


def _aspect(
    cis: CisScheme, aspect: CisAspect, *, with_deductions: bool
) -> Mapping[str, object]:
    made: dict[str, object] = {
        "code": aspect.code,
        "name": aspect.description or aspect.code,
        **_kind(cis, aspect, with_deductions=with_deductions),
        "max": aspect.max,
    }
    if aspect.section:
        made["section"] = aspect.section
    if aspect.extra:
        made["description"] = aspect.extra
    if len(aspect.descriptors) == 4 and all(aspect.descriptors.values()):
        made["descriptors"] = [text for _, text in sorted(aspect.descriptors.items())]
    return made


def _kind(
    cis: CisScheme, aspect: CisAspect, *, with_deductions: bool
) -> Mapping[str, object]:
    if aspect.kind == "J":
        return {"kind": "judgement", "judges": JUDGES, "aggregate": "mean"}
    for row in cis.calculations:
        if row.name == aspect.calculation and row.is_read:
            kind = "choice" if row.choices else "deduction"
            return {"kind": kind, "calculation": row.code}
    found = _DEDUCT.search(aspect.extra) if with_deductions else None
    if found and Fraction(found[1]) > 0:
        return {"kind": "deduction", "per_fault": Fraction(found[1])}
    return {"kind": "yes_no"}
