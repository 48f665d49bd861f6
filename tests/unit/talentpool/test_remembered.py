"""What a search remembers stays within its memory, and what is used stays longest."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from talentpool.search.rules.remembered import Remembered, size_of

SIZES = st.integers(0, 40)


def made(size):
    return np.zeros(size, np.uint8)


@given(st.lists(st.tuples(st.integers(0, 9), SIZES, st.booleans()), max_size=60))
def test_it_is_what_a_list_of_the_last_used_would_be(steps):
    held = Remembered(most=100)
    order: list[int] = []
    sizes: dict[int, int] = {}
    for key, size, is_kept in steps:
        if is_kept:
            held.keep((key,), made(size))
            sizes[key] = size
            order = [other for other in order if other != key] + [key]
            while sum(sizes[other] for other in order) > 100 and len(order) > 1:
                order.pop(0)
        else:
            found = held.get((key,))
            assert (found is None) == (key not in order)
            if found is not None:
                assert len(found) == sizes[key]
                order = [other for other in order if other != key] + [key]
    assert [key for (key,) in held] == order


def test_an_order_that_is_asked_for_outlives_any_number_of_words():
    held = Remembered(most=1000)
    held.keep(("order",), made(600))
    for word in range(100):
        held.keep(("text", word), made(90))
        assert held.get(("order",)) is not None

    assert len(list(held)) == 1 + 4


def test_one_that_is_larger_than_all_room_is_held_alone():
    held = Remembered(most=10)
    held.keep(("a",), made(5))
    held.keep(("b",), made(50))

    assert list(held) == [("b",)]


def test_a_bitmap_counts_with_what_it_holds():
    dense = BitMap(range(0, 1_000_000, 3))

    assert size_of(BitMap()) < 100
    assert 120_000 < size_of(dense) < 140_000
    assert size_of((dense, dense)) == 2 * size_of(dense)
    assert size_of(np.zeros(10, np.uint32)) == 40


def test_nothing_is_left_after_clearing():
    held = Remembered(most=100)
    held.keep(("a",), made(60))
    held.clear()
    held.keep(("b",), made(60))
    held.keep(("c",), made(40))

    assert list(held) == [("b",), ("c",)]
