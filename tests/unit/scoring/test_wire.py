"""A mark as it is sent: shape, hash, and nothing that can break the server."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbox import WireError, body_hash, echo_id, read_item
from scoring.marking.rules.cells import Counted, exact_value, sheet_digest
from scoring.marking.rules.values import MarkValueError
from scoring.scheme.rules.numbers import find_number
from scoring.scheme.rules.parse import parse_scheme
from tests.factories.scoring import SCHEME

GOOD = {
    "id": "0190a0a0-0000-7000-8000-000000000001",
    "entry": "A3F7",
    "aspect": "P1.1",
    "value": "8.5",
    "based_on": None,
    "device": "0190a0a0000070008000000000000002",
    "device_seq": 7,
    "marked_at": "2026-06-20T02:00:00.000Z",
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)
ASPECTS = {aspect.kind: aspect for aspect in parse_scheme(SCHEME).aspects}


def test_the_hash_is_of_canonical_json():
    text = (
        '{"aspect":"P1.1","based_on":null,"device":"0190a0a0000070008000000000000002",'
        '"device_seq":7,"entry":"A3F7","id":"0190a0a0-0000-7000-8000-000000000001",'
        '"kind":"mark","marked_at":"2026-06-20T02:00:00.000Z","reason":"","value":"8.5"}'
    )

    assert body_hash(read_item(GOOD)) == hashlib.sha256(text.encode()).hexdigest()


@given(st.sampled_from([*GOOD, "kind", "reason", "event"]), ANYTHING)
def test_whatever_a_field_holds_it_is_read_or_refused(name, value):
    hashed = _try_to_read({**GOOD, name: value})

    assert hashed in {*GOOD, "kind", "reason", "event"} or len(hashed) == 64


def _try_to_read(item):
    try:
        return body_hash(read_item(item))
    except WireError as error:
        return error.code


@given(ANYTHING)
def test_whatever_an_item_is_its_id_can_be_shown(item):
    json.dumps(echo_id(item))
    with pytest.raises(WireError):
        read_item(item)


@pytest.mark.parametrize("kind", sorted(ASPECTS))
@given(text=st.text(max_size=40) | st.decimals().map(str) | st.integers().map(str))
def test_a_value_has_one_exact_spelling_or_none(kind, text):
    try:
        exact = exact_value(ASPECTS[kind], text)
    except MarkValueError:
        return

    assert exact_value(ASPECTS[kind], exact) == exact
    if kind != "yes_no":
        assert find_number(exact) == find_number(text.strip())


@given(st.permutations(range(6)))
def test_the_digest_does_not_depend_on_the_order(order):
    marks = [Counted(f"W{n}", "P1", "J1", str(n), f"id{n}", n) for n in range(6)]

    assert sheet_digest(marks[n] for n in order) == sheet_digest(marks)
