"""`jiangcai entries`: bulk registration by file."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from accounts.roles.rules import EVERYWHERE
from competition.bulk import queries
from competition.bulk.forms.faults import sentence
from competition.bulk.forms.labels import title_of, vocabulary
from competition.bulk.forms.workbooks import refused_workbook, template_workbook
from competition.bulk.services import batches
from competition.registration.services.waiting import list_with_waiting, move_up
from errors import DomainError, FileFaultsError
from extensions import db
from ledger.log.services import Actor

OPERATOR = Actor("support", "jiangcai entries import")
ANSWER_IS_NO = 1


@click.group("entries")
def entries() -> None:
    """Bring in entries of events in bulk."""


@entries.command("import")
@click.argument("event_text", metavar="EVENT")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check every row and change nothing.")
@with_appcontext
def import_command(event_text: str, file: Path, *, dry_run: bool) -> None:
    """Enter the people of FILE (.xlsx) for EVENT (its uid, or its name).

    Right rows are entered, as drafts that papers follow; refused rows are told, each
    as FILE:ROW, and written to a reasons file beside FILE, ready to be corrected.
    Ends with 0 where every row was right, 1 where rows were refused, 2 where the file
    cannot be read at all.
    """
    session, now = db.session(), datetime.now(UTC)
    event = queries.get_event_named(session, event_text)
    try:
        batch = batches.take_in(
            session,
            event=event,
            data=file.read_bytes(),
            file_name=file.name,
            sender=batches.Sender(None, [EVERYWHERE]),
            words=vocabulary(),
            now=now,
        )
    except batches.BatchFileError as error:
        session.rollback()
        lacking = [
            _("No column is %(field)s.", field=title_of(key)) for key in error.keys
        ]
        raise FileFaultsError(
            [f"{file}:{error.line}: {text}" for text in lacking or [error.message]]
        ) from error
    if not dry_run:
        batches.load_batch(
            session,
            batch,
            scopes=[EVERYWHERE],
            words=vocabulary(),
            actor=OPERATOR,
            now=now,
        )
    _sheet, faults = batches.read_content(batch)
    reasons = None
    if faults:
        reasons = file.with_name(f"{file.stem}-reasons.xlsx")
        _write_private(reasons, refused_workbook(batch))
    accepted, refused = batch.fresh + batch.changed + batch.known, batch.refused
    told = _("%(new)s new, %(changed)s changed, %(known)s entered already",
        new=batch.fresh, changed=batch.changed, known=batch.known)  # fmt: skip
    if dry_run:
        session.rollback()
    else:
        session.commit()
    for fault in faults:
        click.echo(f"{file}:{fault.row}: {sentence(fault)}", err=True)
    click.echo(f"accepted: {accepted} ({told})")
    click.echo(f"rejected: {refused}")
    click.echo(f"reasons file: {reasons or '-'}")
    if dry_run:
        click.echo(_("Nothing was changed."))
    if faults:
        raise SystemExit(ANSWER_IS_NO)


@entries.command("template")
@click.argument("event_text", metavar="EVENT")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="FILE.xlsx",
)
@with_appcontext
def template_command(event_text: str, output: Path) -> None:
    """Write the file that `entries import EVENT` reads, with lists to choose from."""
    event = queries.get_event_named(db.session(), event_text)
    try:
        output.write_bytes(template_workbook(db.session(), event))
    except OSError as error:
        raise DomainError(f"{output}: {error.strerror}") from error
    click.echo(str(output))


@entries.command("move-up")
@with_appcontext
def move_up_command() -> None:
    """Move every waiting list up: end offers that have run out, offer what is free.

    For the clock of the machine, every quarter of an hour for example.
    """
    session, now = db.session(), datetime.now(UTC)
    count = 0
    for event in list_with_waiting(session):
        count += move_up(session, event=event, now=now)
        session.commit()
    click.echo(_("%(count)s places offered.", count=count))


def _write_private(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; it holds ID numbers, and is for its owner."""
    part = path.with_name(f".{path.name}.part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise DomainError(f"{path}: {error.strerror}") from error


commands = [entries]
