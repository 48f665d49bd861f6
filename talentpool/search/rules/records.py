"""The numbers of a document as bytes: one row, and a record for each certificate.

Bytes are read a million at a time where a column each would take minutes. Days are
`date.toordinal()`, 0 where there is none; bits are those of `rules.facets`.
"""

from collections.abc import Iterable
from datetime import date
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talentpool.search.rules.text import fold, without_sealed

Table = NDArray[np.void]

NO_END = 2**31 - 1  # of a certificate that does not run out
UNRANKED = 2**16 - 1

BIT_COLUMNS: tuple[tuple[str, str], ...] = (
    ("level", "u1"),
    ("class", "u1"),
    ("industry", "<u4"),
    ("skill", "u1"),
    ("honour", "u1"),
    ("competition", "u1"),
    ("place", "u1"),
    ("year", "<u8"),
    ("sex", "u1"),
    ("education", "<u2"),
    ("pair", "u1"),
    ("studio", "u1"),
    ("achievement", "u1"),
    ("service", "u1"),
    ("state", "u1"),
)
NUMBER_COLUMNS: tuple[tuple[str, str], ...] = (
    ("birth_year", "<i2"),
    ("since", "<i4"),  # in the trade
    ("updated", "<i4"),
    ("entered", "<i4"),
    ("contest", "<i4"),  # the last competition
    ("apprentices", "u1"),  # live pairs as a mentor
    ("district", "<i4"),  # GB/T 2260 code
    ("occupation", "<i8"),  # edition and code
    ("unit", "<i4"),  # unit.id; 0 is none
    ("standing", "u1"),  # pool level, then highest honour: less is higher
    ("grade", "u1"),  # pool level, then skill: less is higher
    ("name_length", "u1"),
    ("name_key", "<i8"),  # the beginning of the pinyin
    ("name_code", "<i8"),  # the beginning of the name itself
)
ROW = np.dtype([("id", "<u4"), *BIT_COLUMNS, *NUMBER_COLUMNS])
CERTIFICATE = np.dtype(
    [
        ("id", "<u4"),
        ("trade", "<u8"),
        ("rank", "u1"),
        ("valid_from", "<i4"),
        ("valid_to", "<i4"),
    ]
)
CONTEST = np.dtype(
    [
        ("id", "<u4"),
        ("trade", "<u8"),
        ("tier", "u1"),  # place in LEVELS: 0 is the highest
        ("place", "<u2"),
        ("day", "<i4"),
    ]
)


def pack(dtype: np.dtype[Any], rows: Iterable[tuple[int, ...]]) -> bytes:
    """Return rows as bytes, to be read back by `unpack`."""
    return np.array(list(rows), dtype).tobytes()


def unpack(dtype: np.dtype[Any], parts: Iterable[bytes]) -> Table:
    """Return the rows of many pieces as one table."""
    return np.frombuffer(b"".join(parts), dtype)


def day_number(day: date | None) -> int:
    """Return a day as a number, 0 for none."""
    return day.toordinal() if day else 0


def trade_number(trade: str) -> int:
    """Return a number for a folded trade; two trades never meet in practice."""
    return int.from_bytes(blake2b(trade.encode(), digest_size=8).digest(), "little")


def fold_trade(trade: str) -> str:
    """Return a trade of a certificate or a competition as it is compared."""
    return fold(without_sealed(trade))[:80]
