"""The rows a figure counted, packed to be kept: ids in their order, compressed.

Most are numbers, close to one another, and pack to a byte or two each.
"""

import hashlib
import json
import zlib
from collections.abc import Sequence

Id = int | str


def pack(ids: Sequence[Id]) -> bytes:
    """Return ids as bytes; the same ids in the same order give the same bytes."""
    steps: list[Id] = []
    last = 0
    for one in ids:
        if isinstance(one, int):
            steps.append(one - last)
            last = one
        else:
            steps.append(one)
    return zlib.compress(json.dumps(steps, separators=(",", ":")).encode(), 6)


def unpack(packed: bytes) -> list[Id]:
    """Return the ids that were packed."""
    found: list[Id] = []
    last = 0
    for step in json.loads(zlib.decompress(packed)):
        if isinstance(step, int):
            last += step
            found.append(last)
        else:
            found.append(step)
    return found


def digest(packed: bytes) -> str:
    """Return the SHA-256 of packed ids."""
    return hashlib.sha256(packed).hexdigest()
