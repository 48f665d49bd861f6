"""The ordered feed of a public board: signed items, each of which names the one before.

A line of the feed is {"item": …, "signature": hex}. A reader holds a feed against its
signatures, its order and the hash of the state it leads to; what does not fit is
refused, and the reader stays at the last state that did.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from scoring.board.rules.state import (
    Delta,
    State,
    apply,
    canonical,
    difference,
    hash_of,
)

FORMAT = "jiangcai-board/1"
PURPOSE = "board"
MOST_LINE = 1024 * 1024  # characters
MOST_KEPT = 200  # items a reader keeps for those who come back

Verify = Callable[[bytes, bytes], bool]  # message, signature


class FeedError(Exception):
    """A line that does not belong here: of another feed, out of order, or forged."""


def make_item(*, event: str, seq: int, at: str, before: State, after: State) -> State:
    """Return the item that leads a board from one state to the next.

    Args:
        event: uid of the event.
        seq: number of the item, from 1; also the token to resume after.
        at: moment, RFC 3339.
        before: the state so far, {} before the first item.
        after: the state it leads to.
    """
    return {
        "format": FORMAT,
        "event": event,
        "seq": seq,
        "at": at,
        "from": hash_of(before),
        "to": hash_of(after),
        "delta": difference(before, after),
    }


def write_line(item: State, signature: bytes) -> str:
    """Return a line of the feed, without its end."""
    whole = {"item": item, "signature": signature.hex()}
    return canonical(whole).decode()


def message_of(item: State) -> bytes:
    """Return the bytes of an item that are signed."""
    return canonical(item)


@dataclass
class Reader:
    """Follows a feed. It needs the sender's public key, and no secret."""

    verify: Verify
    event: str = ""
    seq: int = 0
    hash: str = field(default_factory=lambda: hash_of({}))
    state: State = field(default_factory=dict)
    items: list[State] = field(default_factory=list)  # the last `MOST_KEPT`

    def resume(self, state: State, items: list[State]) -> None:
        """Begin at a state of our own records, with the items that led to it.

        Raises:
            FeedError: the last item does not lead to this state.
        """
        last = items[-1]
        if last["to"] != hash_of(state):
            raise FeedError("The state is not the one the feed leads to.")
        self.event, self.seq, self.hash = last["event"], last["seq"], last["to"]
        self.state, self.items = state, items[-MOST_KEPT:]

    def after(self, seq: int) -> list[State]:
        """Return the kept items after a number."""
        return [item for item in self.items if item["seq"] > seq]

    def take(self, line: str) -> State | None:
        """Apply a line and return its item; None of one that was taken before.

        Raises:
            FeedError: it does not fit; nothing has changed.
        """
        item, signature = _parse(line)
        if self.event and item["event"] != self.event:
            raise FeedError("The line is of another event's feed.")
        if item["seq"] <= self.seq:
            return None
        if item["seq"] != self.seq + 1 or item["from"] != self.hash:
            raise FeedError(f"Line {item['seq']} does not follow {self.seq}.")
        if not self.verify(message_of(item), signature):
            raise FeedError(f"The signature of line {item['seq']} does not fit.")
        after = apply(self.state, item["delta"])
        if hash_of(after) != item["to"]:
            raise FeedError(f"Line {item['seq']} leads to another state than it says.")
        self.event, self.seq, self.hash = item["event"], item["seq"], item["to"]
        self.state = after
        self.items = [*self.items, item][-MOST_KEPT:]
        return item


def _parse(line: str) -> tuple[dict[str, Any], bytes]:
    if len(line) > MOST_LINE:
        raise FeedError("The line is too long.")
    try:
        whole = json.loads(line)
        item, signature = whole["item"], bytes.fromhex(whole["signature"])
        delta: Delta = item["delta"]
        fits = (
            item["format"] == FORMAT
            and isinstance(item["seq"], int)
            and all(isinstance(item[key], str) for key in ("event", "at", "from", "to"))
            and isinstance(delta["set"], dict)
            and isinstance(delta["rows"], dict)
            and isinstance(delta["gone"], list)
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FeedError("This is no line of a board's feed.") from error
    if not fits:
        raise FeedError("This is no line of a board's feed.")
    return item, signature
