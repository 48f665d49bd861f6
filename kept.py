"""Values a process keeps: one computation per change, not per person who asks.

standing = Kept(rest=2)
standing.get(event.uid, lambda: version_of(event), lambda: compute(event))
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass(slots=True)
class _Entry(Generic[Value]):
    lock: threading.Lock = field(default_factory=threading.Lock)
    version: str = ""
    looked_at: float = 0.0
    values: tuple[Value, ...] = ()  # none yet, or one


class Kept(Generic[Value]):
    """The newest value of each key, made anew only when its cheap version changed."""

    rests = True  # False in tests, which ask again at once and want the truth

    def __init__(self, *, rest: float, most: int = 64) -> None:
        """Keep the values of `most` keys; look at a version every `rest` seconds."""
        self._rest = rest
        self._most = most
        self._entries: OrderedDict[str, _Entry[Value]] = OrderedDict()
        self._lock = threading.Lock()

    def get(
        self, key: str, version: Callable[[], str], make: Callable[[], Value]
    ) -> Value:
        """Return the value of `key`; whoever asks while it is made waits for it.

        Args:
            key: which value; never one that another thing may have later.
            version: returns a text that changes whenever the value may.
            make: makes the value.
        """
        entry = self._entry(key)
        with entry.lock:
            age = monotonic() - entry.looked_at
            if entry.values and self.rests and age < self._rest:
                return entry.values[0]
            found = version()
            if not entry.values or found != entry.version:
                entry.values, entry.version = (make(),), found
            entry.looked_at = monotonic()
            return entry.values[0]

    def _entry(self, key: str) -> _Entry[Value]:
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
            while len(self._entries) > self._most:
                self._entries.popitem(last=False)
            return entry
