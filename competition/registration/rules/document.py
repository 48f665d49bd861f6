"""Who may enter, as a document: every rule of an event with its values, as TOML.

The rules an event's own form asks for (age, level, years, places, papers) stand in the
event's columns; the others stand in the document only. A version of the document holds
them all, so that a verdict can cite one text.
"""

import hashlib
import tomllib
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

from competition.registration.rules.entries import PAPER_KINDS
from errors import DomainError

FORMAT: Final = "jiangcai-eligibility/1"
# What a person is at the time of the event; the words stand in registration.forms.
STANDINGS = ("worker", "teacher", "student", "civil_servant", "soldier", "retired")
# Until when a substitute takes a member's place in a team.
REPLACE_UNTIL = ("close", "checkin")
_MOST_LISTED = 60


class DocumentError(DomainError):
    """The text is no document of rules; `faults` names each place and what is wrong."""

    status = 422

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Every rule of an event; None, "" and () ask nothing."""

    age_min: int | None = None  # full years, inclusive
    age_max: int | None = None
    age_on: date | None = None  # the day ages are taken at
    trade_years: int | None = None
    trade_continuous: bool = False  # without a break, up to now
    level: str = ""  # code of the lowest skill level
    insurance_months: int | None = None
    residence_within: tuple[str, ...] = ()  # codes of districts
    household_within: tuple[str, ...] = ()
    excluded_standings: tuple[str, ...] = ()
    barred_honours: tuple[str, ...] = ()  # names; a holder cannot enter
    events_per_person: int | None = None  # in the competition
    places_event: int | None = None
    places_unit: int | None = None
    places_offer_hours: int | None = None  # to take an offered place; None: 48
    papers_asked: tuple[str, ...] = ()
    review_unit_first: bool = False  # the unit confirms before the committee decides
    team_min: int | None = None  # members of a team
    team_max: int | None = None  # None: the event is for individuals
    team_substitutes: int | None = None  # at most; None: none
    team_replace_until: str = ""  # one of REPLACE_UNTIL; "": the close


_NUMBERS = {  # field: lowest and highest value
    "age_min": (0, 120),
    "age_max": (0, 120),
    "trade_years": (0, 60),
    "insurance_months": (0, 600),
    "events_per_person": (1, 99),
    "places_event": (1, 30_000),
    "places_unit": (1, 30_000),
    "places_offer_hours": (1, 720),
    "team_min": (2, 5),
    "team_max": (2, 5),
    "team_substitutes": (0, 5),
}
_WORDS = {"excluded_standings": STANDINGS, "papers_asked": PAPER_KINDS}


def write_document(document: Document) -> str:
    """Return the document's one text: rules that ask nothing are left out."""
    lines, table = [f'format = "{FORMAT}"'], ""
    for one in fields(Document):
        value = getattr(document, one.name)
        if value is None or value in ("", (), False):
            continue
        head, _bar, name = one.name.partition("_")
        if head != table:
            lines += ["", f"[{head}]"]
            table = head
        lines.append(f"{name or 'at_least'} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def read_document(text: str) -> Document:
    """Read a document.

    Raises:
        DocumentError: no TOML, another format, unknown keys or values out of range.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DocumentError([str(error)]) from error
    faults = [] if data.pop("format", "") == FORMAT else [f"format: {FORMAT}"]
    known = {one.name for one in fields(Document)}
    values: dict[str, Any] = {}
    for head, table in data.items():
        if not isinstance(table, dict):
            faults.append(f"{head}: not a table")
            continue
        for name, value in table.items():
            key = "level" if (head, name) == ("level", "at_least") else f"{head}_{name}"
            if key not in known:
                faults.append(f"{head}.{name}: unknown")
                continue
            fault = _fault(key, value)
            faults += [f"{head}.{name}: {fault}"] if fault else []
            values[key] = tuple(value) if isinstance(value, list) else value
    if not faults:
        faults = _faults_of_team(values)
    if faults:
        raise DocumentError(faults)
    return Document(**values)


def digest(text: str) -> str:
    """Return the SHA-256 of a document's text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def _fault(key: str, value: object) -> str:
    if key in _NUMBERS:
        low, high = _NUMBERS[key]
        is_right = type(value) is int and low <= value <= high
        return "" if is_right else f"a whole number from {low} to {high}"
    if key == "age_on":
        return "" if type(value) is date else "a day, as 2026-06-20"
    if key in ("trade_continuous", "review_unit_first"):
        return "" if type(value) is bool else "true or false"
    if key in ("level", "team_replace_until"):
        return _fault_of_text(key, value)
    listed: list[object] = value if isinstance(value, list) else [None]
    if len(listed) > _MOST_LISTED or not all(isinstance(v, str) and v for v in listed):
        return f"a list of at most {_MOST_LISTED} texts"
    wrong = [v for v in listed if key in _WORDS and v not in _WORDS[key]]
    return f"unknown: {', '.join(map(str, wrong))}" if wrong else ""


def _fault_of_text(key: str, value: object) -> str:
    if key == "level":
        return "" if isinstance(value, str) else "a code in quotes"
    return "" if value in REPLACE_UNTIL else f"one of {', '.join(REPLACE_UNTIL)}"


def _faults_of_team(values: dict[str, Any]) -> list[str]:
    least, most = values.get("team_min"), values.get("team_max")
    if most is None:
        named = [key for key in values if key.startswith("team_")]
        return ["team.max: needed beside the other rules of teams"] if named else []
    if least is not None and least > most:
        return ["team.max: below the least number of members"]
    return []


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | date):
        return str(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(_quoted(v) for v in value) + "]"
    return _quoted(str(value))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c for c in escaped if c.isprintable()) + '"'
