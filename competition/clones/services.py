"""Copying a whole competition, and opening registration of many events at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.events import rules as life
from competition.events.models import Competition, Event
from competition.events.services import (
    CompetitionValues,
    clone_event,
    create_competition,
    move_event,
)
from errors import DomainError
from ledger.log.services import Actor


class NothingChosenError(DomainError):
    """No event was chosen."""

    status = 422


class CannotOpenError(DomainError):
    """Registration of some of the events cannot be opened; none was."""

    def __init__(self, refusals: Sequence["Refusal"]) -> None:
        names = "; ".join(f"{r.event.name}: {r.message}" for r in refusals)
        super().__init__(names)
        self.refusals = tuple(refusals)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An event whose registration cannot be opened, and why."""

    event: Event
    message: str


def clone_competition(
    session: Session,
    *,
    source: Competition,
    name: str,
    starts_on: date,
    chosen: Collection[str],
    actor: Actor,
    now: datetime,
) -> Competition:
    """Make a competition like `source` with drafts of the chosen events.

    Every date moves by as many days as the first day does.

    Args:
        session: the transaction.
        source: what it is to be like.
        name: of the copy.
        starts_on: first day of the copy.
        chosen: uids of the events that are copied.
        actor: who.
        now: when.

    Raises:
        NothingChosenError: none of the events is chosen.
    """
    events = [event for event in source.events if event.uid in chosen]
    if not events:
        raise NothingChosenError(_("Choose at least one event."))
    values = {f.name: getattr(source, f.name) for f in fields(CompetitionValues)}
    values |= {
        "name": name,
        "year": starts_on.year,
        "starts_on": starts_on,
        "ends_on": source.ends_on + (starts_on - source.starts_on),
    }
    copy = create_competition(
        session, values=CompetitionValues(**values), actor=actor, now=now
    )
    for event in events:
        clone_event(
            session,
            event=event,
            competition=copy,
            name=event.name,
            actor=actor,
            now=now,
        )
    return copy


def open_registrations(
    session: Session,
    *,
    competition: Competition,
    chosen: Collection[str],
    actor: Actor,
    now: datetime,
) -> int:
    """Open registration of the chosen drafts, of all of them or of none.

    Returns:
        How many were opened.

    Raises:
        NothingChosenError: none of the drafts is chosen.
        CannotOpenError: some cannot be opened; it names every one.
    """
    events = [
        event
        for event in competition.events
        if event.uid in chosen and event.state == life.DRAFT
    ]
    if not events:
        raise NothingChosenError(_("Choose at least one event."))
    refusals: list[Refusal] = []
    with session.begin_nested() as all_of_them:
        for event in events:
            try:
                move_event(
                    session, event=event, to=life.REGISTRATION, actor=actor, now=now
                )
            except DomainError as error:
                refusals.append(Refusal(event, error.message))
        if refusals:
            all_of_them.rollback()
    if refusals:
        raise CannotOpenError(refusals)
    return len(events)
