"""Innovation projects and trainings of the city's people, most of them counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts.users.models import User
from demo import plan as plans
from demo.portraits import paper
from ledger.log.services import Actor
from people.districts.models import District
from people.persons.models import Person
from people.units.models import Unit
from talentpool.dossiers.models import Craftsman
from talentpool.growth.models.awards import AwardRound
from talentpool.growth.models.innovations import Innovation
from talentpool.growth.rules.awards import Prize
from talentpool.growth.services import awards, juries, prizes, trainings
from talentpool.growth.services import innovations as services
from talentpool.growth.services.by import By
from talentpool.growth.services.innovations import NewPart, ProjectValues
from talentpool.growth.services.trainings import Given, TrainingValues

PROJECTS = 40
_ENDS = ("draft", "submitted", "submitted", "returned")  # of the newest; the rest count
_WORKS = (
    ("innovation", "{trade}工位快换夹具"),
    ("five_small", "{trade}班组小改小革工具架"),
    ("method", "{name}操作法"),
    ("innovation", "{trade}设备振动在线监测"),
    ("invention", "一种{trade}用定位装置"),
    ("cooperation", "{trade}跨企业技术协作攻关"),
    ("five_small", "{trade}废料回收小装置"),
    ("innovation", "{trade}节能改造"),
)
TRAININGS = 30
_COURSES = (
    ("training", "新型学徒制理论集训"),
    ("practice", "岗位练兵技能比武"),
    ("training", "数控加工工艺提升班"),
    ("exchange", "班组长技术交流日"),
    ("practice", "安全操作大练兵"),
)
_TEXT = "原来靠经验调整,返工多;现在用新工装和参数表,一次合格率提高,已在班组推广。"


@dataclass(slots=True, kw_only=True)
class Lab:
    """Who improves things, and when."""

    session: Session
    users: Mapping[str, User]
    units: Sequence[Unit]
    now: datetime

    def by(self, username: str, days_ago: int) -> By:
        user = self.users[username]
        now = self.now - timedelta(days=days_ago)
        return By(user=user, actor=Actor("human", user.uid), now=now)


def innovate(lab: Lab) -> None:
    """Record projects of several people each, and have most of them verified."""
    people = _people(lab)
    for number in range(PROJECTS):
        unit = lab.units[number % len(lab.units)]
        mates = people[unit.id]
        start = 3 * (number // len(lab.units)) % (len(mates) - 3)
        _record(lab, number, unit, mates[start : start + 2 + number % 2])


def award(lab: Lab) -> None:
    """Hold a round to its end, and bring another to its marking."""
    ended = _round(
        lab,
        "职工技术创新成果奖",
        scheme="achievement",
        kinds=("innovation", "invention", "five_small", "cooperation"),
        days_ago=19,
    )
    found = _admitted(lab, ended)[:6]
    _mark(lab, ended, found, days_ago=12, sheets=len(found) * len(plans.EXPERTS))
    juries.close_scoring(lab.session, ended, by=lab.by("pool", 8))
    by = lab.by("leader", 7)
    prizes.publish(lab.session, ended, document="总工发〔演示〕8号", by=by)
    running = _round(
        lab, "先进操作法评选", scheme="method", kinds=("method",), days_ago=8
    )
    fresh = _admitted(lab, running)[:4]
    _mark(lab, running, fresh, days_ago=2, sheets=len(fresh) * 4)


def _admitted(lab: Lab, award_round: AwardRound) -> Sequence[Innovation]:
    return lab.session.scalars(
        select(Innovation)
        .where(
            Innovation.state == "verified",
            Innovation.kind.in_(award_round.terms.kinds),
            Innovation.finished_on <= award_round.finished_to,
        )
        .order_by(Innovation.finished_on.desc(), Innovation.id)
    ).all()


def _round(
    lab: Lab, name: str, *, scheme: str, kinds: Sequence[str], days_ago: int
) -> AwardRound:
    """Open a round whose days of nomination are over by now."""
    today = lab.now.date()
    first = today - timedelta(days=days_ago)
    values = awards.RoundValues(
        name=f"{today.year}年度{name}",
        year=today.year,
        level="city",
        issuer="市总工会",
        kinds=kinds,
        opens_on=first,
        closes_on=first + timedelta(days=4),
        finished_from=today - timedelta(days=1500),
        finished_to=first,
    )
    return awards.open_round(
        lab.session,
        values,
        district=lab.session.get_one(District, plans.CITY),
        scheme=scheme,
        prizes=[
            Prize(name=prize, places=places)
            for prize, places in (("一等奖", 1), ("二等奖", 2), ("三等奖", 2))
        ],
        least=70,
        by=lab.by("pool", days_ago),
    )


def _mark(
    lab: Lab,
    award_round: AwardRound,
    projects: Sequence[Innovation],
    *,
    days_ago: int,
    sheets: int,
) -> None:
    """Nominate projects and have the experts sign so many sheets."""
    session, opened = lab.session, (lab.now.date() - award_round.opens_on).days
    for name in plans.EXPERTS:
        juries.appoint(session, award_round, lab.users[name], by=lab.by("pool", opened))
    nominations = [
        awards.nominate(
            session,
            award_round,
            project,
            statement="已在车间推广,效益经财务确认。",
            by=lab.by("unit", opened - 2),
        )
        for project in projects
    ]
    awards.begin_scoring(session, award_round, reason="", by=lab.by("pool", days_ago))
    aspects = list(awards.scheme_of(award_round).aspects)
    turns = [
        (at, seat, nomination)
        for seat, _ in enumerate(plans.EXPERTS)
        for at, nomination in enumerate(nominations)
    ]
    for at, seat, nomination in turns[:sheets]:
        juries.sign_sheet(
            session,
            nomination,
            marks={
                aspect.code: str(int(aspect.max) - at - (seat + number) % 3)
                for number, aspect in enumerate(aspects)
            },
            comment="",
            by=lab.by(plans.EXPERTS[seat], days_ago - 1),
        )


def train(lab: Lab) -> None:
    """Record trainings with their people; the newest two are still open."""
    people = _people(lab)
    for number in range(TRAININGS):
        # A few units, three times each, so that people go on from one to the next.
        unit = lab.units[(number + 1) // 2 % 10]
        kind, title = _COURSES[number % len(_COURSES)]
        end = lab.now.date() - timedelta(days=3 + number * 43)
        values = TrainingValues(
            kind=kind,
            title=title,
            trade="",
            first_on=end - timedelta(days=number % 3),
            last_on=end,
            minutes=240 * (1 + number % 3),
            organiser=unit.name,
            place="职工技能实训基地",
        )
        firm = lab.by("unit", 2)
        made = trainings.begin(
            lab.session, values, unit=unit, district_code=unit.district_code, by=firm
        )
        for place, craftsman in enumerate(people[unit.id][: 6 + number % 5]):
            result = "failed" if place == 5 else "passed"
            given = Given(minutes=made.minutes, result=result, mark=f"{62 + place * 4}")
            trainings.put_person(lab.session, made, craftsman.person, given, by=firm)
        if number > 1:
            trainings.close(lab.session, made, by=firm)


def _people(lab: Lab) -> dict[int, list[Craftsman]]:
    rows = lab.session.scalars(
        select(Craftsman)
        .join(Craftsman.person)
        .options(joinedload(Craftsman.person).joinedload(Person.unit))
        .where(Craftsman.state == "active", Person.unit_id.is_not(None))
        .order_by(Craftsman.id)
    )
    found: dict[int, list[Craftsman]] = {unit.id: [] for unit in lab.units}
    for craftsman in rows:
        unit = craftsman.person.unit
        if unit is not None and unit.id in found:
            found[unit.id].append(craftsman)
    return found


def _record(lab: Lab, number: int, unit: Unit, team: Sequence[Craftsman]) -> None:
    lead = team[0]
    kind, title = _WORKS[number % len(_WORKS)]
    name = lead.person.name
    end = lab.now.date() - timedelta(days=30 + number * 37)
    has_benefit = number % 4 != 3
    values = ProjectValues(
        kind=kind,
        title=title.format(trade=lead.trade, name=name),
        trade=lead.trade,
        text=_TEXT,
        number="",
        began_on=end - timedelta(days=150),
        finished_on=end,
        benefit_yuan=86_000 + number * 12_500 if has_benefit else None,
        benefit_from=end - timedelta(days=90) if has_benefit else None,
        benefit_to=end if has_benefit else None,
        benefit_confirmed_by=f"{unit.name}财务部" if has_benefit else "",
    )
    part = NewPart(
        craftsman=lead,
        role="lead",
        method_name=f"{name}操作法" if kind == "method" else "",
    )
    firm = lab.by("unit", 25)
    made = services.begin(lab.session, values, lead=part, unit=unit, by=firm)
    for place, mate in enumerate(team[1:]):
        role = "adviser" if place else "participant"
        new = NewPart(craftsman=mate, role=role)
        services.add_part(lab.session, made, new, by=firm)
    _go_on(lab, number, made)


def _go_on(lab: Lab, number: int, made: Innovation) -> None:
    reached = _ENDS[number] if number < len(_ENDS) else "verified"
    if reached == "draft":
        return
    session, firm, office = lab.session, lab.by("unit", 24), lab.by("pool", 20)
    services.add_paper(
        session, made, data=paper(number), file_name="验收意见.jpg", by=firm
    )
    services.submit(session, made, by=firm)
    if reached == "verified":
        services.verify(session, made, by=office)
    elif reached == "returned":
        reason = "缺少财务部门对效益的确认"
        services.send_back(session, made, reason=reason, by=office)
