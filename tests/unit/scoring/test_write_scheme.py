"""The writer of schemes: what is written reads back equal, whatever it is."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.scheme.rules.parse import parse_scheme, read_toml
from scoring.scheme.rules.write import write_toml
from scoring.scheme.services.versions import list_examples, read_example

# TOML ends at line feeds it knows; a text may hold any other sign.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBERS = st.one_of(
    st.integers(-(10**12), 10**12),
    st.decimals(allow_nan=False, allow_infinity=False, places=4).filter(
        lambda d: abs(d) < 10**12
    ),
)
LEAVES = st.one_of(TEXTS, NUMBERS, st.booleans(), st.lists(TEXTS, max_size=4))
TABLES = st.dictionaries(TEXTS, LEAVES, max_size=4)
NODES = st.recursive(
    TABLES,
    lambda inner: st.dictionaries(
        TEXTS, st.one_of(LEAVES, st.lists(inner, min_size=1, max_size=3)), max_size=4
    ),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(
    TEXTS, st.one_of(LEAVES, TABLES, NODES, st.lists(NODES, max_size=3)), max_size=6
)


@given(DOCUMENTS)
def test_whatever_is_written_reads_back_equal(document):
    assert read_toml(write_toml(document)) == document


@pytest.mark.parametrize("name", list_examples())
def test_examples_come_back_whole(name):
    text = read_example(name)

    written = write_toml(read_toml(text))

    assert read_toml(written) == read_toml(text)
    assert parse_scheme(written) == parse_scheme(text)
    assert write_toml(read_toml(written)) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param(Decimal("0.70"), "0.70", id="digits stay as they were written"),
        pytest.param(Decimal("1E+3"), "1000", id="no exponent where none is needed"),
        pytest.param(Decimal("1E+9999"), "1E+9999", id="but no million of noughts"),
        pytest.param(Decimal("-inf"), "-inf", id="infinity"),
    ],
)
def test_numbers(value, written):
    assert write_toml({"x": value}) == f"x = {written}\n"
    assert read_toml(f"x = {written}") == {"x": value}
