"""Nobody signs or locks while a tablet of the panel may still hold something."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.events.models import Event
from errors import DomainError
from scoring.judges.models import JudgeSeat
from scoring.judges.queries import list_seats
from scoring.marking import queries as marking
from scoring.tablets import queries
from scoring.tablets.models import RESTARTED, Tablet, TabletOverride
from scoring.tablets.queries import NOTHING
from scoring.tablets.rules import barrier
from scoring.tablets.rules.barrier import Fault, TabletState


class BarrierError(DomainError):
    """A tablet of the panel may still hold marks; the message names it."""

    status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelTablet:
    """A tablet that a seat of an event's panel used or sent marks from."""

    device: str
    tablet: Tablet | None  # None: it never reported
    seats: tuple[JudgeSeat, ...]
    state: TabletState
    faults: Sequence[Fault]  # what would keep the chief from locking
    override: TabletOverride | None  # the newest of this round, asked or confirmed

    @property
    def name(self) -> str:
        return tablet_name(self.tablet, self.device)

    @property
    def vouchers(self) -> tuple[str, ...]:
        """Who asked for the override and who confirmed it, by uid."""
        found = self.override
        return (found.asked_by, found.confirmed_by) if found else ()

    @property
    def seat_names(self) -> tuple[str, ...]:
        return tuple(seat.seat for seat in self.seats)


def tablet_name(tablet: Tablet | None, device: str) -> str:
    """Return what people call a tablet; its device id tells nobody anything."""
    if tablet is None:
        return str(_("Device %(start)s…", start=device[:8]))
    return tablet.name or str(_("Tablet %(number)s", number=f"{tablet.number:02d}"))


def check_barrier(
    session: Session, *, event: Event, now: datetime, seat: JudgeSeat | None = None
) -> None:
    """Refuse while a tablet of the panel may still hold marks.

    Args:
        session: the transaction; the event is held in it.
        event: whose panel.
        now: the server's clock.
        seat: who wants to sign; None is the chief, who locks. Somebody else's tablet
            that is merely silent does not keep a judge from signing.

    Raises:
        BarrierError: names each such tablet, its seats, and what to do.
    """
    lines = []
    for found in list_panel_tablets(session, event, now):
        faults = found.faults
        if seat is not None and seat not in found.seats:
            faults = barrier.list_faults(found.state, now=now, is_own=False)
        lines += [describe(found, fault) for fault in faults]
    if lines:
        raise BarrierError("\n".join(lines))


def list_open(session: Session, event: Event, now: datetime) -> list[str]:
    """Return a sentence for each thing the panel's tablets are known to hold."""
    return [
        describe(found, fault)
        for found in list_panel_tablets(session, event, now)
        for fault in barrier.list_faults(found.state, now=now, is_own=False)
    ]


def list_panel_tablets(
    session: Session, event: Event, now: datetime
) -> list[PanelTablet]:
    """Return the tablets of an event's panel and what each may still hold.

    Fixed number of queries; those who left the panel are not of it any more.
    """
    seats = {seat.id: seat for seat in list_seats(session, event.id)}
    tablets, users = _list_users(session, event, seats)
    stored = queries.count_stored(session, users)
    broken = [
        device
        for device in users
        if not stored.get(device, NOTHING).covers(_head(tablets.get(device)))
    ]
    numbers = queries.list_numbers(session, broken)
    signed = {s.seat_id for s in marking.list_signatures(session, event.id)}
    overrides = queries.find_overrides(
        session, event.id, marking.current_round(session, event.id)
    )
    found = []
    for device, seat_ids in users.items():
        tablet, marks = tablets.get(device), stored.get(device, NOTHING)
        override = overrides.get(tablet.id) if tablet else None
        state = TabletState(
            numbers=frozenset(numbers.get(device, range(1, marks.highest + 1))),
            last_mark_at=marks.last_at,
            is_overridden=bool(override and override.confirmed_at),
            is_signed=signed.issuperset(seat_ids),
            is_elsewhere=bool(tablet and tablet.event_id not in (None, event.id)),
            **_reported(tablet),
        )
        found.append(
            PanelTablet(
                device=device,
                tablet=tablet,
                seats=tuple(seats[seat_id] for seat_id in sorted(seat_ids)),
                state=state,
                faults=barrier.list_faults(state, now=now),
                override=override,
            )
        )
    return sorted(found, key=lambda one: (_order(one.tablet), one.device))


def describe(found: PanelTablet, fault: Fault) -> str:
    """Return a sentence that names the tablet, what is wrong and what to do."""
    seats = _(", ").join(found.seat_names)
    what = _what(fault)
    return str(
        _("%(tablet)s (%(seats)s) %(what)s", tablet=found.name, seats=seats, what=what)
    )


def _what(fault: Fault) -> str:
    texts: dict[str, str] = {
        barrier.WAITING: _(
            "still holds %(count)s unsent marks or photos: bring it into the network, "
            "or carry them over, or two persons override with the number of the paper "
            "sheet.",
            count=fault.count,
        ),
        barrier.ATTENTION: _(
            "holds %(count)s marks or photos that need attention: its judge opens the "
            "marking screen and settles them.",
            count=fault.count,
        ),
        barrier.GAP: _(
            "made %(count)s marks the server does not have (numbers %(numbers)s): "
            "bring it into the network, or carry them over, or two persons override "
            "with the number of the paper sheet.",
            count=fault.count,
            numbers=_(", ").join(map(str, fault.numbers))
            + ("…" if fault.count > len(fault.numbers) else ""),
        ),
        barrier.RESTARTED: _(
            "has lost its memory and counts its marks anew: compare with the paper "
            "sheet; two persons override with its number."
        ),
        barrier.STALE: _(
            "has not reported since its last mark: open the marking screen on it, with "
            "network."
        ),
        barrier.SILENT: _(
            "has not been heard of for more than ten minutes: open the marking screen "
            "on it, with network, or two persons override with the number of the paper "
            "sheet."
        ),
        barrier.LOST: _(
            "is marked as lost: enter its marks from the paper sheet; two persons "
            "override with its number."
        ),
    }
    return texts[fault.code]


def _list_users(
    session: Session, event: Event, seats: dict[int, JudgeSeat]
) -> tuple[dict[str, Tablet], dict[str, set[int]]]:
    """Return the tablets of a panel by device, and the seats each was used by."""
    tablets: dict[str, Tablet] = {}
    users: dict[str, set[int]] = {}
    for use in queries.list_uses(session, event.id):
        if use.seat_id in seats:
            tablets[use.tablet.device] = use.tablet
            users.setdefault(use.tablet.device, set()).add(use.seat_id)
    for device, seat_id in queries.list_marking_devices(session, event.id):
        if seat_id in seats:
            users.setdefault(device, set()).add(seat_id)
    unknown = [device for device in users if device not in tablets]
    for tablet in queries.list_tablets(session, unknown):
        tablets[tablet.device] = tablet
    return tablets, users


def _reported(tablet: Tablet | None) -> dict[str, Any]:
    if tablet is None:
        return {}
    return {
        "refused": tablet.refused_numbers,
        "reported_at": tablet.reported_at,
        "head": tablet.head,
        "waiting": tablet.waiting,
        "attention": tablet.attention,
        "is_restarted": tablet.flag == RESTARTED,
        "is_lost": tablet.lost_at is not None and tablet.back_at is None,
    }


def _head(tablet: Tablet | None) -> int:
    return tablet.head if tablet else 0


def _order(tablet: Tablet | None) -> int:
    return tablet.number if tablet else 2**31
