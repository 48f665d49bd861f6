"""Publishing a decoded result as a signed snapshot, and withdrawing it.

The snapshot is canonical JSON; its SHA-256 is what people compare, its Ed25519
signature (purpose "result") is what machines check. It holds what the public may see;
whose entry and which work a row belongs to is kept beside it and only bound by digest.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from blinker import NamedSignal
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.users.queries import is_same_person
from competition.codes.queries import list_decoded
from competition.codes.rules import DecodedEntry
from competition.events import rules as life
from competition.events.models import Event
from competition.events.services import move_event
from competition.registration.rules.entries import ACCEPTED
from competition.registration.services.telling import tell_entrants
from errors import DomainError
from extensions import new_uid
from ledger.log.rules import canonical
from ledger.log.services import Actor, record
from ledger.signatures.services import public_key_hex, sign
from scoring.marking import queries as marking
from scoring.results import queries
from scoring.results.models import Publication, ResultVersion
from scoring.results.rules.release import CONTESTANT, LIST, Sight, opens_at
from scoring.results.rules.review import Row
from scoring.results.services.beside import list_beside
from scoring.results.services.carry import require_carried
from scoring.results.services.gate import require_agreement
from scoring.results.services.signing import require_signatures
from scoring.results.signals import results_published, results_withdrawn

FORMAT = "jiangcai-results/1"
PURPOSE = "result"


class PublishError(DomainError):
    """The result cannot be published, or withdrawn, as things are."""


def publish(
    session: Session, *, event: Event, actor: Actor, now: datetime
) -> Publication:
    """Publish the newest result with the names it belongs to.

    Raises:
        PublishError: not locked and decoded, or the same person locked the marks.
        NotDecodedError: the codes have not been decoded.
        CarriedError: points of an earlier stage are not brought in, or have changed.
        SigningError: the event asks for signatures, and one is missing.
        ResultsDisagreeError: an independent computation comes to another result.
    """
    if event.state == life.PUBLISHED:
        raise PublishError(_("The result of this event is published already."))
    result = queries.find_result(session, event.id)
    lock = marking.find_lock(session, event.id)
    if result is None or lock is None:
        raise PublishError(_("The marks are not locked: there is no result yet."))
    require_carried(session, result)
    earlier = {lock.locked_by, result.computed_by}
    if any(is_same_person(session, name, actor.name) for name in earlier):
        raise PublishError(
            _("Who locked the marks does not publish them: ask another person.")
        )
    require_signatures(session, event, result)
    verified_by = require_agreement(session, event=event, result=result)
    publication = _make(session, event, result, actor, now)
    session.add(publication)
    move_event(session, event=event, to=life.PUBLISHED, actor=actor, now=now)
    _log(session, publication, event, "results.published", actor, now, verified_by)
    _send(results_published, session, publication, event, actor, now)
    tell_published(session, event, publication, now)
    return publication


def draft(session: Session, event: Event, actor: Actor, now: datetime) -> Publication:
    """Return what would be published now, without keeping it; for a preview.

    Raises:
        PublishError: there is no result yet.
        NotDecodedError: the codes have not been decoded.
    """
    result = queries.find_result(session, event.id)
    if result is None:
        raise PublishError(_("The marks are not locked: there is no result yet."))
    with session.no_autoflush:
        made = _make(session, event, result, actor, now)
        made.event, made.result = event, result
        session.expunge(made) if made in session else None
    return made


def withdraw(
    session: Session, *, event: Event, reason: str, actor: Actor, now: datetime
) -> Publication:
    """Withdraw the publication that stands; that it stood stays on public record.

    Raises:
        PublishError: nothing is published, or no reason is given.
    """
    publication = queries.find_current(session, event.id)
    if publication is None:
        raise PublishError(_("Nothing is published for this event."))
    if not reason.strip():
        raise PublishError(_("Give the reason; it is shown to the public."))
    publication.withdrawn_at, publication.withdrawn_by = now, actor.name
    publication.withdrawn_reason = reason.strip()[:400]
    move_event(
        session,
        event=event,
        to=life.DECODED,
        actor=actor,
        now=now,
        reason=publication.withdrawn_reason,
    )
    _log(session, publication, event, "results.withdrawn", actor, now)
    _send(results_withdrawn, session, publication, event, actor, now)
    return publication


def tell_published(
    session: Session, event: Event, publication: Publication, now: datetime
) -> None:
    """Tell contestants of the result, from the moment on they see the list."""
    plan, who = queries.read_plan(session, event.uid), frozenset({CONTESTANT})
    is_open = Sight(plan, who, now).sees(LIST)
    moment = now if is_open else opens_at(plan, who, LIST)
    if moment is not None:
        tell_entrants(
            session,
            event,
            states=(ACCEPTED,),
            kind="result_published",
            link=f"/results/{event.uid}",
            key=f"published:{publication.uid}",
            now=moment,
        )


def join_names(
    rows: list[Row], decoded: list[DecodedEntry], groups: Mapping[str, str]
) -> list[Row]:
    """Put names to a computed result; those without a work come last, unranked.

    Args:
        rows: of `ResultVersion.rows`, in the order of the ranking.
        decoded: who is behind the codes.
        groups: names of the groups by code.
    """
    by_code = {entry.work_code: entry for entry in decoded if entry.work_code}
    joined = [_named(row, by_code[row["entry"]], groups) for row in rows]
    joined += [_without_work(e, groups) for e in decoded if not e.work_code]
    return joined


def _named(row: Row, entry: DecodedEntry, groups: Mapping[str, str]) -> Row:
    status = row["status"] if row["status"] != "present" else entry.status
    return {
        "entry_uid": entry.entry_uid,
        "name": entry.name,
        "unit_name": entry.unit_name,
        **_team(entry),
        "group_code": row["group"],
        "group_name": groups.get(row["group"], row["group"]),
        "work_code": row["entry"],
        "status": status,
        **{
            name: row[name]
            for name in (
                *("rank", "of", "award", "total", "components", "penalty"),
                *("passed", "tied_by", "scale"),
            )
        },
    }


def _team(entry: DecodedEntry) -> Row:
    """Return an entry's team; nothing of one who is in none."""
    return {"team": entry.team_name} if entry.team_name else {}


def _without_work(entry: DecodedEntry, groups: Mapping[str, str]) -> Row:
    return {
        "entry_uid": entry.entry_uid,
        "name": entry.name,
        "unit_name": entry.unit_name,
        **_team(entry),
        "group_code": entry.group_code,
        "group_name": groups.get(entry.group_code, entry.group_code),
        "work_code": "",
        "status": "absent" if entry.status == "present" else entry.status,
        "rank": None,
        "of": 0,
        "award": "",
        "total": "",
        "components": {},
        "penalty": "",
        "passed": None,
        "tied_by": "",
        "scale": None,
    }


def _make(
    session: Session,
    event: Event,
    result: ResultVersion,
    actor: Actor,
    now: datetime,
) -> Publication:
    earlier = queries.list_publications(session, event.id)
    uid, version = new_uid(), len(earlier) + 1
    rows = join_names(
        json.loads(result.rows)["results"],
        list_decoded(session, event.id),
        {group.code: group.name for group in event.groups},
    )
    beside = list_beside(session, result, rows)
    links = json.dumps([[row.pop("entry_uid"), row.pop("work_code")] for row in rows])
    body: dict[str, Any] = {
        "format": FORMAT,
        "publication": uid,
        "version": version,
        "event": event.uid,
        "event_name": event.name,
        "competition": event.competition.name,
        "scheme": result.scheme_digest,
        "marks": result.marks_digest,
        "result": result.digest,
        "published_at": now.isoformat(timespec="seconds"),
        "links": sha256(links.encode()).hexdigest(),
        "rows": rows,
        **beside,
    }
    text = canonical(body)
    return Publication(
        uid=uid,
        event_id=event.id,
        version=version,
        result_id=result.id,
        snapshot=text,
        links=links,
        digest=sha256(text.encode()).hexdigest(),
        signature=sign(text.encode(), PURPOSE).hex(),
        public_key=public_key_hex(),
        published_at=now,
        published_by=actor.name,
    )


def _log(
    session: Session,
    publication: Publication,
    event: Event,
    action: str,
    actor: Actor,
    now: datetime,
    verified_by: Mapping[str, str] | None = None,
) -> None:
    session.flush()
    record(
        session,
        actor=actor,
        action=action,
        subject=f"publication:{publication.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={
            "version": publication.version,
            "digest": publication.digest,
            "signature": publication.signature,
            "reason": publication.withdrawn_reason,
            **({"verified_by": dict(verified_by)} if verified_by else {}),
        },
    )


def _send(
    what: NamedSignal,
    session: Session,
    publication: Publication,
    event: Event,
    actor: Actor,
    now: datetime,
) -> None:
    what.send(
        None,
        session=session,
        publication_uid=publication.uid,
        event_uid=event.uid,
        actor=actor,
        now=now,
    )
