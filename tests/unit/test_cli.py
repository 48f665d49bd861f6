"""The command as a whole: what it lists, and how it ends."""

import os
import subprocess
import sys

import pytest

from config import ROOT

COMMANDS = [
    "init",
    "serve",
    "doctor",
    "backup",
    "restore",
    "verify",
    "ledger",
    "score",
    "scheme",
    "user",
]


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_lists_every_command_without_a_database(tmp_path):
    done = run(
        "--help", JIANGCAI_INSTANCE=str(tmp_path), DATABASE_URL="sqlite:////nowhere/x"
    )

    assert done.returncode == 0
    assert [c for c in COMMANDS if f"\n  {c} " not in done.stdout] == []
    assert done.stderr == ""


@pytest.mark.parametrize(
    "arguments",
    [("nonsense",), ("score",), ("verify", "--nonsense"), ("serve", "--port", "x")],
)
def test_wrong_usage_ends_with_2(tmp_path, arguments):
    assert run(*arguments, JIANGCAI_INSTANCE=str(tmp_path)).returncode == 2


def test_standalone_commands_start_no_application(tmp_path):
    scheme = ROOT / "scoring" / "scheme" / "examples"
    one = next(scheme.glob("*.toml"))

    done = run("scheme", "check", str(one), JIANGCAI_INSTANCE=str(tmp_path / "none"))

    assert done.returncode == 0
    assert not (tmp_path / "none").exists()


def test_keys_others_can_read_are_refused_in_a_sentence(tmp_path):
    run("user", "roles", JIANGCAI_INSTANCE=str(tmp_path))
    (tmp_path / "keys.json").chmod(0o644)

    done = run("user", "roles", JIANGCAI_INSTANCE=str(tmp_path))

    assert done.returncode == 2
    assert "chmod 600" in done.stderr
    assert "Traceback" not in done.stderr
