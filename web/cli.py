"""`jiangcai init`, `doctor`, `serve`, `backup`, `restore`: run an installation."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask
from flask.cli import NoAppException, ScriptInfo, pass_script_info

import config
from errors import DomainError
from extensions import db
from ledger.log.services import Actor, record
from web import backups, doctor, migrations, server

_MARKS = {doctor.OK: "ok", doctor.WARNING: "!!", doctor.BAD: "NO"}


@click.command("init")
@pass_script_info
def init_command(info: ScriptInfo) -> None:
    """Make or upgrade the database, the keys and the folder for uploads."""
    app = _load(info)
    with app.app_context():
        before = migrations.current_revision()
        migrations.upgrade()
        Path(app.config["UPLOADS"]).mkdir(parents=True, exist_ok=True, mode=0o700)
        if before is None:
            Path(app.config["INSTANCE"]).chmod(0o700)
        after = migrations.current_revision()
    click.echo(f"database  {migrations.shown_url(app)}")
    click.echo(f"keys      {app.config['INSTANCE']} (back them up apart from the data)")
    done = "made" if before is None else "is up to date"
    click.echo(f"revision  {after}: {done if before in (None, after) else 'upgraded'}")


@click.command("doctor")
@pass_script_info
def doctor_command(info: ScriptInfo) -> None:
    """Say what is wrong with this installation; ends with 1 where something is."""
    findings = doctor.examine(info.load_app)
    for finding in findings:
        click.echo(f"{_MARKS[finding.state]:3} {finding.topic:12} {finding.text}")
    sys.exit(1 if any(f.state == doctor.BAD for f in findings) else 0)


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--workers",
    default=server.default_workers,
    show_default="by the number of processors",
    type=click.IntRange(1, 64),
    help="Processes; each serves 8 requests at a time.",
)
@pass_script_info
def serve_command(info: ScriptInfo, host: str, port: int, workers: int) -> None:
    """Serve until Ctrl-C; running requests are finished first."""
    # Before the application: what it imports looks for the folder once.
    server.prepare_metrics(config.instance_dir() / "metrics" / str(port))
    app = _load(info)
    with app.app_context():
        if not migrations.is_current():
            raise DomainError("The database is not ready: run `jiangcai init` first.")
        migrations.close_connections()
    server.refuse_taken_port(host, port)
    server.serve(info.create_app or info.load_app, host, port, workers)


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@pass_script_info
def backup_command(info: ScriptInfo, file: Path) -> None:
    """Write a consistent copy of database and uploads to FILE, also while serving.

    The keys are not in it: keep a copy of keys.json in another place.
    """
    with _load(info).app_context():
        manifest = backups.write(file)
    click.echo(f"{file}: {len(manifest.files)} files, revision {manifest.revision}")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--replace", is_flag=True, help="Give up the data that are here now.")
@pass_script_info
def restore_command(info: ScriptInfo, file: Path, *, replace: bool) -> None:
    """Put a backup in the place of the database; stop the server first."""
    with _load(info).app_context():
        faults = backups.restore(file, replace=replace)
        record(
            db.session(),
            actor=Actor("support", "jiangcai restore"),
            action="installation.restored",
            subject="installation:",
            now=datetime.now(UTC),
            body={"file": file.name, "sound": not faults},
        )
        db.session.commit()
    for fault in faults:
        click.echo(fault, err=True)
    click.echo(f"{file}: restored{', and the ledger is damaged' if faults else ''}")
    sys.exit(1 if faults else 0)


def _load(info: ScriptInfo) -> Flask:
    try:
        return info.load_app()
    except NoAppException as error:
        raise DomainError(error.format_message()) from error


commands = [
    init_command,
    doctor_command,
    serve_command,
    backup_command,
    restore_command,
]
