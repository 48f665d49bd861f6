"""One row of a pool file, read and checked as far as that needs no database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from people.persons.rules import IdFacts
from talentpool.imports.rules.cells import Codes, Wrong, reader
from talentpool.imports.rules.columns import BY_KEY, HEAD, NEEDED, REQUIRED
from workbooks import fold, text_of

SHOWN = 40  # characters of a faulty cell that are kept, to be shown
PRIVATE = frozenset({"id_number", "phone"})  # never kept: the row's number says where
_DEFAULTS = {"certificate": {"trade"}, "competition": {"trade", "event_name"}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a row; `code` is worded by `forms.faults`."""

    row: int  # as the spreadsheet numbers it
    key: str  # the field; "" where it is the row as a whole
    code: str
    value: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Row:
    """A row as it was understood. `head` holds what was given, by field."""

    number: int
    identity: IdFacts | None
    head: dict[str, Any]
    facts: dict[str, dict[str, Any]]
    faults: list[Fault]


class RowReader:
    """Reads rows of one file: what each column is and how it is read."""

    def __init__(
        self,
        mapped: Mapping[str, int],
        *,
        codes: Codes,
        guesses: Mapping[str, str],
        today: date,
    ) -> None:
        """Prepare for a mapping.

        Args:
            mapped: the column of each field.
            codes: what cells of code columns may say.
            guesses: the occupation's code by the folded name of a trade, where
                exactly one is meant.
            today: births and entries after this day are refused.
        """
        self._readers: list[tuple[int, str, Callable[[Any], Any]]] = [
            (number, key, reader(BY_KEY[key], codes, today))
            for key, number in mapped.items()
        ]
        self._guesses = guesses
        self._today = today

    def read(self, number: int, cells: Sequence[Any]) -> Row | None:
        """Return row `number`; None for one without any cell."""
        values: dict[str, Any] = {}
        faults: list[Fault] = []
        width = len(cells)
        for column, key, read in self._readers:
            cell = cells[column] if column < width else ""
            if cell == "" or cell is None:
                continue
            value = read(cell)
            if type(value) is Wrong:
                shown = "" if key in PRIVATE else text_of(cell)[:SHOWN]
                faults.append(
                    Fault(
                        row=number,
                        key=key,
                        code=value.code,
                        value=shown,
                        params=value.params,
                    )
                )
            elif value != "":
                values[key] = value
        if not values and not faults:
            return None
        return self._made(number, values, faults)

    def _made(self, number: int, values: dict[str, Any], faults: list[Fault]) -> Row:
        wrong = {fault.key for fault in faults}
        trade = values.get("trade", "")
        if trade and "occupation_code" not in values | dict.fromkeys(wrong):
            guessed = self._guesses.get(fold(trade))
            if guessed is None:
                faults.append(Fault(row=number, key="occupation_code", code="guess"))
            else:
                values["occupation_code"] = guessed
        if not values.keys() & {"credit_code", "district_code"} and not wrong & {
            "credit_code",
            "district_code",
        }:
            faults.append(Fault(row=number, key="district_code", code="no_place"))
        faults += [
            Fault(row=number, key=key, code="empty")
            for key in REQUIRED
            if key not in values and key not in wrong
        ]
        faults += self._day_faults(number, values)
        identity = values.pop("id_number", None)
        head = {f.key: values[f.key] for f in HEAD if f.key in values}
        facts = _facts(values, trade)
        faults += _fact_faults(number, facts, wrong)
        return Row(
            number=number, identity=identity, head=head, facts=facts, faults=faults
        )

    def _day_faults(self, number: int, values: Mapping[str, Any]) -> list[Fault]:
        """Return what is wrong between days, and with days that lie ahead."""
        faults = [
            Fault(row=number, key=key, code="future", value=day.isoformat())
            for key, day in values.items()
            if type(day) is date and day > self._today and key != "term_ends_on"
        ]
        first, last = values.get("entered_on"), values.get("term_ends_on")
        if first and last and last < first:
            faults.append(
                Fault(
                    row=number,
                    key="term_ends_on",
                    code="before_entry",
                    value=last.isoformat(),
                )
            )
        return faults


def _facts(values: Mapping[str, Any], trade: str) -> dict[str, dict[str, Any]]:
    facts: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        found = BY_KEY[key]
        if found.fact:
            facts.setdefault(found.fact, {})[found.column] = value
    for kind, columns in _DEFAULTS.items():
        if kind in facts:
            for column in columns:
                facts[kind].setdefault(column, trade)
    if "competition" in facts:
        place, of = (facts["competition"].get(n) for n in ("place", "of_count"))
        if place and not of:
            # How many took part is not always known; that many were ranked at least.
            facts["competition"]["of_count"] = place
    return facts


def _fact_faults(
    number: int, facts: Mapping[str, Mapping[str, Any]], wrong: set[str]
) -> list[Fault]:
    faults = []
    for kind, given in facts.items():
        prefix = _PREFIX[kind]
        faults += [
            Fault(row=number, key=f"{prefix}{column}", code="needed")
            for column in NEEDED[kind]
            if column not in given and f"{prefix}{column}" not in wrong
        ]
    contest = facts.get("competition", {})
    place, of = contest.get("place"), contest.get("of_count")
    if place and of and place > of:
        faults.append(
            Fault(row=number, key="contest_place", code="place", value=str(place))
        )
    return faults


_PREFIX = {f.fact: f.key.removesuffix(f.column) for f in BY_KEY.values() if f.fact}
