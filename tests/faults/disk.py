"""Disks of a test's own: an image whose power can be cut, and a small one to fill.

The cut is the file system's own: EXT4_IOC_SHUTDOWN stops every write from that moment
on, as a machine does that loses its power, and flushes nothing. What was only in the
page cache is gone; the image holds what had been written through. It is then mounted
anew, journal and all.
"""

import ctypes
import fcntl
import os
import shutil
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

_SHUTDOWN = 0x8004587D  # EXT4_IOC_SHUTDOWN
_NO_LOG_FLUSH = 2  # not even the file system's journal is written
_DETACH = 2  # MNT_DETACH
# Nothing reaches the image by itself within a test: the page cache is kept to the end.
_OPTIONS = "loop,commit=600,errors=remount-ro"


@dataclass(frozen=True)
class Image:
    """An ext4 file system in a file, mounted at `folder`."""

    file: Path
    folder: Path

    def mount(self) -> None:
        _run("mount", "-o", _OPTIONS, str(self.file), str(self.folder))

    def cut(self) -> None:
        """Take the power away; nothing can be written any more."""
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, _SHUTDOWN, struct.pack("I", _NO_LOG_FLUSH))
        finally:
            os.close(handle)

    def remount(self) -> None:
        """Start anew from the image; end the processes that use it first."""
        unmount(self.folder)
        self.mount()

    def fail(self) -> None:
        """Be read-only from here on, as ext4 is when it finds a fault in itself."""
        done = subprocess.run(
            ["findmnt", "-no", "SOURCE", str(self.folder)],
            capture_output=True,
            text=True,
            check=True,
        )
        name = Path(done.stdout.strip()).name
        Path(f"/sys/fs/ext4/{name}/trigger_fs_error").write_text("1")

    def repair(self) -> None:
        """What an administrator does then; end the processes that use it first."""
        unmount(self.folder)
        subprocess.run(["fsck.ext4", "-p", str(self.file)], check=False)
        self.mount()


@contextmanager
def image(folder: Path, *, megabytes: int) -> Iterator[Image]:
    """Give a mounted image; the test is skipped where loop images cannot be mounted."""
    made = Image(folder / "disk.img", folder / "disk")
    made.folder.mkdir()
    with made.file.open("wb") as file:
        file.truncate(megabytes << 20)
    try:
        _run("mkfs.ext4", "-q", "-F", str(made.file))
        made.mount()
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"No loop image can be made and mounted here: {_say(error)}")
    try:
        yield made
    finally:
        unmount(made.folder)
        made.file.unlink()


@contextmanager
def tmpfs(folder: Path, *, megabytes: int) -> Iterator[Path]:
    """Give a small file system in memory; skipped where none may be mounted."""
    folder.mkdir()
    try:
        _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder))
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"No tmpfs can be mounted here: {_say(error)}")
    try:
        yield folder
    finally:
        unmount(folder)


def fill(folder: Path) -> Path:
    """Take the last free byte of a file system; delete the file to give it back."""
    filler = folder / "filler"
    with filler.open("ab") as file, suppress(OSError):
        while True:
            os.write(file.fileno(), bytes(4096))
    # Whole blocks first, then what is left of the last one.
    with filler.open("ab") as file, suppress(OSError):
        while True:
            os.write(file.fileno(), b"\0")
    return filler


def copy_database(url: str, folder: Path) -> str:
    """Put a SQLite database, nobody using it, into `folder`; return its address."""
    copy = folder / "jiangcai.db"
    shutil.copy(url.removeprefix("sqlite:///"), copy)
    _sync(copy)
    return f"sqlite:///{copy}"


def _sync(path: Path) -> None:
    """The installation was there before the fault: it is on the disk."""
    for place in (path, path.parent):
        handle = os.open(place, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)


def unmount(folder: Path) -> None:
    """Unmount, giving processes that were just killed a moment to let go."""
    for _attempt in range(100):
        done = subprocess.run(["umount", str(folder)], capture_output=True, check=False)
        if done.returncode == 0:
            return
        time.sleep(0.05)
    # Better out of sight than in the way of the next test.
    ctypes.CDLL(None).umount2(str(folder).encode(), _DETACH)
    pytest.fail(f"{folder} is still in use: {done.stderr.decode()}")


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def _say(error: Exception) -> str:
    output = getattr(error, "stderr", b"") or b""
    return output.decode().strip() or str(error)
