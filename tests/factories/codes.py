"""The competition day: an event at the desk, checked in, coded, locked.

make_desk(session, entries=3)           an event whose check-in is open, and its entries
check_in(session, event, entries)       lets entries in
make_coded(session, entries=4)          all three layers made, marking open
make_officers(session, event)           one user per duty: officers[1], "supervisor" …
"""

from datetime import datetime, timedelta
from typing import Any

from accounts.roles.rules import Scope
from accounts.users.models import User
from competition.checkin.services import desk
from competition.codes.rules import LAYERS
from competition.codes.services import commit_layer, derive_layer, open_marking
from competition.draw.models import Draw
from competition.draw.rules import Contribution
from competition.draw.services import contribute
from competition.events.models import Event
from competition.registration.models import Entry
from ledger.log.services import SYSTEM
from tests.factories.accounts import make_user
from tests.factories.competition import NOW, make_entry, make_event
from tests.factories.scoring import make_panel

DAY = NOW + timedelta(days=40)  # when made events begin
MORNING = DAY - timedelta(minutes=30)
DICE = Contribution("dice", "监督", "31415926535897932384")
ROLES: dict[int | str, str] = {
    1: "coding_officer_1",
    2: "coding_officer_2",
    3: "coding_officer_3",
    "supervisor": "supervisor",
    "checkin": "checkin_officer",
    "chief": "chief_judge",
    "judge": "judge",
}


def make_desk(session, entries: int = 3, **values) -> tuple[Event, list[Any]]:
    """Make an event whose check-in is open; values: see make_event."""
    event = make_event(session, **values)
    groups = event.groups
    made = [
        make_entry(session, event, state="accepted", group=groups[n % len(groups)].uid)
        for n in range(entries)
    ]
    event.state = "closed"
    session.flush()
    desk.open_checkin(session, event=event, actor=SYSTEM, now=MORNING)
    session.flush()
    return event, made


def at_desk(event: Event, now: datetime = MORNING) -> desk.Desk:
    return desk.Desk(event, SYSTEM, "a1b2c3", now)


def check_in(session, event: Event, entries: list[Entry]) -> None:
    """Let entries in, in time."""
    for entry in entries:
        desk.confirm(session, at_desk(event), entry)
    session.flush()


def close(session, event: Event) -> int:
    absent = desk.close_checkin(session, event=event, actor=SYSTEM, now=DAY)
    session.flush()
    return absent


def draw_layer(session, event: Event, layer: str, **values) -> Draw:
    """Commit, roll the dice and draw one layer; values: hall_size."""
    draw = commit_layer(
        session, event=event, layer=layer, actor=SYSTEM, now=DAY, **values
    )
    session.flush()
    contribute(session, draw=draw, given=DICE, actor=SYSTEM, now=DAY)
    session.flush()
    derive_layer(session, event=event, layer=layer, actor=SYSTEM, now=DAY)
    session.flush()
    return draw


def make_coded(
    session, entries: int = 4, *, absent: int = 0, scheme: str = "", **values
) -> tuple[Event, list[Any]]:
    """Make an event that is ready for the judges; the last `absent` did not come."""
    event, made = make_desk(session, entries + absent, **values)
    check_in(session, event, made[:entries])
    close(session, event)
    for layer in LAYERS:
        draw_layer(session, event, layer)
    make_panel(session, event, **({"text": scheme} if scheme else {}))
    open_marking(session, event=event, actor=SYSTEM, now=DAY)
    session.flush()
    return event, made


def make_officers(session, event: Event) -> dict[int | str, User]:
    """Make one user for each duty of the day, in this event only."""
    scope = Scope("event", event.uid)
    return {key: make_user(session, role, scope=scope) for key, role in ROLES.items()}
