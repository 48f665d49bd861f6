"""What lies within what."""

import pytest

from people.districts.rules import is_within, parent_code


@pytest.mark.parametrize(
    ("code", "region", "inside"),
    [
        ("330602", "330600", True),
        ("330602", "330000", True),
        ("330602", "330602", True),
        ("330600", "330602", False),
        ("330702", "330600", False),
        ("429004", "420000", True),
    ],
)
def test_within(code, region, inside):
    assert is_within(code, region) is inside


@pytest.mark.parametrize(
    ("code", "parent"),
    [("330602", "330600"), ("330600", "330000"), ("330000", None)],
)
def test_parent(code, parent):
    assert parent_code(code) == parent
