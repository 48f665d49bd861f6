"""Read what a condition asks of a field, and check what spans a whole profile."""

from collections import Counter
from collections.abc import Iterator

from scoring.scheme.rules.table import Table
from talentpool.standard.rules.profile import (
    FIELDS,
    FLAG,
    GROUPS,
    LEVELS,
    NUMBER,
    PLACES,
    WORD,
    WORDS,
    Check,
    Profile,
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


def check_sense(profile: Profile, root: Table) -> None:
    """Report clauses and names used twice, unknown waived conditions, empty groups."""
    for kind, names in (("clause", _clauses(profile)), ("id", _names(profile))):
        seen: Counter[str] = Counter()
        for path, name in names:
            seen[name] += 1
            if name and seen[name] == 2:
                root.fault_at(
                    f"{path}.{kind}", "%(name)s is used twice.", {"name": name}
                )
    known = {c.id: c for c in profile.conditions}
    for i, waiver in enumerate(profile.waivers):
        for j, name in enumerate(waiver.waives):
            if name not in known or known[name].group != "all":
                root.fault_at(
                    f"waivers[{i}].waives[{j}]",
                    "%(name)s is no condition of the group all.",
                    {"name": name},
                )
    for group in GROUPS[:2]:
        if profile.conditions and not any(profile.group(group)):
            root.fault_at(
                "conditions", "None is of the group %(group)s.", {"group": group}
            )


def _clauses(profile: Profile) -> Iterator[tuple[str, str]]:
    yield "scope", profile.scope.clause
    for key in ("terms", "classes", "levels", "conditions", "waivers", "procedure"):
        for i, item in enumerate(getattr(profile, key)):
            yield f"{key}[{i}]", item.clause
    yield "life", profile.life.clause
    for i, cause in enumerate(profile.exits):
        yield f"exits[{i}]", cause.clause
    yield "mentorship", profile.mentorship.clause
    for i, principle in enumerate(profile.principles):
        yield f"principles[{i}]", principle.clause


def _names(profile: Profile) -> Iterator[tuple[str, str]]:
    for i, condition in enumerate(profile.conditions):
        yield f"conditions[{i}]", condition.id
