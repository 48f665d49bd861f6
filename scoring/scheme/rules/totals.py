"""Sums over a scheme: what each part can bring, and the standard's sections."""

from dataclasses import dataclass
from fractions import Fraction

from scoring.scheme.rules.tree import Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """A section of the standard: marks it prescribes against marks it gets."""

    code: str
    name: str
    marks: Fraction
    aspect_marks: Fraction

    @property
    def variation(self) -> Fraction:
        return abs(self.marks - self.aspect_marks)


def find_variations(scheme: Scheme) -> list[Variation]:
    """Compare each section's marks with the sum of its aspects' max.

    The total variation of a WorldSkills scheme is the sum of the variations. Aspects
    that name a section the scheme does not list are compared with 0.
    Source: rule S-90 (Σ|section weight − aspect marks|).
    """
    given = {section.code: section for section in scheme.sections}
    found: dict[str, Fraction] = dict.fromkeys(given, Fraction(0))
    for aspect in scheme.aspects:
        if aspect.section:
            found[aspect.section] = found.get(aspect.section, Fraction(0)) + aspect.max
    return [
        Variation(
            code=code,
            name=given[code].name if code in given else code,
            marks=given[code].marks if code in given else Fraction(0),
            aspect_marks=marks,
        )
        for code, marks in found.items()
    ]
