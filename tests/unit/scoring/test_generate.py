"""Made-up marks: complete, right for every kind, and the same for the same seed."""

import pytest

from scoring.marking.rules.facts import Mark
from scoring.results.rules.generate import fit_marks, make_entries, make_marks
from scoring.results.rules.so_far import score_so_far
from scoring.scheme.rules.parse import parse_scheme
from scoring.scheme.services.versions import list_examples, read_example


@pytest.mark.parametrize("name", list_examples())
def test_every_example_can_be_tried_out(name):
    scheme = parse_scheme(read_example(name))
    entries = make_entries(scheme, 9, "7")
    marks = make_marks(scheme, entries, "7")

    so_far = score_so_far(scheme, marks, entries)

    assert so_far.incomplete == ()
    assert len({result.total for result in so_far.scoring.results}) > 1
    assert marks == make_marks(scheme, entries, "7")
    assert marks != make_marks(scheme, entries, "8")


def test_a_scheme_takes_the_marks_it_asks_for():
    scheme = parse_scheme(read_example("turning"))
    aspect = next(iter(scheme.aspects))
    marks = [Mark("A", aspect.code, f"J{n}", "1") for n in range(1, 9)]

    fitting = fit_marks(scheme, [*marks, Mark("A", "gone", "J1", "1")])

    assert fitting == marks[: aspect.judges]
