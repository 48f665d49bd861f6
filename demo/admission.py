"""A batch of the talent pool with people at every step, a notice and an objection.

All days count from the day it is loaded, so that the batch is open and the notice runs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.users.models import User
from accounts.users.services import create_user
from demo import plan as plans
from demo.cast import Casting, Human
from extensions import LOCAL
from ledger.log.services import Actor
from people.units.models import Unit
from people.workdays.queries import find_changes
from people.workdays.services import set_year
from talentpool.admission.models.applications import Application, Batch
from talentpool.admission.models.proposals import Proposal
from talentpool.admission.queries.applications import list_claims
from talentpool.admission.services import batches, drafts, experts, review, submit, take
from talentpool.admission.services.notices import publish
from talentpool.admission.services.objections import Content, file_objection

_MARKS = (
    ("37", "26", "16", "9"),
    ("35.5", "27", "17", "9.5"),
    ("38", "25", "15", "9"),
    ("36", "28.5", "18", "9"),
    ("30", "22", "14", "8"),
)
_CLAIMS = {
    "employment": ("in_service", "劳动合同"),
    "post_kind": ("operator", "单位岗位证明"),
    "front_line": ("yes", "单位岗位证明"),
    "union_member": ("yes", "工会会员证"),
    "law_abiding": ("yes", "单位现实表现证明"),
    "years_in_trade": ("2011-07-01", "单位工作年限证明"),
    "certificate_rank": ("5", "技师职业技能等级证书"),
}
_TRADES = (
    ("焊工", "6-18-02-04"),
    ("车工", "6-18-01-01"),
    ("电工", "6-31-01-03"),
    ("中式烹调师", "4-03-02-01"),
)


@dataclass(slots=True, kw_only=True)
class Hall:
    """What the batch is held with."""

    session: Session
    casting: Casting
    users: Mapping[str, User]
    units: list[Unit]
    actor: Actor
    now: datetime
    serial: int = 0

    def at(self, days: int) -> datetime:
        """Return a moment so many days ago."""
        return self.now - timedelta(days=days)


def hold_batch(hall: Hall) -> None:
    """Announce the batch and bring people to each of its steps."""
    _know_the_year(hall)
    batch = _announce(hall)
    _draft(hall, batch)
    _recommended(hall, batch)
    _from_a_result(hall, batch)
    steps: tuple[tuple[Callable[[Hall, Application], None], ...], ...] = (
        (),
        (_county,),
        (_county, _city),
        (_county, _city, _panel),
        (_county, _city, _panel, _decide),
        (_county, _city, _panel, _decide),
    )
    made = [_walk(hall, batch, number, way) for number, way in enumerate(steps)]
    _return_one(hall, batch)
    _show_on_a_notice(hall, batch, made[-2:])


def _know_the_year(hall: Hall) -> None:
    """Enter the holidays by law where a clock runs into a year nobody has announced."""
    for day in (hall.now, hall.now + timedelta(days=40)):
        year = day.astimezone(LOCAL).year
        if find_changes(hall.session, year) is None:
            set_year(
                hall.session,
                year=year,
                text=f"{year}-01-01 休 元旦\n{year}-05-01..{year}-05-02 休 劳动节\n"
                f"{year}-10-01..{year}-10-03 休 国庆节\n",
                source="法定固定假日(演示)",
                actor=hall.actor,
                now=hall.now,
            )


def _announce(hall: Hall) -> Batch:
    today = hall.now.astimezone(LOCAL).date()
    values = batches.BatchValues(
        name=f"{today.year}年第二批市级工匠人才申报(演示)",
        district_code=plans.CITY,
        level="city",
        opens_on=today - timedelta(days=20),
        closes_on=today + timedelta(days=10),
        steps=("district", "city", "experts"),
    )
    batch = batches.open_batch(
        hall.session, values=values, actor=hall.actor, now=hall.at(25)
    )
    for name in plans.EXPERTS:
        experts.appoint(
            hall.session, batch, hall.users[name], actor=hall.actor, now=hall.at(18)
        )
    return batch


def _draft(hall: Hall, batch: Batch) -> None:
    """Leave the demonstration's contestant a draft to go on with."""
    user = hall.users["contestant"]
    application = drafts.start_own(
        hall.session, batch=batch, user=user, actor=_as(user), now=hall.at(3)
    )
    values = {"trade": "装配钳工", "post": "装配班组长"}
    drafts.save_answers(hall.session, application, values=values, now=hall.at(2))


def _recommended(hall: Hall, batch: Batch) -> None:
    """Let the unit recommend somebody whose agreement is still to come."""
    officer, unit = hall.users["unit"], hall.units[0]
    application = drafts.start_recommendation(
        hall.session,
        batch=batch,
        nominator=drafts.Nominator(name=unit.name, unit=unit),
        user=officer,
        actor=_as(officer),
        now=hall.at(4),
    )
    human = hall.casting.human(youngest=32, oldest=50)
    reason = "扎根一线十五年,主持技术改进八项,带出技师三名。"
    _fill(hall, application, human, unit, recommendation=reason)
    _send(hall, application, officer, hall.at(3))


def _from_a_result(hall: Hall, batch: Batch) -> None:
    """Take one of the proposals that wait into the batch."""
    proposal = hall.session.scalars(
        select(Proposal).where(Proposal.state == "open").order_by(Proposal.id).limit(1)
    ).one()
    take.take_into_batch(
        hall.session,
        proposal,
        Application(batch=batch),
        actor=_as(hall.users["pool"]),
        now=hall.at(2),
    )


def _walk(
    hall: Hall,
    batch: Batch,
    number: int,
    steps: tuple[Callable[[Hall, Application], None], ...],
) -> Application:
    unit = hall.units[number * 6]  # of the county whose office there is
    application = _own_application(hall, batch, unit)
    for step in steps:
        step(hall, application)
    return application


def _own_application(hall: Hall, batch: Batch, unit: Unit) -> Application:
    human = hall.casting.human(youngest=32, oldest=50)
    hall.serial += 1
    user = create_user(
        hall.session,
        username=f"applicant{hall.serial}",
        password=plans.PASSWORD,
        display_name=human.name,
        now=hall.at(15),
        actor=hall.actor,
    )
    application = drafts.start_own(
        hall.session, batch=batch, user=user, actor=_as(user), now=hall.at(14)
    )
    _fill(hall, application, human, unit)
    _send(hall, application, user, hall.at(13))
    return application


def _fill(
    hall: Hall,
    application: Application,
    human: Human,
    unit: Unit,
    *,
    recommendation: str = "",
) -> None:
    trade, code = _TRADES[hall.serial % len(_TRADES)]
    values = {
        "name": human.name,
        "id_number": human.id_number,
        "phone": human.phone,
        "unit_uid": unit.uid,
        "trade": trade,
        "occupation": code,
        "post": f"{trade}班长",
        "recommendation": recommendation,
    }
    now = hall.at(14)
    drafts.save_answers(hall.session, application, values=values, now=now)
    for field, (value, document) in _CLAIMS.items():
        claim = drafts.ClaimValues(field=field, value=value, document=document)
        drafts.save_claim(hall.session, application, claim, actor=hall.actor, now=now)


def _send(hall: Hall, application: Application, user: User, now: datetime) -> None:
    submit.submit(
        hall.session,
        application,
        user=user,
        has_consented=True,
        actor=_as(user),
        now=now,
    )


def _county(hall: Hall, application: Application) -> None:
    user, now = hall.users["county"], hall.at(10)
    for claim in list_claims(hall.session, application.id):
        review.check_claim(
            hall.session, application, claim, accepted=True, note="", user=user, now=now
        )
    review.pass_step(hall.session, application, "district", user=user, now=now)


def _city(hall: Hall, application: Application) -> None:
    review.pass_step(
        hall.session, application, "city", user=hall.users["pool"], now=hall.at(8)
    )


def _panel(hall: Hall, application: Application) -> None:
    names = ("skill", "merit", "passing_on", "conduct")
    for name, marks in zip(plans.EXPERTS, _MARKS, strict=True):
        experts.sign_sheet(
            hall.session,
            application,
            marks=dict(zip(names, marks, strict=True)),
            comment="",
            user=hall.users[name],
            now=hall.at(6),
        )
    experts.close_panel(
        hall.session, application, reason="", user=hall.users["pool"], now=hall.at(5)
    )


def _decide(hall: Hall, application: Application) -> None:
    review.decide(
        hall.session,
        application,
        pool_class="skilled",
        minute_number=f"绍工匠办纪要〔{hall.now.year}〕{40 + hall.serial}号",
        reason="",
        user=hall.users["leader"],
        now=hall.at(4),
    )


def _return_one(hall: Hall, batch: Batch) -> None:
    application = _own_application(hall, batch, hall.units[12])
    review.return_to(
        hall.session,
        application,
        "",
        reason="技师证书扫描件不清晰,请重新上传。",
        user=hall.users["county"],
        now=hall.at(9),
    )


def _show_on_a_notice(
    hall: Hall, batch: Batch, applications: list[Application]
) -> None:
    """Publish two days ago; somebody has objected to the second."""
    notice = publish(
        hall.session,
        batch,
        applications,
        contact="绍兴市总工会经济部(演示) 0575-80000000",
        user=hall.users["pool"],
        now=hall.at(2),
    )
    file_objection(
        hall.session,
        notice,
        1,
        kind="named",
        content=Content(
            name="何平(演示)",
            contact="19900000000",
            text="该同志所列带徒年限与车间记录不一致,请核实。",
        ),
        attachment=None,
        now=hall.at(1),
    )


def _as(user: User) -> Actor:
    return Actor("human", user.uid)
