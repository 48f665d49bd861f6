"""`jiangcai identity`: looking for one person registered twice."""

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from extensions import db
from ledger.log.services import Actor
from talentpool.identity.services.scan import scan as look

_CLI = Actor("system", "jiangcai identity")


@click.group()
def identity() -> None:
    """One person, one record."""


@identity.command()
@with_appcontext
def scan() -> None:
    """Compare all persons and list those who may be one; nothing is merged."""
    made = look(db.session(), actor=_CLI, now=datetime.now(UTC))
    made.ended_at = datetime.now(UTC)
    db.session.commit()
    click.echo(
        _(
            "%(persons)s persons, %(compared)s pairs compared: %(found)s found, "
            "%(reopened)s asked again.",
            persons=made.persons,
            compared=made.compared,
            found=made.found,
            reopened=made.reopened,
        )
    )
    if made.skipped:
        click.echo(
            _(
                "%(count)s values are shared by too many to compare by: fillers?",
                count=made.skipped,
            )
        )


commands = [identity]
