"""Copies of an installation: database and uploads in one file, keys apart.

Words used here:
    backup: a zip file of the database, the uploads and `manifest.json`.
    manifest: the size and SHA-256 of every file, the revision of the database, and a
        fingerprint of the keys: without the same keys the copy cannot be read.
"""

import hashlib
import hmac
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from flask import current_app
from sqlalchemy import URL, inspect, select, text

from errors import DomainError, FileFaultsError
from extensions import db
from ledger.log import services as ledger
from ledger.log.models import LedgerEntry
from web import migrations

FORMAT = "jiangcai-backup/1"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
_MANIFEST = "manifest.json"
_UPLOAD = re.compile(r"uploads/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{32}\.[a-z]{3,4}")
_PIECE = 1024 * 1024
_TABLES_AT_ONCE = 20


class BackupError(DomainError):
    """The copy cannot be written, or this one cannot be put in place here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds."""

    format: str
    made_at: str  # RFC 3339, UTC
    kind: str  # sqlite | postgresql
    revision: str
    keys: str  # fingerprint
    files: dict[str, dict[str, Any]]  # name: {"size", "sha256"}


def write(file: Path) -> Manifest:
    """Write a backup to `file`; it appears there only when it is whole."""
    if not migrations.is_current():
        raise BackupError("The database is not ready: run `jiangcai init` first.")
    uploads = Path(current_app.config["UPLOADS"])
    part = file.with_name(file.name + ".part")
    files: dict[str, dict[str, Any]] = {}
    with _working_folder() as folder, _private(part) as raw:
        # The database first: a file is on the disk before a row names it, so every
        # file the copied rows name is there when the uploads are copied.
        copy = folder / DATABASES[_kind()]
        _dump(copy)
        with zipfile.ZipFile(raw, "w", compresslevel=1) as archive:
            files[copy.name] = _add(archive, copy, copy.name, zipfile.ZIP_DEFLATED)
            for path in sorted(p for p in uploads.rglob("*") if p.is_file()):
                name = f"uploads/{path.relative_to(uploads).as_posix()}"
                if _UPLOAD.fullmatch(name):
                    files[name] = _add(archive, path, name, zipfile.ZIP_STORED)
            manifest = _manifest(files)
            archive.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=1))
        raw.flush()
        os.fsync(raw.fileno())
    part.replace(file)
    return manifest


def restore(file: Path, *, replace: bool) -> list[str]:
    """Put a backup in the place of the database; return what the ledger lacks then.

    Everything is unpacked and checked first; only then anything is changed.

    Raises:
        FileFaultsError: the file is no backup, or damaged: all faults.
        BackupError: it does not fit this installation.
    """
    with _working_folder() as folder:
        manifest = _unpack(file, folder)
        _check_fit(manifest)
        if not replace and _holds_data():
            raise BackupError(
                "This installation holds data. Use --replace to give them up."
            )
        migrations.close_connections()
        _move_uploads(folder / "uploads", Path(current_app.config["UPLOADS"]))
        _load(folder / DATABASES[manifest.kind])
    migrations.upgrade()
    verdict = ledger.verify(db.session())
    faults = ledger.list_disagreements(db.session())
    if verdict.fault is not None:
        faults.insert(0, f"ledger entry {verdict.fault.seq} {verdict.fault.problem}")
    return faults


def _kind() -> str:
    return db.engine.dialect.name


def _manifest(files: dict[str, dict[str, Any]]) -> Manifest:
    return Manifest(
        format=FORMAT,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        kind=_kind(),
        revision=migrations.current_revision() or "",
        keys=_fingerprint(),
        files=files,
    )


def _fingerprint() -> str:
    """Return what tells two sets of keys apart and gives none of them away."""
    names = ("FIELD_KEY", "LOOKUP_KEY", "SIGNING_KEY")
    parts = (hmac.digest(current_app.config[n], b"backup", "sha256") for n in names)
    return hashlib.sha256(b"".join(parts)).hexdigest()


@contextmanager
def _working_folder() -> Iterator[Path]:
    # Inside the instance: the same disk, and no other user may look in.
    with tempfile.TemporaryDirectory(
        prefix="copy-", dir=current_app.config["INSTANCE"]
    ) as name:
        yield Path(name)


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise BackupError(f"{path}: {error.strerror}") from error
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _add(
    archive: zipfile.ZipFile, path: Path, name: str, method: int
) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    info = zipfile.ZipInfo.from_file(path, name)
    info.compress_type = method
    with path.open("rb") as source, archive.open(info, "w", force_zip64=True) as out:
        while piece := source.read(_PIECE):
            digest.update(piece)
            size += len(piece)
            out.write(piece)
    return {"size": size, "sha256": digest.hexdigest()}


def _dump(copy: Path) -> None:
    if _kind() == "postgresql":
        _run_client("pg_dump", "--format=custom", "--no-owner", f"--file={copy}")
        return
    with (
        closing(sqlite3.connect(_sqlite_path(), timeout=30)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)


def _load(copy: Path) -> None:
    if _kind() == "postgresql":
        _load_postgresql(copy)
        return
    try:
        with (
            closing(sqlite3.connect(copy)) as source,
            closing(sqlite3.connect(_sqlite_path(), timeout=30)) as target,
        ):
            source.backup(target)
    except sqlite3.DatabaseError as error:
        raise BackupError(f"The database in the backup cannot be read: {error}") from (
            error
        )


def _load_postgresql(copy: Path) -> None:
    """Put `copy` in the place of our tables, or leave what was there.

    Dropping and making everything in one transaction holds some 8,500 locks, more than
    a server as it comes has room for; so the tables go first. What they held lies in a
    folder of the instance until the other stands, and stays there when neither does.
    """
    folder = Path(
        tempfile.mkdtemp(prefix="before-restore-", dir=current_app.config["INSTANCE"])
    )
    before = folder / copy.name
    try:
        _dump(before)
    except BaseException:
        shutil.rmtree(folder)
        raise
    try:
        _drop_tables()
        make_tables_from(copy)
    except BaseException as error:
        _put_back(before, error)
        shutil.rmtree(folder)
        raise
    shutil.rmtree(folder)


def _put_back(before: Path, cause: BaseException) -> None:
    try:
        _drop_tables()
        make_tables_from(before)
    except Exception as error:
        raise BackupError(
            f"{cause} What was there cannot be put back either ({error}). It lies in "
            f"{before}: once the server answers, pg_restore it into an empty database."
        ) from error


def _drop_tables() -> None:
    ours = {*db.metadata.tables, "alembic_version"}
    there = inspect(db.engine).get_table_names()
    quote = db.engine.dialect.identifier_preparer.quote
    names = [quote(name) for name in there if name in ours]
    for first in range(0, len(names), _TABLES_AT_ONCE):
        some = ", ".join(names[first : first + _TABLES_AT_ONCE])
        with db.engine.begin() as connection:
            connection.execute(text(f"DROP TABLE {some} CASCADE"))


def make_tables_from(copy: Path) -> None:
    """Make the tables a dump of PostgreSQL holds, whole or not at all."""
    _run_client(
        "pg_restore",
        "--clean",  # functions are left
        "--if-exists",
        "--no-owner",
        "--exit-on-error",
        "--single-transaction",
        str(copy),
    )


def _sqlite_path() -> str:
    return str(db.engine.url.database)


def _run_client(program: str, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise BackupError(
            f"{program} is not installed: install the PostgreSQL client of the "
            "server's version."
        )
    url: URL = db.engine.url
    plain = url.set(drivername="postgresql", password=None)
    address = plain.render_as_string(hide_password=False)
    done = subprocess.run(  # noqa: S603 - a program of the system, no shell
        [found, f"--dbname={address}", *arguments],
        env={**os.environ, "PGPASSWORD": str(url.password or "")},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"{program}: {done.stderr.strip()}")


def _unpack(file: Path, folder: Path) -> Manifest:
    faults: list[str] = []
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _read_manifest(archive)
            for name, wanted in manifest.files.items():
                if name != DATABASES.get(manifest.kind) and not _UPLOAD.fullmatch(name):
                    faults.append(f"{file}: {name}: has no place in a backup")
                elif not _extract(archive, name, folder / name, wanted):
                    faults.append(f"{file}: {name}: is damaged")
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, OSError) as error:
        raise FileFaultsError([*faults, f"{file}: is no backup: {error}"]) from error
    if DATABASES.get(manifest.kind) not in manifest.files:
        faults.append(f"{file}: the database is missing")
    if faults:
        raise FileFaultsError(faults)
    return manifest


def _read_manifest(archive: zipfile.ZipFile) -> Manifest:
    manifest = Manifest(**json.loads(archive.read(_MANIFEST)))
    if manifest.format != FORMAT:
        raise ValueError(f"format {manifest.format}")
    return manifest


def _extract(
    archive: zipfile.ZipFile, name: str, target: Path, wanted: dict[str, Any]
) -> bool:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, left = hashlib.sha256(), int(wanted["size"])
    try:
        with archive.open(name) as source, _private(target) as out:
            while piece := source.read(min(_PIECE, left + 1)):
                left -= len(piece)
                if left < 0:
                    return False
                digest.update(piece)
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
    except zipfile.BadZipFile:
        return False
    return left == 0 and digest.hexdigest() == wanted["sha256"]


def _check_fit(manifest: Manifest) -> None:
    if manifest.kind != _kind():
        raise BackupError(
            f"The backup is of {manifest.kind}, this installation uses {_kind()}."
        )
    if manifest.keys != _fingerprint():
        raise BackupError(
            "The backup was made with other keys. Put the keys.json that belongs to it "
            "in place first; without it nobody can read the personal data."
        )
    if not migrations.is_known(manifest.revision):
        raise BackupError(
            f"The backup is of a newer version ({manifest.revision}): upgrade first."
        )


def _holds_data() -> bool:
    if not inspect(db.engine).has_table(LedgerEntry.__tablename__):
        return False
    return db.session.scalar(select(LedgerEntry.seq).limit(1)) is not None


def _move_uploads(source: Path, target: Path) -> None:
    """Put restored files where they belong; a file of that name is the same file."""
    for path in sorted(p for p in source.rglob("*") if p.is_file()):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not place.exists() or place.stat().st_size != path.stat().st_size:
            shutil.move(path, place)
