"""Loads the demonstration city, step by step as its people would."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.roles.rules import EVERYWHERE, Scope
from accounts.roles.services import grant_role
from accounts.users.models import User
from accounts.users.services import create_user
from competition.events.models import Competition, Event
from competition.events.services import (
    CompetitionValues,
    EventValues,
    create_competition,
    create_event,
    move_event,
)
from competition.registration.services.review import accept_entry
from demo import plan as plans
from demo.admission import Hall, hold_batch
from demo.cast import Casting, Human
from demo.day import (
    Staff,
    draw_codes,
    finish,
    hold_checkin,
    mark_works,
    seat_panel,
)
from demo.demands import Counter, hold_desk
from demo.entries import Crowd, enter, fill_event
from demo.innovating import Lab, award, innovate, train
from demo.lineage import School, found_school
from demo.mentoring import Workshop, hold_pairs
from demo.office import Office, keep_lists, register_doubles
from demo.plan import PlannedEvent
from demo.pool import Village, fill_pool
from demo.reports import Bureau, plan_and_report, serve_firms
from errors import DomainError
from ledger.log.models import LedgerEntry
from ledger.log.services import Actor, record
from people.units.models import Unit
from people.units.services import register_unit
from scoring.scheme.services.versions import attach_scheme, freeze_scheme, read_example
from talentpool.admission.models.proposals import Proposal
from talentpool.admission.services.decide import Decision, admit
from talentpool.standard.services import ensure_in_force

LOADED = "demo.loaded"
ACTOR = Actor("system", "jiangcai demo")
ORDER = (
    "registration",
    "closed",
    "checkin",
    "marking",
    "locked",
    "decoded",
    "published",
)


class RealDataError(DomainError):
    """The database holds data that is not the demonstration's."""


@dataclass(slots=True, kw_only=True)
class City:
    """The city while it is being loaded."""

    session: Session
    now: datetime
    casting: Casting
    users: dict[str, User]
    units: list[Unit]
    contestant: Human


def is_loaded(session: Session) -> bool:
    """Tell whether the demonstration is in this database already.

    Raises:
        RealDataError: something else is.
    """
    if session.scalar(select(LedgerEntry.seq).where(LedgerEntry.action == LOADED)):
        return True
    if session.scalar(select(func.count()).select_from(User)):
        raise RealDataError(
            _("This database holds real data. Use an empty one for the demonstration.")
        )
    return False


def load(session: Session, now: datetime, say: Callable[[str], None]) -> None:
    """Load the whole city in the caller's transaction; `say` tells how far it is."""
    casting = Casting()
    city = City(
        session=session,
        now=now,
        casting=casting,
        users={},
        units=[],
        contestant=casting.human(youngest=28, oldest=30),
    )
    ensure_in_force(session, now=now - timedelta(days=400))
    _settle_units(city)
    competition = _open_competition(city)
    _take_office(city, competition)
    say(_("Units, offices and users are in place."))
    for plan in plans.EVENTS:
        _hold_event(city, competition, plan)
        say(plan.name)
    _admit_some(city)
    village = Village(
        session=session, casting=city.casting, units=city.units, actor=ACTOR, now=now
    )
    fill_pool(village)
    found_school(School(session=session, actor=ACTOR, now=now))
    say(_("%(count)s craftsmen are in the pool.", count=3000))
    hall = Hall(
        session=session,
        casting=city.casting,
        users=city.users,
        units=city.units,
        actor=ACTOR,
        now=now,
    )
    hold_batch(hall)
    say(_("A batch is open, with a notice and an objection."))
    workshop = Workshop(
        session=session,
        users=city.users,
        casting=city.casting,
        unit=city.units[0],
        actor=ACTOR,
        now=now,
    )
    hold_pairs(workshop)
    say(_("Pairs of mentor and apprentice stand at every step."))
    office = Office(session=session, users=city.users, actor=ACTOR, now=now)
    register_doubles(office)
    bureau = Bureau(session=session, users=city.users, now=now)
    serve_firms(bureau)
    lab = Lab(session=session, users=city.users, units=city.units, now=now)
    innovate(lab)
    award(lab)
    train(lab)
    plan_and_report(bureau)
    keep_lists(office)
    say(_("The search index is made; doubles and lists wait for an officer."))
    hold_desk(Counter(session=session, users=city.users, units=city.units, now=now))
    record(session, actor=ACTOR, action=LOADED, subject="demo:city", now=now)


def _settle_units(city: City) -> None:
    for firm in city.casting.firms(plans.UNITS):
        unit = register_unit(
            city.session,
            name=firm.name,
            credit_code=firm.credit_code,
            district_code=firm.district_code,
            industry=firm.industry,
            now=city.now,
            actor=ACTOR,
        )
        city.units.append(unit)
    city.session.flush()


def _open_competition(city: City) -> Competition:
    today = city.now.date()
    values = CompetitionValues(
        name=plans.COMPETITION,
        tier="city",
        grade="1",
        year=today.year,
        district_code=plans.CITY,
        organiser=plans.ORGANISER,
        undertaker=plans.UNDERTAKER,
        starts_on=today - timedelta(days=120),
        ends_on=today + timedelta(days=60),
    )
    return create_competition(
        city.session, values=values, actor=ACTOR, now=city.now - timedelta(days=130)
    )


def _take_office(city: City, competition: Competition) -> None:
    scopes = {
        "all": EVERYWHERE,
        "competition": Scope("competition", competition.uid),
        "district": Scope("district", plans.CITY),
        "county": Scope("district", city.units[0].district_code),
        "unit": Scope("unit", city.units[0].uid),
    }
    now = city.now - timedelta(days=130)
    for office in plans.OFFICES:
        user = _add_user(city, office.username, office.display_name, now)
        if office.scope == "unit":
            user.unit = city.units[0]
        for role in office.roles:
            grant_role(
                city.session,
                user=user,
                role=role,
                scope=scopes[office.scope],
                actor=ACTOR,
                now=now,
            )
    for username, display_name in plans.JUDGES:
        _add_user(city, username, display_name, now)
    contestant = _add_user(city, "contestant", "选手 林建国", now)
    grant_role(
        city.session,
        user=contestant,
        role="contestant",
        scope=EVERYWHERE,
        actor=ACTOR,
        now=now,
    )


def _add_user(city: City, username: str, display_name: str, now: datetime) -> User:
    user = create_user(
        city.session,
        username=username,
        password=plans.PASSWORD,
        display_name=display_name,
        now=now,
        actor=ACTOR,
    )
    city.users[username] = user
    return user


def _hold_event(city: City, competition: Competition, plan: PlannedEvent) -> None:
    session, staff = city.session, Staff(session=city.session, users=city.users)
    event = _make_event(city, competition, plan)
    office = staff.actor("committee")
    scheme_day = event.registration_opens_at - timedelta(days=2)
    version = attach_scheme(
        session,
        event=event,
        text=read_example(plan.scheme),
        actor=office,
        now=scheme_day,
    )
    freeze_scheme(session, version=version, event=event, actor=office, now=scheme_day)
    move_event(
        session,
        event=event,
        to="registration",
        actor=office,
        now=event.registration_opens_at,
    )
    crowd = Crowd(
        session=session,
        casting=city.casting,
        firms=[unit for unit in city.units if unit.industry != "P"],
        schools=[unit for unit in city.units if unit.industry == "P"],
        committee=city.users["committee"],
        now=city.now,
        serial=plans.EVENTS.index(plan) * 37,
    )
    fill_event(crowd, event, plan)
    _enter_the_demo_contestant(city, crowd, event, plan)
    for step in _steps_to(plan.reach):
        step(staff, event, plan)


def _make_event(city: City, competition: Competition, plan: PlannedEvent) -> Event:
    first = datetime.combine(
        city.now.date() + timedelta(days=plan.day), datetime.min.time(), city.now.tzinfo
    ) + timedelta(hours=0, minutes=30)
    if plan.reach == "checkin":
        # Soon, whenever it is loaded: who is checked in by hand is not late.
        first = city.now.replace(second=0, microsecond=0) + timedelta(minutes=35)
    is_open = plan.reach == "registration"
    opens = city.now - timedelta(days=12) if is_open else first - timedelta(days=60)
    closes = city.now + timedelta(days=20) if is_open else first - timedelta(days=6)
    values = EventValues(
        name=plan.name,
        occupation_edition=2022,
        occupation_code=plan.code,
        registration_opens_at=opens,
        registration_closes_at=min(closes, city.now) if not is_open else closes,
        starts_at=first,
        venue=plan.venue,
        notice=plan.notice,
        quota=60,
        unit_quota=4,
        age_min=16,
        age_max=plan.age_max,
        age_on=date(city.now.year, 1, 1) if plan.age_max else None,
    )
    return create_event(
        city.session,
        competition=competition,
        values=values,
        groups=plan.groups,
        actor=Actor("human", city.users["committee"].uid),
        now=opens - timedelta(days=3),
    )


def _enter_the_demo_contestant(
    city: City, crowd: Crowd, event: Event, plan: PlannedEvent
) -> None:
    """Give the demonstration's contestant a ticket, and a draft to go on with."""
    if plan.key not in {"youth", "autumn"}:
        return
    is_draft = plan.key == "autumn"
    when = city.now - timedelta(days=8)
    if not is_draft:
        when = event.registration_opens_at + timedelta(days=20)
    entry = enter(
        crowd,
        event,
        city.users["contestant"],
        city.contestant,
        unit=city.units[0],
        group=event.groups[0].uid,
        when=when,
        submitted=not is_draft,
    )
    if not is_draft:
        actor = Actor("human", city.users["committee"].uid)
        accept_entry(city.session, entry=entry, actor=actor, now=when)


Step = Callable[[Staff, Event, PlannedEvent], None]


def _steps_to(reach: str) -> Iterator[Step]:
    """Yield what is done to an event on its way from registration to `reach`."""
    stage = ORDER.index(reach)
    if stage >= ORDER.index("closed"):
        yield _close
    if stage == ORDER.index("checkin"):
        yield lambda staff, event, _plan: hold_checkin(staff, event, share=0.4)
    if stage >= ORDER.index("marking"):
        yield lambda staff, event, _plan: hold_checkin(staff, event)
        yield lambda staff, event, _plan: draw_codes(staff, event)
        yield mark_works
    if stage >= ORDER.index("locked"):
        yield lambda staff, event, plan: finish(staff, event, plan.reach)


def _close(staff: Staff, event: Event, _plan: PlannedEvent) -> None:
    move_event(
        staff.session,
        event=event,
        to="closed",
        actor=staff.actor("committee"),
        now=event.registration_closes_at,
    )
    seat_panel(staff, event)


def _admit_some(city: City) -> None:
    """Admit the first half of what the published results proposed."""
    officer = Actor("human", city.users["pool"].uid)
    proposals = city.session.scalars(
        select(Proposal).where(Proposal.state == "open").order_by(Proposal.id)
    ).all()
    for number, proposal in enumerate(proposals[: len(proposals) // 2], start=1):
        admit(
            city.session,
            proposal,
            decision=Decision(
                level="city",
                pool_class="competition",
                minute_number=f"绍工匠办纪要〔{city.now.year}〕{number}号",
                reason="竞赛成绩属实,佐证材料经核验。",
                consent_document="书面同意书(演示)",
            ),
            actor=officer,
            now=city.now - timedelta(days=1),
        )


def fingerprint(session: Session) -> str:
    """Return a digest of what was loaded; the same each time for the same day."""
    rows = session.execute(
        select(LedgerEntry.action, func.count())
        .group_by(LedgerEntry.action)
        .order_by(LedgerEntry.action)
    )
    text = "\n".join(f"{action} {count}" for action, count in rows)
    return hashlib.sha256(text.encode()).hexdigest()
