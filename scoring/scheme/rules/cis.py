"""Read the marking scheme workbook of WorldSkills' Competition Information System.

The workbook's words: a *criterion* (A to I) is divided into *sub-criteria* (A1, A2 …)
with a day of marking; their *aspects* are measured (M) or judged (J, 0 to 3, with a
text for each score) and belong to a *section* of the occupational standard (WSOS).
A criterion becomes a component of ours, a sub-criterion a criterion. *Printed* figures
are those the workbook shows; sums over its aspects may differ from them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from scoring.scheme.rules.cis_rows import SHEET, CisCalculation, read_calculations
from scoring.scheme.rules.faults import Fault, SchemeError
from scoring.scheme.rules.numbers import find_toml_number

Rows = Sequence[Sequence[object]]

_LEAST_WIDTH = 2  # code and name stand in the first two cells
_COLUMNS = {
    "id": "Sub Criterion ID",
    "name": "Sub Criterion Name",
    "day": "Day of Marking",
    "type": "Aspect Type",
    "description": "Aspect - Description",
    "score": "Judg Score",
    "extra": "Extra Aspect Description",
    "requirement": "Requirement",
    "section": "WSOS Section",
    "calculation": "Calculation Row",
    "max": "Max Mark",
}


@dataclass(slots=True, kw_only=True)
class CisAspect:
    code: str
    kind: str  # M | J
    description: str
    extra: str
    section: str
    max: Fraction
    calculation: str = ""  # name of a row of the sheet of calculations
    descriptors: dict[str, str] = field(default_factory=dict)  # by score, "0" to "3"


@dataclass(slots=True, kw_only=True)
class CisSubCriterion:
    code: str
    name: str
    day: str
    aspects: list[CisAspect] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class CisSection:
    code: str
    name: str
    marks: Fraction
    printed_aspect_marks: Fraction


@dataclass(slots=True, kw_only=True)
class CisScheme:
    title: str
    criteria: dict[str, tuple[str, Fraction]]  # letter → name, printed mark
    sections: list[CisSection]
    printed_variation: Fraction | None
    sub_criteria: list[CisSubCriterion]
    calculations: list[CisCalculation] = field(default_factory=list)

    @property
    def aspects(self) -> list[CisAspect]:
        return [aspect for sub in self.sub_criteria for aspect in sub.aspects]


def read_cis(sheets: Mapping[str, Rows]) -> CisScheme:
    """Read the cells of a workbook.

    Args:
        sheets: rows of cell values by sheet name, from the first cell on; the marking
            scheme is the first sheet.

    Raises:
        SchemeError: this is not such a workbook, or marks are not numbers; `where` is
            the row, counted from 1.
    """
    rows = next(iter(sheets.values()), [])
    faults: list[Fault] = []
    reader = _Reader(faults)
    for number, row in enumerate(rows, start=1):
        texts = [_text(cell) for cell in row]
        reader.read(number, texts + [""] * (_LEAST_WIDTH - len(texts)))
    if not reader.sub_criteria or not any(s.aspects for s in reader.sub_criteria):
        faults.append(_fault(1, "No sub-criterion with aspects is in the first sheet."))
    if faults:
        raise SchemeError(faults)
    return CisScheme(
        title=_text(rows[0][0]) if rows and rows[0] else "",
        criteria=reader.criteria,
        sections=reader.sections,
        printed_variation=reader.printed_variation,
        sub_criteria=reader.sub_criteria,
        calculations=read_calculations(sheets.get(SHEET, [])),
    )


class _Reader:
    """Reads row by row; what a row means depends on the header it stands under."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        self.table = ""  # sections | criteria | aspects
        self.columns: dict[str, int] = {}
        self.heading = ""
        self.criteria: dict[str, tuple[str, Fraction]] = {}
        self.sections: list[CisSection] = []
        self.printed_variation: Fraction | None = None
        self.sub_criteria: list[CisSubCriterion] = []

    def read(self, number: int, row: list[str]) -> None:
        first = row[0]
        if first == "Section":
            self.table, self.columns = "sections", _section_columns(row)
        elif first == "ID":
            self.table, self.columns = "criteria", {"mark": _find(row, "Mark")}
        elif first.startswith("Sub Criterion"):
            self.table = "aspects"
            self.columns = {key: _find(row, text) for key, text in _COLUMNS.items()}
        elif self.table == "sections":
            self._read_section(number, row)
        elif self.table == "criteria":
            self._read_criterion(number, row)
        elif self.table == "aspects":
            self._read_aspect_row(number, row)

    def _read_section(self, number: int, row: list[str]) -> None:
        if "Total Variation" in row:
            self.printed_variation = self._number(number, row, "variation")
            self.table = ""
        elif row[0]:
            self.sections.append(
                CisSection(
                    code=row[0],
                    name=row[1],
                    marks=self._number(number, row, "marks"),
                    printed_aspect_marks=self._number(number, row, "aspects"),
                )
            )

    def _read_criterion(self, number: int, row: list[str]) -> None:
        if not row[0]:
            self.table = ""
        else:
            self.criteria[row[0]] = (row[1], self._number(number, row, "mark"))

    def _read_aspect_row(self, number: int, row: list[str]) -> None:
        cell = {key: row[at] if at < len(row) else "" for key, at in self._at().items()}
        if cell["id"]:
            self.heading = ""
            self.sub_criteria.append(
                CisSubCriterion(code=cell["id"], name=cell["name"], day=cell["day"])
            )
        elif cell["type"]:
            self._add_aspect(number, row, cell)
        elif cell["score"]:
            self._add_descriptor(number, cell)
        elif cell["description"]:
            self.heading = cell["description"]

    def _at(self) -> Mapping[str, int]:
        return {key: at for key, at in self.columns.items() if at >= 0} | {
            key: 10_000 for key, at in self.columns.items() if at < 0
        }

    def _add_aspect(self, number: int, row: list[str], cell: Mapping[str, str]) -> None:
        kind = cell["type"].upper()
        if kind not in {"M", "J"} or not self.sub_criteria:
            message = "Aspect type %(kind)s is not M or J under a sub-criterion."
            self.faults.append(_fault(number, message, kind=kind))
            return
        sub = self.sub_criteria[-1]
        same = sum(aspect.kind == kind for aspect in sub.aspects)
        notes = (self.heading, cell["extra"], cell["requirement"])
        sub.aspects.append(
            CisAspect(
                code=f"{sub.code}.{kind}{same + 1}",
                kind=kind,
                description=cell["description"],
                extra=" · ".join(note for note in notes if note),
                section=cell["section"],
                calculation=cell["calculation"],
                max=self._number(number, row, "max"),
            )
        )

    def _add_descriptor(self, number: int, cell: Mapping[str, str]) -> None:
        aspects = self.sub_criteria[-1].aspects if self.sub_criteria else []
        if not aspects or aspects[-1].kind != "J":
            message = "A judgement score stands under no judgement aspect."
            self.faults.append(_fault(number, message))
        else:
            aspects[-1].descriptors[cell["score"]] = cell["extra"]

    def _number(self, number: int, row: list[str], key: str) -> Fraction:
        at = self.columns.get(key, -1)
        text = row[at] if 0 <= at < len(row) else ""
        found = _find_number(text)
        if found is None:
            message = "%(text)s is not a number."
            self.faults.append(_fault(number, message, text=text or "An empty cell"))
        return found or Fraction(0)


def _section_columns(row: list[str]) -> dict[str, int]:
    marks = [at for at, text in enumerate(row) if text == "WSOS Marks"]
    return {
        "marks": marks[-1] if marks else -1,
        "aspects": _find(row, "Aspect Marks"),
        "variation": _find(row, "Variation"),
    }


def _find(row: list[str], start: str) -> int:
    return next((at for at, text in enumerate(row) if text.startswith(start)), -1)


def _find_number(text: str) -> Fraction | None:
    """Return a cell's number; workbooks write small ones with an exponent."""
    try:
        return find_toml_number(Decimal(text))
    except ArithmeticError:
        return None


def _text(cell: object) -> str:
    """Return a cell as text; a whole number without its point, spaces made single."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return re.sub(r"\s+", " ", str(cell)).strip()


def _fault(row: int, template: str, **params: object) -> Fault:
    return Fault(where=str(row), template=template, params=params)
