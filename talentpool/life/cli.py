"""`jiangcai pool review` and `check-records`: what runs by night."""

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from accounts.roles.rules import EVERYWHERE
from extensions import db
from ledger.log.services import Actor
from talentpool.dossiers.cli import pool
from talentpool.life.services import consistency, reviews

_JOB = Actor("system", "pool review")
_CHECKER = Actor("system", "pool check-records")


@pool.command()
@with_appcontext
def review() -> None:
    """Renew what may renew by itself; put the rest before a person."""
    ran, last = reviews.Ran(), 0
    while True:
        reached = reviews.run_batch(
            db.session(),
            last,
            ran,
            scopes=[EVERYWHERE],
            actor=_JOB,
            now=datetime.now(UTC),
        )
        db.session.commit()
        if reached is None:
            break
        last = reached
    click.echo(
        _(
            "%(looked_at)s dossiers were due: %(renewed)s renewed by themselves, "
            "%(opened)s now wait for a person, %(waiting)s waited already.",
            looked_at=ran.looked_at,
            renewed=ran.renewed,
            opened=ran.opened,
            waiting=ran.waiting,
        )
    )


@pool.command("check-records")
@with_appcontext
def check_records() -> None:
    """Look for records that cannot be right."""
    checked, last = consistency.Checked(), 0
    while True:
        reached = consistency.check_batch(
            db.session(), last, checked, now=datetime.now(UTC)
        )
        if reached is None:
            break
        db.session.commit()
        last = reached
    consistency.log_run(db.session(), checked, actor=_CHECKER, now=datetime.now(UTC))
    db.session.commit()
    click.echo(
        _(
            "%(dossiers)s dossiers checked: %(new)s new findings, %(gone)s put right, "
            "%(open)s open.",
            dossiers=checked.dossiers,
            new=checked.new,
            gone=checked.gone,
            open=checked.open,
        )
    )
