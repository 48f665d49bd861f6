"""What stands in each file of a bundle. Format: docs/formats/bundle.md."""

import csv
import hmac
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any

from sqlalchemy.orm import Session

from competition.codes.queries import count_without_work, list_decoded, list_works
from competition.codes.rules import DecodedEntry
from competition.draw.queries import list_draws, public_draw
from competition.draw.rules import as_json
from competition.events.models import Event
from competition.events.rules import DECODED, PUBLISHED
from ledger.log.queries import find_first, iter_links, moment_text
from ledger.log.rules import Checkpoint, canonical, commitment
from scoring.bundle import queries, verify
from scoring.bundle.queries import Row
from scoring.marking.queries import list_counted
from scoring.results.models import Decision
from scoring.results.queries import (
    find_result,
    list_decisions,
    list_publications,
    list_standing,
)
from scoring.results.rules.rulings import ON_WORKS
from scoring.results.rules.scheme_change import keep_known
from scoring.scheme.queries import find_frozen, load_scheme

_DERIVED = ("entry", "group", "status", "time", "playoff", "vetoes")
_HIDDEN = ("name", "unit_name", "team")


def lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield rows as lines of canonical JSON."""
    for row in rows:
        yield canonical(row).encode() + b"\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Yield rows as lines of CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(row)
        if out.tell() > 2**16:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def event_facts(event: Event) -> Row:
    return {
        "uid": event.uid,
        "name": event.name,
        "competition": event.competition.name,
        "state": event.state,
        "groups": {group.code: group.name for group in event.groups},
    }


def iter_ledger(
    session: Session, event: Event, last: int, *, is_whole: bool
) -> Iterator[Row]:
    """Yield the chain from the event's first entry to `last`.

    What is about the event stands there in full; of all other entries the body is left
    out, and its hash stands for it, so that the chain can still be computed.
    """
    scope = f"event:{event.uid}"
    first = 1 if is_whole else find_first(session, scope) or 1
    for link in takewhile(
        lambda link: link.seq <= last, iter_links(session, after=first - 1)
    ):
        row = {name: getattr(link, name) for name in link.__slots__}
        if link.scope != scope or not link.action.startswith(verify.OPEN):
            row["body_hash"] = verify.sha(row.pop("body").encode())
        yield row


def iter_works(session: Session, event: Event) -> Iterator[tuple[str, str]]:
    for work in list_works(session, event.id):
        yield work.work_code, work.group_code


def iter_counted(session: Session, event: Event) -> Iterator[tuple[str, str, str, str]]:
    version = find_frozen(session, event.id)
    counted = list_counted(session, event.id)
    # Marks for aspects that a later version dropped stay on record, uncounted.
    for mark in keep_known(load_scheme(version), counted) if version else counted:
        yield mark.entry, mark.aspect, mark.judge, mark.value


def list_entries(session: Session, event: Event) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of entries.csv: the facts that counted last."""
    facts = make_facts(session, event, list_standing(session, event.id))
    newest = find_result(session, event.id)
    carried = json.loads(newest.rows).get("carried", {}) if newest else {}
    for fact in facts:
        for code, points in carried.get(fact["entry"], {}).items():
            fact["carried:" + code] = points
    more = sorted({key for fact in facts for key in fact} - set(_DERIVED))
    header = [*_DERIVED, *more]
    return header, [[fact.get(name, "") for name in header] for fact in facts]


def make_facts(
    session: Session, event: Event, standing: Iterable[Decision]
) -> list[verify.Facts]:
    """Return the facts about every entry as the verifier derives them."""
    return verify.make_facts(
        dict(iter_works(session, event)),
        [decision_row(d) for d in standing if d.kind in ON_WORKS],
        count_without_work(session, event.id),
    )


def decision_row(decision: Decision) -> Row:
    return {
        "uid": decision.uid,
        "entry": decision.entry,
        "kind": decision.kind,
        "target": decision.target,
        "value": decision.value,
        "reason": decision.reason,
        "made_at": moment_text(decision.made_at),
        "made_by": decision.made_by,
    }


def iter_decisions(session: Session, event: Event) -> Iterator[Row]:
    for decision in list_decisions(session, event.id):
        yield decision_row(decision)


def iter_draws(session: Session, event: Event) -> Iterator[Row]:
    """Yield every draw as its public file shows it, and what became of it."""
    for draw in list_draws(session, event.id):
        yield {
            **json.loads(as_json(public_draw(draw))),
            "uid": draw.uid,
            "purpose": draw.purpose,
            "attempt": draw.attempt,
            "committed_at": moment_text(draw.committed_at),
            "is_void": draw.voided_at is not None,
            "void_reason": draw.void_reason,
        }


def iter_decoded(session: Session, event: Event) -> Iterator[Row]:
    """Yield who drew what; who they are stands there as a commitment only."""
    chain = queries.list_chain(session, event.id)
    salts = list_salts(session, event)
    for entry in _decoded(session, event):
        number, station = chain.get(entry.entry_uid, ("", ""))
        yield {
            "entry": entry.entry_uid,
            "group": entry.group_code,
            "status": entry.status,
            "contest_no": number,
            "station": station,
            "work_code": entry.work_code or "",
            "commitment": commitment(salts[entry.entry_uid], _identity(entry)),
        }


def iter_names(session: Session, event: Event) -> Iterator[Row]:
    """Yield what opens the commitments."""
    salts = list_salts(session, event)
    for entry in _decoded(session, event):
        salt = salts[entry.entry_uid].hex()
        yield {"entry": entry.entry_uid, "salt": salt, **_identity(entry)}


def list_salts(session: Session, event: Event) -> dict[str, bytes]:
    """Return the salt of each entry's commitment: the same at every making.

    It follows from the person's own salt: once that is erased, nothing can be shown to
    be theirs any more.
    """
    return {
        uid: hmac.digest(salt, f"bundle\n{event.uid}\n{uid}".encode(), "sha256")[:16]
        for uid, salt in queries.find_salts(session, event.id).items()
    }


def iter_publications(session: Session, event: Event, *, names: bool) -> Iterator[Row]:
    for publication in reversed(list_publications(session, event.id)):
        shown, links = (
            json.loads(publication.snapshot)["rows"],
            json.loads(publication.links),
        )
        yield {
            "uid": publication.uid,
            "version": publication.version,
            "result": publication.result.uid,
            "digest": publication.digest,
            "signature": publication.signature,
            "public_key": publication.public_key,
            "published_at": moment_text(publication.published_at),
            "withdrawn_at": moment_text(publication.withdrawn_at)
            if publication.withdrawn_at
            else "",
            "withdrawn_reason": publication.withdrawn_reason,
            "rows": [
                {
                    "entry_uid": uid,
                    "work_code": code,
                    **{k: v for k, v in row.items() if k not in _HIDDEN},
                }
                for (uid, code), row in zip(links, shown, strict=True)
            ],
            "snapshot": publication.snapshot if names else None,
        }


def iter_checkpoints(session: Session, event: Event, last: Checkpoint) -> Iterator[Row]:
    yield from (
        row
        for row in queries.list_checkpoints(session, event)
        if row["seq"] <= last.seq
    )
    yield {
        "cause": "bundle",
        **{name: getattr(last, name) for name in last.__slots__},
    }


def is_decoded(event: Event) -> bool:
    return event.state in {DECODED, PUBLISHED}


def _decoded(session: Session, event: Event) -> list[DecodedEntry]:
    return list_decoded(session, event.id) if is_decoded(event) else []


def _identity(entry: DecodedEntry) -> dict[str, str]:
    return {"name": entry.name, "unit": entry.unit_name}
