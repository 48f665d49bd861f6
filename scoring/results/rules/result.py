"""The result of one entry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    entry: str
    group: str
    unit: str
    team: str
    status: str  # after vetoes and penalties that disqualify
    rank: int | None = None  # None: not ranked
    total: Fraction | None = None  # published; None where not present
    exact_total: Fraction | None = None  # before the rounding of the total
    penalty: Fraction | None = None  # what was taken from the total
    components: Mapping[str, Fraction] = field(default_factory=dict)  # rounded
    criteria: Mapping[str, Fraction | None] = field(default_factory=dict)
    aspects: Mapping[str, Fraction | None] = field(default_factory=dict)
    scale: int | None = None
    passed: bool | None = None  # None without pass lines
    tied_by: str = ""
    award: str = ""
