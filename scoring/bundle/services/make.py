"""Making the audit bundle of an event: a signed zip anybody can check.

The same state and the same moment give the same bytes.
"""

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import IO

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.events.models import Event
from errors import DomainError
from ledger.log.queries import has_newer
from ledger.log.rules import Checkpoint, canonical
from ledger.log.services import Actor, make_checkpoint, record
from ledger.signatures.services import public_key_hex, sign
from scoring.bundle import queries, verify
from scoring.bundle.services import contents

PURPOSE = "bundle"  # what the manifest's signature covers
_ATTEMPTS = 3
_EPOCH = (1980, 1, 1, 0, 0, 0)  # of every file: moments stand in the manifest
_LARGE = frozenset({"marks.jsonl", "ledger.jsonl", "counted.csv"})


class BundleError(DomainError):
    """No bundle can be made of the event as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for in a bundle."""

    names: bool = False  # names and units, and the salts of their commitments
    whole_log: bool = False  # from entry 1 on, instead of the event's first


def make_bundle(
    session: Session,
    *,
    event: Event,
    out: IO[bytes],
    now: datetime,
    wanted: Wanted | None = None,
) -> str:
    """Write the bundle and return the SHA-256 of its manifest; changes nothing.

    Raises:
        BundleError: no scheme is frozen; a result with carried scores is there and the
            marks are open again; names are asked for before the decoding; or
            the event changes too fast to be read in one piece.
    """
    wanted = wanted or Wanted()
    if not queries.list_schemes(session, event.id):
        raise BundleError(_("Freeze the scoring scheme of this event first."))
    if queries.has_shut_results(session, event.id):
        raise BundleError(
            _("An earlier result holds carried scores: wait for the decoding.")
        )
    if wanted.names and not contents.is_decoded(event):
        raise BundleError(_("There are no names before the codes are decoded."))
    for _attempt in range(_ATTEMPTS):
        out.seek(0)
        out.truncate()
        checkpoint = make_checkpoint(session, now=now)
        digest = _write(session, event, out, wanted, checkpoint)
        # Every change of the event has its entry in the log, in the same transaction.
        if not has_newer(session, f"event:{event.uid}", checkpoint.seq):
            return digest
    raise BundleError(_("The event is being changed right now. Try again."))


def log_bundle(
    session: Session,
    *,
    event: Event,
    digest: str,
    wanted: Wanted,
    actor: Actor,
    now: datetime,
) -> None:
    """Put on record that a bundle was handed out."""
    record(
        session,
        actor=actor,
        action="bundle.made",
        subject=f"event:{event.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={"manifest": digest, "names": wanted.names},
    )


def program() -> bytes:
    """Return the verifier as it is put into every bundle."""
    return (resources.files("scoring.bundle") / "verify.py").read_bytes()


def _write(
    session: Session,
    event: Event,
    out: IO[bytes],
    wanted: Wanted,
    checkpoint: Checkpoint,
) -> str:
    files: dict[str, dict[str, object]] = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, parts in _files(session, event, wanted, checkpoint):
            files[name] = _add(archive, name, parts)
        manifest = canonical(
            {
                "format": verify.FORMAT,
                "event": event.uid,
                "made_at": checkpoint.at,
                "public_key": public_key_hex(),
                "names": wanted.names,
                "files": files,
            }
        ).encode()
        _add(archive, "manifest.json", [manifest])
        signature = sign(manifest, PURPOSE).hex()
        _add(archive, "manifest.sig", [signature.encode() + b"\n"])
    return hashlib.sha256(manifest).hexdigest()


def _add(
    archive: zipfile.ZipFile, name: str, parts: Iterable[bytes]
) -> dict[str, object]:
    info = zipfile.ZipInfo(name, date_time=_EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    info.create_system = 3
    digest, size = hashlib.sha256(), 0
    with archive.open(info, "w", force_zip64=name in _LARGE) as file:
        for part in parts:
            file.write(part)
            digest.update(part)
            size += len(part)
    return {"sha256": digest.hexdigest(), "size": size}


def _files(
    session: Session, event: Event, wanted: Wanted, checkpoint: Checkpoint
) -> Iterator[tuple[str, Iterable[bytes]]]:
    lines, table = contents.lines, contents.table
    schemes = queries.list_schemes(session, event.id)
    readme = resources.files("scoring.bundle") / "README.md"
    yield "README.md", [readme.read_bytes()]
    yield "verify.py", [program()]
    yield "keys.json", lines([_keys(session, event)])
    yield "event.json", lines([contents.event_facts(event)])
    yield "schemes.jsonl", lines(row for row, _text in schemes)
    for row, text in schemes:
        yield row["file"], [text.encode()]
    yield "seats.jsonl", lines(queries.list_seats(session, event.id))
    yield (
        "works.csv",
        table(("work_code", "group"), contents.iter_works(session, event)),
    )
    yield "entries.csv", table(*contents.list_entries(session, event))
    yield "marks.jsonl", lines(queries.iter_marks(session, event.id))
    yield (
        "counted.csv",
        table(
            ("entry", "aspect", "judge", "value"), contents.iter_counted(session, event)
        ),
    )
    yield "signatures.jsonl", lines(queries.list_signatures(session, event.id))
    yield "checks.jsonl", lines(queries.list_checks(session, event.id))
    yield "locks.jsonl", lines(queries.list_locks(session, event.id))
    yield "decisions.jsonl", lines(contents.iter_decisions(session, event))
    yield "draws.jsonl", lines(contents.iter_draws(session, event))
    yield "decode.jsonl", lines(contents.iter_decoded(session, event))
    yield "results.jsonl", lines(queries.list_results(session, event.id))
    yield (
        "publications.jsonl",
        lines(contents.iter_publications(session, event, names=wanted.names)),
    )
    yield (
        "checkpoints.jsonl",
        lines(contents.iter_checkpoints(session, event, checkpoint)),
    )
    yield (
        "ledger.jsonl",
        lines(
            contents.iter_ledger(
                session, event, checkpoint.seq, is_whole=wanted.whole_log
            )
        ),
    )
    if wanted.names:
        yield "names.jsonl", lines(contents.iter_names(session, event))


def _keys(session: Session, event: Event) -> dict[str, object]:
    """Return whose signatures stand in the bundle: ours now, and those used before."""
    used = {
        public_key_hex(),
        *(row["public_key"] for row in queries.list_checkpoints(session, event)),
        *(
            row["public_key"]
            for row in contents.iter_publications(session, event, names=False)
        ),
    }
    return {
        "keys": [{"algorithm": "Ed25519", "public_key": key} for key in sorted(used)]
    }


__all__ = ["PURPOSE", "BundleError", "Wanted", "log_bundle", "make_bundle", "program"]
