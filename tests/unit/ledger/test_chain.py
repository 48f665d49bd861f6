"""The chain: what a check finds."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.log.rules import (
    GENESIS,
    Checkpoint,
    Fault,
    FaultKind,
    Link,
    canonical,
    commitment,
    examine,
    first_fault,
    link_hash,
    read_line,
    write_line,
)

MISSING, UNLINKED, CHANGED = FaultKind.MISSING, FaultKind.UNLINKED, FaultKind.CHANGED


def chain(length, start="a"):
    links, previous = [], GENESIS
    for seq in range(1, length + 1):
        link = Link(
            seq=seq,
            at=f"2026-05-01T08:00:{seq % 60:02d}.000000+00:00",
            actor_kind="human",
            actor="0190a0a0-0000-7000-8000-000000000001",
            action="mark.given",
            subject=f"mark:{start}{seq}",
            scope="event:1",
            body=canonical({"value": str(seq), "entry": "甲"}),
            prev_hash=previous,
            hash="",
        )
        link = replace(link, hash=link_hash(link))
        links.append(link)
        previous = link.hash
    return links


def checkpoint(link, **values):
    made = Checkpoint(
        seq=link.seq, hash=link.hash, at=link.at, public_key="", signature=""
    )
    return replace(made, **values)


@pytest.mark.parametrize("length", [0, 1, 20])
def test_a_whole_chain(length):
    links = chain(length)

    verdict = examine(links)

    assert verdict.fault is None
    assert verdict.count == length
    assert verdict.head == (links[-1].hash if links else GENESIS)


def removed(links):
    return links[:4] + links[5:]


def swapped(links):
    return [*links[:4], links[5], links[4], *links[6:]]


def swapped_with_their_numbers(links):
    a, b = links[4], links[5]
    return [*links[:4], replace(b, seq=5), replace(a, seq=6), *links[6:]]


def doubled(links):
    return links[:5] + links[4:]


def inserted(links):
    return [*links[:4], chain(5, "b")[4], *links[5:]]


def resealed(links):
    """Change an entry and its own hash, as somebody who knows the form would."""
    changed = replace(links[4], body=canonical({"value": "99"}))
    return [*links[:4], replace(changed, hash=link_hash(changed)), *links[5:]]


@pytest.mark.parametrize(
    ("tamper", "fault"),
    [
        (removed, Fault(5, MISSING)),
        (swapped, Fault(5, MISSING)),
        (swapped_with_their_numbers, Fault(5, UNLINKED)),
        (doubled, Fault(6, MISSING)),
        (inserted, Fault(5, UNLINKED)),
        (resealed, Fault(6, UNLINKED)),
        (lambda links: links[1:], Fault(1, MISSING)),
    ],
)
def test_names_the_first_bad_entry(tamper, fault):
    assert first_fault(tamper(chain(10))) == fault


@pytest.mark.parametrize(
    "field", ["at", "actor_kind", "actor", "action", "subject", "scope", "body"]
)
def test_every_field_is_covered(field):
    links = chain(10)
    links[6] = replace(links[6], **{field: getattr(links[6], field) + " "})

    assert first_fault(links) == Fault(7, CHANGED)


@settings(max_examples=200)
@given(st.data())
def test_any_single_change_is_found_where_it_is(data):
    links = chain(12)
    place = data.draw(st.integers(0, 11))
    field = data.draw(st.sampled_from(["at", "actor", "action", "subject", "body"]))
    value = data.draw(st.text(max_size=30))
    changed = replace(links[place], **{field: value})
    links[place] = changed

    fault = first_fault(links)

    assert (fault is None) == (changed == chain(12)[place])
    assert fault is None or fault.seq == place + 1


def test_a_cut_off_end_shows_only_against_a_checkpoint():
    links = chain(10)
    kept = checkpoint(links[9])

    assert first_fault(links[:7]) is None
    assert examine(links[:7], [kept]).fault == Fault(10, FaultKind.CUT_OFF)
    assert examine(links, [kept]).fault is None
    assert examine(links[:10] + chain(11)[10:], [kept]).fault is None


def test_a_rewritten_log_shows_only_against_a_checkpoint():
    rewritten = chain(10, "b")

    assert first_fault(rewritten) is None
    fault = examine(rewritten, [checkpoint(chain(10)[5])]).fault
    assert fault == Fault(6, FaultKind.REPLACED)


def test_a_line_holds_an_entry():
    link = chain(3)[2]

    assert read_line(write_line(link)) == link


@pytest.mark.parametrize(
    "line",
    ["", "{}", "[]", "1", '{"seq": 1}', write_line(chain(1)[0]).replace("1", '"1"', 1)],
)
def test_what_is_no_entry(line):
    with pytest.raises(ValueError):  # noqa: PT011 - json's own and ours
        read_line(line)


def test_equal_facts_are_written_equally():
    assert canonical({"b": 1, "a": "甲"}) == canonical({"a": "甲", "b": 1})


def test_a_commitment_needs_the_salt():
    value = {"name": "张三"}

    assert commitment(b"1" * 16, value) == commitment(b"1" * 16, value)
    assert commitment(b"1" * 16, value) != commitment(b"2" * 16, value)
