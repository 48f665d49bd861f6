"""The hall board: states, its signed feed, the freeze, and the reveal."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.board.rules.feed import (
    FeedError,
    Reader,
    make_item,
    message_of,
    write_line,
)
from scoring.board.rules.pages import Board
from scoring.board.rules.publish import Plan, is_freeze_due, next_public
from scoring.board.rules.reveal import PLACE, order_frozen, resolve
from scoring.board.rules.state import apply, canonical, difference
from tests.unit.scoring.board_wrong import WRONG

NOW = datetime(2026, 6, 20, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def jury_state(totals, works=4):
    """A jury's state in which these works are complete: {number: total}."""
    ranked = sorted(totals.values(), reverse=True)
    rows = {
        f"W{n}": ["", ranked.index(totals[n]) + 1, f"{totals[n]}.00", 2, 2]
        if n in totals
        else ["", 0, "", 1, 2]
        for n in range(works)
    }
    return {
        "event": "e",
        "name": "焊工",
        "competition": "市赛",
        "phase": "live",
        "groups": {"": ""},
        "works": works,
        "full": len(totals),
        "given": works + len(totals),
        "expected": 2 * works,
        "pace": [len(totals)],
        "rows": rows,
    }


class Publisher:
    """What `advance` does, with lists in place of tables."""

    def __init__(self, decide=next_public, **plan):
        self.decide = decide
        self.plan = Plan(**{"shows": "ranking", "is_open": True, **plan})
        self.shown = {}
        self.board = Board(Reader(verify=lambda _message, sign: sign == b"s" * 64))
        self.lines = []

    def advance(self, jury, now):
        after = self.decide(self.plan, self.shown, jury, now)
        if is_freeze_due(self.plan, now):
            self.plan = replace(self.plan, frozen_at=now)
        if after != self.shown:
            item = make_item(
                event="e",
                seq=len(self.lines) + 1,
                at="t",
                before=self.shown,
                after=after,
            )
            assert message_of(item)
            self.lines.append(write_line(item, b"s" * 64))
            self.board.take(self.lines[-1])
            self.shown = after

    def public_bytes(self):
        board = self.board
        known = board.reader.hash[:16]
        answers = [board.state(), board.since(1, known), board.since(99, "ff")]
        answers += [
            board.since(n + 1, item["to"][:16])
            for n, item in enumerate(board.reader.items)
        ]
        told = [(a.plain, a.packed, a.etag) for a in answers]
        return told, list(self.lines), canonical(self.shown)


totals = st.dictionaries(st.integers(0, 3), st.integers(0, 99), max_size=4)


def leaks(decide, before, after):
    """Tell whether a public byte changes after the freeze, whatever the jury does."""
    publisher = Publisher(decide, freeze_at=NOW)
    for number, one in enumerate(before):
        publisher.advance(jury_state(one), NOW - (len(before) - number) * MINUTE)
    was_shown = publisher.shown
    # The freeze comes with a mark nobody outside has seen yet.
    publisher.advance(jury_state(after[0]), NOW)
    if was_shown != {**publisher.shown, "phase": was_shown["phase"]}:
        return True
    held = publisher.public_bytes()
    for number, one in enumerate(after):
        publisher.advance(jury_state(one), NOW + number * MINUTE)
        if publisher.public_bytes() != held:
            return True
    return False


@settings(max_examples=150, deadline=None)
@given(st.lists(totals, min_size=1, max_size=4), st.lists(totals, min_size=1))
def test_while_frozen_no_public_byte_changes(before, after):
    assert not leaks(next_public, before, after)


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.__name__)
def test_the_property_catches_a_board_that_leaks(wrong):
    first, then, last = {0: 50}, {0: 50, 1: 60}, {0: 50, 1: 60, 2: 70, 3: 80}

    assert leaks(wrong, [{}, first], [then, last])


@settings(max_examples=100, deadline=None)
@given(totals, totals)
def test_a_difference_leads_from_one_state_to_the_next(one, other):
    before, after = jury_state(one), jury_state(other, works=3)

    assert apply(before, difference(before, after)) == after
    assert apply({}, difference({}, after)) == after


def test_progress_shows_no_work():
    publisher = Publisher(shows="progress")
    publisher.advance(jury_state({0: 50}), NOW)

    assert publisher.shown["rows"] == {}
    assert publisher.shown["full"] == 1


def fed():
    publisher = Publisher()
    for number in range(4):
        publisher.advance(jury_state({n: 50 + n for n in range(number)}), NOW)
    return publisher


def tampered(line, **change):
    told = json.loads(line)
    told["item"].update(change)
    return json.dumps(told)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda lines: [lines[0], lines[2]],
        lambda lines: [lines[1]],
        lambda lines: [lines[0].replace('"signature":"73', '"signature":"74')],
        lambda lines: [lines[0], tampered(lines[1], event="other")],
        lambda lines: [lines[0], tampered(lines[1], **{"from": "0" * 64})],
        lambda lines: [lines[0], tampered(lines[1], to="0" * 64)],
        lambda lines: [lines[0], "{}"],
        lambda lines: [lines[0], "["],
    ],
)
def test_what_does_not_fit_the_feed_stays_out(spoil):
    reader = Reader(verify=lambda _message, sign: sign == b"s" * 64)

    *fine, wrong = spoil(fed().lines)
    for line in fine:
        reader.take(line)

    with pytest.raises(FeedError):
        reader.take(wrong)

    assert reader.seq <= 1


def test_a_line_twice_is_harmless():
    publisher = fed()
    held = publisher.public_bytes()

    for line in publisher.lines:
        publisher.board.take(line)

    assert publisher.public_bytes() == held


def test_an_answer_is_made_once_and_helps_who_missed_little():
    board = fed().board
    items = board.reader.items
    made = board.made

    for _reader in range(500):
        answer = board.since(2, items[1]["to"][:16])
    told = json.loads(answer.plain)
    lost = json.loads(board.since(2, "00ff").plain)

    assert [item["seq"] for item in told["items"]] == [3, 4]
    assert lost["state"] == board.reader.state
    assert board.made == made + 2


def test_who_missed_much_takes_all_of_it_instead():
    publisher = Publisher()
    for count in range(1, 12):
        publisher.advance(jury_state(dict.fromkeys(range(4), count)), NOW)
    board = publisher.board
    first = board.reader.items[0]

    told = board.since(first["seq"], first["to"][:16])

    assert json.loads(told.plain)["state"] == board.reader.state
    assert len(told.plain) <= len(board.state().plain)


def test_a_thousand_works_fit_the_wire():
    publisher = Publisher()
    publisher.advance(jury_state({n: n for n in range(999)}, works=1000), NOW)
    publisher.advance(jury_state({n: n for n in range(1000)}, works=1000), NOW)

    known = publisher.board.reader.items[0]["to"][:16]
    assert len(publisher.board.state().packed) <= 25_000
    assert len(publisher.board.since(1, known).packed) <= 25_000


def replay(start, steps):
    places, told = [code for code, _total in start], []
    for step in steps:
        places.remove(step.code)
        places.insert(step.position, step.code)
        if step.kind == PLACE:
            told.append((step.code, step.position))
            assert places[step.position] == step.code
    return places, told


@settings(max_examples=200, deadline=None)
@given(totals, totals)
def test_the_reveal_ends_at_the_final_order(frozen, final):
    before, after = jury_state(frozen)["rows"], jury_state(final)["rows"]

    steps = resolve(before, after, "")

    wanted = sorted(after, key=lambda code: (after[code][1] or 99, code))
    places, told = replay(order_frozen(before, after, ""), steps)
    assert places == wanted
    # Told once each, from the last place up, and never moved again.
    assert [code for code, _at in told] == wanted[::-1]


def test_a_work_rises_past_others_before_it_is_placed():
    before = jury_state({0: 90, 1: 80, 2: 70})["rows"]
    after = jury_state({0: 90, 1: 80, 2: 70, 3: 85})["rows"]

    steps = resolve(before, after, "")

    assert [(s.kind, s.code, s.rank) for s in steps] == [
        ("rise", "W3", 0),
        ("place", "W2", 4),
        ("place", "W1", 3),
        ("place", "W3", 2),
        ("place", "W0", 1),
    ]


def test_a_work_that_lost_points_is_corrected_first():
    before = jury_state({0: 90, 1: 80, 2: 70, 3: 60})["rows"]
    after = jury_state({0: 65, 1: 80, 2: 70, 3: 60})["rows"]

    kinds = [(s.kind, s.code) for s in resolve(before, after, "")]

    assert kinds[0] == ("correct", "W0")
    assert kinds[-1] == ("place", "W1")
