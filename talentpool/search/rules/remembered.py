"""Answers about a snapshot that come again, as many as fit into a share of memory.

remembered = Remembered()
remembered.keep(("text", field, word), bitmap)
remembered.get(("text", field, word))   # None when it had to go

What has not been asked for longest goes first: an order that every page needs stays,
whatever number of rare words comes between.
"""

from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock
from typing import Any

import numpy as np
from pyroaring import BitMap

MOST = 64 << 20  # bytes
_OTHER = 64 << 10  # bytes taken for what is neither a bitmap nor an array

Key = tuple[Any, ...]


class Remembered:
    """Values by key; threads may share it."""

    def __init__(self, most: int = MOST) -> None:
        """Hold at most about `most` bytes."""
        self._most = most
        self._size = 0
        self._held: OrderedDict[Key, tuple[Any, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Any:  # noqa: ANN401 - what was kept
        """Return the value, or None."""
        with self._lock:
            if key not in self._held:
                return None
            self._held.move_to_end(key)
            return self._held[key][0]

    def keep(self, key: Key, value: object) -> None:
        """Remember a value; what was not asked for longest makes room for it."""
        size = size_of(value)
        with self._lock:
            self._drop(key)
            self._held[key] = (value, size)
            self._size += size
            while self._size > self._most and len(self._held) > 1:
                self._drop(next(iter(self._held)))

    def __iter__(self) -> Iterator[Key]:
        """Go through the keys as of now, the one asked for last at the end."""
        with self._lock:
            return iter(list(self._held))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._held.clear()
            self._size = 0

    def _drop(self, key: Key) -> None:
        _value, size = self._held.pop(key, (None, 0))
        self._size -= size


def size_of(value: object) -> int:
    """Return about how many bytes a value takes."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, BitMap):
        return 64 + len(value.serialize())
    if isinstance(value, tuple):
        return sum(size_of(one) for one in value)
    return _OTHER
