"""A tablet whose browser can be killed: its profile is kept on the disk.

with Device(playwright, folder, address, cookies) as device:
    page = device.page
    device.crash()          as the system kills an app, or the battery ends
    page = device.open()    the same tablet again
"""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from playwright.sync_api import BrowserContext, Page, Playwright
from playwright.sync_api import Error as PlaywrightError

from scripts.browser import FLAGS, get_chromium

PROCESSES = Path("/proc")
# A browser that was killed asks nothing when it is opened again.
OWN_FLAGS = ("--hide-crash-restore-bubble", "--disable-session-crashed-bubble")


class Device:
    """One tablet with one judge signed in."""

    def __init__(
        self,
        playwright: Playwright,
        folder: Path,
        address: str,
        cookies: Sequence[Any],
    ) -> None:
        self.playwright, self.folder = playwright, folder
        self.address, self.cookies = address, cookies
        self.context: BrowserContext | None = None

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_error: object) -> None:
        self.crash()

    def open(self, *, online: bool = True) -> Page:
        """Start the browser on its profile; return its first page, still empty."""
        for lock in self.folder.glob("Singleton*"):
            lock.unlink(missing_ok=True)  # of the browser that was killed
        self.context = self.playwright.chromium.launch_persistent_context(
            self.folder,
            executable_path=get_chromium(),
            args=[*FLAGS, *OWN_FLAGS],
            base_url=self.address,
            viewport={"width": 820, "height": 1180},
            has_touch=True,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        self.context.add_cookies(list(self.cookies))
        self.context.set_offline(not online)
        return self.page

    @property
    def page(self) -> Page:
        return self.context.pages[0]

    def freeze(self) -> None:
        for process in self._processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGSTOP)

    def crash(self) -> None:
        """SIGKILL to every process of the browser; nothing is written any more."""
        killed = self._processes()
        for process in killed:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        if self.context is not None:
            with suppress(PlaywrightError):
                self.context.close()
        self.context = None
        while any(_is_alive(process) for process in killed):
            time.sleep(0.01)

    def _processes(self) -> list[int]:
        """Return the browser, which names its profile, and all that come from it."""
        done = subprocess.run(
            ["ps", "-eo", "pid=,ppid=,args="],
            capture_output=True,
            text=True,
            check=True,
        )
        rows = [line.split(None, 2) for line in done.stdout.splitlines()]
        found = {
            int(row[0]) for row in rows if f"--user-data-dir={self.folder}" in row[-1]
        }
        while True:
            more = {int(r[0]) for r in rows if int(r[1]) in found} - found
            if not more:
                return sorted(found)
            found |= more


def _is_alive(process: int) -> bool:
    with suppress(OSError):
        fields = (PROCESSES / str(process) / "stat").read_text().rpartition(")")[2]
        return fields.split()[0] not in {"Z", "X"}
    return False
