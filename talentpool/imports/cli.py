"""`jiangcai pool import` and `pool export`: dossiers in and out, the same columns."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from errors import DomainError, FileFaultsError
from extensions import db
from ledger.log.services import Actor
from talentpool.dossiers.cli import pool
from talentpool.imports.forms.changes import shower
from talentpool.imports.forms.exchange import SUFFIXES, write_dossiers
from talentpool.imports.forms.faults import title_of
from talentpool.imports.forms.files import sentence
from talentpool.imports.jobs import actor_of, work
from talentpool.imports.models import ImportBatch
from talentpool.imports.queries.batches import iter_changes, iter_faults, open_change
from talentpool.imports.rules.columns import missing
from talentpool.imports.services import batches
from talentpool.imports.services.exchange import log_export
from talentpool.imports.services.progress import alive
from talentpool.imports.services.worker import limit_process


@pool.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check every row and change nothing.")
@click.option(
    "--verified",
    is_flag=True,
    help="Certificates and honours count as verified: you have seen the documents.",
)
@click.option(
    "--update",
    is_flag=True,
    help="Change dossiers of which the file says something else.",
)
@with_appcontext
def import_file(*, file: Path, dry_run: bool, verified: bool, update: bool) -> None:
    """Make dossiers of the rows of FILE (.xlsx or .csv).

    With a single fault nothing is changed, and every fault is told. Dossiers that are
    there stay as they are, unless --update says otherwise.
    """
    session = db.session()
    batch = _begin(session, file)
    actor = actor_of(batch)
    _check(session, batch, file)
    _tell(session, batch, dry_run=dry_run)
    if dry_run or not batch.good + (batch.differing if update else 0):
        batches.discard(session, batch, actor=actor, now=datetime.now(UTC))
        session.commit()
        return
    batches.begin_loading(
        session,
        batch,
        takes_as_verified=verified,
        takes_changes=update,
        actor=actor,
        now=datetime.now(UTC),
    )
    session.commit()
    with alive(batch.uid):
        work(session, batch.uid)
    if batch.state != "loaded":
        raise DomainError(batch.trouble)
    click.echo(_("%(count)s dossiers made.", count=batch.loaded))
    if batch.updated:
        click.echo(_("%(count)s dossiers changed.", count=batch.updated))


@pool.command("export")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="FILE.xlsx or FILE.csv; it holds ID numbers, and only you can read it.",
)
@with_appcontext
def export_file(*, output: Path) -> None:
    """Write every dossier into a file that `pool import` reads."""
    if output.suffix.lower() not in SUFFIXES:
        raise DomainError(_("The file's name must end in .xlsx or .csv."))
    session, now = db.session(), datetime.now(UTC)
    count = write_dossiers(session, output)
    log_export(
        session,
        count=count,
        actor=Actor("support", "jiangcai pool export"),
        now=now,
    )
    session.commit()
    click.echo(_("%(count)s dossiers written.", count=count))


@pool.command("import-work", hidden=True)
@click.argument("batch_uid")
@with_appcontext
def import_work(*, batch_uid: str) -> None:
    """Do the step an import waits for; the server calls this."""
    limit_process()
    with alive(batch_uid):
        work(db.session(), batch_uid)


def _begin(session: Session, file: Path) -> ImportBatch:
    with file.open("rb") as stream:
        batch = batches.take_in(
            session,
            stream=stream,
            file_name=file.name,
            user=None,
            actor=Actor("support", "jiangcai pool import"),
            now=datetime.now(UTC),
        )
    session.commit()
    work(session, batch.uid)
    if batch.state == "failed":
        raise FileFaultsError([f"{file}:1: {batch.trouble}"])
    return batch


def _check(session: Session, batch: ImportBatch, file: Path) -> None:
    """Check the rows; with a fault the batch is given up and all are raised."""
    mapping = json.loads(batch.mapping)
    faults = [
        f"{file}:1: " + _("No column is chosen for %(field)s.", field=title_of(key))
        for key in missing(mapping)
    ]
    if not faults:
        batches.set_mapping(
            session, batch, mapping=mapping, user=None, now=datetime.now(UTC)
        )
        session.commit()
        work(session, batch.uid)
        faults = [
            f"{file}:{fault.row}: {sentence(fault)}"
            for fault in iter_faults(session, batch)
        ]
    if faults:
        batches.discard(session, batch, actor=actor_of(batch), now=datetime.now(UTC))
        session.commit()
        raise FileFaultsError(faults)


def _tell(session: Session, batch: ImportBatch, *, dry_run: bool) -> None:
    text = _(
        "%(rows)s rows: %(good)s new dossiers, %(known)s rows in the pool already, "
        "%(differing)s dossiers that say something else.",
        rows=batch.rows,
        good=batch.good,
        known=batch.known,
        differing=batch.differing,
    )
    click.echo(text, file=sys.stdout)
    show = shower(session)
    for kept in iter_changes(session, batch):
        for field, was, now in show(open_change(kept)):
            click.echo(f"{kept.row}: {field}: {was or '-'} -> {now}")
    if dry_run:
        click.echo(_("Nothing was changed."))


commands: list[click.Command] = []
