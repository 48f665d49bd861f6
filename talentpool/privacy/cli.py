"""`jiangcai privacy`: what is due to be removed, and removing it."""

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from extensions import db
from ledger.log.services import Actor
from talentpool.privacy.services import retain

_CLI = Actor("system", "jiangcai privacy")


@click.group()
def privacy() -> None:
    """Retention of personal data."""


@privacy.command()
@with_appcontext
def due() -> None:
    """Count what each retention rule would remove now."""
    for found in retain.list_due(db.session(), datetime.now(UTC)):
        click.echo(f"{found.rule.name}\t{found.cutoff:%Y-%m-%d}\t{len(found.ids)}")


@privacy.command()
@with_appcontext
def purge() -> None:
    """Remove what is due and print the proof of it."""
    made = retain.purge(db.session(), actor=_CLI, now=datetime.now(UTC))
    db.session.commit()
    for proof in made:
        click.echo(f"{proof.rule}\t{proof.rows}\t{proof.uid}\t{proof.digest}")
    if not made:
        click.echo(_("Nothing is due."))


commands = [privacy]
