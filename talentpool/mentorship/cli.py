"""`jiangcai mentorship remind`: what runs by night."""

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from extensions import db
from ledger.log.services import Actor
from talentpool.mentorship.queries.due import KINDS
from talentpool.mentorship.services import reminders

_JOB = Actor("system", "mentorship remind")


@click.group("mentorship")
def mentorship() -> None:
    """Mentors and apprentices."""


@mentorship.command()
@with_appcontext
def remind() -> None:
    """Remind 30, 7 and 1 days before a day, and once when it has passed."""
    ran, now, session = reminders.Ran(), datetime.now(UTC), db.session()
    last: int | None = 0
    while last is not None:
        last = reminders.move_batch(session, last, ran, actor=_JOB, now=now)
        session.commit()
    for kind in KINDS:
        last = 0
        while last is not None:
            last = reminders.remind_batch(session, kind, last, ran, now=now)
            session.commit()
    reminders.log_run(session, ran, actor=_JOB, now=now)
    session.commit()
    click.echo(
        _(
            "%(looked_at)s things are due soon or late: %(told)s messages; %(begun)s "
            "pairs are in training now, %(due)s are due for their final assessment.",
            looked_at=ran.looked_at,
            told=ran.told,
            begun=ran.begun,
            due=ran.due,
        )
    )


commands = [mentorship]
