"""People who enter the events, as they would: account, draft, papers, submission."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from accounts.users.models import User
from competition.events.models import Event
from competition.registration.models import Entry
from competition.registration.services.drafts import (
    save_answers,
    start_entry,
    store_paper,
)
from competition.registration.services.review import (
    accept_entry,
    judge_paper,
    reject_entry,
    return_entry,
)
from competition.registration.services.sign_up import create_contestant
from competition.registration.services.submissions import submit_entry, withdraw_entry
from demo.cast import Casting, Human
from demo.plan import PASSWORD, PlannedEvent
from demo.portraits import paper, portrait
from ledger.log.services import Actor
from people.units.models import Unit

_LEVELS = ("L3", "L4", "L4", "L4", "L5", "L5", "L6")


@dataclass(slots=True, kw_only=True)
class Crowd:
    """Who there is to enter an event, and who reviews them."""

    session: Session
    casting: Casting
    firms: list[Unit]
    schools: list[Unit]
    committee: User
    now: datetime
    serial: int = 0
    made: list[Entry] = field(default_factory=list)


def fill_event(crowd: Crowd, event: Event, plan: PlannedEvent) -> None:
    """Make the planned entries and bring each as far as its event is."""
    opened, closed = event.registration_opens_at, event.registration_closes_at
    last = min(closed, opened + timedelta(days=25), crowd.now - timedelta(hours=8))
    span = (last - opened) / (plan.entries + 1)
    for number in range(plan.entries):
        when = opened + span * (number + 1)
        group = event.groups[number * len(event.groups) // plan.entries]
        entry = _enter(crowd, event, group.uid, group.name, number, when)
        if plan.reach == "registration":
            _leave_some_open(crowd, entry, number, when)
        else:
            _decide(crowd, entry, number, plan, when)
        crowd.made.append(entry)


def enter(  # noqa: PLR0913 - an entry has this many independent facts
    crowd: Crowd,
    event: Event,
    user: User,
    human: Human,
    *,
    unit: Unit,
    group: str,
    when: datetime,
    submitted: bool = True,
) -> Entry:
    """Fill in and submit one entry as its own user."""
    session, actor = crowd.session, Actor("human", user.uid)
    crowd.serial += 1
    years = max(2, (2026 - human.birth_date.year) - 19)
    entry = start_entry(session, event=event, user=user, actor=actor, now=when)
    answers = {
        "name": human.name,
        "id_number": human.id_number,
        "phone": human.phone,
        "unit_uid": unit.uid,
        "group": group,
        "trade_years": str(years),
        "level": _LEVELS[crowd.serial % len(_LEVELS)],
    }
    save_answers(session, entry=entry, values=answers, now=when)
    for kind, data in (
        ("photo", portrait(crowd.serial)),
        ("id_card", paper(crowd.serial)),
    ):
        store_paper(
            session,
            entry=entry,
            kind=kind,
            data=data,
            file_name=f"{kind}.jpg",
            user=user,
            now=when,
        )
    if submitted:
        submit_entry(session, entry=entry, has_consented=True, actor=actor, now=when)
    return entry


def _enter(
    crowd: Crowd, event: Event, group: str, group_name: str, number: int, when: datetime
) -> Entry:
    is_student = "学生" in group_name
    is_young = "青年" in group_name
    oldest = 22 if is_student else 34 if is_young else 55
    human = crowd.casting.human(youngest=18 if is_student else 21, oldest=oldest)
    units = crowd.schools if is_student else crowd.firms
    user = create_contestant(
        crowd.session,
        phone=human.phone,
        password=PASSWORD,
        display_name=human.name,
        now=when,
    )
    unit = units[number % len(units)]
    return enter(crowd, event, user, human, unit=unit, group=group, when=when)


def _decide(
    crowd: Crowd, entry: Entry, number: int, plan: PlannedEvent, when: datetime
) -> None:
    session, actor = crowd.session, Actor("human", crowd.committee.uid)
    when += timedelta(hours=6)
    if number == plan.entries - 1:
        reject_entry(
            session,
            entry=entry,
            reason="从业年限不足两年,不符合本赛项报名条件。",
            actor=actor,
            now=when,
        )
        return
    accept_entry(session, entry=entry, actor=actor, now=when)
    if number == plan.entries - 2 and entry.user is not None:
        withdraw_entry(
            session,
            entry=entry,
            reason="因工作安排冲突,申请退出。",
            actor=Actor("human", entry.user.uid),
            now=when + timedelta(hours=1),
        )


def _leave_some_open(crowd: Crowd, entry: Entry, number: int, when: datetime) -> None:
    """While registration runs, a queue waits, some are accepted, some went back."""
    session, actor = crowd.session, Actor("human", crowd.committee.uid)
    when += timedelta(hours=3)
    if number % 3 == 0:
        accept_entry(session, entry=entry, actor=actor, now=when)
    elif number % 7 == 1:
        photo = next(found for found in entry.papers if found.kind == "photo")
        judge_paper(
            session,
            paper=photo,
            reason="照片背景杂乱,请上传白底证件照。",
            actor=actor,
            now=when,
        )
        return_entry(
            session,
            entry=entry,
            fields=(),
            reason="照片不合格,请重新上传。",
            actor=actor,
            now=when,
        )
