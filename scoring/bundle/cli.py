"""`jiangcai bundle`, and what `jiangcai verify FILE.zip` does: it needs no database."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from errors import DomainError
from extensions import db, reading
from ledger.log.services import Actor, Witness, register_file_check
from scoring.bundle import queries, verify
from scoring.bundle.services.make import Wanted, log_bundle, make_bundle

OPERATOR = Actor("support", "cli")


@click.command("bundle")
@click.argument("event_text", metavar="EVENT")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path))
@click.option("--names", is_flag=True, help="With names and units, once decoded.")
@click.option("--whole-log", is_flag=True, help="The chain from entry 1 on.")
@with_appcontext
def bundle_command(
    event_text: str, output: Path, *, names: bool, whole_log: bool
) -> None:
    """Write the audit bundle of EVENT (its uid, or its name where only one has it)."""
    wanted, now = Wanted(names=names, whole_log=whole_log), datetime.now(UTC)
    part = output.with_name(output.name + ".part")
    try:
        with reading(), part.open("w+b") as file:
            event = queries.get_event(db.session(), event_text)
            uid = event.uid
            digest = make_bundle(
                db.session(), event=event, out=file, now=now, wanted=wanted
            )
            file.flush()
            os.fsync(file.fileno())
            db.session.rollback()
        log_bundle(
            db.session(),
            event=queries.get_event(db.session(), uid),
            digest=digest,
            wanted=wanted,
            actor=OPERATOR,
            now=now,
        )
        db.session.commit()
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
    click.echo(f"{output}: manifest {digest}")


def check_zip(file: Path, witness: Witness) -> tuple[list[str], str]:
    """Verify a bundle; return what is wrong, and one line for each claim.

    Raises:
        DomainError: it cannot be read as a bundle.
    """
    try:
        options = verify.make_options(
            public_key=witness.public_key,
            checkpoints=[witness.checkpoint] if witness.checkpoint else [],
            printed=witness.printed,
        )
        report = verify.check_file(file, options)
    except (verify.NotABundleError, *verify.TROUBLE) as error:
        raise DomainError(f"{file}: {error}") from error
    return report.problems(), "\n".join(report.lines())


register_file_check(".zip", check_zip)
commands = [bundle_command]
