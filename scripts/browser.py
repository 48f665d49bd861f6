"""Find the Chromium that the browser tests drive; `python -m scripts.browser` gets one.

In this order: the one named by CHROMIUM, one on the PATH, one among the macOS
applications, the system's package where we may install it, Playwright's own download.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from scripts.install import can_install_system_packages, install_system_packages, say

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# The browser talks to the page under test and to nobody else.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HELP = """\
The browser tests need Chromium and none was found or could be installed. Do one of:
  Debian, Ubuntu:  sudo apt install chromium fonts-noto-cjk
  macOS:           brew install --cask google-chrome
  anywhere:        .venv/bin/playwright install chromium
  or name one:     make test CHROMIUM=/path/to/chromium"""


class NoBrowserError(Exception):
    """There is no Chromium here and none could be had."""


def find_chromium() -> str | None:
    """Return the path of a Chromium that is there."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    places = [shutil.which(name) for name in NAMES]
    places += [path for path in APPLICATIONS if Path(path).exists()]
    return next(filter(None, places), None) or _playwrights_own()


def get_chromium() -> str:
    """Return the path of a Chromium, installing one where that is permitted.

    Raises:
        NoBrowserError: there is none and none could be installed.
    """
    found = find_chromium()
    if found is None and not os.environ.get("CHROMIUM"):
        if can_install_system_packages():
            say("Installing Chromium")
            install_system_packages("chromium", "fonts-noto-cjk")
        if find_chromium() is None:
            say("Downloading Playwright's Chromium")
            command = [sys.executable, "-m", "playwright", "install", "chromium"]
            subprocess.run(command, check=False)
        found = find_chromium()
    if found is None:
        raise NoBrowserError(HELP)
    return found


def _playwrights_own() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def main() -> int:
    try:
        get_chromium()
    except NoBrowserError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
