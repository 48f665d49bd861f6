"""Signatures drawn by hand: what is one, and what is kept of it."""

import json
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.results.rules.strokes import (
    HEIGHT,
    LEAST_INK,
    MOST_POINTS,
    WIDTH,
    StrokesError,
    draw_svg,
    length_of,
    read_strokes,
    write_strokes,
)

POINT = st.tuples(st.integers(0, WIDTH), st.integers(0, HEIGHT))
STROKES = st.lists(st.lists(POINT, min_size=1, max_size=9), min_size=1, max_size=4)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(STROKES)
def test_what_is_kept_reads_back_the_same(drawn):
    strokes = tuple(map(tuple, drawn))
    text = json.dumps(drawn, indent=1)

    if length_of(strokes) < LEAST_INK:
        with pytest.raises(StrokesError):
            read_strokes(text)
        return
    assert read_strokes(text) == strokes
    assert read_strokes(write_strokes(strokes)) == strokes
    assert " " not in write_strokes(strokes)
    picture = ET.fromstring(draw_svg(strokes))  # noqa: S314 - our own
    assert picture[0].get("d").count("M") == len(strokes)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("[]", id="no stroke"),
        pytest.param("{}", id="no list"),
        pytest.param("[[[0,0],[1200,0],[]]]", id="a point without numbers"),
        pytest.param("[[[0,0],[1201,0]]]", id="outside"),
        pytest.param("[[[0,0],[900.5,0]]]", id="no whole number"),
        pytest.param("[[[0,0],[true,400],[900,0]]]", id="no number"),
        pytest.param("[[[0,0],[299,0]]]", id="hardly a line"),
        pytest.param("[[[0,0],[900,0]],[]]", id="an empty stroke"),
        pytest.param(f"[[{','.join(['[0,0],[900,0]'] * MOST_POINTS)}]]", id="endless"),
        pytest.param("[" * 100_000, id="deep"),
        pytest.param('[[["<script>",0],[900,0]]]', id="text"),
    ],
)
def test_what_is_no_signature(text):
    with pytest.raises(StrokesError):
        read_strokes(text)
