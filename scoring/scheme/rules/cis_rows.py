"""Read the sheet of calculations of a CIS workbook.

A row holds a name, a kind, a flag and *settings* in one cell: `KEY:::number#x~x#text`,
parted by `#-#`. Two kinds can be taken over: a deduction for every whole step away from
a target of 0 is one for every fault, a choice takes points by label. The rows of others
are only named, so that a person can enter them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from scoring.scheme.rules.numbers import find_toml_number

SHEET = "Calculations"
_LEAST_WIDTH = 4
_CHOICE = re.compile(r"CHOICE(\d+)_LABEL")


@dataclass(frozen=True, slots=True, kw_only=True)
class CisCalculation:
    code: str  # C1, C2 … by row
    name: str
    per_fault: Fraction | None = None
    choices: Mapping[str, Fraction] = field(default_factory=dict)  # points taken

    @property
    def is_read(self) -> bool:
        return self.per_fault is not None or bool(self.choices)


def read_calculations(rows: Sequence[Sequence[object]]) -> list[CisCalculation]:
    """Return every named row; those of an unknown kind have nothing but the name."""
    named = [row for row in rows if len(row) >= _LEAST_WIDTH and str(row[0]).strip()]
    return [
        _read_row(
            f"C{number}", *(str(cell).strip() for cell in (row[0], row[1], row[3]))
        )
        for number, row in enumerate(named, start=1)
    ]


def _read_row(code: str, name: str, kind: str, settings: str) -> CisCalculation:
    found = _read_settings(settings)
    if kind == "REGULAR_DIFFERENCE_DEDUCTION" and _counts_faults(found):
        taken = _number(found, "DEDUCTION")
        if taken > 0:
            return CisCalculation(code=code, name=name, per_fault=taken)
    if kind == "CHOICE" and found.get("DEDUCTION_TYPE", ("", ""))[1] == "UNIT":
        return CisCalculation(code=code, name=name, choices=_read_choices(found))
    return CisCalculation(code=code, name=name)


def _read_settings(text: str) -> dict[str, tuple[str, str]]:
    """Return number and text of each setting by its key."""
    found = {}
    for part in text.split("#-#"):
        key, _, value = part.partition(":::")
        number, _, words = value.partition("#x~x#")
        found[key] = (number, words)
    return found


def _counts_faults(found: Mapping[str, tuple[str, str]]) -> bool:
    kinds = ("DEDUCTION_TYPE", "DIFFERENCE_TYPE")
    return (
        all(found.get(key, ("", ""))[1] == "UNIT" for key in kinds)
        and _number(found, "TARGET_VALUE") == 0
        and _number(found, "DIFFERENCE") == 1
    )


def _read_choices(found: Mapping[str, tuple[str, str]]) -> dict[str, Fraction]:
    numbers = sorted(int(m[1]) for key in found if (m := _CHOICE.fullmatch(key)))
    return {
        found[f"CHOICE{number}_LABEL"][1]: _number(found, f"CHOICE{number}_DEDUCTION")
        for number in numbers
    }


def _number(found: Mapping[str, tuple[str, str]], key: str) -> Fraction:
    text = found.get(key, ("", ""))[0]
    try:
        return find_toml_number(Decimal(text)) or Fraction(0)
    except ArithmeticError:
        return Fraction(0)
