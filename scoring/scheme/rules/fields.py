"""The keys of each node of a scheme, as the fields of a form.

Words used here:
    shape: how a key is written in a form: text, long, number, flag, option, code (of
        another node), codes, lines (a list of texts), levels (four texts), pairs (a
        table of numbers by label), span (two whole numbers), day, record (a table of
        its own with named parts).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from scoring.scheme.rules.draft import LISTS, SCHEME, TABLES
from scoring.scheme.rules.numbers import MODES
from scoring.scheme.rules.tree import (
    AGGREGATES,
    KINDS,
    OVER_LIMIT,
    PHOTOS,
    TEAM_METHODS,
    TRIM_SCOPES,
    UNRESOLVED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    key: str
    shape: str = "text"
    options: tuple[str, ...] = ()  # of option: the values
    of: str = ""  # of code and codes: the level the codes are of
    parts: tuple[tuple[str, str], ...] = ()  # of record: (key, text or number)
    kinds: tuple[str, ...] = ()  # of an aspect: kinds it belongs to; () is all


def _texts(*keys: str) -> tuple[Field, ...]:
    return tuple(Field(key=key) for key in keys)


def _numbers(*keys: str) -> tuple[Field, ...]:
    return tuple(Field(key=key, shape="number") for key in keys)


def _option(key: str, *options: str) -> Field:
    return Field(key=key, shape="option", options=options)


def _of(shape: str, key: str, *kinds: str) -> Field:
    return Field(key=key, shape=shape, kinds=kinds)


_PASSES = Field(key="require_pass", shape="codes", of="components")
_JUDGING = (
    *_numbers("judges"),
    _option("aggregate", *AGGREGATES),
    *_numbers("drop"),
)
_ELIGIBILITY = (
    *_texts("name", "rule"),
    _of("span", "ranks"),
    _of("lines", "awards"),
    _of("lines", "groups"),
    _PASSES,
    *_numbers("min_age", "max_age"),
    _of("lines", "held"),
    _of("day", "not_promoted_since"),
    _of("lines", "conditions"),
)

FIELDS: Mapping[str, tuple[Field, ...]] = {
    SCHEME: (*_texts("title"), *_numbers("full")),
    "rounding": (_option("mode", *MODES), *_numbers("aspect", "component", "total")),
    "ranking": (
        _option("compare", "published", "exact"),
        _option("per", "group", "event"),
        _of("lines", "ties"),
        _option("unresolved", *UNRESOLVED),
        _PASSES,
    ),
    "medals": (
        _option("of", "total", "scale"),
        *_numbers("tolerance"),
        _of("flag", "chain"),
        _of("lines", "names"),
        Field(
            key="medallion",
            shape="record",
            parts=(("name", "text"), ("from", "number")),
        ),
    ),
    "teams": (
        _option("method", *TEAM_METHODS),
        *_numbers("best"),
        _of("pairs", "points"),
        _of("lines", "ties"),
    ),
    "scale": (_option("kind", "worldskills"),),
    "panels": (_option("correction", "none", "mean"), *_numbers("min_entries")),
    "components": (
        *_texts("code", "name"),
        *_numbers("max", "weight", "pass"),
        _option("trim_scope", *TRIM_SCOPES),
        *_JUDGING,
        _of("flag", "bonus"),
        _of("flag", "carried"),
        Field(
            key="from",
            shape="record",
            parts=(("event", "text"), ("component", "text")),
        ),
    ),
    "criteria": (
        *_texts("code", "name", "day"),
        *_numbers("cap", "floor", "factor", "zero_component_below"),
    ),
    "aspects": (
        *_texts("code", "name"),
        _option("kind", *KINDS),
        *_numbers("max"),
        _of("number", "min", "score"),
        _of("pairs", "options", "choice"),
        Field(
            key="calculation",
            shape="code",
            of="calculations",
            kinds=("deduction", "choice"),
        ),
        _of("number", "per_fault", "deduction"),
        _of("number", "max_faults", "deduction"),
        _of("number", "lower", "tolerance"),
        _of("number", "upper", "tolerance"),
        _of("number", "unit", "tolerance"),
        _of("number", "per_unit", "tolerance"),
        Field(
            key="mode",
            shape="option",
            options=("step", "proportional", "all_or_nothing"),
            kinds=("tolerance",),
        ),
        _of("number", "step", "rank"),
        _of("text", "symbol", "score", "tolerance", "deduction"),
        _of("flag", "timed", "score", "tolerance"),
        *_JUDGING,
        Field(key="section", shape="code", of="sections"),
        _of("long", "description"),
        _of("levels", "descriptors", "judgement"),
        *_numbers("comment_below", "disagreement"),
        _option("photo", *PHOTOS),
    ),
    "sections": (*_texts("code", "name"), *_numbers("marks")),
    "calculations": (
        *_texts("code", "name", "unit_name"),
        *_numbers("per_fault", "max_faults"),
        _of("pairs", "choices"),
    ),
    "penalties": (
        *_texts("code", "name"),
        *_numbers("unit", "points"),
        _of("flag", "started"),
        *_numbers("limit"),
        _option("over_limit", *OVER_LIMIT),
        Field(key="applies_to", shape="code", of="components"),
        *_numbers("cap"),
        *_texts("rule", "approver"),
    ),
    "awards": (
        *_texts("name"),
        *_numbers("count"),
        *_texts("share", "upto"),
        _option("of", "ranked", "entered"),
        _option("share_rounding", "floor", "ceil", "half_up"),
        _option("tie_at_cut", "include", "exclude"),
        _PASSES,
    ),
    "rankings": _texts("name", "by"),
    "promotions": _ELIGIBILITY,
    "honours": _ELIGIBILITY,
}
LEVELS = 4  # texts of a judgement, for 0, 1, 2 and 3


def fields_of(level: str, node: Mapping[str, object]) -> tuple[Field, ...]:
    """Return the fields of a node; an aspect's depend on its kind."""
    kind = node.get("kind")
    return tuple(
        field
        for field in FIELDS[level]
        if level != "aspects" or not field.kinds or kind in field.kinds
    )


def other_keys(level: str, node: Mapping[str, object]) -> dict[str, object]:
    """Return what stands in a node beside its fields and the nodes in it."""
    known = {field.key for field in fields_of(level, node)}
    known |= {*LISTS.get(level, ())}
    known |= {*TABLES, "format"} if level == SCHEME else set()
    return {key: value for key, value in node.items() if key not in known}
