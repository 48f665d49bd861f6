"""The rules of an event as they stand: read, versioned, changed."""

from dataclasses import dataclass, fields, replace
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from competition.events.models import Event
from competition.events.rules import DRAFT
from competition.events.services import EventValues, edit_event
from competition.events.signals import event_cloned
from competition.registration.models import RuleVersion
from competition.registration.rules.document import (
    Document,
    digest,
    read_document,
    write_document,
)
from competition.registration.rules.eligibility import Requirements
from errors import DomainError
from ledger.log.services import Actor, record
from people.codes.models import SkillLevel


class RulesReasonError(DomainError):
    """Once registration has begun, rules change with a reason only."""

    status = 422


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules in force, and the version that says so (0: none is written yet)."""

    document: Document
    number: int


def find_latest(session: Session, event_id: int) -> RuleVersion | None:
    """Return the newest version of an event's rules, or None."""
    return session.scalar(
        select(RuleVersion)
        .where(RuleVersion.event_id == event_id)
        .order_by(RuleVersion.number.desc())
        .limit(1)
    )


def list_versions(session: Session, event_id: int) -> list[RuleVersion]:
    """Return every version of an event's rules, newest first."""
    return list(
        session.scalars(
            select(RuleVersion)
            .where(RuleVersion.event_id == event_id)
            .order_by(RuleVersion.number.desc())
        )
    )


def rulebook_of(session: Session, event: Event) -> Rulebook:
    """Return the rules of an event: its own columns, and what the document adds.

    The number is 0 where the event's form has changed since the last version;
    `write_version` then makes the next.
    """
    latest = find_latest(session, event.id)
    kept = read_document(latest.document) if latest else Document()
    document = _with_columns(event, kept)
    is_written = latest is not None and latest.digest == digest(
        write_document(document)
    )
    return Rulebook(document, latest.number if latest and is_written else 0)


def write_version(
    session: Session,
    event: Event,
    document: Document,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Keep a document as the newest version unless it is that; return its number."""
    text = write_document(document)
    latest = find_latest(session, event.id)
    if latest is not None and latest.digest == digest(text):
        return latest.number
    version = RuleVersion(
        event_id=event.id,
        number=latest.number + 1 if latest else 1,
        document=text,
        digest=digest(text),
        reason=reason.strip()[:200],
        made_by=actor.name,
        made_at=now,
    )
    try:
        with session.begin_nested():
            session.add(version)
    except IntegrityError:
        # Somebody else wrote the same version in this very moment.
        return write_version(
            session, event, document, reason=reason, actor=actor, now=now
        )
    record(
        session,
        actor=actor,
        action="registration.rules_written",
        subject=f"event:{event.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={
            "version": version.number,
            "digest": version.digest,
            "reason": version.reason,
        },
    )
    return version.number


def change_rules(
    session: Session,
    *,
    event: Event,
    document: Document,
    reason: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Put other rules in force; the event's own columns follow the document.

    Entries that were decided keep the verdicts they were given.

    Raises:
        RulesReasonError: registration has begun and no reason is given.
        EventFixedError: marking has begun.
    """
    if event.state != DRAFT and not reason.strip():
        raise RulesReasonError(_("Registration has begun: say why the rules change."))
    values = {one.name: getattr(event, one.name) for one in fields(EventValues)}
    values |= {
        "age_min": document.age_min,
        "age_max": document.age_max,
        "age_on": document.age_on,
        "min_trade_years": document.trade_years,
        "min_level_code": document.level or None,
        "quota": document.places_event,
        "unit_quota": document.places_unit,
        "papers": " ".join(document.papers_asked),
    }
    edit_event(
        session,
        event=event,
        values=EventValues(**values),
        groups=[group.name for group in event.groups],
        actor=actor,
        now=now,
    )
    session.flush()
    whole = _with_columns(event, document)
    return write_version(session, event, whole, reason=reason, actor=actor, now=now)


def requirements_from(
    document: Document, event: Event, ranks: dict[str, int], *, is_open: bool
) -> Requirements:
    """Return a document's rules as they are held against an entry of `event`."""
    return Requirements(
        is_open=is_open,
        groups=frozenset(group.code for group in event.groups),
        papers=document.papers_asked,
        age_min=document.age_min,
        age_max=document.age_max,
        age_on=document.age_on,
        min_level_rank=ranks[document.level] if document.level else None,
        min_trade_years=document.trade_years,
        is_continuous=document.trade_continuous,
        insurance_months=document.insurance_months,
        residence=document.residence_within,
        household=document.household_within,
        excluded=document.excluded_standings,
        barred=document.barred_honours,
        quota=document.places_event,
        unit_quota=document.places_unit,
        max_events=document.events_per_person,
        team=(document.team_min or 2, document.team_max) if document.team_max else None,
    )


def level_ranks(session: Session) -> dict[str, int]:
    """Return the rank of each skill level, 1 lowest."""
    rows = session.execute(select(SkillLevel.code, SkillLevel.rank))
    return {code: rank for code, rank in rows}  # noqa: C416 - rows are no pairs to mypy


def listen() -> None:
    """Take the rules along when an event is copied."""
    event_cloned.connect(_on_cloned)


def _on_cloned(
    _sender: object,
    *,
    session: Session,
    source: Event,
    copy: Event,
    actor: Actor,
    now: datetime,
) -> None:
    latest = find_latest(session, source.id)
    if latest is not None:
        document = _with_columns(copy, read_document(latest.document))
        write_version(session, copy, document, reason=_("Copied"), actor=actor, now=now)


def _with_columns(event: Event, document: Document) -> Document:
    """Return `document` with the rules that the event's own form holds."""
    has_age = event.age_min is not None or event.age_max is not None
    return replace(
        document,
        age_min=event.age_min,
        age_max=event.age_max,
        age_on=event.age_on if has_age else None,
        trade_years=event.min_trade_years,
        level=event.min_level_code or "",
        events_per_person=event.competition.max_events,
        places_event=event.quota,
        places_unit=event.unit_quota,
        papers_asked=tuple(event.papers.split()),
    )
