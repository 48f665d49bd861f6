"""Compare results, decisions and publications with the log, whenever it is verified."""

import json
from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.log.queries import iter_said
from ledger.log.services import register_check
from ledger.signatures.services import is_genuine_by
from scoring.results.models import Decision, Publication, ResultVersion
from scoring.results.services.publish import PURPOSE


def listen() -> None:
    """Have them checked with every verification of the log."""
    register_check("decisions", lambda session: list(check_decisions(session)))
    register_check("publications", lambda session: list(check_publications(session)))
    register_check("results", lambda session: list(check_results(session)))


def check_decisions(session: Session) -> Iterator[str]:
    """Name every decision that is not what the log says it was."""
    logged = {said.uid: said.body for said in iter_said(session, "decisions.")}
    for row in session.scalars(select(Decision).order_by(Decision.id)):
        is_now = {
            name: getattr(row, name)
            for name in ("entry", "kind", "target", "value", "reason")
        }
        yield from _compared("decision", row.uid, is_now, logged.pop(row.uid, None))
    yield from (f"decision {uid} is in the log and nowhere else" for uid in logged)


def check_results(session: Session) -> Iterator[str]:
    """Name every computed result that is not what the log says it was."""
    logged = {said.uid: said.body for said in iter_said(session, "results.computed")}
    for row in session.scalars(select(ResultVersion).order_by(ResultVersion.id)):
        is_now = {
            "version": row.version,
            "scheme": row.scheme_digest,
            "marks": row.marks_digest,
            "result": _sha256(row.rows),
        }
        yield from _compared("result", row.uid, is_now, logged.pop(row.uid, None))
    yield from (f"result {uid} is in the log and nowhere else" for uid in logged)


def check_publications(session: Session) -> Iterator[str]:
    """Name every publication whose snapshot, signature or standing was changed."""
    logged: dict[str, dict[str, object]] = {}
    withdrawn = set()
    for said in iter_said(session, "results.published", "results.withdrawn"):
        logged.setdefault(said.uid, said.body)
        if said.action == "results.withdrawn":
            withdrawn.add(said.uid)
    for row in session.scalars(select(Publication).order_by(Publication.id)):
        is_now = {
            "version": row.version,
            "digest": _sha256(row.snapshot),
            "signature": row.signature,
        }
        name = f"publication {row.uid}"
        yield from _compared("publication", row.uid, is_now, logged.pop(row.uid, None))
        if (row.withdrawn_at is not None) != (row.uid in withdrawn):
            yield f"{name} stands otherwise than the log says"
        yield from (f"{name} {fault}" for fault in _faults_of(row))
    yield from (f"publication {uid} is in the log and nowhere else" for uid in logged)


def _faults_of(row: Publication) -> Iterator[str]:
    if row.digest != _sha256(row.snapshot):
        yield "carries another digest than its snapshot has"
    if not _is_signed(row):
        yield "is not signed by its key"
    try:
        links = json.loads(row.snapshot)["links"]
    except (KeyError, TypeError, ValueError):
        links = ""
    if links != _sha256(row.links):
        yield "names other entries than were signed"


def _is_signed(row: Publication) -> bool:
    try:
        signature = bytes.fromhex(row.signature)
    except ValueError:
        return False
    return is_genuine_by(row.public_key, row.snapshot.encode(), signature, PURPOSE)


def _compared(
    kind: str, uid: str, is_now: dict[str, object], said: dict[str, object] | None
) -> Iterator[str]:
    if said is None:
        yield f"{kind} {uid} is not in the log"
    elif any(said[name] != value for name, value in is_now.items()):
        yield f"{kind} {uid} differs from the log"


def _sha256(text: str) -> str:
    return sha256(text.encode()).hexdigest()
