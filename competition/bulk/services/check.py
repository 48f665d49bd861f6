"""Holding the rows of a file against what is known; nothing is changed here.

A row is refused where a cell is wrong, where it is not its sender's to bring, or where
a rule of the event that no paper can mend is not met. Papers may follow.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from accounts.roles.rules import EVERYWHERE, Scope
from competition.bulk import queries
from competition.bulk.rules.columns import ASKED_BY, Mapped
from competition.bulk.rules.rows import Fault, Row, read_row
from competition.events.models import Event
from competition.events.queries import scopes_of
from competition.registration.models import Entry
from competition.registration.rules import entries as rules
from competition.registration.rules.eligibility import (
    Facts,
    Requirements,
    RuleCheck,
    blocking,
    check_eligibility,
)
from competition.registration.rules.entries import Answers
from competition.registration.services.checks import requirements_of, stated
from competition.registration.services.drafts import answers_of
from extensions import LOCAL
from people.codes.queries import list_levels
from people.persons.models import Person
from people.persons.queries import list_names
from people.persons.rules import IdFacts
from people.units.models import Unit
from people.units.queries import find_unit
from workbooks import fold

# Of one entry among others; a file's rows are counted apart, and places are taken when
# an entry is submitted.
_NOT_OF_A_ROW = ("open", "one_entry", "quota")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What a file may call columns, and codes of ours, in every language."""

    titles: Mapping[str, Iterable[str]]
    names: Mapping[str, Mapping[str, Iterable[str]]]  # table: code: names


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A file as it was read: its columns and rows."""

    headings: list[Any]
    mapped: Mapped
    first: int  # the number of the first row below the headings
    rows: list[list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A row that can be entered."""

    row: int
    identity: IdFacts
    answers: Answers
    unit: Unit | None  # None: registered from the answers
    person: Person | None
    entry: Entry | None  # a draft that it changes


@dataclass(slots=True, kw_only=True)
class Checked:
    """What became of the rows."""

    rows: int = 0
    fresh: list[Ready] = field(default_factory=list)
    changed: list[Ready] = field(default_factory=list)
    known: int = 0
    faults: list[Fault] = field(default_factory=list)

    def refused(self) -> set[int]:
        """Return the numbers of the rows with a fault."""
        return {fault.row for fault in self.faults}


def check_rows(
    session: Session,
    *,
    event: Event,
    sheet: Sheet,
    scopes: Sequence[Scope],
    words: Vocabulary,
    now: datetime,
) -> Checked:
    """Hold every row against the rules; all faults of all rows are found.

    Args:
        session: nothing is written.
        event: what is entered for.
        sheet: the file.
        scopes: the places whose people the sender may bring.
        words: what cells may say for our codes.
        now: the server's clock.
    """
    today, codes = now.astimezone(LOCAL).date(), queries.list_codes(session, event)
    for table, by_code in words.names.items():
        codes[table] = {
            fold(name): code
            for code, names in by_code.items()
            for name in (code, *names)
        }
    read = (
        read_row(number, cells, sheet.mapped, codes, today)
        for number, cells in enumerate(sheet.rows, sheet.first)
    )
    return _Checker(session, event, scopes).check([row for row in read if row])


class _Checker:
    def __init__(self, session: Session, event: Event, scopes: Sequence[Scope]) -> None:
        self._session, self._event = session, event
        around = {
            EVERYWHERE,
            Scope("event", event.uid),
            *scopes_of(event.competition),
        }
        self._everybody = bool(around & set(scopes))
        self._own = {scope.key for scope in scopes if scope.kind == "unit"}
        self._groups = {group.uid: group.code for group in event.groups}
        self._levels = {level.code: level for level in list_levels(session)}
        asked, _number = requirements_of(session, event, is_open=True)
        # In teams a unit brings substitutes, too, who take no place.
        unit_quota = None if asked.team else asked.unit_quota
        self._asked: Requirements = replace(asked, quota=None, unit_quota=unit_quota)

    def check(self, rows: Sequence[Row]) -> Checked:
        checked = Checked(rows=len(rows))
        self._load(rows)
        seen: dict[str, int] = {}
        for row in rows:
            faults = list(row.faults)
            ready = self._made(row, faults, seen)
            if faults:
                checked.faults += faults
            elif ready is None:
                checked.known += 1
            else:
                (checked.changed if ready.entry else checked.fresh).append(ready)
                if ready.entry is None:
                    self._per_unit[_unit_key(ready)] += 1
        return checked

    def _load(self, rows: Sequence[Row]) -> None:
        session = self._session
        numbers = {row.identity.number for row in rows if row.identity}
        self._persons = queries.map_persons(session, numbers)
        ids = {person.id for person in self._persons.values()}
        self._entries = queries.map_entries(session, self._event.id, ids)
        self._others = queries.count_other_events(session, self._event, ids)
        self._by_code, self._by_name = queries.map_units(
            session,
            {row.values["credit_code"] for row in rows if "credit_code" in row.values},
            {row.values["unit"] for row in rows if "unit" in row.values},
        )
        own = [find_unit(session, uid) for uid in self._own]
        self._own_units = [unit for unit in own if unit is not None]
        self._per_unit: Counter[object] = Counter(
            queries.count_by_unit(session, self._event.id)
        )

    def _made(
        self, row: Row, faults: list[Fault], seen: dict[str, int]
    ) -> Ready | None:
        """Return the row's entry; None for one that is entered, or with new faults."""
        wrong = {fault.key for fault in faults}

        def refuse(key: str, code: str, **params: object) -> None:
            said = {name: str(value) for name, value in params.items()}
            faults.append(Fault(row=row.number, key=key, code=code, params=said))

        number = row.identity.number if row.identity else ""
        if number in seen:
            refuse("id_number", "twice", row=seen[number])
        elif number:
            seen[number] = row.number
        unit = self._unit(row, wrong, refuse)
        group = self._group(row, wrong, refuse)
        person = self._persons.get(number)
        if person is not None and "name" in row.values:
            name = row.values["name"]
            if name != person.name and name not in list_names(self._session, person):
                refuse("name", "other_name")
        given: dict[str, Any] = {**_given(row, unit, group)}
        entry = self._entries.get(person.id) if person else None
        answers = replace(answers_of(entry) if entry else Answers(), **given)
        is_gone = entry is not None and entry.state == rules.WITHDRAWN
        if entry is not None and answers == answers_of(entry) and not is_gone:
            return None
        if entry is not None and not _is_brought(entry):
            refuse("", "entered", state=entry.state)
            return None
        if row.identity is None:
            return None
        ready = Ready(
            row=row.number,
            identity=row.identity,
            answers=answers,
            unit=unit,
            person=person,
            entry=entry,
        )
        self._hold(ready, wrong, refuse)
        return ready

    def _hold(self, ready: Ready, wrong: set[str], refuse: Any) -> None:  # noqa: ANN401
        """Refuse for each rule of the event that the entry breaks."""
        for check in self._failed(ready):
            # What is wrong with its cell is said already.
            if _FIELD_OF.get(check.rule, "") not in wrong:
                refuse(
                    _FIELD_OF.get(check.rule, ""),
                    "rule",
                    rule=check.rule,
                    limit=self._shown(check.rule, check.limit),
                    value=self._shown(check.rule, check.value),
                )

    def _unit(self, row: Row, wrong: set[str], refuse: Any) -> Unit | None:  # noqa: ANN401
        """Return the registered unit of a row; None for a new one, or with a fault."""
        values = row.values
        code, name = values.get("credit_code", ""), values.get("unit", "")
        if {"credit_code", "unit"} & wrong:
            return None
        unit = self._by_code.get(code)
        if not code and name:
            named = self._by_name.get(name, [])
            unit = named[0] if len(named) == 1 else None
            if unit is None:
                refuse("unit", "units" if named else "no_unit")
                return None
        elif not code:
            unit = self._own_units[0] if len(self._own_units) == 1 else None
            if unit is None:
                refuse("unit", "empty")
                return None
        if unit is None:
            if not self._everybody:
                refuse("credit_code", "outside")
            elif len(name) < 2 or (
                "district" not in values and "district" not in wrong
            ):
                refuse("credit_code", "new_unit")
        elif not self._everybody and unit.uid not in self._own:
            refuse("unit", "outside")
        return unit

    def _group(self, row: Row, wrong: set[str], refuse: Any) -> str:  # noqa: ANN401
        group = row.values.get("group", "")
        if not group and "group" not in wrong:
            if len(self._groups) == 1:
                return next(iter(self._groups))
            refuse("group", "empty")
        return group

    def _failed(self, ready: Ready) -> Iterable[RuleCheck]:
        """Return the rules of the event this entry breaks; papers may follow."""
        answers = ready.answers
        level = self._levels.get(answers.level)
        taken = self._per_unit[_unit_key(ready)]
        found = check_eligibility(
            self._asked,
            Facts(
                group=self._groups.get(answers.group, ""),
                birth_date=ready.identity.birth_date,
                level_rank=level.rank if level else None,
                trade_years=answers.years(),
                **stated(answers),
                has_unit=True,
                papers=frozenset(rules.PAPER_KINDS),
                same_unit=taken - (ready.entry is not None),
                other_events=self._others.get(ready.person.id, 0)
                if ready.person
                else 0,
            ),
        )
        return [check for check in blocking(found) if check.rule not in _NOT_OF_A_ROW]

    def _shown(self, rule: str, text: str) -> str:
        if rule != "min_level" or not text:
            return text
        names: Mapping[str, str] = {
            str(level.rank): level.name for level in self._levels.values()
        }
        return names[text]


_PLAIN = (
    *("name", "phone", "trade_years", "level", "certificate_number"),
    *ASKED_BY,
)
_FIELD_OF = {
    "group": "group",
    "age": "id_number",
    "age_min": "id_number",
    "age_max": "id_number",
    "min_level": "level",
    "trade_years": "trade_years",
    "trade_unbroken": "trade_years",
    "insurance": "insurance_months",
    "residence": "residence",
    "household": "household",
    "excluded": "standing",
    "barred": "holds_barred",
    "unit_quota": "unit",
}


def _is_brought(entry: Entry) -> bool:
    """Tell whether an entry is one that no contestant has made their own.

    One that was withdrawn becomes a draft again.
    """
    return entry.state in (rules.DRAFT, rules.WITHDRAWN) and entry.user_id is None


def _given(row: Row, unit: Unit | None, group: str) -> dict[str, str]:
    """Return the answers a row gives; what it leaves open stays as it was."""
    values = row.values
    given = {name: values[name] for name in _PLAIN if name in values}
    if row.identity is not None:
        given["id_number"] = row.identity.number
    if group:
        given["group"] = group
    if unit is not None:
        new = {"unit_uid": unit.uid, "unit_name": "", "unit_code": ""}
        return given | new | {"unit_district": ""}
    return given | {
        "unit_uid": "",
        "unit_name": values.get("unit", ""),
        "unit_code": values.get("credit_code", ""),
        "unit_district": values.get("district", ""),
    }


def _unit_key(ready: Ready) -> object:
    return ready.unit.id if ready.unit else ready.answers.unit_code
