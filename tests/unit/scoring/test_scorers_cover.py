"""What the comparison of the two scorers reaches, and that it finds mistakes.

A comparison that never meets a setting proves nothing about it: every setting of a
scheme must take several values in the generated cases. And one that has never failed
proves nothing at all: engines with one mistake each must all be told apart.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache

import pytest

from scoring.marking.rules.facts import STATUSES
from scoring.ranking.rules.ranks import DECIDE, PLAYOFF, SHARED
from scoring.results.rules.rulings import VETOES
from scoring.scheme.rules import tree
from scoring.scheme.rules.numbers import MODES
from scoring.scheme.rules.parse import parse_document
from tests.unit.scoring.generated import Case
from tests.unit.scoring.test_second_scorer import first_answer, second_answer
from tests.unit.scoring.wrong_engines import WRONG

# Told to judges and readers; no number depends on them.
SHOWN = {
    "Aspect": {"description", "descriptors", "section", "symbol", "photo"}
    | {"comment_below", "disagreement"},
    "Calculation": {"unit_name"},
    "Component": {"carried_from"},
    "Criterion": {"day"},
    "Eligibility": {"rule", "conditions"},
    "Medallion": {"name"},
    "Medals": {"names"},
    "Penalty": {"rule", "approver"},
    "Scheme": {"title", "sections"},
}
SETTINGS = {
    ("Aspect", "kind"): tree.KINDS,
    ("Aspect", "aggregate"): tree.AGGREGATES,
    ("Aspect", "mode"): ("step", "proportional", "all_or_nothing"),
    ("Component", "trim_scope"): tree.TRIM_SCOPES,
    ("Component", "aggregate"): tree.AGGREGATES,
    ("Rounding", "mode"): MODES,
    ("Ranking", "compare"): ("published", "exact"),
    ("Ranking", "per"): ("group", "event"),
    ("Ranking", "unresolved"): tree.UNRESOLVED,
    ("TieKey", "kind"): ("component", "criterion", "aspect", "time"),
    ("Penalty", "over_limit"): (*tree.OVER_LIMIT, None),
    ("Award", "of"): ("ranked", "entered"),
    ("Award", "share_rounding"): ("floor", "ceil", "half_up"),
    ("Award", "tie_at_cut"): ("include", "exclude"),
    ("Teams", "method"): tree.TEAM_METHODS,
    ("Medals", "of"): ("total", "scale"),
    ("Medals", "chain"): (True, False),
}
CASES = 1_500


@cache
def seen():
    """Return the values of every field of every part of the generated schemes."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for case in map(Case, range(CASES)):
        collect(parse_document(case.document), found)
    return found


def collect(value, found):
    if is_dataclass(value):
        for field in fields(value):
            member = getattr(value, field.name)
            found[type(value).__name__, field.name].add(repr(member))
            collect(member, found)
    elif isinstance(value, tuple):
        for member in value:
            collect(member, found)
    elif isinstance(value, Mapping):
        for member in value.values():
            collect(member, found)


def test_every_setting_of_a_scheme_varies():
    parts = [cls for cls in vars(tree).values() if isinstance(cls, type)]
    parts = [cls for cls in parts if is_dataclass(cls)]
    never = [
        (cls.__name__, field.name)
        for cls in parts
        if cls.__name__ not in {"Section", "CarriedFrom"}  # shown, never counted
        for field in fields(cls)
        if field.name not in SHOWN.get(cls.__name__, set())
        and len(seen()[cls.__name__, field.name]) < 2
    ]

    assert never == [], "generate these, or tell above that no number depends on them"


@pytest.mark.parametrize("setting", SETTINGS, ids=".".join)
def test_every_value_of_a_setting_is_there(setting):
    assert {repr(value) for value in SETTINGS[setting]} <= seen()[setting]


def test_every_fact_about_an_entry_is_there():
    rows = [row for case in map(Case, range(CASES)) for row in case.entries]
    vetoes = {v.split(":")[0] for row in rows for v in row["vetoes"].split()}

    assert {row["status"] or "present" for row in rows} == set(STATUSES)
    assert vetoes == {*VETOES.values(), "total", "disqualify"}
    for column in ("group", "team", "panel", "time", "playoff"):
        assert len({row[column] for row in rows}) > 1, column


@cache
def answers(number):
    case = Case(number)
    return case, second_answer(case)


def test_every_way_a_tie_ends_is_there():
    reasons = {
        row["tied_by"].partition(":")[0].split()[0] if row["tied_by"] else ""
        for number in range(400)
        for row in answers(number)[1][0].values()
    }

    kinds = {"component", "criterion", "aspect", "time"}
    assert reasons == {"", *kinds, PLAYOFF, SHARED, DECIDE}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_mistake_is_found(wrong):
    for number in range(CASES):
        case, right = answers(number)
        if first_answer(case, WRONG[wrong]) != right:
            return

    pytest.fail(f"no case of {CASES} tells an engine that {wrong}")
