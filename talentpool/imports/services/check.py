"""Checking the rows of a file against the lists, the rules and the pool."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from accounts.roles.rules import EVERYWHERE, Scope
from people.districts.rules import is_within
from people.units.models import Unit
from talentpool.imports.queries import known
from talentpool.imports.queries.batches import Cells
from talentpool.imports.queries.codes import Lists
from talentpool.imports.queries.known import KnownPerson, KnownUnit
from talentpool.imports.rules.dossiers import Gatherer, Wanted, with_siblings
from talentpool.imports.rules.ready import OF_PERSON, Change, Ready
from talentpool.imports.rules.rows import Fault, RowReader
from talentpool.imports.services.compare import columns_of, compare


@dataclass(slots=True, kw_only=True)
class Checked:
    """What a block came to; rows of a dossier that goes on are in the next one."""

    ready: list[Ready] = field(default_factory=list)
    changes: list[tuple[int, int, Change]] = field(default_factory=list)  # row, dossier
    known: int = 0  # rows
    faults: list[Fault] = field(default_factory=list)


class Checker:
    """Checks one file from its first row to its last."""

    def __init__(
        self,
        session: Session,
        *,
        mapping: dict[str, int],
        lists: Lists,
        scopes: Iterable[Scope],
        today: date,
    ) -> None:
        """Prepare; `scopes` are the places whoever brings the file may fill."""
        self._session = session
        self._reader = RowReader(
            mapping, codes=lists.codes, guesses=lists.guesses, today=today
        )
        self._gatherer = Gatherer()
        self._scopes = list(scopes)
        self._units: dict[str, KnownUnit | None] = {}
        self._named: dict[str, list[KnownUnit]] = {}

    def check(self, rows: Iterable[Cells], *, last: bool) -> Checked:
        """Check the next rows; with `last` there are none after them."""
        wanted: list[Wanted] = []
        for number, cells in rows:
            row = self._reader.read(number, cells)
            if row is not None:
                wanted += self._gatherer.take(row)
        if last:
            wanted += self._gatherer.end()
        return self._against_the_pool(wanted)

    def _against_the_pool(self, wanted: Sequence[Wanted]) -> Checked:
        checked = Checked()
        hashes = {
            id(w): known.hash_of(w.first.identity.number)
            for w in wanted
            if w.first.identity is not None
        }
        people = known.find_people(self._session, sorted(set(hashes.values())))
        self._learn_units([w for w in wanted if not w.faults])
        holders = known.find_pool_numbers(
            self._session,
            sorted(
                {n for w in wanted if (n := w.first.head.get("certificate_number"))}
            ),
        )
        inside = [p.craftsman.id for p in people.values() if p.craftsman is not None]
        facts = known.find_facts(self._session, inside)
        for one in wanted:
            person = people.get(hashes.get(id(one), ""))
            if not one.faults:
                self._check_one(one, person, holders, facts, checked, hashes)
            checked.faults += with_siblings(one)
        return checked

    def _check_one(
        self,
        wanted: Wanted,
        person: KnownPerson | None,
        holders: dict[str, int],
        facts: dict[tuple[int, str], list[Any]],
        checked: Checked,
        hashes: dict[int, str],
    ) -> None:
        """Sort a dossier without faults of its own; what is found is added to it."""
        row, head = wanted.first, wanted.first.head
        add = row.faults.append
        if person is not None and not known.is_known_as(
            self._session, person, head["name"]
        ):
            add(Fault(row=row.number, key="name", code="other_name"))
            return
        if person is not None and person.craftsman is not None:
            self._compare(wanted, person, facts, checked)
            return
        unit, new_unit = self._unit(wanted)
        district = head.get("district_code") or (unit.district_code if unit else "")
        if not row.faults and not self._may_fill(district, unit):
            add(
                Fault(
                    row=row.number,
                    key="district_code",
                    code="outside",
                    value=district,
                )
            )
        number = head.get("certificate_number", "")
        if number in holders:
            add(Fault(row=row.number, key="certificate_number", code="taken"))
        if not row.faults and row.identity is not None:
            checked.ready.append(
                Ready(
                    row=row.number,
                    id_number=row.identity.number,
                    name=head["name"],
                    phone=head.get("phone", ""),
                    of_person={k: head[k] for k in OF_PERSON if k in head},
                    person_id=person.person.id if person else None,
                    unit_id=unit.id if unit else None,
                    unit_uid=unit.uid if unit else "",
                    new_unit=new_unit,
                    head=columns_of(head, district),
                    facts=wanted.facts,
                )
            )

    def _compare(
        self,
        wanted: Wanted,
        person: KnownPerson,
        facts: dict[tuple[int, str], list[Any]],
        checked: Checked,
    ) -> None:
        """Say of somebody in the pool: as given, said otherwise, or not to be said."""
        row, head, craftsman = wanted.first, wanted.first.head, person.craftsman
        assert craftsman is not None  # noqa: S101 - the caller asked
        lies_in = self._may_fill(craftsman.district_code, person.unit)
        change, fixed = compare(person, wanted, facts)
        if change is None and not fixed:
            checked.known += len(wanted.rows)
            return
        if not lies_in or not self._may_fill(
            head.get("district_code", craftsman.district_code), person.unit
        ):
            row.faults.append(Fault(row=row.number, key="", code="others_dossier"))
            return
        if fixed:
            row.faults.append(
                Fault(
                    row=row.number,
                    key=fixed[0],
                    code="in_pool",
                    params={"keys": ",".join(fixed)},
                )
            )
            return
        assert change is not None  # noqa: S101 - or nothing would differ
        if {"unit", "credit_code"} & {key for key, _b, _a in change.shown}:
            unit, change.new_unit = self._unit(wanted)
            change.unit_id = unit.id if unit else None
        if not row.faults:
            checked.changes.append((row.number, craftsman.id, change))

    def _learn_units(self, wanted: Sequence[Wanted]) -> None:
        codes = {w.first.head.get("credit_code", "") for w in wanted} - {""}
        new = sorted(codes - self._units.keys())
        if new:
            found = known.find_units(self._session, new)
            self._units |= {code: found.get(code) for code in new}
        names = {
            w.first.head["unit"]
            for w in wanted
            if "unit" in w.first.head and "credit_code" not in w.first.head
        }
        unknown = sorted(names - self._named.keys())
        if unknown:
            by_name = known.find_units_by_name(self._session, unknown)
            self._named |= {name: by_name.get(name, []) for name in unknown}

    def _unit(
        self, wanted: Wanted
    ) -> tuple[KnownUnit | None, tuple[str, str, str] | None]:
        """Return the unit, or what to register one with."""
        row, head = wanted.first, wanted.first.head
        code, name = head.get("credit_code", ""), head.get("unit", "")
        if code:
            unit = self._units[code]
            if unit is not None:
                return unit, None
            if len(name) >= 2 and "district_code" in head:
                return None, (code, name, head["district_code"])
            row.faults.append(Fault(row=row.number, key="credit_code", code="new_unit"))
        elif name:
            named = self._named[name]
            if len(named) == 1:
                return named[0], None
            code = "no_unit" if not named else "units"
            row.faults.append(
                Fault(row=row.number, key="unit", code=code, value=name[:40])
            )
        return None, None

    def _may_fill(self, district: str, unit: KnownUnit | Unit | None) -> bool:
        return may_fill(self._scopes, district, unit.uid if unit else "")


def may_fill(scopes: Iterable[Scope], district: str, unit_uid: str) -> bool:
    """Tell whether a dossier there may be brought in by whoever has these places."""
    return any(
        scope == EVERYWHERE
        or (scope.kind == "district" and is_within(district, scope.key))
        or (scope.kind == "unit" and bool(unit_uid) and unit_uid == scope.key)
        for scope in scopes
    )


def in_blocks(
    blocks: Iterator[tuple[int, list[Cells]]],
) -> Iterator[tuple[int, list[Cells], bool]]:
    """Yield number and rows of each block, and whether it is the last one."""
    before: tuple[int, list[Cells]] | None = None
    for block in blocks:
        if before is not None:
            yield (*before, False)
        before = block
    if before is not None:
        yield (*before, True)
