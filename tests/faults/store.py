"""What survives a tablet's page: in memory, or in a file with fsync.

The file is a list of changes, one line of JSON each. A line that a power cut left half
is cut off when the file is opened: its mark was never called saved.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

Body = dict[str, Any]
Answer = dict[str, Any]


@dataclass
class Kept:
    """A mark in the tablet's store; `body` stays as it was made."""

    id: str
    seq: int
    judge: str
    event: str
    body: Body
    state: str = "waiting"
    answer: Answer | None = None


class Store:
    """What survives the page: the device's id and counter, and every kept mark."""

    def __init__(self, device: str | None = None) -> None:
        self.device = device or token_hex(16)
        self.seq = 0
        self.events: dict[str, Kept] = {}

    def put(self, *kept: Kept) -> None:
        """Keep marks; returns when they are safe."""
        for one in kept:
            self.events[one.id] = one
            self.seq = max(self.seq, one.seq)

    def drop(self, mark_id: str) -> None:
        """Forget a mark; only the wipe after the lock does this."""
        del self.events[mark_id]

    def reopen(self) -> "Store":
        """Return the store as a page that is opened anew finds it."""
        return self


class FileStore(Store):
    """A store in a file: one line per change, synced before `put` returns."""

    def __init__(self, path: Path, device: str | None = None) -> None:
        super().__init__(device)
        self.path = path
        is_new = not path.exists()
        if not is_new:
            self._read()
        if is_new:
            self._write({"device": self.device})
            _sync_folder(path.parent)

    def put(self, *kept: Kept) -> None:
        self._write(*({"kept": vars(one)} for one in kept))
        super().put(*kept)

    def drop(self, mark_id: str) -> None:
        self._write({"drop": mark_id, "seq": self.seq})
        super().drop(mark_id)

    def reopen(self) -> "FileStore":
        return FileStore(self.path)

    def _write(self, *lines: Body) -> None:
        with self.path.open("ab") as file:
            for line in lines:
                file.write(json.dumps(line).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _read(self) -> None:
        data = self.path.read_bytes()
        whole = data[: data.rfind(b"\n") + 1]
        if whole != data:
            os.truncate(self.path, len(whole))
        for text in whole.splitlines():
            line = json.loads(text)
            if "device" in line:
                self.device = line["device"]
            elif "drop" in line:
                super().drop(line["drop"])
                self.seq = max(self.seq, line["seq"])
            else:
                super().put(Kept(**line["kept"]))


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
