"""Demands of firms at the desk, one in each state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from accounts.roles.rules import Scope
from accounts.users.models import User
from demo import plan as plans
from ledger.log.services import Actor
from people.units.models import Unit
from talentpool.matching.models import Assignment, Demand, Outcome
from talentpool.matching.queries.offers import list_heads
from talentpool.matching.rules.desk import Served
from talentpool.matching.services import desk
from talentpool.matching.services.desk import By, NewDemand
from talentpool.matching.services.find import find_matches

WELDER, TURNER, ELECTRICIAN = (
    ("焊工", "6-18-02-04"),
    ("车工", "6-18-01-01"),
    ("电工", "6-31-01-03"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Who stands there, and when."""

    session: Session
    users: Mapping[str, User]
    units: list[Unit]
    now: datetime

    def by(self, username: str, days_ago: int) -> By:
        user = self.users[username]
        now = self.now - timedelta(days=days_ago)
        return By(user=user, actor=Actor("human", user.uid), now=now)


def hold_desk(counter: Counter) -> None:
    """Let firms ask, and the liaison and craftsmen go as far as each state needs."""
    _ask(counter, WELDER, "薄板机柜焊后变形", "冷轧薄板焊后平面度超差,返工三成。", 2)
    _ask(counter, TURNER, "细长轴车削振动", "长径比三十以上,表面有振纹,刀具崩刃。", 1)
    _ask(
        counter,
        ELECTRICIAN,
        "给青年电工找一位师傅",
        "两名中级工,想两年内考高级工。",
        4,
        "mentor",
    )
    asked = _ask(
        counter, ELECTRICIAN, "变频器误跳闸", "夜班启动时总开关误跳,怀疑谐波。", 6
    )
    _assign(counter, asked, 5)
    served = _ask(
        counter, WELDER, "高压管道探伤合格率低", "单面焊双面成形,一次合格率七成。", 20
    )
    _serve(
        counter,
        _assign(counter, served, 18),
        6,
        Served(visits=2, problems=1, trained=8),
    )
    done = _ask(
        counter, TURNER, "盘类零件装夹慢", "换型一次四十分钟,想做快换夹具。", 60
    )
    helper = _assign(counter, done, 58)
    outcome = _serve(counter, helper, 40, Served(visits=3, problems=1, trained=16))
    desk.confirm(
        counter.session, done, outcome, settles=True, by=counter.by("unit", 38)
    )
    unmet = _ask(
        counter, ELECTRICIAN, "进口定形机主板维修", "主板停产,需要芯片级维修。", 45
    )
    reason = "库内没有芯片级维修的工匠,已转告设备厂家。"
    desk.close(
        counter.session, unmet, to="unmet", reason=reason, by=counter.by("pool", 30)
    )
    own = _ask(counter, WELDER, "铝合金气孔", "焊缝气孔多。", 15)
    desk.close(
        counter.session,
        own,
        to="withdrawn",
        reason="换了保护气,已自行解决。",
        by=counter.by("unit", 12),
    )


def _ask(
    counter: Counter,
    trade: tuple[str, str],
    title: str,
    problem: str,
    days_ago: int,
    kind: str = "problem",
) -> Demand:
    by = counter.by("unit", days_ago)
    unit = counter.units[0]
    new = NewDemand(
        kind=kind,
        title=title,
        problem=problem,
        trade=trade[0],
        occupation=(2022, trade[1]),
        level_code="L4",
        apprentice_level_code="L3" if kind == "mentor" else None,
        district_code=unit.district_code,
        place="一号车间",
        since=by.now.date(),
        until=by.now.date() + timedelta(days=60),
    )
    return desk.ask(counter.session, new, unit=unit, by=by)


def _assign(counter: Counter, demand: Demand, days_ago: int) -> Assignment:
    session, by = counter.session, counter.by("pool", days_ago)
    scopes = [Scope("district", plans.CITY)]
    found = find_matches(session, demand, scopes, now=by.now)
    first = found.matches[0].offer
    [craftsman] = list_heads(session, [first]).values()
    made = desk.assign(
        session,
        demand,
        craftsman,
        shown=found.shown(first),
        note="同工种,做过相近的项目,离得近",
        by=by,
    )
    if days_ago > 5:
        text = "电话确认,下周可以到厂"
        desk.answer(session, made, accepts=True, text=text, by=by)
    return made


def _serve(
    counter: Counter, assignment: Assignment, days_ago: int, served: Served
) -> Outcome:
    by = counter.by("pool", days_ago)
    return desk.record_outcome(
        counter.session,
        assignment,
        served,
        on=by.now.date(),
        text="到现场看了工序,改了顺序和工装,给班组讲了一课。",
        by=by,
    )
