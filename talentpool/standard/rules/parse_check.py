"""Read what a condition asks of a field."""

from scoring.scheme.rules.table import Table
from talentpool.standard.rules.profile import (
    FIELDS,
    FLAG,
    LEVELS,
    NUMBER,
    PLACES,
    WORD,
    WORDS,
    Check,
)

_DEMANDS = ("is", "one_of", "at_least", "places")
_FITTING = {
    FLAG: ("is",),
    WORD: ("is", "one_of"),
    NUMBER: ("at_least",),
    PLACES: ("places",),
}
_NOTHING = Check(field="")


def parse_check(owner: Table) -> Check:
    """Read the `check` of a condition or waiver; faults go to the table's list."""
    table = owner.table("check", required=True)
    if table is None:
        return _NOTHING
    name = table.text("field", required=True) or ""
    demands = [key for key in _DEMANDS if key in table]
    if name and name not in FIELDS:
        table.fault("field", "Must be one of %(options)s.", options=", ".join(FIELDS))
    elif len(demands) != 1:
        table.fault("", "Must ask one of %(options)s.", options=", ".join(_DEMANDS))
    elif name and demands[0] not in _FITTING[FIELDS[name]]:
        fitting = ", ".join(_FITTING[FIELDS[name]])
        table.fault(demands[0], "This field is asked by %(fitting)s.", fitting=fitting)
    elif name:
        return _read_demand(table, name)
    return _NOTHING


def _read_demand(table: Table, name: str) -> Check:
    kind = FIELDS[name]
    if kind == FLAG:
        check = Check(field=name, equals=table.flag("is", default=True))
    elif kind == NUMBER:
        least = table.whole("at_least", at_least=1, at_most=1000)
        check = Check(field=name, at_least=least or 1)
    elif kind == PLACES:
        check = Check(field=name, places=_places(table))
    elif "is" in table:
        word = table.one_of("is", WORDS[name], WORDS[name][0])
        check = Check(field=name, equals=word)
    else:
        check = Check(field=name, one_of=_words(table, name))
    table.text("field")
    table.close()
    return check


def _words(table: Table, name: str) -> tuple[str, ...]:
    words = table.texts("one_of")
    for index, word in enumerate(words):
        if word is not None and word not in WORDS[name]:
            options = ", ".join(WORDS[name])
            table.fault(
                f"one_of[{index}]", "Must be one of %(options)s.", options=options
            )
    if not words:
        table.fault("one_of", "Must name at least one.")
    return tuple(word for word in words if word)


def _places(table: Table) -> dict[str, int]:
    inner = table.table("places", required=True)
    if inner is None:
        return {}
    found = {tier: inner.whole(tier, at_least=1, at_most=1000) for tier in LEVELS}
    inner.close()
    if not inner.data:
        table.fault("places", "Must name at least one.")
    return {tier: place for tier, place in found.items() if place is not None}
