"""`jiangcai workdays`: which days are worked, from the command line."""

from datetime import UTC, date, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from extensions import db
from ledger.log.services import Actor
from people.workdays import services

_CLI = Actor("import", "jiangcai workdays")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group("workdays")
def workdays() -> None:
    """Working days, holidays and make-up days."""


@workdays.command("enter")
@click.argument("year", type=click.IntRange(2000, 2200))
@click.argument("file", type=_FILE)
@click.option("--source", required=True, help="The notice the days are taken from.")
@click.pass_context
@with_appcontext
def enter(context: click.Context, year: int, file: Path, source: str) -> None:
    """Enter the holidays and make-up days of YEAR from FILE."""
    session = db.session()
    try:
        services.set_year(
            session,
            year=year,
            text=file.read_text(encoding="utf-8-sig"),
            source=source,
            actor=_CLI,
            now=datetime.now(UTC),
        )
    except services.WorkdayFaultsError as error:
        for fault in error.faults:
            click.echo(f"{file}: {fault}", err=True)
        context.exit(2)
    session.commit()
    worked = services.count_working_days(session, date(year, 1, 1), date(year, 12, 31))
    click.echo(f"{year}: {worked} working days")


@workdays.command("add")
@click.argument("start", type=_DAY)
@click.argument("days", type=click.IntRange(1, 2000))
@with_appcontext
def add(start: datetime, days: int) -> None:
    """Print working day number DAYS from START on; START itself can be the first."""
    click.echo(services.add_working_days(db.session(), start.date(), days).isoformat())


commands = [workdays]
