"""A snapshot as bytes, so that a process reads the pool in a second.

Words used here:
    image: the columns and bitmaps of a snapshot, each piece by its name.
    layout: what an image depends on besides the dossiers; another one is of no use.
"""

import hashlib
from collections.abc import Iterator, Mapping

import numpy as np
from pyroaring import BitMap

from talentpool.search.rules.columns import (
    EMPTY,
    KEPT_COLUMNS,
    Array,
    Coded,
    Snapshot,
    code_type,
)
from talentpool.search.rules.facets import BITS, CODED, LISTED
from talentpool.search.rules.records import CERTIFICATE, CONTEST

_WHAT = (2, KEPT_COLUMNS, CODED, [(f, LISTED[f]) for f in BITS], CERTIFICATE, CONTEST)
LAYOUT = hashlib.sha256(repr(_WHAT).encode()).hexdigest()[:16]
_LENGTH = 4  # bytes before each bitmap


def dump(snapshot: Snapshot) -> Iterator[tuple[str, bytes]]:
    """Yield the pieces of an image of a snapshot by id."""
    yield "layout", LAYOUT.encode()
    yield "present", snapshot.present.serialize()
    for name, column in snapshot.columns.items():
        yield f"column {name}", column.tobytes()
    for facet, bitmaps in snapshot.bits.items():
        parts = (bitmap.serialize() for bitmap in bitmaps)
        yield f"bits {facet}", b"".join(len(p).to_bytes(_LENGTH) + p for p in parts)
    for facet, coded in snapshot.coded.items():
        yield f"codes {facet}", coded.codes.tobytes()
        yield f"values {facet}", np.array(coded.values, np.int64).tobytes()
    for kind in ("certificates", "contests"):
        for name, column in getattr(snapshot, kind).items():
            yield f"{kind} {name}", column.tobytes()


def load(pieces: Mapping[str, bytes], version: int, token: str) -> Snapshot | None:
    """Return the snapshot of an image; None where it has another layout."""
    if pieces.get("layout") != LAYOUT.encode():
        return None

    def column(name: str, like: Array) -> Array:
        return np.frombuffer(pieces[name], like.dtype)

    return Snapshot(
        version=version,
        token=token,
        is_by_id=True,
        ids=EMPTY.ids,
        present=BitMap.deserialize(pieces["present"]),
        bits={facet: tuple(_bitmaps(pieces[f"bits {facet}"])) for facet in BITS},
        columns={n: column(f"column {n}", like) for n, like in EMPTY.columns.items()},
        coded={
            facet: _coded(pieces[f"values {facet}"], pieces[f"codes {facet}"])
            for facet in CODED
        },
        certificates={
            name: column(f"certificates {name}", like)
            for name, like in EMPTY.certificates.items()
        },
        contests={
            name: column(f"contests {name}", like)
            for name, like in EMPTY.contests.items()
        },
    )


def _bitmaps(piece: bytes) -> Iterator[BitMap]:
    place = 0
    while place < len(piece):
        start = place + _LENGTH
        place = start + int.from_bytes(piece[place:start])
        yield BitMap.deserialize(piece[start:place])


def _coded(values: bytes, codes: bytes) -> Coded:
    known = np.frombuffer(values, np.int64).tolist()
    return Coded(
        values=known,
        places={value: place for place, value in enumerate(known)},
        codes=np.frombuffer(codes, code_type(len(known))),
    )
