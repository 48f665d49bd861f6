"""Take what a tablet says of itself.

Nearly all reports tell nothing new and cost one look; only news is kept
(`rules.report.is_news`), so that the marks have the database to themselves.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.users.models import User
from competition.events import rules as life
from errors import DomainError
from extensions import new_uid
from ledger.log.services import Actor, record
from scoring.judges.models import JudgeSeat
from scoring.tablets import queries
from scoring.tablets.models import NEW_DEVICE, RESTARTED, Tablet, TabletUse
from scoring.tablets.rules.clock import has_jumped, offset_of
from scoring.tablets.rules.report import (
    MOST_REFUSED,
    Known,
    Report,
    ends_override,
    is_behind,
    is_news,
)

MOST_TABLETS = 20  # one seat has ever used
_LOCKED = frozenset({life.LOCKED, life.DECODED, life.PUBLISHED})


class TooManyTabletsError(DomainError):
    """One seat cannot have been in so many hands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A report with what we know of its tablet, before anything is kept."""

    report: Report
    seat: JudgeSeat | None  # the judge's, at the event that is open on the tablet
    is_news: bool
    may_wipe: bool


def hear(session: Session, *, user: User, report: Report, now: datetime) -> Heard:
    """Look at a report without changing anything."""
    seat = queries.find_seat(session, report.event, user.id)
    tablet = queries.find_tablet(session, report.device)
    news = tablet is None or _is_news(session, tablet, seat, report, now)
    return Heard(
        report=report,
        seat=seat,
        is_news=news,
        may_wipe=_may_wipe(session, seat, report, tablet),
    )


def keep(
    session: Session, *, user: User, report: Report, actor: Actor, now: datetime
) -> Tablet:
    """Keep a report, and with the first one the tablet; no commit.

    Args:
        session: the transaction.
        user: the judge who is signed in on the tablet.
        report: what it says.
        actor: the judge, as the log names them.
        now: the server's clock.

    Raises:
        TooManyTabletsError: the seat has used more tablets than can be.
    """
    seat = queries.find_seat(session, report.event, user.id)
    tablet = queries.find_tablet(session, report.device, hold=True)
    if tablet is None:
        tablet = _meet(session, report, seat, actor, now)
    _note_use(session, tablet, seat, now)
    _note_oddities(session, tablet, report, seat, actor, now)
    offset = offset_of(report.now, now, report.rtt)
    if has_jumped(tablet.offset, offset):
        tablet.jumped_at = now
    refused = sorted(tablet.refused_numbers | report.refused)[-MOST_REFUSED:]
    tablet.refused = " ".join(map(str, refused))
    tablet.offset, tablet.reported_at = offset, now
    tablet.event_id = seat.event_id if seat else None
    # A head once reported is owed, even by a tablet that counts anew.
    tablet.head = max(tablet.head, report.head)
    for name in ("waiting", "attention", "boot", "app"):
        setattr(tablet, name, getattr(report, name))
    for name in ("battery", "persisted", "free_mb", "ready"):
        setattr(tablet, name, getattr(report, name))
    session.flush()
    return tablet


def _is_news(
    session: Session,
    tablet: Tablet,
    seat: JudgeSeat | None,
    report: Report,
    now: datetime,
) -> bool:
    if seat and queries.find_use(session, tablet.id, seat.id) is None:
        return True
    is_same_event = tablet.event_id == (seat.event_id if seat else None)
    known = Known(
        reported_at=tablet.reported_at,
        event=report.event if is_same_event else "",
        head=tablet.head,
        waiting=tablet.waiting,
        attention=tablet.attention,
        refused=tablet.refused_numbers,
        offset=tablet.offset,
        boot=tablet.boot,
        app=tablet.app,
        persisted=tablet.persisted,
        ready=tablet.ready,
        is_lost=tablet.lost_at is not None and tablet.back_at is None,
    )
    return is_news(known, report, offset_of(report.now, now, report.rtt), now)


def _meet(
    session: Session,
    report: Report,
    seat: JudgeSeat | None,
    actor: Actor,
    now: datetime,
) -> Tablet:
    """Register a tablet that was never seen before."""
    tablet = add_tablet(session, device=report.device, seat=seat, actor=actor, now=now)
    if seat and queries.had_another(session, seat, report.device):
        _flag(session, tablet, NEW_DEVICE, seat, actor, now)
    return tablet


def add_tablet(
    session: Session,
    *,
    device: str,
    seat: JudgeSeat | None,
    actor: Actor,
    now: datetime,
) -> Tablet:
    """Register a device; tablets are numbered in the order they were first seen."""
    # The log is written first: it lets one writer in at a time, so numbers are given
    # out once.
    tablet = Tablet(
        device=device, uid=new_uid(), first_seen=now, head=0, refused="", flag=""
    )
    _log(session, tablet, "tablets.seen", seat, actor, now)
    tablet.number = queries.next_number(session)
    session.add(tablet)
    session.flush()
    return tablet


def _note_use(
    session: Session, tablet: Tablet, seat: JudgeSeat | None, now: datetime
) -> None:
    if seat is None:
        return
    use = queries.find_use(session, tablet.id, seat.id)
    if use is None:
        if queries.count_uses(session, seat.id) >= MOST_TABLETS:
            raise TooManyTabletsError(
                _("This seat has been on too many tablets. Call for help.")
            )
        use = TabletUse(
            tablet_id=tablet.id, seat_id=seat.id, event_id=seat.event_id, first_at=now
        )
        session.add(use)
    use.last_at = now


def _note_oddities(
    session: Session,
    tablet: Tablet,
    report: Report,
    seat: JudgeSeat | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Flag a tablet that counts anew, and one that was lost and is there again."""
    stored = queries.count_stored(session, [report.device]).get(report.device)
    known = [(tablet.head, tablet.reported_at)]
    known += [(stored.highest, stored.last_at)] if stored else []
    sent_at = now
    if tablet.offset is not None:
        sent_at = min(now, report.now - timedelta(seconds=tablet.offset))
    if not tablet.flag and any(is_behind(report.head, *at, sent_at) for at in known):
        _flag(session, tablet, RESTARTED, seat, actor, now)
    if tablet.lost_at is not None and tablet.back_at is None:
        tablet.back_at = now
        _log(session, tablet, "tablets.came_back", seat, actor, now)
    if report.waiting:
        _end_overrides(session, tablet, report, actor, now)


def _end_overrides(
    session: Session, tablet: Tablet, report: Report, actor: Actor, now: datetime
) -> None:
    """End two persons' word that a tablet holds nothing: it is there, and it does."""
    for override in queries.list_standing_overrides(session, tablet.id):
        if not ends_override(
            (tablet.head, tablet.waiting, tablet.reported_at), report, override.asked_at
        ):
            continue
        override.ended_at = now
        record(
            session,
            actor=actor,
            action="tablets.override_ended",
            subject=f"override:{override.uid}",
            scope=f"event:{override.event.uid}",
            now=now,
            body={"device": tablet.device, "waiting": report.waiting},
        )


def _flag(
    session: Session,
    tablet: Tablet,
    flag: str,
    seat: JudgeSeat | None,
    actor: Actor,
    now: datetime,
) -> None:
    tablet.flag, tablet.flagged_at = flag, now
    _log(session, tablet, "tablets.flagged", seat, actor, now, flag=flag)


def _may_wipe(
    session: Session,
    seat: JudgeSeat | None,
    report: Report,
    tablet: Tablet | None,
) -> bool:
    """Tell whether what a tablet delivered of this event may go from it.

    Only when the marks are locked and every mark the tablet ever made is accounted for.
    """
    if seat is None or seat.event.state not in _LOCKED:
        return False
    if report.waiting or report.attention:
        return False
    refused = report.refused | (tablet.refused_numbers if tablet else frozenset())
    numbers = queries.list_numbers(session, [report.device])[report.device]
    return refused.union(numbers).issuperset(range(1, report.head + 1))


def _log(
    session: Session,
    tablet: Tablet,
    action: str,
    seat: JudgeSeat | None,
    actor: Actor,
    now: datetime,
    **body: Any,  # noqa: ANN401 - values of a log entry
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"tablet:{tablet.uid}",
        scope=f"event:{seat.event.uid}" if seat else "",
        now=now,
        body={"device": tablet.device, "seat": seat.seat if seat else "", **body},
    )
