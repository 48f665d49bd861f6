"""What an office plans and reports: services to firms, a five-year plan, a report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.users.models import User
from demo import plan as plans
from ledger.log.services import Actor
from talentpool.dossiers.models import Craftsman, FirmService
from talentpool.dossiers.services.facts import add_fact
from talentpool.reports.forms.papers import usual_text
from talentpool.reports.rules.register import load_register
from talentpool.reports.services.papers import ReportValues, save_report
from talentpool.reports.services.plans import (
    PlanValues,
    TargetValues,
    make_plan,
    set_target,
)

SERVICES = 48
_VISITS = (
    ("上门诊断焊接返修原因", "越新机械配件厂"),
    ("数控刀具寿命攻关", "镜湖轴承有限公司"),
    ("配电柜整改与带教", "柯桥印染联合厂"),
    ("机器人工作站调试", "上虞风机制造公司"),
    ("班组长点检培训", "诸暨袜业智造园"),
    ("茶艺与接待礼仪培训", "兰亭文旅公司"),
)
# Figure, kind, goal, and the goal of each year: what union plans of the kind print.
_TARGETS = (
    ("pairs.begun", "term", "305", ("55", "60", "60", "65", "65")),
    ("studios.standing", "end", "300", ("60", "120", "180", "240", "300")),
    ("contests.trades", "year", "100", ()),
    ("pool.share_high_skilled", "end", "33.3", ()),
    ("pool.share_under_40", "end", "50", ()),
    ("pool.share_enterprise", "end", "80", ()),
)


@dataclass(slots=True, kw_only=True)
class Bureau:
    """Who plans and reports, and when."""

    session: Session
    users: Mapping[str, User]
    now: datetime

    @property
    def actor(self) -> Actor:
        return Actor("human", self.users["pool"].uid)


def serve_firms(bureau: Bureau) -> None:
    """Let some of those who are willing visit firms, over the last years."""
    found = bureau.session.scalars(
        select(Craftsman)
        .where(Craftsman.willing_to_serve, Craftsman.state == "active")
        .order_by(Craftsman.id)
    )
    for number, craftsman in enumerate(islice(found, SERVICES)):
        title, firm = _VISITS[number % len(_VISITS)]
        day = bureau.now.date() - timedelta(days=30 + number * 27)
        add_fact(
            bureau.session,
            FirmService,
            craftsman=craftsman,
            values={
                "title": title,
                "firm": firm,
                "served_on": day,
                "visits": 1 + number % 3,
                "firms": 1,
                "problems": number % 3,
                "trained": number % 5 * 6,
            },
            actor=bureau.actor,
            now=bureau.now,
        )


def plan_and_report(bureau: Bureau) -> None:
    """Make the city's five-year plan and the work report that is held against it."""
    session, year = bureau.session, bureau.now.year
    first, last = year - 4, year
    plan = make_plan(
        session,
        values=PlanValues(
            name="工匠人才五年规划",
            district_code=plans.CITY,
            first_year=first,
            last_year=last,
            document=f"演示〔{first}〕1 号",
        ),
        actor=bureau.actor,
        now=bureau.now,
    )
    for figure, kind, goal, years in _TARGETS:
        set_target(
            session,
            plan,
            values=TargetValues(
                figure=figure,
                kind=kind,
                goal=Decimal(goal),
                years={
                    first + number: Decimal(amount)
                    for number, amount in enumerate(years)
                },
            ),
            register=load_register(),
            actor=bureau.actor,
            now=bureau.now,
        )
    save_report(
        session,
        None,
        values=ReportValues(
            title="工匠人才工作五年报告(数据附表)",
            district_code=plans.CITY,
            first_year=first,
            last_year=last,
            text=usual_text("zh"),
            plan=plan,
        ),
        actor=bureau.actor,
        now=bureau.now,
    )
