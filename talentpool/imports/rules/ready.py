"""What the check found of a file, kept so that loading need not read it again.

Words used here:
    ready: a dossier that can be made.
    change: a dossier that is there and says something else than the file.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from talentpool.imports.rules.columns import FIELDS

_HEAD_DAYS = frozenset(f.key for f in FIELDS if f.kind == "day" and not f.fact)
_FACT_DAYS = frozenset((f.fact, f.column) for f in FIELDS if f.kind == "day" and f.fact)
# What an import may change of a dossier that is there. The rest was decided by a
# procedure and is changed by one: tier, class, entry, term, certificate, state.
OF_PERSON = ("nation", "education", "politics")
CHANGEABLE = frozenset(
    {
        *("phone", "unit", "credit_code", *OF_PERSON),
        *("district_code", "trade", "occupation_code", "trade_since"),
        *("post", "post_kind", "employment", "worker_type"),
        *("front_line", "union_member", "willing_to_serve"),
    }
)

Facts = dict[str, list[dict[str, Any]]]
NewUnit = tuple[str, str, str]  # credit code, name, district
Shown = tuple[str, str, str]  # field, what the pool says, what the file says


@dataclass(slots=True, kw_only=True)
class Ready:
    """A dossier that can be made."""

    row: int
    id_number: str
    name: str
    phone: str
    of_person: dict[str, str]
    person_id: int | None  # somebody registered already
    unit_id: int | None
    unit_uid: str
    new_unit: NewUnit | None
    head: dict[str, Any]  # columns of `Craftsman`
    facts: Facts


@dataclass(slots=True, kw_only=True)
class Change:
    """What a file would change of a dossier, as it stood when it was compared."""

    shown: list[Shown]
    head: dict[str, Any]  # columns of `Craftsman`
    person: dict[str, str]  # phone, nation, education, politics
    unit_id: int | None
    new_unit: NewUnit | None
    facts: Facts
    # What undoing needs: what stood there, and which facts came with it.
    before_head: dict[str, Any] = field(default_factory=dict)
    before_person: dict[str, str] = field(default_factory=dict)
    before_unit_id: int | None = None
    made: list[tuple[str, str]] = field(default_factory=list)  # kind and uid


def write(value: Any) -> str:  # noqa: ANN401 - a Ready, a Change, or lists of them
    """Return dataclasses as JSON; days as ISO 8601 writes them."""
    return json.dumps(value, ensure_ascii=False, default=_plain)


def read_ready(rows: Sequence[Mapping[str, Any]]) -> list[Ready]:
    """Return what `write` wrote of a list of `Ready`."""
    return [
        Ready(
            **{
                **row,
                "new_unit": _unit(row["new_unit"]),
                "head": _head(row["head"]),
                "facts": _facts(row["facts"]),
            }
        )
        for row in rows
    ]


def read_change(text: str) -> Change:
    """Return what `write` wrote of a `Change`."""
    row = json.loads(text)
    return Change(
        **{
            **row,
            "shown": [tuple(one) for one in row["shown"]],
            "new_unit": _unit(row["new_unit"]),
            "head": _head(row["head"]),
            "before_head": _head(row["before_head"]),
            "facts": _facts(row["facts"]),
            "made": [tuple(one) for one in row["made"]],
        }
    )


def _plain(value: object) -> object:
    if isinstance(value, Ready):
        return {name: getattr(value, name) for name in Ready.__slots__}
    if isinstance(value, Change):
        return asdict(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"not a value of a row: {value!r}")


def _unit(given: Sequence[str] | None) -> NewUnit | None:
    return None if given is None else (given[0], given[1], given[2])


def _head(given: dict[str, Any]) -> dict[str, Any]:
    for key in _HEAD_DAYS & given.keys():
        given[key] = given[key] and date.fromisoformat(given[key])
    return given


def _facts(given: Facts) -> Facts:
    for kind, facts in given.items():
        for fact in facts:
            for column in fact:
                if (kind, column) in _FACT_DAYS:
                    fact[column] = date.fromisoformat(fact[column])
    return given
