"""The file of a mirror: opened where it stopped, and never with a line half written."""

import fcntl
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Self

from errors import DomainError, FileFaultsError
from ledger.log.rules import FORMAT, Checkpoint, read_line
from ledger.log.services import is_genuine_checkpoint
from ledger.mirror.rules import (
    BrokenChainError,
    Place,
    is_checkpoint,
    read_answer,
    read_checkpoint,
    take_answer,
    take_checkpoint,
    take_link,
)


class Mirror:
    """A file that holds a ledger up to some entry, and goes on from there.

    A process that ends at any moment leaves whole lines and perhaps the beginning of
    one; that is cut off when the mirror is opened again, and asked for again.
    """

    def __init__(self, path: Path, public_key: str = "") -> None:
        """Open a mirror, or begin one; check all it holds.

        Args:
            path: its file.
            public_key: who must have signed (hex); "" for who signed first.

        Raises:
            FileFaultsError: the file was changed, or is something else.
            DomainError: another process writes it.
        """
        self._path, self._wanted = path, public_key
        self._file: BinaryIO = path.open("a+b")
        try:
            self._lock()
            self.place = self._read()
            self._refuse_key()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def add(self, answer: str) -> int:
        """Check an answer of the feed and keep it; return how many entries came.

        Raises:
            BrokenAnswerError: it breaks off; ask again.
            BrokenChainError: it does not follow; nothing of it is kept.
            OSError: the disk does not take it.
        """
        links, checkpoint = read_answer(answer)
        place = replace(self.place)
        lines = take_answer(place, links, checkpoint, self._is_genuine)
        if lines:
            self._file.write("".join(f"{line}\n" for line in lines).encode())
            self._file.flush()
            os.fsync(self._file.fileno())
        self.place = place
        return len(links)

    def _is_genuine(self, checkpoint: Checkpoint) -> bool:
        return is_genuine_checkpoint(checkpoint, self._wanted)

    def _refuse_key(self) -> None:
        own = self.place.public_key
        if self._wanted and own not in ("", self._wanted):
            raise DomainError(f"{self._path}: bears another key: {own}")

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DomainError(f"{self._path}: another mirror writes it.") from error

    def _read(self) -> Place:
        """Return how far the file has come; cut off a line half written."""
        place, whole = Place(), 0
        self._file.seek(0)
        for number, line in enumerate(self._file, start=1):
            if not line.endswith(b"\n"):
                break
            try:
                self._take(place, number, line.decode())
            except ValueError as error:
                raise FileFaultsError([f"{self._path}:{number}: {error}"]) from error
            whole += len(line)
        self._file.truncate(whole)
        self._file.seek(0, os.SEEK_END)
        return place

    @staticmethod
    def _take(place: Place, number: int, line: str) -> None:
        if number == 1:
            head = json.loads(line)
            if not isinstance(head, dict) or head.get("format") != FORMAT:
                raise BrokenChainError(f"is no mirror of a ledger ({FORMAT})")
            place.public_key = str(head.get("public_key"))
        elif is_checkpoint(line):
            take_checkpoint(place, read_checkpoint(line), is_genuine_checkpoint)
        else:
            take_link(place, read_line(line))
