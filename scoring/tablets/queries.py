"""Reading tablets: which belong to a panel, and what the server has of them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from competition.events import rules as life
from competition.events.models import Event
from scoring.judges.models import JudgeSeat
from scoring.marking.models import MarkEvent
from scoring.tablets.models import Tablet, TabletOverride, TabletUse


@dataclass(frozen=True, slots=True)
class Stored:
    """The marks of a device the server has, over all events and judges."""

    count: int  # different numbers from 1 on
    highest: int
    last_at: datetime | None

    def covers(self, head: int) -> bool:
        """Tell whether every number is there, from 1 up to the newest."""
        return self.count == max(self.highest, head)


NOTHING = Stored(0, 0, None)


def find_tablet(session: Session, device: str, *, hold: bool = False) -> Tablet | None:
    """Return a tablet by its device id; `hold` keeps others off until we commit."""
    statement = select(Tablet).where(Tablet.device == device)
    return session.scalar(
        statement.with_for_update(key_share=True) if hold else statement
    )


def find_use(session: Session, tablet_id: int, seat_id: int) -> TabletUse | None:
    return session.scalar(
        select(TabletUse).where(
            TabletUse.tablet_id == tablet_id, TabletUse.seat_id == seat_id
        )
    )


def find_seat(session: Session, event_uid: str, user_id: int) -> JudgeSeat | None:
    """Return the seat a judge holds at an event, with the event."""
    return session.scalar(
        select(JudgeSeat)
        .join(JudgeSeat.event)
        .options(contains_eager(JudgeSeat.event))
        .where(
            Event.uid == event_uid,
            JudgeSeat.user_id == user_id,
            JudgeSeat.ended_at.is_(None),
        )
    )


def count_uses(session: Session, seat_id: int) -> int:
    """Count the tablets a seat has used."""
    return session.scalar(select(func.count()).where(TabletUse.seat_id == seat_id)) or 0


def next_number(session: Session) -> int:
    return (session.scalar(select(func.max(Tablet.number))) or 0) + 1


def had_another(session: Session, seat: JudgeSeat, device: str) -> bool:
    """Tell whether a seat's marks came from another device, or one was at the seat."""
    marked = (
        select(MarkEvent.id)
        .where(
            MarkEvent.event_id == seat.event_id,
            MarkEvent.seat_id == seat.id,
            MarkEvent.device != device,
        )
        .limit(1)
    )
    used = (
        select(TabletUse.id)
        .join(TabletUse.tablet)
        .where(TabletUse.seat_id == seat.id, Tablet.device != device)
        .limit(1)
    )
    return bool(session.scalar(used) or session.scalar(marked))


def count_stored(session: Session, devices: Collection[str]) -> dict[str, Stored]:
    """Return what the server has of each of these devices that has sent anything."""
    if not devices:
        return {}
    rows = session.execute(
        select(
            MarkEvent.device,
            func.count(MarkEvent.device_seq.distinct()),
            func.max(MarkEvent.device_seq),
            func.max(MarkEvent.received_at),
        )
        .where(MarkEvent.device.in_(devices), MarkEvent.device_seq > 0)
        .group_by(MarkEvent.device)
    )
    return {
        device: Stored(count, highest, last_at)
        for device, count, highest, last_at in rows
    }


def list_numbers(session: Session, devices: Collection[str]) -> dict[str, set[int]]:
    """Return the numbers of the marks the server has, by device."""
    found: dict[str, set[int]] = {device: set() for device in devices}
    if devices:
        for device, number in session.execute(
            select(MarkEvent.device, MarkEvent.device_seq).where(
                MarkEvent.device.in_(devices)
            )
        ):
            found[device].add(number)
    return found


def list_tablets(session: Session, devices: Iterable[str]) -> list[Tablet]:
    """Return the tablets with these device ids, by number."""
    return list(
        session.scalars(
            select(Tablet).where(Tablet.device.in_(devices)).order_by(Tablet.number)
        )
    )


def list_uses(session: Session, event_id: int) -> list[TabletUse]:
    """Return which seat of an event used which tablet, by tablet and seat."""
    return list(
        session.scalars(
            select(TabletUse)
            .join(TabletUse.tablet)
            .join(TabletUse.seat)
            .options(joinedload(TabletUse.tablet), joinedload(TabletUse.seat))
            .where(TabletUse.event_id == event_id)
            .order_by(Tablet.number, JudgeSeat.id)
        )
    )


def list_marking_devices(session: Session, event_id: int) -> list[tuple[str, int]]:
    """Return the devices the marks of an event came from, each with its seat."""
    rows = session.execute(
        select(MarkEvent.device, MarkEvent.seat_id)
        .where(MarkEvent.event_id == event_id)
        .distinct()
    )
    return sorted((device, seat_id) for device, seat_id in rows)


def find_overrides(
    session: Session, event_id: int, round_number: int
) -> dict[int, TabletOverride]:
    """Return the override of each tablet that stands in a round, asked or confirmed."""
    rows = session.scalars(
        select(TabletOverride)
        .where(
            TabletOverride.event_id == event_id,
            TabletOverride.round == round_number,
            TabletOverride.ended_at.is_(None),
        )
        .order_by(TabletOverride.id)
    )
    return {override.tablet_id: override for override in rows}


def list_overrides(session: Session, event_id: int) -> list[TabletOverride]:
    """Return every override of an event, ended ones too, in their order."""
    return list(
        session.scalars(
            select(TabletOverride)
            .options(joinedload(TabletOverride.tablet))
            .where(TabletOverride.event_id == event_id)
            .order_by(TabletOverride.id)
        )
    )


def find_override(session: Session, event_id: int, uid: str) -> TabletOverride | None:
    return session.scalar(
        select(TabletOverride)
        .options(joinedload(TabletOverride.tablet))
        .where(TabletOverride.event_id == event_id, TabletOverride.uid == uid)
    )


def list_standing_overrides(session: Session, tablet_id: int) -> list[TabletOverride]:
    """Return the overrides of a tablet that count, whatever the event."""
    return list(
        session.scalars(
            select(TabletOverride)
            .where(
                TabletOverride.tablet_id == tablet_id,
                TabletOverride.confirmed_at.is_not(None),
                TabletOverride.ended_at.is_(None),
            )
            .order_by(TabletOverride.id)
        )
    )


def list_open_overrides(
    session: Session, event_ids: Collection[int]
) -> list[TabletOverride]:
    """Return overrides somebody has to look at: not confirmed yet, or ended."""
    if not event_ids:
        return []
    return list(
        session.scalars(
            select(TabletOverride)
            .where(
                TabletOverride.event_id.in_(event_ids),
                or_(
                    TabletOverride.confirmed_at.is_(None),
                    TabletOverride.ended_at.is_not(None),
                ),
            )
            .order_by(TabletOverride.id)
        )
    )


def count_troubled(session: Session, silent_since: datetime) -> tuple[int, int, int]:
    """Count tablets with unsent marks, with attention, and silent ones.

    Of tablets whose open sheet belongs to an event that is being marked.
    """
    waiting, attention, silent = session.execute(
        select(
            func.count(case((Tablet.waiting > 0, 1))),
            func.count(case((Tablet.attention > 0, 1))),
            func.count(case((Tablet.reported_at < silent_since, 1))),
        )
        .join(Event, Event.id == Tablet.event_id)
        .where(Event.state == life.MARKING)
    ).one()
    return waiting, attention, silent
