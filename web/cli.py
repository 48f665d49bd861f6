"""`jiangcai init`, `doctor`, `serve`, `venue`, `backup`, `restore`."""

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
from web import backups, doctor, halls, migrations, server

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
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
@click.option("--host", help="Address to listen at.  [default: this machine, or all]")
@click.option("--port", help="[default: 8000]", type=click.IntRange(1, 65535))
@click.option(
    "--workers",
    default=server.default_workers,
    show_default="by the number of processors",
    type=click.IntRange(1, 64),
    help="Processes; each serves 8 requests at a time.",
)
@click.option(
    "--https", is_flag=True, help="Use the certificate `jiangcai venue` has made."
)
@click.option("--tls-cert", type=_FILE, help="Use another certificate: a PEM file.")
@click.option("--tls-key", type=_FILE, help="Its key: a PEM file.")
@pass_script_info
def serve_command(
    info: ScriptInfo,
    host: str | None,
    port: int | None,
    workers: int,
    *,
    https: bool,
    tls_cert: Path | None,
    tls_key: Path | None,
) -> None:
    """Serve until Ctrl-C; running requests are finished first.

    With --https in all networks of this machine, on the port of the hall, and beside
    it on plain http the page that tells tablets how to trust this server.
    """
    hall = halls.get_hall(config.instance_dir()) if https else None
    tls = hall.tls if hall else server.tls_of(tls_cert, tls_key)
    host = host or ("0.0.0.0" if hall else "127.0.0.1")  # noqa: S104 - a hall's tablets
    port = port or (hall.venue.https_port if hall else 8000)
    halls.say_https(is_https=tls is not None, is_private=hall is not None)
    # Before the application: what it imports looks for the folder once.
    server.prepare_metrics(config.instance_dir() / "metrics" / str(port))
    app = _load(info)
    with app.app_context():
        if not migrations.is_current():
            raise DomainError("The database is not ready: run `jiangcai init` first.")
        migrations.close_connections()
    server.refuse_taken_port(host, port)
    if hall:
        hall.open_entrance(host, port)
    server.serve(info.create_app or info.load_app, host, port, workers, tls)


@click.command("venue")
@click.argument("hosts", nargs=-1)
@click.option("--port", default=8443, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--http-port",
    default=8080,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Where tablets find the page that tells how to install the authority.",
)
@click.option(
    "--network",
    "networks",
    multiple=True,
    help="Let the authority speak for a whole network: 192.168.8.0/24.",
)
@click.option(
    "--new-ca", is_flag=True, help="Make a new authority; tablets install it again."
)
def venue_command(
    hosts: tuple[str, ...],
    port: int,
    http_port: int,
    networks: tuple[str, ...],
    *,
    new_ca: bool,
) -> None:
    """Give a hall without internet https: an authority of its own, and a certificate.

    HOSTS are the addresses and names tablets reach this machine by (default: those it
    has now). Run again it renews the certificate and keeps the authority.
    """
    halls.set_up(
        config.instance_dir(),
        hosts,
        ports=(port, http_port),
        networks=networks,
        renew_authority=new_ca,
    )


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
    venue_command,
]
