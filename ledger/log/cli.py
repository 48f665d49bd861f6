"""`jiangcai verify` and `jiangcai ledger export`."""

import json
import os
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import NoReturn

import click
from flask.cli import NoAppException, ScriptInfo, pass_script_info, with_appcontext

from errors import DomainError, FileFaultsError
from extensions import LOCAL, db, reading, set_writing
from ledger.log import queries, services
from ledger.log.rules import (
    FORMAT,
    Checkpoint,
    Link,
    Verdict,
    canonical,
    examine,
    read_line,
    write_line,
)
from ledger.signatures.services import public_key_hex

_SQLITE = b"SQLite format 3\x00"
_JOB = services.Actor("system", "ledger checkpoint")
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("verify")
@click.argument("file", type=_FILE, required=False)
@click.option("--checkpoint", "checkpoint_file", type=_FILE, help="A signed head.")
@click.option("--public-key", default="", help="Whose signatures count (hex).")
@click.option(
    "--printed",
    multiple=True,
    metavar="NUMBER:CHARACTERS",
    help="A checkpoint as it stands on paper; for an audit bundle.",
)
@pass_script_info
def verify_command(
    info: ScriptInfo,
    file: Path | None,
    checkpoint_file: Path | None,
    public_key: str,
    printed: tuple[str, ...],
) -> None:
    """Check the ledger of this installation, or FILE.

    FILE is an audit bundle (.zip), an exported log (.jsonl) or a SQLite database.

    Ends with 1 and names the first bad entry where the chain does not hold.
    """
    if file is not None and (check := services.FILE_CHECKS.get(file.suffix.lower())):
        witness = services.Witness(
            checkpoint=checkpoint_file, printed=printed, public_key=public_key
        )
        _end(file, *check(file, witness))
    given = [_read_checkpoint(checkpoint_file)] if checkpoint_file else []
    problems = [line for made in given for line in _problems_of(made, public_key)]
    if file is None:
        found, summary = _verify_installation(info, given)
    elif _is_database(file):
        found, summary = _verify_database(file, given, public_key)
    else:
        found, summary = _verify_export(file, given, public_key)
    _end(file, [*problems, *found], summary)


def _end(file: Path | None, problems: Sequence[str], summary: str) -> NoReturn:
    for problem in problems:
        click.echo(f"{file or 'ledger'}: {problem}", err=True)
    click.echo(summary)
    sys.exit(1 if problems else 0)


@click.group("ledger")
def ledger_group() -> None:
    """The log of everything that happened."""


@ledger_group.command("export")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path))
@with_appcontext
def export(output: Path) -> None:
    """Write the whole log to a .jsonl file that `verify` can check anywhere."""
    set_writing(writing=False)
    session = db.session()
    part = output.with_name(output.name + ".part")
    checkpoint = services.make_checkpoint(session, now=datetime.now(UTC))
    with part.open("w", encoding="utf-8", newline="\n") as file:
        head = {"format": FORMAT, "public_key": public_key_hex()}
        file.write(canonical(head) + "\n")
        for link in takewhile(
            # What is written meanwhile comes after the head that was signed.
            lambda link: link.seq <= checkpoint.seq,
            queries.iter_links(session, release=True),
        ):
            file.write(write_line(link) + "\n")
        file.write(canonical({"checkpoint": asdict(checkpoint)}) + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(output)
    click.echo(f"{output}: {checkpoint.seq} entries, head {checkpoint.hash}")


@ledger_group.command("checkpoint")
@click.option("--keep", is_flag=True, help="Keep it as today's; by night.")
@with_appcontext
def checkpoint_command(*, keep: bool) -> None:
    """Print the signed head of the log, to be kept where the log is not.

    With --keep it is that of the day: again on the same day it prints the same one.
    """
    now, session = datetime.now(UTC), db.session()
    if keep:
        day = now.astimezone(LOCAL).date()
        made = services.keep_checkpoint(
            session, day=day, actor=_JOB, now=now
        ).checkpoint
        session.commit()
    else:
        made = services.make_checkpoint(session, now=now)
    click.echo(canonical(asdict(made)))


@ledger_group.command("verify")
@click.pass_context
def verify_log(context: click.Context) -> None:
    """Check this installation's log and its kept checkpoints: `jiangcai verify`."""
    context.invoke(verify_command)


def _verify_installation(
    info: ScriptInfo, given: Sequence[Checkpoint]
) -> tuple[list[str], str]:
    try:
        app = info.load_app()
    except NoAppException as error:
        raise DomainError(error.format_message()) from error
    with app.app_context(), reading():
        verdict = services.verify(db.session(), given, release=True)
        problems = [*_chain_problems(verdict)]
        problems += services.list_disagreements(db.session())
    return problems, _summary(verdict)


def _verify_database(
    file: Path, given: Sequence[Checkpoint], public_key: str
) -> tuple[list[str], str]:
    try:
        kept = queries.list_file_kept(file)
        wanted = [*given, *(item.checkpoint for item in kept)]
        verdict = examine(queries.iter_file_links(file), wanted)
    except (sqlite3.DatabaseError, TypeError, ValueError) as error:
        raise DomainError(f"{file}: holds no readable ledger: {error}") from error
    problems = [*_chain_problems(verdict)]
    return [*problems, *services.list_kept_faults(kept, public_key)], _summary(verdict)


def _verify_export(
    file: Path, given: Sequence[Checkpoint], public_key: str
) -> tuple[list[str], str]:
    reader = _ExportReader(file)
    verdict = examine(reader, given)
    problems = [*_chain_problems(verdict)]
    for _ in reader:  # after a fault the rest is still read: its form may be bad too
        pass
    if reader.faults:
        raise FileFaultsError(reader.faults)
    if reader.checkpoint is None:
        problems.append("the signed last line is missing")
    elif not problems:
        problems += reader.list_strays(public_key)
        key = public_key or reader.public_key
        problems += _problems_of(reader.checkpoint, key)
        if (reader.checkpoint.seq, reader.checkpoint.hash) != (
            verdict.count,
            verdict.head,
        ):
            problems.append("the signed last line is about another log")
    return problems, _summary(verdict)


class _ExportReader:
    """Reads an exported log line by line; collects what is wrong with its form."""

    def __init__(self, file: Path) -> None:
        self.faults: list[str] = []
        self.public_key = ""
        self.checkpoint: Checkpoint | None = None  # the last one
        self._last: Link | None = None
        self._sealed_at: Link | None = None
        self._sealed: list[tuple[Checkpoint, Link | None]] = []
        self._links = self._read(file)

    def __iter__(self) -> Iterator[Link]:
        return self._links

    def list_strays(self, public_key: str) -> list[str]:
        """Return which checkpoints between the entries do not fit where they stand."""
        return [
            f"the checkpoint after entry {link.seq if link else 0} does not fit it"
            for made, link in self._sealed
            if (made.seq, made.hash) != (link and link.seq, link and link.hash)
            or not services.is_genuine_checkpoint(made, public_key)
        ]

    def _read(self, file: Path) -> Iterator[Link]:
        with file.open("rb") as lines:
            self._read_head(file, next(lines, b""))
            for number, line in enumerate(lines, start=2):
                try:
                    text = line.decode()
                    if text.startswith('{"checkpoint":'):
                        values = json.loads(text)["checkpoint"]
                        if self.checkpoint is not None:
                            self._sealed.append((self.checkpoint, self._sealed_at))
                        self.checkpoint = Checkpoint(**values)
                        self._sealed_at = self._last
                    else:
                        self._last = read_line(text)
                        yield self._last
                except (ValueError, TypeError) as error:
                    self.faults.append(f"{file}:{number}: {error}")

    def _read_head(self, file: Path, line: bytes) -> None:
        with suppress(ValueError, KeyError, TypeError):
            head = json.loads(line.decode("utf-8-sig"))
            if head["format"] == FORMAT:
                self.public_key = str(head["public_key"])
                return
        raise FileFaultsError([f"{file}:1: is no exported log ({FORMAT})"])


def _read_checkpoint(file: Path) -> Checkpoint:
    try:
        return Checkpoint(**json.loads(file.read_text(encoding="utf-8-sig")))
    except (ValueError, TypeError) as error:
        raise FileFaultsError([f"{file}:1: is no checkpoint: {error}"]) from error


def _problems_of(checkpoint: Checkpoint, public_key: str) -> list[str]:
    if services.is_genuine_checkpoint(checkpoint, public_key):
        return []
    return [f"the signature of the checkpoint at entry {checkpoint.seq} is wrong"]


def _chain_problems(verdict: Verdict) -> Iterator[str]:
    if verdict.fault is not None:
        yield f"entry {verdict.fault.seq} {verdict.fault.problem}"


def _summary(verdict: Verdict) -> str:
    state = "the chain holds" if verdict.fault is None else "good entries"
    return f"{verdict.count} entries, {state}, head {verdict.head}"


def _is_database(file: Path) -> bool:
    with file.open("rb") as start:
        return start.read(len(_SQLITE)) == _SQLITE


commands = [verify_command, ledger_group]
