"""What a version would change before it is in force; how the pool keeps the standard.

jiangcai standard preview FILE     who would enter, who would fall out
jiangcai pool count-compliance     counts every clause over the whole pool, by night
"""

from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import gettext as _

from accounts.roles.rules import EVERYWHERE
from extensions import LOCAL, db
from ledger.log.services import Actor
from talentpool.compliance.services.preview import preview
from talentpool.compliance.services.report import keep_count
from talentpool.dossiers.cli import pool
from talentpool.dossiers.models import Craftsman
from talentpool.standard.cli import standard
from talentpool.standard.queries import read_in_force
from talentpool.standard.rules.parse import parse_profile
from talentpool.standard.rules.profile import ProfileError
from together import Turn

_BACKDATED = "Warning: in_force_from lies before today; it would hold backwards."
_COUNTER = Actor("system", "pool count-compliance")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@standard.command("preview")
@click.argument("file", type=_FILE)
@click.option("--list", "names", is_flag=True, help="Name the dossiers that move.")
@click.pass_context
@with_appcontext
def preview_file(context: click.Context, file: Path, *, names: bool) -> None:
    """Say who would enter and who would fall out under the profile in FILE."""
    session, today = db.session(), datetime.now(UTC).astimezone(LOCAL).date()
    try:
        after = parse_profile(file.read_text(encoding="utf-8"))
    except ProfileError as error:
        for fault in error.faults:
            click.echo(f"{file}:{fault}", err=True)
        context.exit(2)
    found = preview(session, read_in_force(session, today), after, [EVERYWHERE], today)
    if after.in_force_from < today:
        click.echo(_BACKDATED, err=True)
    click.echo(
        f"{found.total} dossiers, {found.proposals.total} open proposals, "
        f"{found.applications.total} open applications"
    )
    for (before, then), count in found.counts.items():
        if count:
            click.echo(f"  {before} -> {then}: {count}")
    click.echo(f"would fall out: {len(found.falls_out)}")
    click.echo(f"nothing stands against any more: {len(found.comes_clear)}")
    for name, waiting in (
        ("proposals", found.proposals),
        ("applications", found.applications),
    ):
        click.echo(f"{name} that become admissible: {len(waiting.enters)}")
        click.echo(f"{name} that become inadmissible: {len(waiting.drops)}")
    click.echo(f"clauses that differ: {' '.join(d.clause for d in found.differences)}")
    for number in found.falls_out if names else ():
        uid = session.get_one(Craftsman, number).uid
        click.echo(f"  {uid} against: {found.clauses[number] or 'no merit is met'}")


@pool.command("count-compliance")
@click.option("--by", "uid", help="The account that asked for it on the page.")
@with_appcontext
def count_compliance(uid: str | None) -> None:
    """Count how the whole pool keeps the standard, and keep the figures."""
    actor = Actor("human", uid) if uid else _COUNTER
    # Who comes while it is being counted gets a count that is newer still, after it.
    with Turn(Path(current_app.config["INSTANCE"]) / "compliance.lock"):
        made = keep_count(db.session(), actor=actor, now=datetime.now(UTC))
        db.session.commit()
    click.echo(_("%(count)s dossiers were counted.", count=made.total))
