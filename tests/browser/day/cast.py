"""Who takes part in the two events, and what is there before the day begins."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.roles.rules import Scope
from accounts.users.models import User
from competition.events.models import Competition, Event
from competition.registration.models import Entry
from competition.registration.rules.document import Document
from competition.registration.services.drafts import store_paper
from competition.registration.services.review import accept_entry
from competition.registration.services.rulebook import change_rules
from competition.registration.services.submissions import submit_entry
from competition.teams.services.roster import TeamValues, register_team
from demo.portraits import paper, portrait
from extensions import LOCAL, db
from ledger.log.services import SYSTEM
from people.units.models import Unit
from scoring.scheme.services.versions import attach_scheme
from tests.factories.accounts import make_user
from tests.factories.competition import (
    NOW,
    make_competition,
    make_draft,
    make_event,
)
from tests.factories.people import make_unit

SINGLE, TEAMS = "焊工", "数控车工(团体)"
PLACES = 20
CITY = Scope("district", "330600")
UNITS = (
    "鉴湖重型机械有限公司",
    "越州数控装备有限公司",
    "兰亭精密制造有限公司",
    "会稽轨道交通有限公司",
)
# On the phone: one who appeals, and one who gets the place of who withdraws.
APPEALS, WAITS, WITHDRAWS, ABSENT = "单立群", "钱明月", "孙未至", "褚迟到"
# Entered for them, in the order of what they will show; the first is disqualified.
ENTRANTS = (
    *("魏东阳", "陈建华", "沈国强", "韩秋生", "杨志刚", "朱立新", "秦海波", "尤文斌"),
    *("许家栋", "何晓峰", "吕伟明", "施红兵", "张永康", "孔令军", "曹志远", "严世杰"),
    "金玉良",
)
# A1 of each, 0 to 40: the fourth and the fifth are equal, over the last second prize.
SCORES = (
    *("40", "39", "38", "37", "37", "36", "35", "34"),
    *("33", "32", "31", "30", "29", "28", "27", "26", "25"),
)
APPEAL_SCORE, WAITING_SCORE = "34.5", "24"
TEAM = ("陶一鸣", "姜浩然", "戚卫国")  # two members and their substitute
OTHER_TEAMS = {"兰亭代表队": ("谢长青", "邹立人"), "会稽代表队": ("喻明远", "柏正南")}

OFFICES: dict[str, tuple[str, tuple[str, ...]]] = {
    "committee": ("陈组委", ("committee",)),
    "publisher": ("林公布", ("committee",)),
    "checkin": ("周检录", ("checkin_officer",)),
    "coding1": ("加密员甲", ("coding_officer_1",)),
    "coding2": ("加密员乙", ("coding_officer_2",)),
    "coding3": ("加密员丙", ("coding_officer_3",)),
    "supervisor": ("吴监督", ("supervisor",)),
    "arbiter": ("郑仲裁", ("supervisor",)),
    "leader": ("王领队", ("contestant",)),
    "chief": ("冯裁判长", ()),
    "judge": ("蒋裁判", ()),
    "judge3": ("韩裁判", ()),
    "judge4": ("卫裁判", ()),
    "judge5": ("沈裁判", ()),
}
PANELS = {
    SINGLE: ("chief", "judge", "judge3", "judge4", "judge5"),
    TEAMS: ("chief", "judge"),
}

_HEAD = """
format = "jiangcai-scheme/1"
[rounding]
aspect = 2
component = 2
total = 2
[[components]]
code = "P"
name = "实操"
max = 100
weight = 1
pass = 60
judges = {judges}
[[components.criteria]]
code = "A"
name = "作品"
"""
_ASPECT = """
[[components.criteria.aspects]]
code = "{code}"
name = "{name}"
kind = "{kind}"
max = {max}
aggregate = "{aggregate}"
"""
SCHEMES = {
    SINGLE: 'title = "焊工决赛"'
    + _HEAD.format(judges=5)
    + _ASPECT.format(
        code="A1", name="焊缝成形", kind="score", max=40, aggregate="trimmed_mean"
    )
    + _ASPECT.format(
        code="A2", name="工艺纪律", kind="judgement", max=30, aggregate="mean"
    )
    + 'descriptors = ["不合格", "合格", "良好", "优秀"]\n'
    + _ASPECT.format(code="A3", name="缺陷", kind="deduction", max=20, aggregate="mean")
    + "per_fault = 2\n"
    + _ASPECT.format(
        code="A4", name="工位清理", kind="yes_no", max=10, aggregate="mean"
    )
    + """
[ranking]
ties = ["aspect:A1 desc"]
[[penalties]]
code = "overtime"
name = "超时"
rule = "第十二条"
unit = 300
points = 1
applies_to = "total"
[[awards]]
name = "一等奖"
count = 1
[[awards]]
name = "二等奖"
count = 2
[[awards]]
name = "三等奖"
count = 3
[[promotions]]
name = "技师"
rule = "竞赛方案第八条"
ranks = [1, 3]
require_pass = ["P"]
[[honours]]
name = "绍兴市五一劳动奖章"
awards = ["一等奖"]
conditions = ["无违纪记录"]
""",
    TEAMS: 'title = "数控车工团体赛"'
    + _HEAD.format(judges=2)
    + _ASPECT.format(code="B1", name="零件尺寸", kind="score", max=90, aggregate="mean")
    + _ASPECT.format(
        code="B2", name="文明生产", kind="yes_no", max=10, aggregate="mean"
    )
    + """
[[awards]]
name = "一等奖"
count = 2
[teams]
method = "sum"
""",
}


@dataclass(kw_only=True)
class Cast:
    """Who is there; users by what they do."""

    last: str  # uid of last year's competition
    unit: str  # name of the officer's unit
    users: dict[str, User] = field(default_factory=dict)


def make_cast(session: Session, now: datetime) -> Cast:
    """Make last year's competition, and everybody in office; commits nothing."""
    last = _make_last_year(session, now)
    units = [make_unit(session, name=name) for name in UNITS]
    cast = Cast(last=last.uid, unit=units[0].name)
    for username, (name, roles) in OFFICES.items():
        user = make_user(
            session, *roles, scope=CITY, username=username, display_name=name
        )
        cast.users[username] = user
    cast.users["officer"] = make_user(
        session,
        "unit_officer",
        scope=Scope("unit", units[0].uid),
        username="officer",
        display_name="赵工会",
    )
    return cast


def _make_last_year(session: Session, now: datetime) -> Competition:
    """Make what is copied: registration of the copy is open since `NOW`."""
    today = now.astimezone(LOCAL).date()
    first = today - timedelta(weeks=52) + timedelta(days=3)
    moved = timedelta(weeks=52)
    starts = datetime(first.year, first.month, first.day, 1, tzinfo=UTC)
    last = make_competition(
        session,
        name=f"{first.year}年绍兴市职工职业技能大赛",
        year=first.year,
        starts_on=first,
        ends_on=first + timedelta(days=1),
        organiser="绍兴市总工会",
        undertaker="绍兴市技师学院",
    )
    for name, code in ((SINGLE, "6-18-02-04"), (TEAMS, "6-18-01-01")):
        event = make_event(
            session,
            competition=last,
            name=name,
            occupation_code=code,
            quota=PLACES if name == SINGLE else None,
            registration_opens_at=NOW - timedelta(days=5) - moved,
            registration_closes_at=starts - timedelta(days=1),
            starts_at=starts,
            venue="市技师学院实训楼",
            notice="请携带准考证和身份证。",
        )
        if name == TEAMS:
            _set_team_rules(session, event)
        attach_scheme(
            session,
            event=event,
            text=SCHEMES[name].strip(),
            actor=SYSTEM,
            now=now,
        )
        event.state = "published"
    return last


def _set_team_rules(session: Session, event: Event) -> None:
    change_rules(
        session,
        event=event,
        document=Document(
            papers_asked=("id_card",),
            team_min=2,
            team_max=2,
            team_substitutes=1,
            team_replace_until="checkin",
        ),
        reason="团体赛",
        actor=SYSTEM,
        now=NOW,
    )


def find_events() -> dict[str, str]:
    """Return the uids of this year's events, by name."""
    newest = db.session.scalar(select(Competition).order_by(Competition.id.desc()))
    assert newest is not None
    return {event.name: event.uid for event in newest.events}


def event_of(uid: str) -> Event:
    return db.session.scalars(select(Event).where(Event.uid == uid)).one()


def enter(
    session: Session, event: Event, unit: Unit, names: tuple[str, ...], first: int
) -> list[Entry]:
    """Enter people, complete with papers; the committee has yet to look at them.

    first: number of the first one's drawn portrait.
    """
    made = []
    for number, name in enumerate(names, start=first):
        entry = make_draft(session, event, papers=(), name=name, unit=unit)
        for kind, data in (("photo", portrait(number)), ("id_card", paper(number))):
            store_paper(
                session,
                entry=entry,
                kind=kind,
                data=data,
                file_name=f"{kind}.jpg",
                user=entry.user,
                now=NOW,
            )
        session.refresh(entry)
        submit_entry(session, entry=entry, has_consented=True, actor=SYSTEM, now=NOW)
        made.append(entry)
    return made


def enter_others(session: Session, single: Event, teams: Event) -> User:
    """Enter all who do not do it on a screen; return who will withdraw."""
    units = session.scalars(select(Unit).order_by(Unit.id)).all()
    by_name = {unit.name: unit for unit in units}
    own = [by_name[name] for name in UNITS]
    made = []
    for at, name in enumerate((*ENTRANTS, WITHDRAWS, ABSENT)):
        made += enter(session, single, own[at % len(own)], (name,), at)
    for at, (team, names) in enumerate(OTHER_TEAMS.items(), start=2):
        members = enter(session, teams, own[at], names, 30 + 2 * at)
        register_team(
            session,
            event=teams,
            unit=own[at],
            values=TeamValues(name=team, leader_name="领队", members=members),
            actor=SYSTEM,
            now=NOW,
        )
        made += members
    for entry in made:
        accept_entry(session, entry=entry, actor=SYSTEM, now=NOW)
    leaving = next(e for e in made if e.person and e.person.name == WITHDRAWS)
    assert leaving.user is not None
    return leaving.user
