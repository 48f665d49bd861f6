"""`jiangcai backup` and `jiangcai restore`."""

import hashlib
import json
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo
from sqlalchemy import select, text

from app import create_app
from cli import main
from extensions import db
from ledger.log import queries
from ledger.log import services as ledger
from people.attachments.models import Attachment
from people.attachments.services import read_bytes
from people.persons.models import Person
from people.persons.queries import open_phone
from tests import databases
from tests.factories.people import make_attachment, make_person
from web import authority, backups
from web.authority import Venue
from web.backups import BackupError


def run(app, *arguments):
    info = ScriptInfo(create_app=lambda: app)
    result = CliRunner().invoke(main, [str(a) for a in arguments], obj=info)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return result.exit_code, result.output


@pytest.fixture
def backup(own_app, tmp_path):
    """A backup of an installation with a person and a photo."""
    with own_app.app_context():
        make_person(db.session(), name="张三", phone="13812341234")
        make_attachment(db.session())
        db.session.commit()
    hall = authority.files_in(Path(own_app.config["INSTANCE"]))
    authority.set_up(hall, Venue(hosts=["192.168.8.2"]), now=datetime.now(UTC))
    file = tmp_path / "backup.zip"
    status, said = run(own_app, "backup", file)
    assert status == 0, said
    return file


@pytest.fixture
def empty_app(database, tmp_path):
    """Another installation with the same keys, without data."""
    with database.copy() as url:
        app = create_app(databases.settings(url, tmp_path / "other"))
        (tmp_path / "other").mkdir()
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def test_a_backup_restores_elsewhere(backup, empty_app):
    status, said = run(empty_app, "restore", backup)

    assert status == 0, said
    with empty_app.app_context():
        person = db.session.scalars(select(Person)).one()
        assert (person.name, open_phone(person)) == ("张三", "13812341234")
        assert read_bytes(db.session.scalars(select(Attachment)).one())
        assert ledger.verify(db.session()).fault is None


def test_the_restoring_is_in_the_ledger(backup, empty_app):
    run(empty_app, "restore", backup)

    _status, said = run(empty_app, "verify")
    with empty_app.app_context():
        last = queries.list_for_subject(db.session(), "installation:")[-1]
    assert last.action == "installation.restored"
    assert "the chain holds" in said


def test_data_are_given_up_only_when_asked(backup, own_app):
    with own_app.app_context():
        make_person(db.session(), name="李四")
        db.session.commit()

    assert run(own_app, "restore", backup)[0] == 2
    assert run(own_app, "restore", backup, "--replace")[0] == 0
    with own_app.app_context():
        assert db.session.scalars(select(Person.name)).all() == ["张三"]


def break_database(name, data):
    """Replace the database by bytes that are none, and vouch for them."""
    broken = b"no database" * 1000
    if name.startswith("database."):
        return broken
    if name != "manifest.json":
        return data
    manifest = json.loads(data)
    for file, told in manifest["files"].items():
        if file.startswith("database."):
            digest = hashlib.sha256(broken).hexdigest()
            told |= {"size": len(broken), "sha256": digest}
    return json.dumps(manifest)


def test_what_was_there_stays_when_restoring_fails(backup, own_app):
    with own_app.app_context():
        make_person(db.session(), name="李四")
        db.session.commit()
    rewrite(backup, break_database)

    status, said = run(own_app, "restore", backup, "--replace")

    assert status == 2, said
    with own_app.app_context():
        names = db.session.scalars(select(Person.name).order_by(Person.id)).all()
        assert names == ["张三", "李四"]
        assert ledger.verify(db.session()).fault is None


def test_what_cannot_be_put_back_either_is_kept(backup, own_app, monkeypatch):
    if not own_app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
        return  # SQLite leaves the file as it is
    folder = Path(own_app.config["INSTANCE"])

    def gone(_copy):
        raise BackupError("The server is gone.")

    monkeypatch.setattr(backups, "make_tables_from", gone)
    status, said = run(own_app, "restore", backup, "--replace")

    [kept] = folder.glob("before-restore-*/database.pgdump")
    assert (status, str(kept) in said) == (2, True), said
    assert kept.parent.stat().st_mode & 0o077 == 0
    monkeypatch.undo()
    with own_app.app_context():
        backups.make_tables_from(kept)
        assert db.session.scalars(select(Person.name)).all() == ["张三"]


def test_tables_of_others_and_nothing_else_are_left(backup, own_app):
    with own_app.app_context():
        db.session.execute(text("create table of_others (id integer)"))
        db.session.execute(text("insert into of_others values (7)"))
        db.session.commit()
    if not own_app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
        return  # a file of SQLite is one installation's own

    assert run(own_app, "restore", backup, "--replace")[0] == 0

    with own_app.app_context():
        assert db.session.scalar(text("select id from of_others")) == 7
    assert not list(Path(own_app.config["INSTANCE"]).glob("before-restore-*"))


def test_nobody_else_can_read_a_backup(backup):
    assert backup.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(backup) as archive:
        assert not any("keys" in name for name in archive.namelist())
        # Nor the hall's authority, whose key could speak for the server.
        assert not any(name.startswith("venue") for name in archive.namelist())
        assert not any(b"PRIVATE KEY" in archive.read(n) for n in archive.namelist())


def rewrite(backup, change):
    """Write the backup anew with `change(name, data)` for each file; None drops it."""
    with zipfile.ZipFile(backup) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(backup, "w") as archive:
        for name, data in files.items():
            changed = change(name, data)
            if changed is not None:
                archive.writestr(name, changed)


def manifest_with(**values):
    return lambda name, data: (
        json.dumps(json.loads(data) | values) if name == "manifest.json" else data
    )


def drop_photo(name, data):
    return None if name.endswith(".jpg") else data


def alter_photo(name, data):
    return data[:-1] + b"!" if name.endswith(".jpg") else data


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(drop_photo, "is no backup", id="a file is missing"),
        pytest.param(alter_photo, "is damaged", id="a file was changed"),
        pytest.param(
            lambda name, data: None if name == "manifest.json" else data,
            "is no backup",
            id="no manifest",
        ),
        pytest.param(manifest_with(format="x/1"), "is no backup", id="another format"),
        pytest.param(manifest_with(keys="0" * 64), "other keys", id="other keys"),
        pytest.param(manifest_with(kind="oracle"), "", id="another database"),
        pytest.param(manifest_with(revision="9999_later"), "newer version", id="newer"),
        pytest.param(
            manifest_with(files={"../evil": {"size": 1, "sha256": ""}}),
            "has no place",
            id="a path that leads out",
        ),
    ],
)
def test_what_does_not_fit_is_refused(backup, empty_app, change, said):
    rewrite(backup, change)

    status, output = run(empty_app, "restore", backup)

    assert (status, said in output) == (2, True), output
    with empty_app.app_context():
        assert db.session.scalars(select(Person)).all() == []


def test_something_else_is_refused(empty_app, tmp_path):
    file = tmp_path / "other.zip"
    file.write_bytes(b"PK nothing")

    assert run(empty_app, "restore", file)[0] == 2


def test_a_cut_off_backup_is_refused(backup, empty_app):
    os.truncate(backup, backup.stat().st_size - 100)

    assert run(empty_app, "restore", backup)[0] == 2


def test_a_place_that_cannot_be_written_is_refused(own_app, tmp_path):
    status, _said = run(own_app, "backup", tmp_path / "nowhere" / "backup.zip")

    assert status == 2


def test_postgresql_needs_its_client(own_app, tmp_path, monkeypatch):
    if not own_app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
        return  # SQLite needs no other program
    monkeypatch.setenv("PATH", str(tmp_path))

    status, said = run(own_app, "backup", tmp_path / "backup.zip")

    assert status == 2
    assert "pg_dump is not installed" in said
    assert not Path(tmp_path / "backup.zip.part").exists()
