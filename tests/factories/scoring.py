"""Events that are being marked, with codes, a panel and a scheme.

marked = make_marked_event(session)             J1 (chief) and J2, works 甲-codes
marked.send("J1", "A3F7", "P1.1", "8")          as a tablet would
marked.fill()                                   every cell of every judge
marked.sign_all(); marked.lock()                and so on to marked.publish()
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from sqlalchemy.orm import Session

from accounts.roles.rules import Scope
from accounts.users.models import User
from competition.checkin.models import CheckIn
from competition.codes.models import ContestCode, StationCode, WorkCode
from competition.codes.queries import seal_station
from competition.draw.models import Draw
from competition.events import rules as life
from competition.events.models import Event
from competition.registration.models import Entry
from ledger.log.services import SYSTEM, Actor
from scoring.judges import queries as judges
from scoring.judges.models import JudgeSeat
from scoring.judges.rules import list_checkers
from scoring.judges.services import Appointment, assign_judge
from scoring.marking.models import AGREED
from scoring.marking.queries import list_signatures
from scoring.marking.services.receive import receive_marks
from scoring.panels.services import Verdict, check_sheet
from scoring.results.services import locks, publish
from scoring.scheme import queries as schemes
from scoring.scheme.services.versions import attach_scheme, freeze_scheme
from scoring.sheets.queries import find_sheet
from scoring.sheets.services import sign_sheet
from tests.factories.accounts import make_user
from tests.factories.competition import make_entry, make_event
from tests.factories.recheck import recheck_all

NOW = datetime(2026, 6, 20, 2, 0, tzinfo=UTC)
_numbers = count(1)
# The seat's own tablet and its next number, once it is sent through `send_items`.
ANY_TABLET, FIRST_NUMBER = "tablet-1", 1_000_000

SCHEME = """
format = "jiangcai-scheme/1"
title = "Test"
[rounding]
component = 2
total = 2
[[components]]
code = "P"
name = "Practice"
max = 30
weight = 1
[[components.criteria]]
code = "P1"
name = "Look"
[[components.criteria.aspects]]
code = "P1.1"
name = "Joint"
kind = "score"
max = 10
judges = 2
aggregate = "mean"
[[components.criteria.aspects]]
code = "P1.2"
name = "Clean"
kind = "yes_no"
max = 10
judges = 2
aggregate = "mean"
[[components.criteria.aspects]]
code = "P1.3"
name = "Craft"
kind = "judgement"
max = 10
judges = 2
aggregate = "mean"
descriptors = ["below", "meets", "exceeds in parts", "excellent"]
[ranking]
ties = ["aspect:P1.1 desc"]
[[penalties]]
code = "overtime"
unit = 300
points = 1
applies_to = "total"
[[awards]]
name = "First"
count = 1
"""


def actor_of(user: User) -> Actor:
    return Actor("human", user.uid)


def make_id() -> str:
    """Return an id as a tablet makes it; another one each time."""
    return str(UUID(int=(0x0190A0A0_0000_7000 << 64) | (0x8 << 60) | next(_numbers)))


def make_item(entry, aspect, value, **more):
    """Return a mark as a tablet sends it."""
    number = next(_numbers)
    return {
        "id": make_id(),
        "entry": entry,
        "aspect": aspect,
        "value": value,
        "based_on": None,
        "device": ANY_TABLET,
        "device_seq": FIRST_NUMBER + number,
        "marked_at": "2026-06-20T10:00:00.000+08:00",
        **more,
    }


@dataclass
class MarkedEvent:
    """An event with works and a panel, and the hands that work on it."""

    session: Session
    event: Event
    entries: list[Entry]  # in the order of `works`
    works: list[str]
    committee: User
    supervisor: User
    seats: dict[str, JudgeSeat] = field(default_factory=dict)
    now: datetime = NOW
    numbers: dict[str, tuple[str, int]] = field(default_factory=dict)  # by mark

    def judge(self, seat="J1") -> User:
        return self.seats[seat].user

    def later(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def send_items(self, seat, *items):
        user = self.judge(seat)
        for item in items:
            self._number(seat, item)
        answers = receive_marks(
            self.session,
            user=user,
            items=list(items),
            actor=actor_of(user),
            now=self.later(),
        )
        for answer in answers:
            if answer["status"] == "refused":
                self.numbers.pop(answer["id"], None)  # leaves no gap
        return answers

    def _number(self, seat, item):
        """Number a mark as the seat's own tablet would: 1, 2, 3 … without a gap."""
        is_ours = isinstance(item, dict) and item.get("device") == ANY_TABLET
        if not is_ours or type(item.get("device_seq")) is not int:
            return
        if not FIRST_NUMBER <= item["device_seq"] < 2 * FIRST_NUMBER:
            return
        device = f"tablet-{seat}-{self.event.uid}"
        taken = {seq for own, seq in self.numbers.values() if own == device}
        free = next(n for n in count(1) if n not in taken)
        found = self.numbers.setdefault(str(item.get("id")), (device, free))
        item["device"], item["device_seq"] = found

    def send(self, seat, entry, aspect, value, **more):
        return self.send_items(seat, make_item(entry, aspect, value, **more))[0]

    def fill(self, value=None):
        """Give every mark; `value(work number, aspect code)` says which."""
        value = value or (lambda at, code: {"P1.1": str(9 - at)}.get(code, "1"))
        version = schemes.find_frozen(self.session, self.event.id)
        assert version is not None
        scheme = schemes.load_scheme(version)
        panel = list(self.seats.values())
        for name, seat in self.seats.items():
            items = [
                make_item(work, aspect.code, value(at, aspect.code))
                for at, work in enumerate(self.works)
                for aspect in judges.list_aspects(scheme, seat, panel)
            ]
            answers = self.send_items(name, *items)
            assert {a["status"] for a in answers} == {"stored"}, answers

    def sign(self, seat):
        sheet = find_sheet(self.session, self.seats[seat])
        assert sheet is not None
        sign_sheet(
            self.session,
            seat=self.seats[seat],
            digest=sheet.digest,
            actor=actor_of(self.judge(seat)),
            now=self.later(),
        )

    def check(self, seat, **verdict):
        """Have the sheet of `seat` checked by who may, its panel's chair as a rule."""
        panel = judges.list_seats(self.session, self.event.id)
        [name, *_others] = list_checkers(judges.list_places(panel), seat)
        signature = next(
            s
            for s in list_signatures(self.session, self.event.id)
            if s.seat.seat == seat
        )
        return check_sheet(
            self.session,
            seat=self.seats[name],
            uid=signature.uid,
            verdict=Verdict(
                **{"outcome": AGREED, "digest": signature.digest} | verdict
            ),
            actor=actor_of(self.judge(name)),
            now=self.later(),
        )

    def sign_all(self) -> None:
        """Everybody signs, and every sheet is checked by another person."""
        for seat in self.seats:
            self.sign(seat)
        for seat, held in self.seats.items():
            if held.covers:
                self.check(seat)

    def lock(self) -> None:
        locks.lock_marks(
            self.session,
            event=self.event,
            actor=actor_of(self.judge("J1")),
            now=self.later(),
        )

    def decode(self) -> None:
        """Recheck, and take the step that decoding ends with; how is not our matter."""
        recheck_all(self.session, self.event, user=self.supervisor, now=self.later())
        self.event.state = life.DECODED
        self.session.flush()

    def publish(self):
        return publish.publish(
            self.session,
            event=self.event,
            actor=actor_of(self.committee),
            now=self.later(),
        )

    def run_to_decoded(self) -> None:
        self.fill()
        self.sign_all()
        self.lock()
        self.decode()


def make_marked_event(
    session,
    *,
    works=3,
    seats=2,
    absent=0,
    text=SCHEME,
    state=life.MARKING,
    covers=(),
    **values,
):
    """Make an event in state marking; values: of make_event; covers: see make_panel."""
    event = make_event(session, **values)
    entries = [make_entry(session, event, state="accepted") for _ in range(works)]
    for _ in range(absent):
        make_entry(session, event, state="accepted")
    event.state = life.CHECKIN
    scope = Scope("event", event.uid)
    marked = MarkedEvent(
        session=session,
        event=event,
        entries=entries,
        works=[_make_codes(session, event, entry) for entry in entries],
        committee=make_user(session, "committee", scope=scope),
        supervisor=make_user(session, "supervisor", scope=scope),
    )
    marked.seats = make_panel(
        session,
        event,
        by=actor_of(marked.committee),
        seats=seats,
        text=text,
        covers=covers,
    )
    if state == life.MARKING:
        locks.open_marking(
            session, event=event, actor=actor_of(marked.committee), now=NOW
        )
    return marked


def make_panel(session, event, *, by=SYSTEM, seats=2, text=SCHEME, covers=()):
    """Freeze a scheme and seat judges, J1 as chief: what marking needs to open.

    covers: what J1, J2 … mark, codes of criteria each; everything where none is given.
    """
    version = attach_scheme(session, event=event, text=text, actor=by, now=NOW)
    freeze_scheme(session, version=version, event=event, actor=by, now=NOW)
    made = {}
    for number in range(seats):
        seat = assign_judge(
            session,
            event=event,
            user=make_user(session),
            appointment=Appointment(
                is_chief=number == 0,
                covers=covers[number] if number < len(covers) else None,
            ),
            actor=by,
            now=NOW,
        )
        made[seat.seat] = seat
    return made


def _make_codes(session, event, entry):
    """Put an entry through the blind chain, without the draws' mathematics."""
    number = next(_numbers)
    session.add(
        CheckIn(
            entry_id=entry.id, event_id=event.id, status="present", at=NOW, by="tests"
        )
    )
    group = entry.group.code if entry.group else ""
    shared = {
        "event_id": event.id,
        "group_code": group,
        "draw_id": _draw(session, event),
    }
    contest, station, work = f"C{number:05d}", f"S{number:05d}", f"W{number:05d}"
    session.add(ContestCode(entry_id=entry.id, contest_no=contest, **shared))
    session.flush()
    session.add(StationCode(contest_no=contest, station=station, **shared))
    session.flush()
    sealed = seal_station(station, draw_id=shared["draw_id"], work_code=work)
    session.add(WorkCode(station_sealed=sealed, work_code=work, **shared))
    session.flush()
    return work


def _draw(session, event):
    draw = session.query(Draw).filter_by(event_id=event.id).first()
    if draw is None:
        draw = Draw(
            event_id=event.id,
            purpose="contest_no",
            items="[]",
            list_digest="0" * 64,
            secret_sealed=b"",
            secret_digest="0" * 64,
            commitment="0" * 64,
            committed_at=NOW,
            committed_by="tests",
        )
        session.add(draw)
        session.flush()
    return draw.id
