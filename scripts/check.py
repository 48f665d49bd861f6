"""Run every check, as many at a time as there are processors; name those that fail.

python -m scripts.check            all
python -m scripts.check ruff mypy  some
python -m scripts.check --fix      let the formatters write
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scripts.install import find_node
from scripts.lock import addresses

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
LARGEST = 1_000_000  # bytes; larger files are data and need a reason of their own
TEXT = {".py", ".html", ".css", ".js", ".md", ".toml", ".yaml", ".yml", ".po", ".sh"}

Check = Callable[[], tuple[bool, str]]


def main(arguments: list[str]) -> int:
    if arguments == ["--fix"]:
        return fix()
    unknown = set(arguments) - set(CHECKS)
    if unknown:
        print(f"There is no check {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 2
    wanted = arguments or list(CHECKS)
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        results = list(pool.map(_timed, wanted))
    failed = [name for name, passed in zip(wanted, results, strict=True) if not passed]
    if failed:
        print(f"Failed: {', '.join(failed)}")
    if {"djlint", "format", "prettier"} & set(failed):
        print("`make fmt` writes the format.")
    return 1 if failed else 0


def _timed(name: str) -> bool:
    start = time.monotonic()
    passed, output = CHECKS[name]()
    verdict = "ok" if passed else "FAILED"
    shown = "" if passed else f"\n{output.rstrip()}"
    print(f"{name:<13}{verdict:<7}{time.monotonic() - start:5.1f} s{shown}", flush=True)
    return passed


def fix() -> int:
    commands: list[Sequence[str]] = [
        [str(BIN / "ruff"), "check", "--fix-only", "--quiet", "."],
        [str(BIN / "ruff"), "format", "--quiet", "."],
        [str(BIN / "djlint"), "--reformat", "--quiet", "templates"],
        [*prettier(), "--write", "--log-level=warn", *PRETTIER_FILES],
    ]
    for command in commands:
        subprocess.run(command, cwd=ROOT, check=False)
    return 0


def prettier() -> list[str]:
    return [str(find_node()), "node_modules/prettier/bin/prettier.cjs"]


def _runs(*command: str) -> Check:
    def check() -> tuple[bool, str]:
        program = [str(BIN / command[0]), *command[1:]]
        return _passes(program)

    return check


def _passes(command: Sequence[str]) -> tuple[bool, str]:
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode == 0, done.stdout


def _is_formatted_by_prettier() -> tuple[bool, str]:
    return _passes([*prettier(), "--check", *PRETTIER_FILES])


def _has_no_addresses() -> tuple[bool, str]:
    found = addresses()
    return not found, "\n".join(["Lock files name no address: `make lock`.", *found])


def _files_are_tidy() -> tuple[bool, str]:
    """Look at what is committed: nothing built, nothing large, nothing half-merged."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    faults: list[str] = []
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if name.startswith(("static/vendor/", "node_modules/")) or ".min." in name:
            faults.append(f"{name}: built by others; it comes from its package")
        elif path.is_file():
            faults += [f"{name}: {fault}" for fault in _faults_of(path)]
    return not faults, "\n".join(faults)


def _faults_of(path: Path) -> list[str]:
    content = path.read_bytes()
    faults = ["larger than 1 MB"] if len(content) > LARGEST else []
    if path.suffix not in TEXT:
        return faults
    if b"\n<<<<<<< " in content or b"\n>>>>>>> " in content:
        faults.append("has merge markers")
    if b"\r" in content:
        faults.append("has Windows line ends")
    if content and not content.endswith(b"\n"):
        faults.append("does not end with a line end")
    return faults


PRETTIER_FILES = ("static/css", "static/js")
CHECKS: dict[str, Check] = {
    "mypy": _runs("mypy"),
    "migrations": _runs("pytest", "-q", "tests/test_migrations.py", "-k", "models"),
    "djlint": _runs("djlint", "--check", "--lint", "templates"),
    "format": _runs("ruff", "format", "--check", "."),
    "ruff": _runs("ruff", "check", "--output-format=concise", "."),
    "imports": _runs("lint-imports", "--no-logo"),
    "translations": _runs("python", "-m", "scripts.messages", "check"),
    "prettier": _is_formatted_by_prettier,
    "licences": _runs("python", "-m", "scripts.licences"),
    "locks": _has_no_addresses,
    "files": _files_are_tidy,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
