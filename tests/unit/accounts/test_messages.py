"""When sending is tried again, and what a mail address looks like."""

from datetime import timedelta

import pytest

from accounts.messages.rules import (
    MOST_TRIES,
    is_address,
    is_last,
    mask_address,
    wait_after,
)


def test_waits_grow_and_end():
    waits = [wait_after(tries) for tries in range(1, MOST_TRIES)]

    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=1)
    assert wait_after(MOST_TRIES + 5) == waits[-1]
    assert [is_last(tries) for tries in (1, MOST_TRIES - 1, MOST_TRIES)] == [
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("zhang.san+1@mail.example.cn", True),
        ("a@b.cn", True),
        ("a@localhost", False),
        ("a b@example.cn", False),
        ("a@example.cn\nBcc: b@example.cn", False),
        ("a@example.cn\n", False),
        ("张@example.cn", False),
        ("@example.cn", False),
        ("a@-x.cn", False),
        (f"{'a' * 60}@{'b.' * 100}cn", False),
    ],
)
def test_what_is_a_mail_address(text, is_one):
    assert is_address(text) == is_one


def test_others_see_an_address_masked():
    assert mask_address("zhang.san@example.cn") == "z***@example.cn"
