"""Comparing what a file says of somebody in the pool with their dossier."""

from collections.abc import Mapping, Sequence
from typing import Any

from people.codes.rules import EDITION
from people.persons.models import Person
from people.persons.queries import open_phone
from people.persons.rules import mask_phone
from talentpool.dossiers.models import Craftsman
from talentpool.imports.queries.known import KnownPerson
from talentpool.imports.rules.columns import BY_KEY, FIELDS
from talentpool.imports.rules.dossiers import Wanted
from talentpool.imports.rules.ready import CHANGEABLE, OF_PERSON, Change
from talentpool.imports.services.texts import text_of_value

FLAGS = ("front_line", "union_member", "willing_to_serve")
_ELSEWHERE = {"name", "phone", "unit", "credit_code", *OF_PERSON}
# By what a record is the same one, said otherwise: it is corrected, not added.
_IDENTITY: Mapping[str, tuple[str, ...]] = {
    "certificate": ("number",),
    "honour": ("name", "level"),
    "competition": ("competition_name", "event_name", "held_on"),
    "achievement": ("kind", "title"),
    "studio": ("name",),
}
Facts = Mapping[tuple[int, str], Sequence[Any]]  # current ones, by dossier and kind


def columns_of(head: Mapping[str, Any], district: str) -> dict[str, Any]:
    """Return the columns of `Craftsman` a row gives."""
    columns = {key: value for key, value in head.items() if key not in _ELSEWHERE}
    for flag in FLAGS:
        if flag in columns:
            columns[flag] = columns[flag] == "1"
    return columns | {"district_code": district, "occupation_edition": EDITION}


def compare(
    person: KnownPerson, wanted: Wanted, facts: Facts
) -> tuple[Change | None, list[str]]:
    """Return what the file would change, None where nothing; and what it may not.

    The unit is left to the caller: only the fields "unit" and "credit_code" of `shown`
    say that it differs.
    """
    craftsman, head = person.craftsman, wanted.first.head
    assert craftsman is not None  # noqa: S101 - the caller asked
    change = Change(shown=[], head={}, person={}, unit_id=None, new_unit=None, facts={})
    _compare_head(craftsman, head, change)
    _compare_person(craftsman.person, head, change)
    _compare_unit(person, head, change)
    fixed = [key for key, _b, _a in change.shown if key not in CHANGEABLE]
    for kind, given in wanted.facts.items():
        known = facts.get((craftsman.id, kind), ())
        for values in given:
            fixed += _compare_fact(kind, values, known, change)
    return (change if change.shown else None), list(dict.fromkeys(fixed))


def _compare_head(
    craftsman: Craftsman, head: Mapping[str, Any], change: Change
) -> None:
    columns = columns_of(head, head.get("district_code", craftsman.district_code))
    for key in head:
        if key in columns and getattr(craftsman, key) != columns[key]:
            was = getattr(craftsman, key)
            change.head[key], change.before_head[key] = columns[key], was
            _show(change, key, was, columns[key])


def _compare_person(person: Person, head: Mapping[str, Any], change: Change) -> None:
    for key in OF_PERSON:
        if key in head and (was := getattr(person, key)) != head[key]:
            change.person[key], change.before_person[key] = head[key], was
            _show(change, key, was, head[key])
    if "phone" in head and (was := open_phone(person)) != head["phone"]:
        change.person["phone"], change.before_person["phone"] = head["phone"], was
        masked = mask_phone(was) if was else ""
        change.shown.append(("phone", masked, mask_phone(head["phone"])))


def _compare_unit(person: KnownPerson, head: Mapping[str, Any], change: Change) -> None:
    unit = person.unit
    change.before_unit_id = unit.id if unit else None
    for key, was in (
        ("credit_code", unit.credit_code if unit else ""),
        ("unit", unit.name if unit else ""),
    ):
        if head.get(key, was) != was:
            # The code says which unit; another spelling of its name is no change.
            if key == "unit" and "credit_code" in head:
                continue
            change.shown.append((key, was, head[key]))


def _compare_fact(
    kind: str, values: Mapping[str, Any], known: Sequence[Any], change: Change
) -> list[str]:
    """Note a record that is new or said otherwise; return what may not be changed."""
    if any(_is_said(values, fact) for fact in known):
        return []
    same = next((fact for fact in known if _is_same(kind, values, fact)), None)
    if same is None:
        change.facts.setdefault(kind, []).append(dict(values))
        for column, text in _texts(kind, values).items():
            change.shown.append((_key(kind, column), "", text))
        return []
    if getattr(same, "publication_uid", ""):
        return [f"{kind}:"]  # it stands on a signed result
    differing = {k: v for k, v in values.items() if getattr(same, k) != v}
    before = {k: getattr(same, k) for k in differing}
    change.facts.setdefault(kind, []).append({"=": same.uid, **differing})
    for column, text in _texts(kind, differing).items():
        was = _texts(kind, before)[column]
        change.shown.append((_key(kind, column), was, text))
    return []


def _is_said(values: Mapping[str, Any], fact: object) -> bool:
    return all(getattr(fact, column) == value for column, value in values.items())


def _is_same(kind: str, values: Mapping[str, Any], fact: object) -> bool:
    columns = _IDENTITY[kind]
    return all(
        values.get(column) and getattr(fact, column) == values[column]
        for column in columns
    )


def _texts(kind: str, values: Mapping[str, Any]) -> dict[str, str]:
    return {
        column: text_of_value(BY_KEY[_key(kind, column)], value)
        for column, value in values.items()
    }


_KEYS = {(field.fact, field.column): field.key for field in FIELDS if field.fact}


def _key(kind: str, column: str) -> str:
    return _KEYS[kind, column]


def _show(change: Change, key: str, was: object, now: object) -> None:
    field = BY_KEY[key]
    change.shown.append((key, text_of_value(field, was), text_of_value(field, now)))
