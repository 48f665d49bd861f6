"""Lists as files are written as they come: what is held does not grow with the rows."""

import tracemalloc

import pytest

from talentpool.shortlists.forms.files import MEDIA, stream

CELLS = ["王秉元", "市级", "高技能人才", "焊工", "6-18-02-04", "绍兴越工机械有限公司"]
MUCH = 400_000  # bytes; two thousand rows in memory are several times that


def rows(count):
    return ([f"{cell}{number}" for cell in CELLS] for number in range(count))


def most_held(kind, given):
    """Return the most bytes held while a file of these rows is written."""
    tracemalloc.start()
    for _piece in stream(kind, above=["名单", "印记"], headings=CELLS, rows=given):
        pass
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


@pytest.mark.parametrize("kind", MEDIA)
def test_more_rows_hold_no_more_memory(kind):
    few, many = most_held(kind, rows(200)), most_held(kind, rows(2000))

    assert many < few + MUCH


def test_rows_that_are_gathered_first_are_found():
    def gathered():
        yield from list(rows(2000))

    assert most_held("csv", gathered()) > most_held("csv", rows(200)) + MUCH
