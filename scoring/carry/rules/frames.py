"""A run of QR frames: a file cut in parts that a camera reads in any order.

    JCC1:RUN:INDEX:TOTAL:PART:CHECK

RUN is the first 8 hex digits of the file's SHA-256, in capitals; INDEX runs from 1 to
TOTAL, at most 999; PART is base45 (RFC 9285); CHECK is the CRC-32 of everything before
the last colon, 8 hex digits in capitals. See docs/formats/carry.md.
"""

import hashlib
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from scoring.carry.rules.base45 import Base45Error, decode
from scoring.carry.rules.faults import Fault

MOST_FRAMES = 999
_FRAME = re.compile(
    r"(?P<checked>JCC1:(?P<run>[0-9A-F]{8}):(?P<index>[1-9][0-9]{0,2})"
    r":(?P<total>[1-9][0-9]{0,2}):(?P<part>[0-9A-Z $%*+\-./:]+)):(?P<check>[0-9A-F]{8})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One QR code of a run."""

    run: str
    index: int
    total: int
    part: bytes


class FramesError(ValueError):
    """The frames make no whole file; `faults` says everything that is wrong."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(faults)
        self.faults = faults


def read_frame(text: str) -> Frame | None:
    """Return the frame a scanned text is, or None where it is none or misread."""
    found = _FRAME.fullmatch(text)
    if found is None:
        return None
    check = f"{zlib.crc32(found['checked'].encode()):08X}"
    index, total = int(found["index"]), int(found["total"])
    if check != found["check"] or index > total:
        return None
    try:
        part = decode(found["part"])
    except Base45Error:
        return None
    return Frame(run=found["run"], index=index, total=total, part=part)


def join_frames(lines: Iterable[str]) -> bytes:
    """Return the file whose frames `lines` are: any order, repeats are harmless.

    Raises:
        FramesError: a line is no frame, the frames are of several runs, some are
            missing, or what they make is another file than their run says.
    """
    faults: list[Fault] = []
    parts: dict[tuple[str, int], dict[int, bytes]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        frame = read_frame(line.strip("\r\n"))
        if frame is None:
            faults.append(Fault("frame", {"line": number}))
            continue
        parts.setdefault((frame.run, frame.total), {})[frame.index] = frame.part
    if len(parts) > 1:
        runs = ", ".join(sorted({run for run, _total in parts}))
        faults.append(Fault("runs", {"runs": runs}))
    for (run, total), found in sorted(parts.items()):
        faults += _missing(run, total, found)
    if not parts and not faults:
        faults.append(Fault("no_frames", {}))
    if faults:
        raise FramesError(faults)
    [((run, _total), found)] = parts.items()
    data = b"".join(found[index] for index in sorted(found))
    if hashlib.sha256(data).hexdigest()[:8].upper() != run:
        raise FramesError([Fault("run_digest", {})])
    return data


def _missing(run: str, total: int, found: dict[int, bytes]) -> list[Fault]:
    missing = [index for index in range(1, total + 1) if index not in found]
    if not missing:
        return []
    numbers = ", ".join(map(str, missing))
    return [Fault("missing", {"run": run, "total": total, "frames": numbers})]
