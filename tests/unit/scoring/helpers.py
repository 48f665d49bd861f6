"""Small schemes and marks for tables of examples."""

import csv
from pathlib import Path

from scoring.marking.rules.facts import EntryFacts, Mark
from scoring.results.rules.score import score
from scoring.scheme.rules.parse import parse_scheme

CASES = Path(__file__).parents[2] / "data" / "cases"
HEAD = 'format = "jiangcai-scheme/1"\ntitle = "试"\n'


def one_aspect(aspect, *, component="", criterion="", head="", tail=""):
    """TOML of a scheme with one component P, one criterion P1 and one aspect P1.1."""
    return (
        f'{HEAD}{head}\n[[components]]\ncode = "P"\nname = "实操"\nmax = 1000\n'
        f'weight = 1\n{component}\n[[components.criteria]]\ncode = "P1"\nname = "甲"\n'
        f'{criterion}\n[[components.criteria.aspects]]\ncode = "P1.1"\nname = "乙"\n'
        f"{aspect}\n{tail}\n"
    )


def parse_aspect(aspect):
    return next(iter(parse_scheme(one_aspect(aspect)).aspects))


SCORE = 'kind = "score"\nmax = 1000'


def totals_scheme(*, head="", tail=""):
    """A scheme whose only mark is the total itself."""
    return parse_scheme(one_aspect(SCORE, head=head, tail=tail))


def score_totals(totals, *, head="", tail="", **facts):
    """Score entries by code → total; facts are columns: {code: value} each."""
    scheme = totals_scheme(head=head, tail=tail)
    entries = [
        EntryFacts(
            entry=code,
            **{name: column[code] for name, column in facts.items() if code in column},
        )
        for code in totals
    ]
    marks = [Mark(code, "P1.1", "J", str(total)) for code, total in totals.items()]
    return {r.entry: r for r in score(scheme, marks, entries).results}


def read_case(name):
    """Rows of a file in tests/data/cases."""
    with (CASES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
