"""`jiangcai standard`: check a profile, or put it in force."""

from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from extensions import db
from ledger.log.services import Actor
from talentpool.standard import services
from talentpool.standard.rules.parse import parse_profile
from talentpool.standard.rules.profile import ProfileError

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("standard")
def standard() -> None:
    """Standards of the talent pool (*.toml)."""


@standard.command("check")
@click.argument("file", type=_FILE)
@click.pass_context
def check(context: click.Context, file: Path) -> None:
    """Name every fault of a profile, or say what it holds."""
    try:
        profile = parse_profile(file.read_text(encoding="utf-8"))
    except ProfileError as error:
        for fault in error.faults:
            click.echo(f"{file}:{fault}", err=True)
        context.exit(2)
    click.echo(
        f"{profile.code} {profile.version}, from {profile.in_force_from}: "
        f"{len(profile.conditions)} conditions, {len(profile.waivers)} waivers"
    )


@standard.command("adopt")
@click.argument("file", type=_FILE)
@with_appcontext
def adopt(file: Path) -> None:
    """Put a profile in force from the day it names."""
    version = services.put_in_force(
        db.session(),
        toml=file.read_text(encoding="utf-8"),
        actor=Actor("import", "standard adopt"),
        now=datetime.now(UTC),
    )
    db.session.commit()
    click.echo(f"{version.code} {version.version} {version.digest}")


commands = [standard]
