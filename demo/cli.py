"""`jiangcai demo`: the demonstration city."""

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from demo import plan, services
from extensions import db


@click.command()
@with_appcontext
def demo() -> None:
    """Load the demonstration city; refuses on a database that holds real data."""
    session = db.session()
    if services.is_loaded(session):
        click.echo(_("The demonstration city is loaded already."))
    else:
        services.load(session, datetime.now(UTC), click.echo)
        session.commit()
    _list_users()


def _list_users() -> None:
    click.echo(
        _("Demonstration users; the password of all is %(word)s", word=plan.PASSWORD)
    )
    contestant = _("a contestant: a ticket, and a draft to go on with")
    click.echo(f"  {'contestant':14} {contestant}")
    pairs = _("mentor, apprentice: a pair that learns; apprentice2 has one to sign")
    click.echo(f"  {'mentor …':14} {pairs}")
    for office in plan.OFFICES:
        click.echo(f"  {office.username:14} {office.display_name}  {office.hint}")
    for username, display_name in plan.JUDGES:
        click.echo(f"  {username:14} {display_name}")


commands = [demo]
