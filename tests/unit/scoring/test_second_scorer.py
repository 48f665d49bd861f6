"""Two scorers that share no code agree on thousands of generated competitions."""

from decimal import Context, Decimal
from fractions import Fraction

import pytest

from scoring.marking.rules.facts import EntryFacts, Mark
from scoring.results.rules.score import score
from scoring.scheme.rules.parse import parse_document, read_toml
from tests.unit.scoring.generated import Case
from tests.unit.scoring.second_scorer import second_score_document

WIDE = Context(prec=90)
THIRTY = Decimal("1e-30")
SAME = ("status", "rank", "tied_by", "award", "passed")


def facts_of(row):
    return EntryFacts(
        entry=row["entry"],
        group=row["group"],
        unit=row.get("unit", ""),
        team=row["team"],
        panel=row["panel"],
        status=row["status"] or "present",
        time=Fraction(row["time"]) if row["time"] else None,
        playoff=Fraction(row["playoff"]) if row["playoff"] else None,
        vetoes=tuple(row["vetoes"].split()),
        penalties={k: Fraction(v) for k, v in columns(row, "penalty") if v},
        carried={k: Fraction(v) for k, v in columns(row, "carried")},
        tags=dict(columns(row, "tag")),
        age=int(row["age"]) if row.get("age") else None,
        held=row.get("held"),
        promoted_on=row.get("promoted_on"),
    )


def columns(row, kind):
    """Yield code and value of the columns called KIND:CODE."""
    start = kind + ":"
    return [(k.removeprefix(start), v) for k, v in row.items() if k.startswith(start)]


def decimal(value):
    if value is None:
        return None
    return shown(WIDE.divide(Decimal(value.numerator), Decimal(value.denominator)))


def shown(value):
    """Thirty places: the second scorer's last ones of forty carry its own error."""
    if isinstance(value, dict):
        return {key: shown(member) for key, member in value.items()}
    return value.quantize(THIRTY, None, WIDE) if isinstance(value, Decimal) else value


def first_answer(case, engine=score):
    scoring = engine(
        parse_document(case.document),
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
    return rows, teams, first_outcomes(scoring, case)


def first_outcomes(scoring, case):
    """Outcomes in the second scorer's shape: names of rows may stand there twice."""
    rules = {key: case.scheme.get(key, ()) for key in ("promotions", "honours")}
    return {
        "rankings": [
            (t.name, t.value, {r.entry: (r.rank, r.tied_by) for r in t.rows})
            for t in scoring.rankings
        ]
    } | {
        key: {
            ([r["name"] for r in rules[key]].index(o.name), o.entry): (
                o.met,
                tuple((r.guard, r.met) for r in o.reasons),
            )
            for o in getattr(scoring, key)
        }
        for key in rules
    }


def second_answer(case):
    rows, teams, outcomes = second_score_document(
        case.document, case.marks, case.entries
    )
    for row in rows.values():
        row.pop("exact", None)
        row.pop("parts")
    return shown(rows), shown(teams), outcomes


def assert_agree(seeds):
    for seed in seeds:
        case = Case(seed)
        assert first_answer(case) == second_answer(case), f"seed {seed}\n{case.text}"


@pytest.mark.parametrize("start", range(0, 20_000, 1_000))
def test_scorers_agree(start):
    assert_agree(range(start, start + 1_000))


@pytest.mark.soak
@pytest.mark.parametrize("start", range(20_000, 220_000, 10_000))
def test_scorers_agree_on_many(start):
    assert_agree(range(start, start + 10_000))


def test_a_document_is_what_its_text_says():
    """The scorers above take documents; files come as text."""
    for case in map(Case, range(300)):
        assert read_toml(case.text) == case.document
