"""Write the lock files: exact versions with hashes and no addresses.

Existing pins stay; to renew one, delete it from the lock or pass its name:
    python -m scripts.lock flask sqlalchemy
"""

import json
import re
import subprocess
import sys
from pathlib import Path

from scripts.install import npm_command

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = (
    "--quiet",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-emit-trusted-host",
    "--strip-extras",
    "--allow-unsafe",
)


def main(names: list[str]) -> int:
    upgrades = [part for name in names for part in ("--upgrade-package", name)]
    for stem in ("requirements", "requirements-dev"):
        command = [sys.executable, "-m", "piptools", "compile", *OPTIONS, *upgrades]
        files = ["--output-file", f"{stem}.txt", f"{stem}.in"]
        subprocess.run([*command, *files], cwd=ROOT, check=True)
    environment, npm = npm_command()
    command = [*npm, "install", "--package-lock-only", "--ignore-scripts"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    _drop_addresses(ROOT / "package-lock.json")
    return 0


def _drop_addresses(path: Path) -> None:
    """Take out where packages come from and who asks for money for them."""
    lock = json.loads(path.read_text())
    for package in lock["packages"].values():
        package.pop("funding", None)
        package.pop("resolved", None)
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")


def addresses() -> list[str]:
    """Return the lines of the lock files that say where a package comes from."""
    locks = [*ROOT.glob("requirements*.txt"), ROOT / "package-lock.json"]
    return [
        f"{path.name}:{number}: {line.strip()}"
        for path in locks
        if path.exists()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"https?://|^\s*\"resolved\"|^-", line)
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
