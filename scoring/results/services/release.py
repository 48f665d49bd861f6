"""The release plan of an event: who sees what of its result, from when."""

from collections.abc import Iterable
from datetime import UTC, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.events import rules as life
from competition.events.models import Event
from errors import DomainError
from ledger.log.services import Actor, record
from scoring.results import queries
from scoring.results.models import ReleaseRule
from scoring.results.rules.release import AUDIENCES, PARTS, Sight
from scoring.results.services.publish import tell_published

WITH_IT, MOMENT, KEPT = MODES = ("published", "moment", "kept")


class ReleaseError(DomainError):
    """The plan cannot say that."""

    status = 422


def set_release(
    session: Session,
    *,
    event: Event,
    cell: tuple[str, str],
    mode: str,
    opens_at: datetime | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Say from when an audience sees a part of an event's result.

    Args:
        session: the transaction.
        event: of which event.
        cell: audience and part.
        mode: with the publication, from a moment on, or kept back.
        opens_at: that moment.
        actor: who says so.
        now: when.

    Raises:
        ReleaseError: no such cell, no moment, or it would hide what is public.
    """
    session.get_one(Event, event.id, with_for_update=True)
    audience, part = cell
    if audience not in AUDIENCES or part not in PARTS or mode not in MODES:
        raise ReleaseError(_("Choose who sees what."))
    if (mode == MOMENT) != (opens_at is not None):
        raise ReleaseError(_("Give the moment it opens."))
    before = queries.read_plan(session, event.uid)
    after = {**before, cell: opens_at}
    if mode == WITH_IT:
        del after[cell]
    if event.state == life.PUBLISHED and _hides(before, after, AUDIENCES, now):
        raise ReleaseError(_("This is open already. Withdraw the publication instead."))
    rule = ReleaseRule(
        event_id=event.id,
        audience=audience,
        part=part,
        mode=mode,
        opens_at=opens_at,
        set_at=now,
        set_by=actor.name,
    )
    session.add(rule)
    session.flush()
    moment = opens_at.astimezone(UTC).isoformat() if opens_at else ""
    record(
        session,
        actor=actor,
        action="results.release_set",
        subject=f"release:{rule.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={"audience": audience, "part": part, "mode": mode, "opens_at": moment},
    )
    publication = queries.find_current(session, event.id)
    if publication is not None:
        tell_published(session, event, publication, now)


def _hides(
    before: dict[tuple[str, str], datetime | None],
    after: dict[tuple[str, str], datetime | None],
    audiences: Iterable[str],
    now: datetime,
) -> bool:
    """Tell whether some audience would no longer see what it sees now."""
    return any(
        was and not will
        for audience in audiences
        for was, will in zip(
            Sight(before, frozenset({audience}), now).key(),
            Sight(after, frozenset({audience}), now).key(),
            strict=True,
        )
    )
