"""Two scorers that share no code agree on thousands of generated competitions."""

from decimal import Context, Decimal, localcontext
from fractions import Fraction

import pytest

from scoring.marking.rules.facts import EntryFacts, Mark
from scoring.results.rules.score import score
from scoring.scheme.rules.parse import parse_scheme
from tests.unit.scoring.generated import Case
from tests.unit.scoring.second_scorer import second_score

SAME = ("status", "rank", "tied_by", "award", "passed")


def facts_of(row):
    return EntryFacts(
        entry=row["entry"],
        group=row["group"],
        team=row["team"],
        panel=row["panel"],
        status=row["status"] or "present",
        time=Fraction(row["time"]) if row["time"] else None,
        playoff=Fraction(row["playoff"]) if row["playoff"] else None,
        vetoes=tuple(row["vetoes"].split()),
        penalties={
            key.removeprefix("penalty:"): Fraction(value)
            for key, value in row.items()
            if key.startswith("penalty:") and value
        },
    )


def decimal(value):
    if value is None:
        return None
    with localcontext(Context(prec=90)):
        return shown(Decimal(value.numerator) / Decimal(value.denominator))


def shown(value):
    """Thirty places: the second scorer's last ones of forty carry its own error."""
    if isinstance(value, dict):
        return {key: shown(member) for key, member in value.items()}
    return value.quantize(Decimal("1e-30")) if isinstance(value, Decimal) else value


def first_answer(case):
    scoring = score(
        parse_scheme(case.text),
        [Mark(*row) for row in case.marks],
        [facts_of(row) for row in case.entries],
    )
    rows = {
        r.entry: {name: getattr(r, name) for name in SAME}
        | {
            "scale": decimal(r.scale and Fraction(r.scale)),
            "total": decimal(r.total),
            "penalty": decimal(r.penalty),
            "components": {k: decimal(v) for k, v in r.components.items()},
            "criteria": {k: decimal(v) for k, v in r.criteria.items()},
            "aspects": {k: decimal(v) for k, v in r.aspects.items()},
        }
        for r in scoring.results
    }
    teams = {
        t.team: {"total": decimal(t.total), "time": decimal(t.time), "rank": t.rank}
        for t in scoring.teams
    }
    return rows, teams


def second_answer(case):
    rows, teams = second_score(case.text, case.marks, case.entries)
    for row in rows.values():
        row.pop("exact", None)
        row.pop("parts")
    with localcontext(Context(prec=90)):
        return shown(rows), shown(teams)


def assert_agree(seeds):
    for seed in seeds:
        case = Case(seed)
        assert first_answer(case) == second_answer(case), f"seed {seed}\n{case.text}"


@pytest.mark.parametrize("start", range(0, 3000, 500))
def test_scorers_agree(start):
    assert_agree(range(start, start + 500))


@pytest.mark.soak
@pytest.mark.parametrize("start", range(10_000, 110_000, 10_000))
def test_scorers_agree_on_many(start):
    assert_agree(range(start, start + 10_000))
