"""`jiangcai messages send`: sends what waits in the outbox."""

import sys

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import gettext as _

from accounts.messages.jobs import EVERY, send_waiting
from accounts.messages.services.transport import ways_of
from extensions import ending


@click.group("messages")
def messages() -> None:
    """Send messages by mail and to phones."""


@messages.command("send")
@click.option("--follow", is_flag=True, help="Go on until Ctrl-C.")
@with_appcontext
def send(*, follow: bool) -> None:
    """Send what is due; ends with 1 where something did not go out.

    A server does the same by itself, unless JIANGCAI_SEND_MESSAGES is 0.
    """
    while True:
        sent, failed = send_waiting(ways_of(current_app.config))
        if sent or failed or not follow:
            click.echo(_("%(sent)s sent, %(failed)s not.", sent=sent, failed=failed))
        if not follow:
            sys.exit(1 if failed else 0)
        if ending.wait(EVERY):
            return


commands = [messages]
