"""The day of an event: check-in, three codes, marks, lock, decoding, publication."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy.orm import Session

from accounts.users.models import User
from competition.checkin.services.desk import Desk, close_checkin, confirm, open_checkin
from competition.codes.queries import list_works
from competition.codes.rules import LAYERS
from competition.codes.services import commit_layer, decode, derive_layer
from competition.draw.rules import Contribution
from competition.draw.services import contribute
from competition.events import rules as life
from competition.events.models import Event
from competition.registration.queries import list_accepted
from demo.marks import Tablet, Truth, hash_of
from demo.plan import PlannedEvent
from ledger.log.services import Actor
from scoring.judges.queries import list_aspects, list_places, list_seats
from scoring.judges.rules import list_checkers
from scoring.judges.services import Appointment, assign_judge
from scoring.marking.models import AGREED
from scoring.marking.queries import find_heads, list_signatures
from scoring.panels.services import Verdict, check_sheet
from scoring.recheck.queries import find_state, list_rows
from scoring.recheck.rules import RIGHT
from scoring.recheck.services import Verdict as Found
from scoring.recheck.services import find_work
from scoring.results.rules.rulings import Ruling
from scoring.results.services.decisions import decide
from scoring.results.services.locks import lock_marks, open_marking
from scoring.results.services.publish import publish
from scoring.scheme.queries import find_frozen, load_scheme
from scoring.scheme.rules.tree import Aspect, Scheme
from scoring.sheets.queries import find_sheet
from scoring.sheets.services import sign_sheet

ABSENT = 1  # of the accepted entries of each event, this many do not come


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Who holds which office on the day."""

    session: Session
    users: dict[str, User]  # by user name

    def actor(self, username: str) -> Actor:
        return Actor("human", self.users[username].uid)


def panel_covers(scheme: Scheme, number: int) -> list[str]:
    """Return the criteria the judge with this number marks, first judge 1."""
    return [
        criterion.code
        for component in scheme.components
        for criterion in component.criteria
        if number <= max(aspect.judges for aspect in criterion.aspects)
    ]


def seat_panel(staff: Staff, event: Event) -> None:
    """Assign the chief judge and as many judges as the scheme asks for."""
    version = find_frozen(staff.session, event.id)
    assert version is not None  # noqa: S101 - the caller has frozen it
    scheme = load_scheme(version)
    # At least two: every sheet is checked by another person than signed it.
    size = max(2, *(aspect.judges for aspect in scheme.aspects))
    names = ["chief", "judge1", "judge2", "judge3", "judge4"][:size]
    for number, username in enumerate(names, start=1):
        covers = panel_covers(scheme, number)
        assign_judge(
            staff.session,
            event=event,
            user=staff.users[username],
            appointment=Appointment(
                is_chief=username == "chief",
                is_chair=number == 2,
                covers=covers,
            ),
            actor=staff.actor("committee"),
            now=event.registration_closes_at,
        )


def hold_checkin(staff: Staff, event: Event, *, share: float = 1.0) -> None:
    """Check in all but the last; with a share below 1 the desk stays open."""
    session, start = staff.session, event.starts_at
    officer = staff.actor("checkin")
    open_checkin(session, event=event, actor=officer, now=start - timedelta(hours=1))
    expected = list_accepted(session, event.id)
    coming = expected[: round((len(expected) - ABSENT) * share)]
    for number, entry in enumerate(coming):
        when = start - timedelta(minutes=55) + timedelta(seconds=70 * number)
        confirm(session, Desk(event, officer, "demo-gate-1", when), entry)
    if share == 1.0:
        close_checkin(session, event=event, actor=officer, now=start)


def draw_codes(staff: Staff, event: Event) -> None:
    """Draw the three layers, each by its officer, with numbers called in public."""
    for number, layer in enumerate(LAYERS, start=1):
        actor = staff.actor(f"coding{number}")
        now = event.starts_at + timedelta(minutes=4 * number)
        draw = commit_layer(
            staff.session, event=event, layer=layer, actor=actor, now=now
        )
        called = [
            Contribution(
                "leader", f"领队 {who}", str(hash_of(f"{event.uid}{who}") % 9973)
            )
            for who in range(1, 4)
        ]
        dice = Contribution(
            "dice", "监督仲裁", str(hash_of(event.uid) % 10**20).zfill(20)
        )
        for given in (*called, dice):
            contribute(staff.session, draw=draw, given=given, actor=actor, now=now)
        derive_layer(staff.session, event=event, layer=layer, actor=actor, now=now)


def mark_works(staff: Staff, event: Event, plan: PlannedEvent) -> None:
    """Let every judge mark; the day's small troubles happen at the first works."""
    session, now = staff.session, event.starts_at + timedelta(hours=2)
    open_marking(session, event=event, actor=staff.actor("chief"), now=now)
    listed = sorted(list_works(session, event.id), key=lambda work: work.work_code)
    works = [work.work_code for work in listed]
    truth = Truth(chance=np.random.default_rng(hash_of(plan.key)))
    group = listed[0].group_code
    alike = [work.work_code for work in listed[2:-1] if work.group_code == group][:2]
    truth.twins[alike[1]] = alike[0]  # a real tie
    wanted = works[: max(1, round(len(works) * plan.marked_share))]
    version = find_frozen(session, event.id)
    assert version is not None  # noqa: S101 - marking is open
    scheme = load_scheme(version)
    panel = list_seats(session, event.id)
    for seat in panel:
        tablet = Tablet(session=session, user=seat.user, seat=seat, now=now)
        for work in wanted:
            for aspect in list_aspects(scheme, seat, panel):
                tablet.mark(work, aspect.code, truth.value(work, aspect, seat.seat))
        tablet.send()
        _trouble(tablet, list_aspects(scheme, seat, panel), truth, wanted)
    if plan.marked_share == 1.0:
        _disqualify(staff, event, works[-1])


def _trouble(
    tablet: Tablet, aspects: list[Aspect], truth: Truth, works: list[str]
) -> None:
    """One judge withdraws a mark and gives another; one is asked to judge again."""
    seat = tablet.seat
    if seat.seat == "J1" and aspects:
        work, aspect = works[0], aspects[0]
        value = truth.value(work, aspect, seat.seat)
        head = _head(tablet, work, aspect.code)
        void = tablet.mark(
            work, aspect.code, "", based_on=head, reason="录错工件,撤回重录"
        )
        tablet.mark(work, aspect.code, value, based_on=void)
    judged = [aspect for aspect in aspects if aspect.kind == "judgement"]
    if seat.seat == "J2" and judged:
        work, aspect = works[1], judged[0]
        far = "0" if truth.value(work, aspect, "J1") >= "2" else "3"
        head = _head(tablet, work, aspect.code)
        apart = tablet.mark(work, aspect.code, far, based_on=head)
        near = truth.value(work, aspect, seat.seat)
        tablet.mark(
            work, aspect.code, near, based_on=apart, reason="相差超过 1,经合议重评"
        )
    tablet.send()


def _head(tablet: Tablet, work: str, aspect: str) -> str:
    """Return the id of the mark this seat has given to a cell."""
    heads = find_heads(tablet.session, tablet.seat.id, {work})
    return heads[work, aspect].id


def _disqualify(staff: Staff, event: Event, work: str) -> None:
    decide(
        staff.session,
        event=event,
        ruling=Ruling(work, "disqualify", "", ""),
        reason="使用违禁辅具,经裁判组合议取消成绩。",
        actor=staff.actor("chief"),
        now=event.starts_at + timedelta(hours=5),
    )


def _check_sheets(staff: Staff, event: Event, now: datetime) -> None:
    """Another person looks through every sheet: the chair, and for theirs another."""
    session = staff.session
    seats = {seat.seat: seat for seat in list_seats(session, event.id)}
    for signature in list_signatures(session, event.id):
        checkers = list_checkers(list_places(seats.values()), signature.seat.seat)
        checker = seats[checkers[0]]
        check_sheet(
            session,
            seat=checker,
            uid=signature.uid,
            verdict=Verdict(
                outcome=AGREED,
                digest=signature.digest,
                device=f"demo-{checker.user.username}",
            ),
            actor=Actor("human", checker.user.uid),
            now=now,
        )


def _recheck(staff: Staff, event: Event, now: datetime) -> None:
    """The supervisor, who marks nothing, looks at every work of the sample again."""
    [row] = list_rows(staff.session, event.id)
    for work in find_state(staff.session, row).waiting:
        find_work(
            staff.session,
            event=event,
            work=work,
            verdict=Found(outcome=RIGHT),
            user=staff.users["supervisor"],
            now=now,
        )


def finish(staff: Staff, event: Event, reach: str) -> None:
    """Sign, lock, decode and publish, as far as `reach` says."""
    session, now = staff.session, event.starts_at + timedelta(hours=6)
    for seat in list_seats(session, event.id):
        if not seat.covers:
            continue
        sheet = find_sheet(session, seat)
        assert sheet is not None  # noqa: S101 - a scheme is frozen
        actor = Actor("human", seat.user.uid)
        sign_sheet(
            session,
            seat=seat,
            digest=sheet.digest,
            actor=actor,
            now=now,
            device=f"demo-{seat.user.username}",
        )
    _check_sheets(staff, event, now + timedelta(minutes=10))
    now += timedelta(minutes=20)
    lock_marks(session, event=event, actor=staff.actor("chief"), now=now)
    if reach == life.LOCKED:
        return
    _recheck(staff, event, now + timedelta(minutes=30))
    decode(
        session,
        event=event,
        first=staff.users["coding3"],
        second=staff.users["supervisor"],
        now=now + timedelta(hours=1),
    )
    if reach == life.PUBLISHED:
        publish(
            session,
            event=event,
            actor=staff.actor("committee"),
            now=now + timedelta(hours=2),
        )
