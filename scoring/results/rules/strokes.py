"""A signature drawn by hand, as strokes of a pen.

A stroke is a list of points [x, y] in whole units: x from 0 to 1200 from the left, y
from 0 to 400 from the top. What is kept is JSON without spaces, so that the same
strokes have the same hash; a picture of them is made when it is shown.
"""

import json
from itertools import pairwise
from math import hypot

WIDTH, HEIGHT = 1200, 400
LEAST_INK = 300  # units of line in all: a slip of the finger is no signature
MOST_STROKES, MOST_POINTS = 200, 6000

Stroke = tuple[tuple[int, int], ...]


class StrokesError(ValueError):
    """These are no strokes, or too few to be a signature."""


def read_strokes(text: str) -> tuple[Stroke, ...]:
    """Return the strokes that a page sent.

    Raises:
        StrokesError: not of this shape, outside the frame, too many, or hardly a line.
    """
    try:
        sent = json.loads(text)
        strokes = tuple(tuple((x, y) for x, y in stroke) for stroke in sent)
    except (ValueError, TypeError, RecursionError) as error:
        raise StrokesError(text[:80]) from error
    points = [point for stroke in strokes for point in stroke]
    is_whole = all(type(x) is int and type(y) is int for x, y in points)
    if len(strokes) > MOST_STROKES or len(points) > MOST_POINTS or not is_whole:
        raise StrokesError("too many, or no whole numbers")
    if not all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points):
        raise StrokesError("outside the frame")
    if not all(strokes) or length_of(strokes) < LEAST_INK:
        raise StrokesError("hardly a line")
    return strokes


def write_strokes(strokes: tuple[Stroke, ...]) -> str:
    """Return the text that is kept of strokes, and hashed."""
    return json.dumps(strokes, separators=(",", ":"))


def length_of(strokes: tuple[Stroke, ...]) -> float:
    """Return how much line there is, in units."""
    return sum(
        hypot(to[0] - at[0], to[1] - at[1])
        for stroke in strokes
        for at, to in pairwise(stroke)
    )


def draw_svg(strokes: tuple[Stroke, ...]) -> str:
    """Return a picture of strokes; it holds numbers and nothing that was typed."""
    lines = " ".join(
        "M" + " L".join(f"{x} {y}" for x, y in (*stroke, stroke[-1]))
        for stroke in strokes
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<path d="{lines}" fill="none" stroke="#1d1a17" stroke-width="8" '
        'stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )
