"""A run of QR frames: any order, every frame, one run, or a list of what is wrong."""

import pytest

from scoring.carry.rules.base45 import Base45Error, decode
from scoring.carry.rules.frames import FramesError, join_frames
from tests.factories.carry import base45, frames_of, with_check

DATA = bytes(number * 7 % 256 for number in range(1200))


def test_frames_make_the_file_in_any_order_and_twice():
    data = DATA
    lines = frames_of(data)
    assert len(lines) > 3

    assert join_frames([*reversed(lines), lines[0], ""]) == data


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (lambda lines: lines[1:], ["missing"]),
        (lambda lines: [], ["no_frames"]),
        (lambda lines: [*lines, "https://example.org"], ["frame"]),
        (lambda lines: [lines[0][:-1], *lines[1:]], ["frame", "missing"]),
        (lambda lines: [lines[0].replace(":1:", ":2:"), *lines[1:]], None),
        (lambda lines: [*lines, *frames_of(b"x" * 300)], ["runs"]),
        (lambda lines: [*lines[1:], with_check("JCC1:0:1:2:AA")], None),
        (lambda lines: [lines[0].lower(), *lines[1:]], ["frame", "missing"]),
    ],
)
def test_faulty_frames_are_named_all_at_once(change, codes):
    lines = frames_of(DATA)

    with pytest.raises(FramesError) as refusal:
        join_frames(change(lines))

    found = [fault.code for fault in refusal.value.faults]
    assert found == (codes or ["frame", "missing"])


def test_frames_that_make_another_file_than_their_run_are_refused():
    lines = frames_of(DATA)
    other = frames_of(DATA[::-1])
    run, part = lines[0].split(":")[1], other[0].split(":", 4)[4].rsplit(":", 1)[0]
    forged = with_check(f"JCC1:{run}:1:{len(lines)}:{part}")

    with pytest.raises(FramesError) as refusal:
        join_frames([forged, *lines[1:]])

    assert [fault.code for fault in refusal.value.faults] == ["run_digest"]


def test_base45_is_that_of_the_rfc():
    assert decode("BB8") == b"AB"
    assert decode("%69 VD92EX0") == b"Hello!!"
    assert decode("UJCLQE7W581") == b"base-45"
    assert decode("QED8WEX0") == b"ietf!"
    assert decode(base45(DATA)) == DATA


@pytest.mark.parametrize("text", ["A", "AAAA", ":::", "aa", "GGW"])
def test_what_is_no_base45_is_refused(text):
    with pytest.raises(Base45Error):
        decode(text)
