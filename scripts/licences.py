"""Refuse what may not be shipped with us: the licences of all run-time packages.

Python packages are those of requirements.txt, browser packages those that
package-lock.json does not mark as used in development only.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# As packages write them, in lower case: SPDX identifiers and Python's classifiers.
ALLOWED = {
    "0bsd",
    "apache license 2.0",
    "apache software license",
    "apache-2.0",
    "bsd",
    "bsd license",
    "bsd-2-clause",
    "bsd-3-clause",
    "cc0-1.0",
    "cnri-python",
    "historical permission notice and disclaimer (hpnd)",
    "hpnd",
    "isc",
    "isc license (iscl)",
    "lgpl-3.0-only",  # a library we import and do not change
    "mit",
    "mit license",
    "mit-0",
    "mit-cmu",
    "mozilla public license 2.0 (mpl 2.0)",
    "mpl-2.0",
    "ofl-1.1",
    "psf-2.0",
    "python software foundation license",
    "the unlicense (unlicense)",
    "unlicense",
    "zlib",
}
# Packages whose own words say less than their licence file.
READ_BY_HAND = {
    "qrcode": "bsd-3-clause"
}  # its LICENSE file; a second classifier is vague


def main() -> int:
    faults = [*_python_faults(), *_npm_faults()]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def _python_faults() -> Iterator[str]:
    lock = (ROOT / "requirements.txt").read_text()
    names = re.findall(r"^([a-z0-9._-]+)==", lock, re.MULTILINE)
    command = ["--from=mixed", "--format=json", "--with-system", "--packages", *names]
    output = subprocess.run(
        [sys.executable, "-m", "piplicenses", *command],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for package in json.loads(output):
        name = package["Name"].lower()
        licence = READ_BY_HAND.get(name, package["License"])
        if not is_allowed(licence):
            yield f"{name} (Python): {licence}"


def _npm_faults() -> Iterator[str]:
    path = ROOT / "package-lock.json"
    packages = json.loads(path.read_text())["packages"] if path.exists() else {}
    for place, package in packages.items():
        licence = package.get("license", "none named")
        if place and not package.get("dev") and not is_allowed(licence):
            yield f"{place.removeprefix('node_modules/')} (npm): {licence}"


def is_allowed(licence: str) -> bool:
    """Whether a licence expression leaves a choice that is allowed.

    "A OR B" needs one of them, "A AND B" and "A; B" need both.
    """
    text = licence.strip()
    if text.lower() in ALLOWED:
        return True
    if text.startswith("(") and text.endswith(")"):
        return is_allowed(text[1:-1])
    for pattern, needed in ((r";\s*|\s+AND\s+", all), (r"\s+OR\s+", any)):
        parts = re.split(pattern, text)
        if len(parts) > 1:
            return needed(is_allowed(part) for part in parts)
    return False


if __name__ == "__main__":
    sys.exit(main())
