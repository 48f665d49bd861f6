"""`jiangcai user`: accounts from the command line."""

import secrets
import sys
from datetime import UTC, datetime

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from accounts.roles.rules import EVERYWHERE, ROLES, Scope
from accounts.roles.services import grant_role
from accounts.users.services import UserError, create_user
from extensions import db
from ledger.log.services import Actor
from people.units.queries import find_by_credit_code

_CLI = Actor("system", "jiangcai user")


@click.group()
def user() -> None:
    """Accounts and roles."""


@user.command()
def roles() -> None:
    """List the roles and what each may do."""
    for name, permissions in ROLES.items():
        click.echo(f"{name:18} {' '.join(sorted(permissions))}")


@user.command()
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(sorted(ROLES)))
@click.option("--unit", "credit_code", help="The unit's unified social credit code.")
@click.option("--password-stdin", is_flag=True, help="Read the password's first line.")
@with_appcontext
def add(name: str, role: str, credit_code: str | None, *, password_stdin: bool) -> None:
    """Make the account NAME with a role; prints a password unless one is given."""
    session, now = db.session(), datetime.now(UTC)
    unit = find_by_credit_code(session, credit_code) if credit_code else None
    if credit_code and unit is None:
        raise UserError(_("There is no unit with the code %(code)s.", code=credit_code))
    password = (
        sys.stdin.readline().rstrip("\r\n")
        if password_stdin
        else secrets.token_urlsafe(15)
    )
    made = create_user(
        session,
        username=name,
        password=password,
        display_name=name,
        now=now,
        actor=_CLI,
        unit=unit,
    )
    scope = Scope("unit", unit.uid) if unit else EVERYWHERE
    grant_role(session, user=made, role=role, scope=scope, actor=_CLI, now=now)
    session.commit()
    click.echo(f"{made.username} {role} {scope.kind}")
    if not password_stdin:
        click.echo(password)


commands = [user]
