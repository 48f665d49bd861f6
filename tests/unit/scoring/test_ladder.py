"""Who goes on, and what a file of qualifiers must be."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from scoring.ladder.rules import (
    Content,
    FileFormError,
    Qualifier,
    Source,
    choose,
    content_data,
    message_of,
    read_file,
    write_file,
)


@dataclass
class Row:
    rank: int | None
    group_code: str = "worker"


PERSON = Qualifier(
    name="王一",
    id_number="x",
    phone="",
    unit_name="厂",
    unit_code="",
    unit_district="",
    group_code="worker",
    group_name="职工组",
    trade_years="5",
    level="",
    certificate_number="",
    rank=1,
    total="88.50",
    components={"P": "28.00"},
)
SOURCE = Source(
    organiser="区总工会",
    competition="区赛",
    tier="district",
    event="e-1",
    event_name="焊工",
    publication="p-1",
    version=1,
    digest="0" * 64,
    top=3,
)
KEY, SIGNATURE = "ab" * 32, b"s" * 64


def test_all_who_share_the_last_place_go_on():
    rows = [Row(1), Row(2), Row(2), Row(4), Row(None), Row(1, "student")]

    assert choose(rows, 2) == [rows[0], rows[1], rows[2], rows[5]]


def test_a_file_is_read_as_it_was_written():
    content = Content(SOURCE, (PERSON,))

    found = read_file(write_file(content, KEY, SIGNATURE))

    assert found.content == content
    assert found.message == message_of(content)
    assert (found.public_key, found.signature) == (KEY, SIGNATURE)


def changed(path, value):
    whole = {
        "content": content_data(Content(SOURCE, (PERSON,))),
        "public_key": KEY,
        "signature": SIGNATURE.hex(),
    }
    *way, last = path
    place: Any = whole
    for step in way:
        place = place[step]
    place[last] = value
    return json.dumps(whole).encode()


ROW = ("content", "qualifiers", 0)


@pytest.mark.parametrize(
    ("data", "faults"),
    [
        (b"PK\x03", [("not_json", "")]),
        (b"[" * 9000, [("not_json", "")]),
        (b"[]", [("format", "")]),
        (b" " * 300_000, [("too_large", "")]),
        (changed(("content", "format"), "other/1"), [("format", "")]),
        (changed(("content", "qualifiers"), []), [("missing", "qualifiers")]),
        (changed((*ROW, "rank"), True), [("kind", "qualifiers[1].rank")]),
        (changed((*ROW, "total"), "NaN"), [("kind", "qualifiers[1].total")]),
        (
            changed((*ROW, "components"), {"P": 3}),
            [("kind", "qualifiers[1].components")],
        ),
        (changed((*ROW, "name"), None), [("missing", "qualifiers[1].name")]),
        (changed(("signature",), "zz"), [("signature", "")]),
    ],
)
def test_what_is_no_such_file(data, faults):
    with pytest.raises(FileFormError) as caught:
        read_file(data)

    assert caught.value.faults == faults
