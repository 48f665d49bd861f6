"""A public board's answers, prepared once per change and then only handed out.

The same class answers in the installation and on a host of its own. It knows a feed
(`Reader`) and nothing else: no marks, no database, no secret.
"""

import gzip
import json
from copy import copy
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from scoring.board.rules.feed import Reader


@dataclass(frozen=True, slots=True)
class Answer:
    """Bytes of a JSON answer, plain and packed, with what tells whether it changed."""

    plain: bytes
    packed: bytes
    etag: str


@dataclass
class Board:
    """Prepared answers over a feed that is read bit by bit."""

    reader: Reader
    made: int = 0  # answers that were made, not handed out again
    _answers: dict[tuple[int, str], Answer] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def take(self, line: str) -> None:
        """Take a line of the feed; what was prepared before is forgotten.

        Checking it and preparing what those ask for who are up to date takes a while:
        meanwhile the others get what there was. One thread at a time takes lines.

        Raises:
            FeedError: see `Reader.take`.
        """
        before, after = self.reader, copy(self.reader)
        if after.take(line) is None:
            return
        next_asked = (before.seq, before.hash[:16])
        ready = {next_asked: _make(after, *next_asked)} if before.seq else {}
        with self._lock:
            self.reader, self._answers = after, ready
            self.made += len(ready)

    def state(self) -> Answer:
        """Return the whole state."""
        return self.since(0, "")

    def since(self, seq: int, known: str) -> Answer:
        """Return the items after `seq`, or the whole state where they do not help.

        Args:
            seq: number of the last item the asker has.
            known: the first 16 digits of the hash of its state.
        """
        with self._lock:
            key = (seq, known)
            if key not in self._answers:
                # Anybody may ask for anything: only what helps is kept apart.
                key = key if self._helps(seq, known) else (0, "")
            if key not in self._answers:
                self._answers[key] = _make(self.reader, *key)
                self.made += 1
            return self._answers[key]

    def lines_after(self, seq: int) -> list[dict[str, Any]]:
        """Return the items after `seq`, for a stream; [] where there are none."""
        return [told(item) for item in self.reader.after(seq)]

    def _helps(self, seq: int, known: str) -> bool:
        kept = {item["seq"]: item["to"] for item in self.reader.items}
        return bool(known) and kept.get(seq, "").startswith(known)


def _make(reader: Reader, seq: int, known: str) -> Answer:
    whole: dict[str, Any] = {"seq": reader.seq, "hash": reader.hash[:16]}
    items = reader.after(seq) if known else []
    changed = sum(len(item["delta"]["rows"]) for item in items)
    if known and (len(items) < 2 or changed <= 2 * len(reader.state["rows"])):
        whole["items"] = [told(item) for item in items]
    else:  # who missed much takes less by taking all of it
        whole["state"] = reader.state
    plain = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
    # No time in the packed bytes: equal states give equal bytes.
    packed = gzip.compress(plain, compresslevel=6, mtime=0)
    return Answer(plain, packed, f"{reader.seq}-{seq}-{reader.hash[:16]}")


def told(item: dict[str, Any]) -> dict[str, Any]:
    """Return what a browser needs of an item."""
    return {
        "seq": item["seq"],
        "at": item["at"],
        "from": item["from"][:16],
        "to": item["to"][:16],
        "delta": item["delta"],
    }
