"""Reading computed and published results."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, defer, joinedload

from competition.codes.queries import list_decoded, list_event_ids
from competition.events.models import Competition, Event
from paging import paginate
from scoring.marking import queries as marking
from scoring.marking.queries import Pending
from scoring.results.models import (
    Decision,
    Publication,
    ReleaseRule,
    ResultSignature,
    ResultVersion,
    SigningTerms,
)
from scoring.results.rules.release import LIST, PUBLIC
from scoring.results.rules.rulings import ON_WORKS, Ruling
from scoring.scheme import queries as schemes
from scoring.scheme.models import SchemeVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedRow:
    """One entry's published result; numbers are plain decimals as published."""

    entry_uid: str
    person_id: int | None
    name: str
    unit_name: str
    group_code: str
    group_name: str
    work_code: str  # "" for those who handed in no work
    status: str  # present | absent | withdrawn | disqualified
    rank: int | None
    of: int  # ranked entries in the same ranking
    award: str
    total: str  # "" where not present
    components: Mapping[str, str]
    penalty: str
    passed: bool | None  # None without pass lines
    tied_by: str
    scale: int | None
    team: str = ""  # "" in an event for individuals


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedResults:
    uid: str
    event_uid: str
    version: int
    published_at: datetime
    withdrawn_at: datetime | None
    digest: str
    scheme_digest: str
    rows: tuple[PublishedRow, ...]
    # Beside the rows where the scheme asks for them, see docs/formats/results.md.
    teams: tuple[Mapping[str, Any], ...] = ()
    rankings: tuple[Mapping[str, Any], ...] = ()
    uncorrected: tuple[Mapping[str, Any], ...] = ()


def find_publication(session: Session, uid: str) -> Publication | None:
    """Return a publication, withdrawn or not."""
    return session.scalar(
        select(Publication)
        .options(joinedload(Publication.event).joinedload(Event.competition))
        .where(Publication.uid == uid)
    )


def get_publication(session: Session, uid: str) -> PublishedResults:
    """Return what was published, row by row, in the published order.

    Raises:
        NoResultFound: no such publication.
        NotDecodedError: the event went back to marking; nothing of it is published.
    """
    found = session.scalars(select(Publication).where(Publication.uid == uid)).one()
    return read_publication(session, found)


def read_publication(session: Session, publication: Publication) -> PublishedResults:
    """Return a publication's snapshot with each entry's person."""
    snapshot: dict[str, Any] = json.loads(publication.snapshot)
    people = {
        entry.entry_uid: entry.person_id
        for entry in list_decoded(session, publication.event_id)
    }
    return PublishedResults(
        uid=publication.uid,
        event_uid=snapshot["event"],
        version=publication.version,
        published_at=publication.published_at,
        withdrawn_at=publication.withdrawn_at,
        digest=publication.digest,
        scheme_digest=snapshot["scheme"],
        teams=tuple(snapshot.get("teams", ())),
        rankings=tuple(snapshot.get("rankings", ())),
        uncorrected=tuple(snapshot.get("uncorrected", ())),
        rows=tuple(
            PublishedRow(
                entry_uid=entry_uid,
                work_code=work_code,
                person_id=people.get(entry_uid),
                **row,
            )
            for (entry_uid, work_code), row in zip(
                json.loads(publication.links), snapshot["rows"], strict=True
            )
        ),
    )


def list_publications(session: Session, event_id: int) -> list[Publication]:
    """Return an event's publications, newest first: the public trail of revisions."""
    return list(
        session.scalars(
            select(Publication)
            .where(Publication.event_id == event_id)
            .order_by(Publication.version.desc())
        )
    )


def list_of_event(session: Session, event_uid: str) -> list[Publication]:
    """Return an event's publications, newest first, with their event; in one query.

    Snapshots and links, which are long, are read when they are asked for.
    """
    return list(
        session.scalars(
            select(Publication)
            .join(Publication.event)
            .options(
                contains_eager(Publication.event).joinedload(Event.competition),
                defer(Publication.snapshot),
                defer(Publication.links),
            )
            .where(Event.uid == event_uid)
            .order_by(Publication.version.desc())
        )
    )


def list_stand(session: Session, event_uid: str) -> tuple[tuple[object, ...], ...]:
    """Return what says whether an event's publications are as they were."""
    rows = session.execute(
        select(Publication.digest, Publication.withdrawn_at)
        .join(Publication.event)
        .where(Event.uid == event_uid)
        .order_by(Publication.version.desc())
    )
    return tuple(tuple(row) for row in rows)


def get_scheme(session: Session, result: ResultVersion) -> SchemeVersion:
    """Return the frozen scheme a result was computed by."""
    versions = schemes.list_versions(session, result.event_id)
    return next(v for v in versions if v.frozen_at and v.digest == result.scheme_digest)


def find_current(session: Session, event_id: int) -> Publication | None:
    """Return the publication that stands now, if one does."""
    return session.scalar(
        select(Publication).where(
            Publication.event_id == event_id, Publication.withdrawn_at.is_(None)
        )
    )


def find_result(session: Session, event_id: int) -> ResultVersion | None:
    """Return the newest computed result of an event."""
    return session.scalar(
        select(ResultVersion)
        .where(ResultVersion.event_id == event_id)
        .order_by(ResultVersion.version.desc())
        .limit(1)
    )


def asks_signatures(session: Session, event_id: int) -> bool:
    """Tell whether an event's result is published only when it is signed."""
    newest = session.scalar(
        select(SigningTerms)
        .where(SigningTerms.event_id == event_id)
        .order_by(SigningTerms.id.desc())
        .limit(1)
    )
    return newest is not None and newest.asks


def list_signatures(session: Session, result_id: int) -> list[ResultSignature]:
    """Return the signatures under a computed result, chief judge first."""
    return list(
        session.scalars(
            select(ResultSignature)
            .where(ResultSignature.result_id == result_id)
            .order_by(ResultSignature.role)
        )
    )


def read_plan(
    session: Session, event_uid: str
) -> dict[tuple[str, str], datetime | None]:
    """Return from when an event's result opens to whom; see `rules.release`."""
    rows = session.execute(
        select(
            ReleaseRule.audience,
            ReleaseRule.part,
            ReleaseRule.mode,
            ReleaseRule.opens_at,
        )
        .join(Event, Event.id == ReleaseRule.event_id)
        .where(Event.uid == event_uid)
        .order_by(ReleaseRule.id)
    )
    plan: dict[tuple[str, str], datetime | None] = {}
    for rule in rows:
        plan.pop((rule.audience, rule.part), None)
        if rule.mode != "published":
            plan[rule.audience, rule.part] = rule.opens_at
    return plan


def list_decisions(session: Session, event_id: int) -> list[Decision]:
    """Return every decision of an event, oldest first, revoked ones too."""
    return list(
        session.scalars(
            select(Decision).where(Decision.event_id == event_id).order_by(Decision.id)
        )
    )


def list_standing(
    session: Session, event_id: int, *, until: datetime | None = None
) -> list[Decision]:
    """Return the decisions not revoked, now or at a moment, oldest first."""
    decisions = [
        d
        for d in list_decisions(session, event_id)
        if until is None or d.made_at <= until
    ]
    revoked = {d.target for d in decisions if d.kind == "revoke"}
    return [d for d in decisions if d.kind != "revoke" and d.uid not in revoked]


def list_rulings(
    session: Session, event_id: int, *, until: datetime | None = None
) -> list[Ruling]:
    """Return the standing decisions that scoring takes into account, oldest first."""
    return [
        Ruling(d.entry, d.kind, d.target, d.value)
        for d in list_standing(session, event_id, until=until)
        if d.kind in ON_WORKS
    ]


def list_pending(session: Session, event_id: int) -> list[Pending]:
    """Return the conflicts and late marks that wait, without those put aside."""
    aside = {
        d.target for d in list_standing(session, event_id) if d.kind == "set_aside"
    }
    pending = marking.list_pending(session, event_id, set_aside=aside)
    version = schemes.find_frozen(session, event_id) if pending else None
    if version is None:
        return pending
    # What waits for an aspect that a later version dropped is settled by that.
    known = {aspect.code for aspect in schemes.load_scheme(version).aspects}
    return [p for p in pending if p.aspect in known]


def select_closed(now: datetime) -> Select[int]:
    """Return the events whose result the public does not see yet, by a release plan."""
    newest = (
        select(func.max(ReleaseRule.id))
        .where(ReleaseRule.audience == PUBLIC, ReleaseRule.part == LIST)
        .group_by(ReleaseRule.event_id)
    )
    return select(ReleaseRule.event_id).where(
        ReleaseRule.id.in_(newest),
        or_(
            ReleaseRule.mode == "kept",
            (ReleaseRule.mode == "moment") & (ReleaseRule.opens_at > now),
        ),
    )


def list_current(
    session: Session, *, text: str, page: int, now: datetime
) -> Pagination:
    """Return a page of the publications that stand and are open, newest first."""
    statement = (
        select(Publication)
        .join(Publication.event)
        .join(Event.competition)
        .options(
            contains_eager(Publication.event).contains_eager(Event.competition),
            defer(Publication.snapshot),
        )
        .where(
            Publication.withdrawn_at.is_(None),
            Publication.event_id.not_in(select_closed(now)),
        )
        .order_by(Publication.published_at.desc(), Publication.id.desc())
    )
    for word in text.split():
        statement = statement.where(
            or_(
                Event.name.icontains(word, autoescape=True),
                Competition.name.icontains(word, autoescape=True),
            )
        )
    return paginate(session, statement, page, per_page=20)


def list_of_person(
    session: Session, person_id: int
) -> list[tuple[Publication, PublishedRow]]:
    """Return the standing results of one person, newest first."""
    standing = (
        find_current(session, event_id)
        for event_id in list_event_ids(session, person_id)
    )
    found = [
        (publication, row)
        for publication in standing
        if publication is not None
        for row in read_publication(session, publication).rows
        if row.person_id == person_id
    ]
    return sorted(found, key=lambda pair: pair[0].published_at, reverse=True)
