"""`jiangcai bundle` and `jiangcai verify FILE.zip`, as somebody types them."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo
from sqlalchemy import select

from cli import main
from config import ROOT
from extensions import db
from ledger.log.models import LedgerEntry
from ledger.log.services import make_checkpoint
from tests.factories.bundle import MADE, make_audited


@pytest.fixture
def event(own_app):
    with own_app.app_context():
        marked = make_audited(db.session(), works=4)
        made = make_checkpoint(db.session(), now=MADE)
        found = {"uid": marked.event.uid, "name": marked.event.name}
        found["point"] = {name: getattr(made, name) for name in made.__slots__}
        db.session.commit()
    return found


@pytest.fixture
def run(own_app):
    def run(*arguments):
        info = ScriptInfo(create_app=lambda: own_app)
        return CliRunner().invoke(main, [str(a) for a in arguments], obj=info)

    return run


def verify(*arguments):
    """Run the command where there is no database at all."""
    away = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    return subprocess.run(
        [sys.executable, ROOT / "cli.py", "verify", *arguments],
        env={**os.environ, **away},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_bundle_is_written_and_verified(own_app, event, run, tmp_path):
    file, point = tmp_path / "b.zip", tmp_path / "cp.json"
    point.write_text(json.dumps(event["point"]))

    made = run("bundle", event["name"], "-o", file, "--names")

    assert made.exit_code == 0, made.output
    with own_app.app_context():
        body = db.session.scalar(
            select(LedgerEntry.body).where(LedgerEntry.action == "bundle.made")
        )
    assert json.loads(str(body))["manifest"] in made.output
    start = event["point"]["hash"]
    paper = f"{event['point']['seq']}: {start[:4]} {start[4:8]}"
    good = verify(file, "--checkpoint", point, "--printed", paper)
    assert (good.returncode, good.stderr) == (0, "")
    assert "PASS  witness" in good.stdout

    wrong = verify(file, "--public-key", "0" * 64)
    assert wrong.returncode == 1
    assert "key: manifest.json" in wrong.stderr
    file.write_bytes(b"PK\3\4")
    assert verify(file).returncode == 2
    assert verify(file, "--printed", "nonsense").returncode == 2


def test_refusals_leave_no_file(event, run, tmp_path):
    file = tmp_path / "b.zip"

    assert run("bundle", "nowhere", "-o", file).exit_code == 2
    assert run("bundle", event["uid"]).exit_code == 2
    assert list(tmp_path.glob("b.zip*")) == []
