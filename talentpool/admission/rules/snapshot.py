"""A dossier frozen at submission, and how today differs from it.

A snapshot is a tree of plain JSON values. It is compared leaf by leaf; a leaf is named
by the keys that lead to it, e.g. "claims.front_line.value".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One leaf that is not what it was; "" where there is or was none."""

    path: tuple[str, ...]
    then: str
    now: str


def differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[Difference]:
    """Return where two trees differ, by path."""
    before, after = dict(_leaves(then)), dict(_leaves(now))
    return [
        Difference(path, before.get(path, ""), after.get(path, ""))
        for path in sorted(before.keys() | after.keys())
        if before.get(path, "") != after.get(path, "")
    ]


def _leaves(
    tree: Mapping[str, Any], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], str]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*path, key))
        else:
            yield (*path, key), str(value)
