"""Nodes of a scheme as forms, and back."""

from decimal import Decimal

import pytest

from scoring.scheme.rules import draft
from scoring.scheme.rules.bench import lay_out
from scoring.scheme.rules.fields import FIELDS, fields_of, other_keys
from scoring.scheme.rules.form_values import read_node, show_node
from scoring.scheme.rules.parse import examine, read_toml
from scoring.scheme.services.versions import list_examples, read_example

EVERYTHING = """
format = "jiangcai-scheme/1"
title = "All"
extra = 1
[[calculations]]
code = "C1"
choices = { "完好" = 0, "缺失" = 0.75 }
[[components]]
code = "P"
max = 100
bonus = true
from = { event = "e", component = "total" }
[[components.criteria]]
code = "P1"
zero_component_below = 4.5
[[components.criteria.aspects]]
code = "P1.1"
kind = "judgement"
max = 3
descriptors = ["a", "b", "c", "d\\ne"]
photo = "required"
[[components.criteria.aspects]]
code = "P1.2"
kind = "tolerance"
max = 3
lower = -0.05
timed = true
[[rankings]]
name = "units"
where = { group = ["a", "b"] }
[[promotions]]
name = "level"
ranks = [1, 3]
held = ["", "senior"]
not_promoted_since = 2023-01-01
[medals]
names = ["g", "s", "b"]
medallion = { name = "m", from = 700 }
[teams]
method = "points"
points = { "一等奖" = 8.5 }
"""


NODES: dict[str, dict[str, object]] = {
    "aspects": {"kind": "score", "max": 5},
    "components": {"bonus": True},
    "medals": {"medallion": {}},
}


def nodes_of(document):
    yield "", draft.SCHEME, document
    for level in FIELDS:
        if level in draft.TABLES and level in document:
            yield level, level, document[level]
        for path, node in draft.walk(document, level):
            yield path, level, node


@pytest.mark.parametrize(
    "text", [EVERYTHING, *map(read_example, list_examples())], ids=lambda t: t[:20]
)
def test_a_form_sent_back_unchanged_changes_nothing(text):
    document = read_toml(text)
    for path, level, node in nodes_of(document):
        changes = read_node(level, node, show_node(level, node))

        assert draft.change_node(document, path, changes) == document, path


def test_what_no_field_shows_is_kept_apart():
    document = read_toml(EVERYTHING)
    assert other_keys(draft.SCHEME, document) == {"extra": 1}
    assert other_keys("rankings", document["rankings"][0]) == {
        "where": {"group": ["a", "b"]}
    }


@pytest.mark.parametrize(
    ("level", "posted", "changes"),
    [
        ("aspects", {"max": " 4.50 "}, {"max": Decimal("4.50")}),
        ("aspects", {"max": "4"}, {"max": 4}),
        ("aspects", {"max": "ten"}, {"max": "ten"}),
        ("aspects", {"max": "1e5"}, {"max": "1e5"}),
        ("aspects", {"max": ""}, {"max": None}),
        ("aspects", {"name": " 焊缝 "}, {"name": "焊缝"}),
        ("components", {"carried": True}, {"carried": True}),
        ("components", {"bonus": False}, {"bonus": None}),
        (
            "teams",
            {"points": "一等奖 = 8\n\n a=b = 2 "},
            {"points": {"一等奖": 8, "a=b": 2}},
        ),
        ("teams", {"points": "一等奖"}, {"points": {"一等奖": ""}}),
        (
            "ranking",
            {"ties": "time asc\r\n component:P desc"},
            {"ties": ["time asc", "component:P desc"]},
        ),
        ("promotions", {"ranks": "1-3"}, {"ranks": [1, 3]}),
        ("promotions", {"held": "–\n高级工"}, {"held": ["", "高级工"]}),
        ("promotions", {"not_promoted_since": "soon"}, {"not_promoted_since": "soon"}),
        (
            "medals",
            {"medallion-name": "m", "medallion-from": "700"},
            {"medallion": {"name": "m", "from": 700}},
        ),
        ("medals", {"medallion-name": "", "medallion-from": ""}, {}),
    ],
)
def test_what_a_form_says(level, posted, changes):
    found = read_node(level, NODES.get(level, {}), posted)
    assert found == changes


def test_another_kind_takes_away_what_belonged_to_the_old_one():
    node = {"code": "P1.1", "kind": "tolerance", "max": 3, "lower": 1, "symbol": "mm"}

    changes = read_node("aspects", node, {"kind": "score", "max": "3"})

    assert changes == {"kind": "score", "lower": None}
    assert "min" in {field.key for field in fields_of("aspects", {"kind": "score"})}


def test_the_bench_adds_up_and_puts_faults_where_they_are():
    document = read_toml(read_example("welding"))
    path = "components[1].criteria[0].aspects[1]"
    document = draft.change_node(document, path, {"max": "much"})

    bench = lay_out(document)

    theory, practice = bench.components
    assert not bench.is_usable
    assert (theory.points, theory.weight, theory.reachable) == ("100", "0.3", "")
    assert (practice.below, practice.lines[0].below) == (
        len(bench.faults),
        len(bench.faults),
    )
    assert practice.lines[0].lines[1].has_own_faults
    assert [f.where for f in bench.faults_of(path)] == [f"{path}.max"]
    assert bench.faults_of("") == []


def test_the_bench_shows_the_variation_from_the_standard():
    bench = lay_out(read_toml(read_example("web_technologies")))
    assert bench.aspect_count == 220
    assert bench.variation == 72
    assert bench.warnings_of("") == [w for w in bench.warnings if w.where == "sections"]


@pytest.mark.parametrize(
    "text",
    [
        "components = 3",
        "components = [1, 2]",
        "x = 1",
        "[[components]]\ncriteria = [{aspects = [5, {}]}]\n",
    ],
)
def test_the_bench_stands_whatever_is_written(text):
    document = read_toml(text)
    bench = lay_out(document)
    assert bench.faults == tuple(examine(document)[1])
