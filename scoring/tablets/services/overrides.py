"""What people say of a tablet: its name, that it is lost, that two vouch for it."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.users.queries import is_same_person
from competition.events import rules as life
from competition.events.models import Event
from errors import DomainError
from ledger.log.services import Actor, record
from scoring.marking import queries as marking
from scoring.tablets import queries
from scoring.tablets.models import Tablet, TabletOverride
from scoring.tablets.services.barrier import list_panel_tablets
from scoring.tablets.services.reports import add_tablet


class TabletError(DomainError):
    """What is said of a tablet cannot be."""


def name_tablet(
    session: Session,
    *,
    event: Event,
    device: str,
    name: str,
    actor: Actor,
    now: datetime,
) -> Tablet:
    """Give a tablet of a panel the name that is written on it."""
    tablet = _get_tablet(session, event, device, actor, now)
    tablet.name = name.strip()[:40]
    _log(session, tablet, event, "tablets.named", actor, now, name=tablet.name)
    return tablet


def mark_lost(
    session: Session,
    *,
    event: Event,
    device: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Tablet:
    """Say that a tablet is not to be found; the panel then waits for an override.

    Raises:
        TabletError: not of this panel, no reason, or marked as lost already.
    """
    tablet = _get_tablet(session, event, device, actor, now)
    if not reason.strip():
        raise TabletError(_("Say how the tablet was lost."))
    if tablet.lost_at is not None and tablet.back_at is None:
        raise TabletError(_("This tablet is marked as lost already."))
    tablet.lost_at, tablet.lost_by, tablet.back_at = now, actor.name, None
    tablet.lost_reason = reason.strip()[:400]
    _log(session, tablet, event, "tablets.lost", actor, now, reason=tablet.lost_reason)
    return tablet


def ask_override(
    session: Session,
    *,
    event: Event,
    device: str,
    reason: str,
    sheet: str,
    actor: Actor,
    now: datetime,
) -> TabletOverride:
    """Ask that the panel goes on without a tablet; a second person has to confirm it.

    Args:
        session: the transaction.
        event: whose panel.
        device: the tablet's own id.
        reason: why it cannot be brought.
        sheet: the number of the paper sheet that holds its marks.
        actor: the first person.
        now: when.

    Raises:
        TabletError: not of this panel, asked for already, the marks are not open, or
            reason or sheet is missing.
    """
    if event.state != life.MARKING:
        raise TabletError(_("The marks of this event are not open."))
    if not reason.strip():
        raise TabletError(_("Say why the tablet cannot be brought."))
    if not sheet.strip():
        raise TabletError(_("Give the number of the paper sheet with its marks."))
    tablet = _get_tablet(session, event, device, actor, now)
    round_number = marking.current_round(session, event.id)
    if tablet.id in queries.find_overrides(session, event.id, round_number):
        raise TabletError(_("An override is there already for this tablet."))
    override = TabletOverride(
        tablet_id=tablet.id,
        event_id=event.id,
        round=round_number,
        reason=reason.strip()[:400],
        sheet=sheet.strip()[:60],
        asked_at=now,
        asked_by=actor.name,
    )
    session.add(override)
    session.flush()
    _log_override(session, override, tablet, event, "override_asked", actor, now)
    return override


def confirm_override(
    session: Session, *, event: Event, uid: str, actor: Actor, now: datetime
) -> TabletOverride:
    """Confirm an override as the second person: the panel goes on without the tablet.

    Raises:
        TabletError: no such override waits, the marks were opened anew since, or the
            same person asked for it.
    """
    override = queries.find_override(session, event.id, uid)
    is_open = override is not None and not (override.confirmed_at or override.ended_at)
    if override is None or not is_open:
        raise TabletError(_("No such override waits for a second person."))
    if override.round != marking.current_round(session, event.id):
        raise TabletError(_("The marks were opened anew since. Ask again."))
    if is_same_person(session, override.asked_by, actor.name):
        raise TabletError(
            _("You asked for this override yourself: another person has to confirm it.")
        )
    override.confirmed_at, override.confirmed_by = now, actor.name
    _log_override(session, override, override.tablet, event, "overridden", actor, now)
    return override


def _get_tablet(
    session: Session, event: Event, device: str, actor: Actor, now: datetime
) -> Tablet:
    """Return a tablet of the panel; one that never reported is registered now."""
    for found in list_panel_tablets(session, event, now):
        if found.device == device:
            return found.tablet or add_tablet(
                session, device=device, seat=found.seats[0], actor=actor, now=now
            )
    raise TabletError(_("No seat of this panel has used this tablet."))


def _log_override(
    session: Session,
    override: TabletOverride,
    tablet: Tablet,
    event: Event,
    what: str,
    actor: Actor,
    now: datetime,
) -> None:
    record(
        session,
        actor=actor,
        action=f"tablets.{what}",
        subject=f"override:{override.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={
            "tablet": tablet.uid,
            "device": tablet.device,
            "round": override.round,
            "reason": override.reason,
            "sheet": override.sheet,
            "asked_by": override.asked_by,
        },
    )


def _log(
    session: Session,
    tablet: Tablet,
    event: Event,
    action: str,
    actor: Actor,
    now: datetime,
    **body: str,
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"tablet:{tablet.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={"device": tablet.device, **body},
    )
