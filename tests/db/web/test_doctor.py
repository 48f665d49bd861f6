"""`jiangcai doctor` and `jiangcai init`."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.cli import NoAppException, ScriptInfo
from sqlalchemy import text

from app import create_app
from cli import main
from extensions import db, sqlite_journal_mode
from ledger.log import services as ledger
from tests import databases
from tests.factories.people import make_attachment
from web import authority, doctor, halls
from web.authority import Venue


@pytest.fixture
def run(own_app, monkeypatch, tmp_path):
    """Run a command; the fonts are there unless a test takes them away."""
    fonts = tmp_path / "static" / "vendor" / "fonts"
    fonts.mkdir(parents=True)
    for name in doctor.FONTS:
        (fonts / name).touch()
    monkeypatch.setattr(doctor, "ROOT", tmp_path)

    def run(*arguments, app=own_app):
        info = ScriptInfo(create_app=lambda: app)
        result = CliRunner().invoke(main, arguments, obj=info)
        return result.exit_code, result.output

    return run


def test_a_sound_installation(run, own_app):
    status, said = run("doctor")

    assert status == 0, said
    if own_app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        assert f"journal {sqlite_journal_mode().lower()}" in said
    else:
        assert "synchronous_commit on" in said


def set_up_hall(own_app, now):
    files = authority.files_in(Path(own_app.config["INSTANCE"]))
    hosts = ["192.168.8.2", *halls.list_addresses()]
    authority.set_up(files, Venue(hosts=hosts), now=now)
    return files


def test_a_sound_hall(run, own_app):
    set_up_hall(own_app, datetime.now(UTC))

    status, said = run("doctor")

    assert status == 0, said
    assert "its keys are readable by their owner only" in said
    assert "not in the certificate" not in said


@pytest.mark.parametrize(
    ("age", "expected", "mark"), [(370, 0, "!!"), (400, 1, "NO")], ids=["near", "over"]
)
def test_a_halls_certificate_runs_out(run, own_app, age, expected, mark):
    set_up_hall(own_app, datetime.now(UTC) - timedelta(days=age))

    status, said = run("doctor")

    [line] = [line for line in said.splitlines() if "server certificate" in line]
    assert status == expected
    assert line.startswith(mark)
    assert "jiangcai venue" in line


def test_a_halls_key_that_others_can_read(run, own_app):
    set_up_hall(own_app, datetime.now(UTC)).authority_key.chmod(0o644)

    status, said = run("doctor")

    assert status == 1
    assert "ca.key: chmod 600" in said


def test_missing_fonts(run, tmp_path):
    (tmp_path / "static/vendor/fonts" / doctor.FONTS[0]).unlink()

    status, said = run("doctor")

    assert status == 1
    assert doctor.FONTS[0] in said


def test_a_missing_upload(run, own_app):
    with own_app.app_context():
        kept = make_attachment(db.session())
        db.session.commit()
        (Path(own_app.config["UPLOADS"]) / kept.stored_as).unlink()
        name = kept.stored_as

    status, said = run("doctor")

    assert status == 1
    assert name in said


def test_what_a_room_says(run, monkeypatch):
    monkeypatch.setattr(ledger, "_checks", {"marks": lambda _session: ["mark 3"]})

    status, said = run("doctor")

    assert (status, "marks: mark 3" in said) == (1, True)


def test_little_room_on_the_disk(run, monkeypatch):
    class Usage:
        free = 1024**2

    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage)

    assert run("doctor")[0] == 1


def test_settings_that_do_not_load(run):
    def broken():
        raise NoAppException("keys.json must be readable by its owner only")

    result = CliRunner().invoke(main, ["doctor"], obj=ScriptInfo(create_app=broken))

    assert result.exit_code == 1
    assert "keys.json" in result.output


@pytest.fixture
def bare_app(database, tmp_path):
    """An installation whose database has no table yet."""
    with database.empty() as url:
        app = create_app(databases.settings(url, tmp_path))
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def test_before_init(run, bare_app):
    status, said = run("doctor", app=bare_app)

    assert (status, "jiangcai init" in said) == (1, True)


@pytest.mark.parametrize("command", [("serve",), ("backup", "x.zip")])
def test_commands_that_need_init(run, bare_app, command):
    status, said = run(*command, app=bare_app)

    assert (status, "jiangcai init" in said) == (2, True)


def test_init_makes_and_then_leaves_alone(run, bare_app):
    first = run("init", app=bare_app)
    again = run("init", app=bare_app)

    assert (first[0], again[0]) == (0, 0)
    assert "made" in first[1]
    assert "up to date" in again[1]
    assert run("doctor", app=bare_app)[0] == 0


def test_init_refuses_a_newer_database(run, own_app):
    with own_app.app_context():
        db.session.execute(text("update alembic_version set version_num = '9999_x'"))
        db.session.commit()

    status, said = run("init")

    assert (status, "newer version" in said) == (2, True)


def test_a_database_that_does_not_answer(run, tmp_path):
    url = "postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=1"
    app = create_app(databases.settings(url, tmp_path))

    assert run("doctor", app=app)[0] == 1
    assert run("verify", app=app)[0] == 2
