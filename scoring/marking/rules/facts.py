"""What scoring is given: marks, and the facts about entries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

PRESENT = "present"
ABSENT = "absent"
WITHDRAWN = "withdrawn"
DISQUALIFIED = "disqualified"
STATUSES = (PRESENT, ABSENT, WITHDRAWN, DISQUALIFIED)


class Mark(NamedTuple):
    """One judge's mark, as entered; `line` is its line in a file, 0 elsewhere."""

    entry: str
    aspect: str
    judge: str
    value: str
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFacts:
    entry: str  # code
    group: str = ""
    unit: str = ""
    team: str = ""
    panel: str = ""
    status: str = PRESENT  # one of STATUSES
    time: Fraction | None = None  # seconds
    playoff: Fraction | None = None  # higher is better
    vetoes: tuple[
        str, ...
    ] = ()  # aspect:C, criterion:C, component:C, total, disqualify
    penalties: Mapping[str, Fraction] = field(default_factory=dict)  # value by code
    carried: Mapping[str, Fraction] = field(default_factory=dict)  # points by component
    tags: Mapping[str, str] = field(default_factory=dict)  # value by name
    age: int | None = None  # whole years; None: not known
    held: str | None = None  # level held; "": none, None: not known
    promoted_on: str | None = None  # 2026-05-01; "": never, None: not known
    line: int = 0
