"""Every event of the demonstration city has a bundle that verifies, alone too."""

import io
import subprocess
import sys
import zipfile
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from competition.events.models import Event
from demo import plan as plans
from extensions import db
from scoring.bundle import verify
from scoring.bundle.services.make import make_bundle

pytestmark = pytest.mark.xdist_group("demo")
SCORED = {"locked", "decoded", "published"}


@pytest.fixture
def city(demo_city):
    with demo_city.app_context():
        yield db.session()
        db.session.rollback()


def bundle_of(city, plan):
    event = city.scalars(select(Event).where(Event.name == plan.name)).one()
    out = io.BytesIO()
    make_bundle(city, event=event, out=out, now=datetime.now(UTC))
    return out.getvalue()


@pytest.mark.parametrize("plan", plans.EVENTS, ids=lambda plan: plan.key)
def test_its_bundle_verifies(city, plan):
    report = verify.check_file(io.BytesIO(bundle_of(city, plan)))

    assert report.problems() == []
    assert ("results" in report.checked) == (plan.reach in SCORED)
    assert ("published" in report.checked) == (plan.reach == "published")


def test_one_changed_byte_is_found_without_us(city, tmp_path):
    data = bundle_of(city, plans.EVENTS[0])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    program = tmp_path / "verify.py"
    program.write_bytes(files["verify.py"])

    def run(name, content):
        (tmp_path / name).write_bytes(content)
        return subprocess.run(
            [sys.executable, "-I", "-S", "verify.py", name],
            cwd=tmp_path,
            env={},
            capture_output=True,
            check=False,
        )

    assert run("good.zip", data).returncode == 0
    marks = bytearray(files["marks.jsonl"])
    at = marks.index(b'"value":"') + len(b'"value":"')
    marks[at] = ord("8") if marks[at] != ord("8") else ord("9")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in (files | {"marks.jsonl": bytes(marks)}).items():
            archive.writestr(name, content)
    bad = run("bad.zip", out.getvalue())
    assert bad.returncode == 1
    assert "marks.jsonl:1 (seq 1)" in bad.stdout.decode()
